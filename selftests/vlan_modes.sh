#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each VLAN mode of a port and of the self port, in and out, and what the uplink
# carries. Frames are untagged, priority-tagged, tagged, double-tagged and
# tagged with a foreign TPID.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |  self
#    +------+------+
#           |m0
#           |s0
#    +------+------+
#    |     sw0     |-- f0
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# in_from POINT WORDS WANTED: a broadcast from 11 there
in_from()
{
	try "$1" "s=11 d=all $2" "$3"
}

# in_from_far WORDS WANTED: a broadcast from the far host 22
in_from_far()
{
	try f0 "s=22 d=all $1" "$2"
}

none()
{
	in_from v1 "" ""
	in_from v1 "t=10" ""
	in_from v1 "t=0p3" ""
	in_from_far "" "self:-"
	in_from_far "t=10" "self:10"
	log_test "a new port has no VLAN, in and out"
}

access()
{
	vb port set p1 access 10
	in_from v1 "" "s0:10 f0:10 self:10"
	in_from v1 "t=0p5" "s0:10p5 f0:10p5 self:10p5"
	in_from v1 "t=0p5d" "s0:10p5d f0:10p5d self:10p5d"
	log_test "access: untagged and priority-tagged frames are in, PCP kept"

	local before
	before=$(port p1 .stats.drops.vlan)
	in_from v1 "t=10" ""
	in_from v1 "t=20" ""
	in_from v1 "t=4095" ""
	in_from v1 "t=10.20" ""
	check_eq "drops" $(($(port p1 .stats.drops.vlan) - before)) 4
	log_test "access: tagged frames are dropped, its own VID included"

	in_from v1 "t=9100/10" "s0:10.9100/10 f0:10.9100/10 self:10.9100/10"
	in_from v1 "t=s10" "s0:10.s10 f0:10.s10 self:10.s10"
	log_test "access: a foreign TPID is no tag"

	in_from_far "t=10" "v1:- self:10"
	in_from_far "t=10p6" "v1:- self:10p6"
	in_from_far "t=20" "self:20"
	in_from_far "" "self:-"
	log_test "access: out goes its VLAN only, untagged"

	in_from_far "t=10.20" "self:10.20"
	in_from_far "t=10.0p3" "self:10.0p3"
	in_from_far "t=10.s20" "self:10.s20"
	in_from_far "t=10.9100/20" "v1:9100/20 self:10.9100/20"
	log_test "access: no frame with another tag inside goes out"
}

access_0()
{
	vb port set p1 access 0
	in_from v1 "" "s0:- f0:- self:-"
	in_from v1 "t=20" ""
	in_from_far "" "v1:- self:-"
	in_from_far "t=10" "self:10"
	log_test "access 0: the untagged VLAN"
}

trunk()
{
	vb port set p1 trunk 10,20,30-32
	in_from v1 "t=10p3" "s0:10p3 f0:10p3 self:10p3"
	in_from v1 "t=31" "s0:31 f0:31 self:31"
	in_from v1 "t=32d" "s0:32d f0:32d self:32d"
	in_from v1 "t=11" ""
	in_from v1 "t=33" ""
	in_from v1 "t=4095" ""
	in_from v1 "" ""
	in_from v1 "t=0p3" ""
	log_test "trunk: VIDs of its list are in, untagged is not"

	in_from v1 "t=10.20p1" "s0:10.20p1 f0:10.20p1 self:10.20p1"
	in_from v1 "t=11.10" ""
	in_from v1 "t=s10" ""
	in_from v1 "t=s10.10" ""
	in_from v1 "t=9100/10" ""
	log_test "trunk: the outer tag counts, and only 802.1Q is a tag"

	in_from_far "t=10p3" "v1:10p3 self:10p3"
	in_from_far "t=30" "v1:30 self:30"
	in_from_far "t=11" "self:11"
	in_from_far "" "self:-"
	in_from_far "t=20.40" "v1:20.40 self:20.40"
	log_test "trunk: out goes its list, tagged"

	vb port set p1 trunk 0,10
	in_from v1 "" "s0:- f0:- self:-"
	in_from v1 "t=10" "s0:10 f0:10 self:10"
	in_from_far "" "v1:- self:-"
	in_from_far "t=10" "v1:10 self:10"
	log_test "trunk with 0: untagged is VLAN 0, and leaves untagged"

	vb port set p1 trunk all
	in_from v1 "" "s0:- f0:- self:-"
	in_from v1 "t=2" "s0:2 f0:2 self:2"
	in_from v1 "t=4094" "s0:4094 self:4094"
	in_from v1 "t=4095" ""
	in_from_far "t=63" "v1:63 self:63"
	log_test "trunk all: 0 to 4094, never 4095"
}

