#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What stations notice when a member fails, is taken away or comes: how many
# frames are lost, for how long, and who has to move.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |
#    +--+---+---+--+
#       |m0 |m1 :m2
#       |s0 |s1 :s2
#    +--+---+---+--+
#    |     sw0     |-- f0
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# both_ways MEMBER: 11, pinned there, and the far host send to each other
both_ways()
{
	fix 11 10 "$1"
	fix 11 10 auto
	xf "try f0 s=22 d=7e t=10"
	stream 1 v1 "s=11 d=22 gap=1000"
	stream 2 f0 "s=22 d=11 t=10 gap=1000"
	check "frames leave" arrive 1 f0 200 20
	check "frames come" arrive 2 v1 200 20
}

# and_on WHAT LOST
and_on()
{
	check "frames go on leaving" arrive 1 f0 300 20
	check "frames go on coming" arrive 2 v1 300 20
	stop 1
	survived "$1" f0 "$2"
	stop 2
	survived "$1" v1 "$2"
}

failures()
{
	local before

	both_ways m0
	before=$(placement)
	link_is m0 down
	and_on "the wire is cut" 50
	only_those_of m0 "$before"
	log_test "failover: only its stations move"

	both_ways m1
	before=$(placement)
	link_is m0 up
	and_on "the wire is mended" 0
	only_to m0 "$before" 7
	log_test "a member's return: what evens out moves"

	both_ways m0
	before=$(placement)
	ip -n "$host" link set m0 down
	and_on "m0 is taken down" 50
	only_those_of m0 "$before"
	ip -n "$host" link set m0 up
	check "up again" wait_for 5 is_state m0 up
	log_test "failover by the administrator"

	both_ways m0
	before=$(placement)
	vb member set m0 state drain
	and_on "m0 is drained" 0
	only_those_of m0 "$before"
	vb member set m0 state up
	log_test "a drain loses nothing"
}

comings_and_goings()
{
	local before

	ip -n "$host" link add m2 type veth peer name s2 netns "$net"
	ip -n "$net" link set s2 master sw0 up
	bridge -n "$net" vlan add vid 2-63 dev s2
	both_ways m1
	before=$(placement)
	vb member add br-phy m2
	check "the switch is ready" wait_for 10 forwards s2
	check "up" wait_for 5 is_state m2 up
	and_on "m2 is added" 0
	only_to m2 "$before" 5
	log_test "a member is added: what evens out moves there"

	both_ways m2
	before=$(placement)
	vb member del m2
	and_on "m2 is removed" 50
	only_those_of m2 "$before"
	log_test "a member is removed: only its stations move"

	vb member add br-phy m2
	check "up" wait_for 5 is_state m2 up
	both_ways m2
	before=$(placement)
	ip -n "$net" link del s2
	and_on "m2 disappears" 50
	only_those_of m2 "$before"
	log_test "a member's device disappears: only its stations move"
}

active_backup()
{
	local before

	vb bond set br-phy mode active-backup primary m1
	check_eq "stations on the other" "$(stations_on m0)" ""
	learn v1 1e
	check_eq "a new one" "$(pin 1e 10)" m1
	both_ways m1
	link_is m1 down
	and_on "the active member fails" 50
	check_eq "stations on the dead" "$(stations_on m1)" ""
	check "all are elsewhere" pinned 1e 10 m0
	both_ways m1
	link_is m1 up
	and_on "the primary is back" 0
	check_eq "stations on the other" "$(stations_on m0)" ""
	log_test "active-backup: all on the primary"

	vb bond set br-phy primary none
	before=$(placement)
	link_is m0 down
	link_is m0 up
	check_eq "moved" "$(moved "$before" "$(placement)")" ""
	link_is m1 down
	link_is m1 up
	check_eq "stations on the one that failed" "$(stations_on m1)" ""
	vb bond set br-phy mode balance-slb
	log_test "active-backup without a primary: no way back"
}

# The switch's ports are ready a moment after their carrier.
topology members=2
vb bond set br-phy updelay 1000
vb port set p1 access 10
vb port set p2 access 10
for xx in 11 12 13 14 15 16 17 18 19 1a 1b 1c; do
	learn v1 $xx
done
failures
comings_and_goings
active_backup
