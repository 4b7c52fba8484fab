#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What makes quiet members promiscuous again, and what does not; members, ports
# and the bond come and go. The topology is that of quiet.sh.

# shellcheck source-path=SCRIPTDIR source=quiet_lib.sh
. "${0%/*}/quiet_lib.sh"

back_and_forth()
{
	vb port set p1 flood on
	promiscuous
	vb port set p1 flood off
	quiet "11 fe" "0 10 20"
	log_test "flood on"

	vb port set p1 mac-lock off
	promiscuous
	vb port set p1 mac-lock on
	quiet "11 fe" "0 10 20"
	log_test "mac-lock off"

	hip link add q1 type veth peer name q1v
	hip link set q1 master br-phy
	promiscuous
	hip link set q1 nomaster
	quiet "11 fe" "0 10 20"
	hip link set q1 master br-phy
	promiscuous
	hip link del q1
	quiet "11 fe" "0 10 20"
	log_test "a port that is not locked, until it goes"

	hip link set br-phy promisc on
	promiscuous
	try f0 "s=22 d=98 t=10" "self:10"
	hip link set br-phy promisc off
	quiet "11 fe" "0 10 20"
	try f0 "s=22 d=98 t=10" ""
	log_test "the bond itself is promiscuous"
	vb port set br-phy flood on
	promiscuous
	hip link set br-phy promisc on
	vb port set br-phy flood off
	promiscuous
	hip link set br-phy promisc off
	quiet "11 fe" "0 10 20"
	log_test "the same by flood, and by both"
}

members_come_and_go()
{
	hip link add q0 type veth peer name q0s
	vb member add br-phy q0
	check_eq "q0 receives" "$(receives q0)" all+groups
	check_eq "addresses" "$(addresses q0)" "q0:11 q0:fe"
	vb member del q0
	check_eq "q0 receives" "$(receives q0)" own
	check_eq "addresses" "$(addresses q0)" ""
	log_test "a new member is quiet at once, and clean when it is let go"

	vb member add br-phy q0
	hip link del q0
	vb member del m0
	check_eq "m0 receives" "$(receives m0)" own
	vb member add br-phy m0
	quiet "11 fe" "0 10 20"
	vb port del p1
	quiet "fe" "0 20"
	vb port del p2
	promiscuous
	vb port add br-phy p1 access 10 mac-lock on
	quiet "fe" "0 10"
	vb bond del br-phy
	all_is "own own" "" 0
	log_test "ports and the bond go"
}

# feature DEV NAME
feature()
{
	ip netns exec "$host" ethtool -k "$1" | sed -n "s/^$2: \([a-z]*\).*/\1/p"
}

offloads()
{
	local dev was

	command -v ethtool >/dev/null || {
		log_skip "receive offloads" "ethtool is not installed"
		return 0
	}
	hip link add q0 type veth peer name q0s
	ip netns exec "$host" ethtool -K q0 gro on
	was=$(feature q0 generic-receive-offload)
	vb member add br-phy q0
	check_eq "GRO" "$(feature q0 generic-receive-offload)" "$was"
	for dev in q0 m0 bond0 p1; do
		check_eq "LRO of $dev" "$(feature $dev large-receive-offload)" \
			off
	done
	hip link del q0
	log_test "GRO is kept, LRO is off"
}

quiet_topology
vb_all <<END
port set p1 access 10 mac-lock on
port set p2 access 20 mac-lock on
fdb add br-phy $(mac 11) vlan 10 port p1
END
back_and_forth
offloads
members_come_and_go