native()
{
	vb port set p1 trunk 10,20 native 10
	in_from v1 "" "s0:10 f0:10 self:10"
	in_from v1 "t=0p4" "s0:10p4 f0:10p4 self:10p4"
	in_from v1 "t=10p4" "s0:10p4 f0:10p4 self:10p4"
	in_from v1 "t=20" "s0:20 f0:20 self:20"
	in_from v1 "t=30" ""
	in_from_far "t=10p4" "v1:- self:10p4"
	in_from_far "t=20" "v1:20 self:20"
	in_from_far "" "self:-"
	log_test "native: untagged in and out, PCP kept on the way in"

	vb port set p1 trunk 20 native 10
	in_from v1 "" "s0:10 f0:10 self:10"
	in_from_far "t=10" "v1:- self:10"
	log_test "native: in the trunk without being listed"

	vb port set p1 trunk 20 native 10 tagged
	in_from v1 "" "s0:10 f0:10 self:10"
	in_from v1 "t=0p7" "s0:10p7 f0:10p7 self:10p7"
	in_from v1 "t=10" "s0:10 f0:10 self:10"
	in_from_far "t=10p2" "v1:10p2 self:10p2"
	in_from_far "" "self:-"
	log_test "native tagged: untagged in, tagged out"
}

# What leaves untagged on a port that had PCP on the wire.
priority_tags()
{
	vb port set p1 access 10 priority-tags on
	in_from_far "t=10p5" "v1:0p5 self:10p5"
	in_from_far "t=10" "v1:- self:10"
	vb port set p1 trunk 10 native 20
	in_from_far "t=20p1" "v1:0p1 self:20p1"
	in_from_far "t=10p1" "v1:10p1 self:10p1"
	log_test "priority-tags on: PCP leaves in a VID 0 tag"
	vb port set p1 priority-tags off
	in_from_far "t=20p1" "v1:- self:20p1"
	log_test "priority-tags off: it does not"
}

# Frames that stay in the bond see both ports' modes.
local_modes()
{
	vb port set p1 access 10
	vb port set p2 trunk 10,20
	try v2 "s=12 d=all t=10p3" "s0:10p3 f0:10p3 v1:- self:10p3"
	try v2 "s=12 d=all t=20" "s0:20 f0:20 self:20"
	try v1 "s=11 d=12 t=0p2" "v2:10p2"
	try v2 "s=12 d=11 t=10" "v1:-"
	vb port set p2 trunk 20 native 10
	try v2 "s=12 d=11" "v1:-"
	try v1 "s=11 d=12" "v2:-"
	log_test "from port to port, each in its own mode"

	try v2 "s=12 d=all t=10.40" "s0:10.40 f0:10.40 self:10.40"
	try v2 "s=12 d=11 t=10.40" ""
	log_test "no double tag from a trunk gets into an access port"
	vb port set p2 vlan none
}

