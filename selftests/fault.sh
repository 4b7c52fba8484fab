#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory fails: each request of the family, and each of rtnetlink that concerns
# a bond, is made with its first allocation failing, then the second, to the
# last. It is refused and changes nothing, or does all that it does otherwise.
# Needs a kernel that lets allocations fail (uml-debug).
#
#      v1(10)   v2(10)
#      |p1      |p2       p3 p4  ports to be
#    +-+--------+----------+
#    |       br-phy        |  self, br-phy.20
#    +--+-------+----------+
#       |m0     |m1       m2     a member to be
#       |s0     |s1
#    +--+-------+----------+
#    |        sw0          |-- f0
#    +---------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

debug=/sys/kernel/debug
[ -e /proc/self/fail-nth ] || skip_all "this kernel lets no allocation fail"

# For the task that asks for it only, whatever the allocation is like.
allow_failures()
{
	local what

	for what in failslab fail_page_alloc; do
		echo N >$debug/$what/ignore-gfp-wait
		echo 0 >$debug/$what/verbose
	done
	echo N >$debug/fail_page_alloc/ignore-gfp-highmem
	echo 0 >$debug/fail_page_alloc/min-order
	# Thousands of devices come and go.
	echo 1 >/sys/kernel/rcu_expedited
	defer eval "echo 0 >/sys/kernel/rcu_expedited"
}

start()
{
	topology ports=2
	vb port set p1 access 10
	vb port set p2 trunk 10,20-30
	vb fdb add br-phy "$(mac 77)" vlan 20 port p2
	ip -n "$host" -batch - <<-END
	link add m2 type dummy
	link add p3 type dummy
	link add p4 type dummy
	link set p4 up
	END
	ip -n "$host" link add link br-phy name br-phy.20 type vlan id 20
	ip -n "$host" link set br-phy.20 up
	wait_for 10 all_up
	# Nothing but the requests is to change anything.
	vb bond set br-phy announce-count 0 rebalance-interval 0
}

# faults NAME: the requests are standard input
faults()
{
	local name=$1 line

	while read -r line; do
		note "$line"
		[[ $line != not\ ok* && $line != *": 0 faults"* ]] ||
			failed "$line"
		[[ $line != *" faults, "* ]] || cases=$((cases + 1))
	done < <(ip netns exec "$host" "$selftests/fuzz/fault" 2>&1 ||
		 echo "not ok: status $?")
	log_test "$name"
}

bonds()
{
	faults "bonds" <<-END
	bond-new ifname=bx mode=1 vlans=1-10,20 native=5 | link-del bx
	bond-set ifindex=br-phy mode=1 vlans=1-99,200 native=7 | bond-set ifindex=br-phy mode=0 vlans=0-4094 native=0
	bond-set ifindex=br-phy primary=m1 | bond-set ifindex=br-phy primary=0
	bond-get ifindex=br-phy
	bond-rebalance bond=br-phy
	link-add bx vmbond | link-del bx
	bond-del ifindex=bx | link-add bx vmbond; link-add bx vmbond
	link-del bx | link-add bx vmbond
	END
	ip -n "$host" link del bx
}

members()
{
	faults "members" <<-END
	member-new bond=br-phy ifindex=m2 weight=2 | member-del ifindex=m2
	member-set ifindex=m1 weight=5 | member-set ifindex=m1 weight=1
	member-set ifindex=m1 admin-state=1 | member-set ifindex=m1 admin-state=0
	member-get ifindex=m1
	END
}

ports()
{
	faults "ports" <<-END
	port-new bond=br-phy ifindex=p3 vlan-mode=2 vlans=5,10-20,30 flood=1 | port-del ifindex=p3
	port-new bond=br-phy ifindex=p4 vlan-mode=3 vid=7 | port-del ifindex=p4
	port-set ifindex=p1 vlan-mode=2 vlans=0,40-50 mac-lock=1 | port-set ifindex=p1 vlan-mode=1 vid=10 mac-lock=0
	port-get ifindex=p1
	link-set p3 master=br-phy | link-set p3 master=0
	END
}

stations()
{
	faults "stations" <<-END
	fdb-new bond=br-phy mac=02:00:00:00:00:78 vid=20 port=p2 | fdb-del bond=br-phy mac=02:00:00:00:00:78 vid=20
	fdb-del bond=br-phy mac=02:00:00:00:00:77 vid=20 | fdb-new bond=br-phy mac=02:00:00:00:00:77 vid=20 port=p2
	fdb-set bond=br-phy mac=02:00:00:00:00:77 vid=20 member=m1
	fdb-set bond=br-phy mac=02:00:00:00:00:77 vid=20 member=0
	fdb-get bond=br-phy mac=02:00:00:00:00:77 vid=20
	fdb-flush bond=br-phy vid=20
	END
}

dumps()
{
	faults "dumps" <<-END
	bond-get-dump
	member-get-dump
	port-get-dump
	fdb-get-dump
	END
}

# What goes does so whether or not there is memory.
removals()
{
	faults "what goes" <<-END
	member-del ifindex=m1 | member-new bond=br-phy ifindex=m1
	port-del ifindex=p2 | port-new bond=br-phy ifindex=p2 vlan-mode=2 vlans=10,20-30
	link-set p2 master=0 | port-new bond=br-phy ifindex=p2 vlan-mode=2 vlans=10,20-30
	END
}

links()
{
	faults "what happens to links" <<-END
	link-set br-phy mtu=1400 | link-set br-phy mtu=1500
	link-set br-phy address=02:00:00:00:00:fd | link-set br-phy address=02:00:00:00:00:fe
	link-add bv vlan br-phy 30 | link-del bv
	link-set m1 address=02:00:00:00:00:e1 | link-set m1 address=02:00:00:00:00:f1
	link-set br-phy up=0 | link-set br-phy up=1
	END
}

# Those that the specification has
complete()
{
	local request n=0

	while read -r request; do
		n=$((n + 1))
		grep -q "^	$request" "$0" || failed "not tried: $request"
	done < <(sed -nE \
		's/^ *name: ([a-z]+-(get|new|set|del|rebalance|flush))$/\1/p' \
		"$selftests/../Documentation/netlink/specs/vmbond.yaml")
	check_between "requests" $n 17 100
	log_test "every request of the family is among these"
}

complete
start
allow_failures
cases=0
bonds
members
ports
stations
dumps
removals
links
note "$cases requests"
