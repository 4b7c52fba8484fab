#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A frame is delivered in its VLAN only, and between stations of the bond
# without a detour.
#
#     v1(10) v2(10) v3(20) v4(no VLAN)
#      |p1    |p2    |p3    |p4
#    +-+------+------+------+-+
#    |         br-phy         |  self
#    +------+----------+------+
#           |m0        |m1
#           |s0        |s1
#    +------+----------+------+
#    |          sw0           |-- f0
#    +------------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# VMs 11 to 14 behind v1 to v4, the far host is 22.
isolation()
{
	try v1 "s=11 d=all" "s?:10 f0:10 v2:- self:10"
	try v3 "s=13 d=all" "s?:20 f0:20 self:20"
	try v3 "s=13 d=11" "s?:20 f0:20"
	try v1 "s=11 d=13" "s?:10 f0:10"
	log_test "a unicast frame does not reach a MAC of another VLAN"

	try f0 "s=22 d=all t=10" "v1:- v2:- self:10"
	try f0 "s=22 d=all t=20" "v3:- self:20"
	try f0 "s=22 d=all t=30" "self:30"
	try f0 "s=22 d=11 t=10" "v1:-"
	# The switch learned 11 in VLAN 10, so it floods this.
	try f0 "s=22 d=11 t=20" ""
	log_test "from the uplink likewise"

	# The same MAC in two VLANs is two stations.
	try v1 "s=15 d=all" "s?:10 f0:10 v2:- self:10"
	try v3 "s=15 d=all" "s?:20 f0:20 self:20"
	try f0 "s=22 d=15 t=10" "v1:-"
	try f0 "s=22 d=15 t=20" "v3:-"
	check_eq "port of 15 in VLAN 10" "$(station 15 10 .port)" p1
	check_eq "port of 15 in VLAN 20" "$(station 15 20 .port)" p3
	log_test "one MAC in two VLANs is two stations"
}

local_switching()
{
	try v2 "s=12 d=11" "v1:-"
	try v1 "s=11 d=12" "v2:-"
	try v1 "s=11 d=12 t=0p3" "v2:-"
	log_test "VM to VM stays within the bond"

	ip -n "$host" link add link br-phy name br-phy.10 type vlan id 10
	ip -n "$host" link set br-phy.10 up
	# The node: its own MAC is there before it has sent anything.
	try v1 "s=11 d=fe" "self:10"
	try self "s=fe d=11 t=10" "v1:-"
	try self "s=fe d=13 t=10" "s?:10 f0:10"
	log_test "VM to node and back stays within the bond"

	local before
	before=$(bond .stats.tx_packets)
	try v1 "s=11 d=12 n=20" "v2:-x20"
	check_eq "sent on the uplink" \
		$(($(bond .stats.tx_packets) - before)) 0
	log_test "and is not counted as sent on the uplink"
}

no_vlan()
{
	try v4 "s=14 d=all" ""
	try v4 "s=14 d=11" ""
	try v4 "s=14 d=all t=10" ""
	check_eq "stations" "$(port p4 .stations)" 0
	check_eq "drops" "$(port p4 .stats.drops.vlan)" 3
	check_eq "VLAN mode" "$(port p4 .mode)" none
	log_test "a port that nobody gave a VLAN takes no part"
}

topology ports=4
vb_all <<END
port set p1 access 10
port set p2 access 10
port set p3 access 20
END
isolation
local_switching
no_vlan
