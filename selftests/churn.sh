#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Members, ports, bonds and the module come and go under full traffic. Nothing
# crashes, leaks or waits, and who is not concerned loses nothing.
#
#      v1(10)   v2(10)   v3(10)
#      |p1      |p2      |p3
#    +-+--------+--------+-+
#    |       br-phy        |  self
#    +--+-------+-------+--+
#       |m0     |m1     |m2
#       |s0     |s1     |s2
#    +--+-------+-------+--+
#    |        sw0          |-- f0
#    +---------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

rounds=6
! slow || rounds=3

# Between VMs 11 and 12, and between 11 and the far host 22: these are counted.
to_vm=1
to_far=2
from_far=3
# These are pressure.
raw_header=0000000000990200000000

add_all()
{
	vb_all <<-END
	member add br-phy m0
	member add br-phy m1
	member add br-phy m2
	port add br-phy p1 access 10
	port add br-phy p2 access 10
	port add br-phy p3 access 10
	END
}

start()
{
	topology members=3 ports=3
	vb port set p1 access 10
	vb port set p2 access 10
	vb port set p3 access 10
	xf "try v2 s=12 d=all"
	xf "try f0 s=22 d=all t=10"
	pressure <<-END
	4 v3 s=02:00:00:03:00:00+ d=all gap=2000
	5 v3 raw=${raw_header}3388b5 gap=100
	6 f0 raw=ffffffffffff0200000000448100000a88b5 gap=100
	7 f0 raw=0200000000118100000a88b5 gap=100
	8 v1 raw=${raw_header}1188b5 gap=100
	9 v1 raw=ffffffffffff02000000001188b5 gap=100
	END
	stream $to_vm v1 "s=11 d=12 gap=2000"
	stream $to_far v1 "s=11 d=22 gap=2000"
	stream $from_far f0 "s=22 d=11 t=10 gap=2000"
	flows
}

flows()
{
	check "VM to VM" arrive $to_vm v2 20 20
	check "VM to far host" arrive $to_far f0 20 20
	check "far host to VM" arrive $from_far v1 20 20
}

# lost STREAM POINT WHAT [MOST]
lost()
{
	local n

	stop "$1"
	n=$(lost_at "$2")
	note "$3: $n of ${STAT[sent]} frames lost"
	[ $# -lt 4 ] || check_between "frames lost $3" "$n" 0 "$4"
	check_eq "frames that came twice $3" "${STAT[$2.twice]}" 0
}

members()
{
	local i m

	for ((i = 0; i < rounds; i++)); do
		m=m$((i % 3))
		vb member del $m
		vb member add br-phy $m
	done
	check "members are up" wait_for 5 all_up
	flows
	log_test "members are removed and added"

	for ((i = 0; i < rounds; i++)); do
		ip -n "$host" link add x type veth peer name xv netns "$net"
		ip -n "$net" link set xv up master sw0
		vb member add br-phy x
		ip -n "$net" link del xv
	done
	check_eq "members" "$(bond .members)" 3
	flows
	log_test "members vanish"
}

ports()
{
	local i

	for ((i = 0; i < rounds; i++)); do
		vb port del p3
		vb port add br-phy p3 access 10
	done
	flows
	log_test "ports are removed and added"

	for ((i = 0; i < rounds; i++)); do
		ip -n "$host" link add x type veth peer name xv netns "$net"
		vb port add br-phy x access 10 flood on
		ip -n "$net" link set xv up
		ip -n "$host" link set x up
		ip -n "$host" link del x
	done
	check_eq "ports" "$(bond .ports)" 3
	flows
	log_test "ports vanish"

	for ((i = 0; i < rounds; i++)); do
		vb_all <<-END
		port set p3 trunk all
		port set p3 access 20
		fdb flush br-phy port p3
		port set p3 vlan none
		port set p3 access 10 isolated on
		port set p3 isolated off flood on
		port set p3 flood off max-macs $((i % 5 + 1))
		END
	done
	flows
	log_test "a port's settings change"
}

settings()
{
	local i

	for ((i = 0; i < rounds; i++)); do
		vb_all <<-END
		bond set br-phy vlans 10
		bond set br-phy rx-check strict
		bond set br-phy rx-check off vlans all
		bond set br-phy max-macs 3
		bond set br-phy max-macs 8192 rx-check adaptive
		END
	done
	flows
	log_test "the bond's settings change"
}

# Between 11 and 12 nothing of the above should have cost a frame.
losses()
{
	lost $to_vm v2 "VM to VM" 0
	lost $to_far f0 "VM to far host"
	lost $from_far v1 "far host to VM"
	log_test "traffic between VMs that are not concerned loses nothing"
}

# promiscuity of what was in the bond
left()
{
	ip -n "$host" -j -d link show | jq -c '
		[.[] | select(.ifname | test("^[mp][0-9]$")) |
		 [.master, .promiscuity]] | unique'
}

bonds()
{
	local i

	for ((i = 0; i < rounds / 2; i++)); do
		ip -n "$host" link del br-phy
		vb bond add br-phy rebalance-interval 0
		ip -n "$host" link set br-phy up
		add_all
	done
	flows_again
	log_test "the bond is deleted and made again"

	xf "close self"
	vb bond del br-phy
	check_eq "its devices' masters and promiscuity" "$(left)" "[[null,0]]"
	log_test "its devices are let go as they were"
}

flows_again()
{
	for stream in $to_vm $to_far $from_far; do
		xf "stop $stream"
	done
	xf "try v2 s=12 d=all"
	stream $to_vm v1 "s=11 d=12 gap=2000"
	stream $to_far v1 "s=11 d=22 gap=2000"
	stream $from_far f0 "s=22 d=11 t=10 gap=2000"
	flows
}

no_module()
{
	[ ! -e /sys/module/vmbond ]
}

unload()
{
	local i

	for ((i = 0; i < 2; i++)); do
		vb bond add br-phy rebalance-interval 0
		ip -n "$host" link set br-phy up
		add_all
		check "frames flow" arrive $from_far v1 10 20
		check "the module goes" rmmod vmbond
		check "and is gone" no_module
		check_eq "masters and promiscuity" "$(left)" "[[null,0]]"
		load_module
	done
	log_test "the module is unloaded with bonds up"

	vb bond add br-phy rebalance-interval 0
	ip -n "$host" link set br-phy up
	add_all
	flows_again
	log_test "and loaded again"
}

require_command vmbondctl
load_module
[ "$(vmbondctl -j bond show)" = "[]" ] ||
	skip_all "there are bonds on this machine that the test would remove"
start
for part in members ports settings losses bonds unload; do
	$part
done