self_modes()
{
	vb port set p1 trunk all
	in_from self "t=10p3" "s0:10p3 f0:10p3 v1:10p3"
	in_from self "" "s0:- f0:- v1:-"
	log_test "the self port starts as trunk all"

	vb port set br-phy access 10
	in_from_far "t=10p3" "v1:10p3 self:-"
	in_from_far "t=20" "v1:20"
	in_from_far "" "v1:-"
	try self "s=fe d=all" "s0:10 f0:10 v1:10"
	try self "s=fe d=all t=10" ""
	try self "s=fe d=all t=20" ""
	log_test "self port: access"

	vb port set br-phy trunk 20,30 native 30
	in_from_far "t=30p1" "v1:30p1 self:-"
	in_from_far "t=20p1" "v1:20p1 self:20p1"
	in_from_far "t=10" "v1:10"
	try self "s=fe d=all" "s0:30 f0:30 v1:30"
	try self "s=fe d=all t=20" "s0:20 f0:20 v1:20"
	try self "s=fe d=all t=10" ""
	log_test "self port: trunk and native"

	vb port set br-phy vlan none
	in_from_far "t=10" "v1:10"
	try self "s=fe d=all t=10" ""
	log_test "self port: none"
	vb port set br-phy trunk all
}

uplink()
{
	local before

	vb port set p1 trunk all
	vb port set p2 trunk all
	vb bond set br-phy vlans 10,20
	before=$(member m0 .stats.drops.vlan)
	in_from v1 "t=10" "s0:10 f0:10 v2:10 self:10"
	in_from v1 "t=30" "v2:30 self:30"
	in_from v1 "" "v2:- self:-"
	in_from_far "t=20" "v1:20 v2:20 self:20"
	in_from_far "t=30" ""
	in_from_far "" ""
	check_eq "drops" $(($(member m0 .stats.drops.vlan) - before)) 2
	try v1 "s=11 d=99 t=30" ""
	log_test "uplink: vlans bounds what it carries, both ways"

	vb bond set br-phy vlans all
	in_from v1 "t=30" "s0:30 f0:30 v2:30 self:30"
	in_from_far "t=30" "v1:30 v2:30 self:30"
	log_test "uplink: vlans all"

	# What the switch gets untagged is its VLAN 1: it comes back untagged.
	vb bond set br-phy native 20
	in_from v1 "t=20p2" "s0:- f0:- v2:20p2 self:20p2"
	in_from v1 "t=10" "s0:10 f0:10 v2:10 self:10"
	in_from v1 "" "v2:- self:-"
	in_from_far "" "v1:20 v2:20 self:20"
	# A bridge would take the priority off.
	try s0 "s=22 d=all t=0p3" "v1:20p3 v2:20p3 self:20p3"
	try s0 "s=22 d=all t=20p3" "v1:20p3 v2:20p3 self:20p3"
	log_test "uplink: native is untagged there, VLAN 0 stays inside"
	vb bond set br-phy native 0
	vb port set p2 vlan none
}

# Tags in the frames' data instead of beside them.
offloads()
{
	local offload=$1 dev

	command -v ethtool >/dev/null || {
		log_skip "offloads" "ethtool is not installed"
		return 0
	}
	for dev in m0 p1; do
		ip netns exec "$host" ethtool -K $dev txvlan "$offload" \
			tx-vlan-stag-hw-insert "$offload" >/dev/null
	done
	vb port set p1 trunk 10,20
	vb port set p2 access 10
	try v1 "s=11 d=all t=10p3" "s0:10p3 f0:10p3 v2:- self:10p3"
	try v1 "s=11 d=all t=20.30p1" "s0:20.30p1 f0:20.30p1 self:20.30p1"
	in_from_far "t=10p3" "v1:10p3 v2:- self:10p3"
	in_from_far "t=20.30" "v1:20.30 self:20.30"
	log_test "tags with VLAN offload $offload on member and port"
	vb port set p2 vlan none
}

topology members=1
none
access
access_0
trunk
native
local_modes
self_modes
uplink
offloads off
offloads on
priority_tags
