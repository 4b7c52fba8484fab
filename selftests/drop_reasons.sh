#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A frame that goes no further is counted once, for one reason, at one device.
#
#      v1(10)    v2(10)
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |  self
#    +--+---+---+--+
#       |m0 |m1 |m2
#       |s0 |s1 |s2
#    +--+---+---+--+
#    |     sw0     |-- f0
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# counters: DEVICE REASON COUNT of all members and ports, a line each
counters()
{
	{ vb -j -s member show; vb -j -s port show; } | jq -r '.[] |
		.ifname as $dev | .stats.drops | to_entries[] |
		"\($dev) \(.key) \(.value)"'
}

mark()
{
	before=$(counters)
}

# dropped WANTED: since the mark, as "DEVICE REASON N", divided by commas; and
# mark again
dropped()
{
	local now

	now=$(counters)
	check_eq "dropped" "$(awk '
		NR == FNR { had[$1, $2] = $3; next }
		$3 != had[$1, $2] { print $1, $2, $3 - had[$1, $2] }
		' <(echo "$before") <(echo "$now") | sort | paste -sd , |
		sed 's/,/, /g')" "$1"
	before=$now
}

# others N REASON: so many at each member that is not the receiver
others()
{
	local m list=()

	for m in m0 m1 m2; do
		[ $m = "$receiver" ] || list+=("$m $2 $1")
	done
	echo "${list[0]}, ${list[1]}"
}

# The one that takes a broadcast
find_receiver()
{
	local m

	for m in m0 m1 m2; do
		[ -z "$(came "s${m#m}" "s=22 d=all t=10")" ] || receiver=$m
	done
}

hairpin()
{
	learn v1 13
	mark
	try v1 "s=11 d=13 n=5" ""
	try v1 "s=13 d=11" ""
	dropped "p1 hairpin 6"
	try v2 "s=12 d=13 n=5" "v1:-x5"
	try s0 "s=22 d=13 t=10" "v1:-"
	dropped ""
	log_test "hairpin: for a station behind the port it came from"

	try self "s=fe d=fe n=3" ""
	dropped "br-phy hairpin 3"
	log_test "hairpin: the node, too"
	vb fdb del br-phy "$(mac 13)" vlan 10
}

receivers()
{
	local m d

	mark
	for d in all 01:00:5e:7f:01:02; do
		for m in m0 m1 m2; do
			if [ $m = "$receiver" ]; then
				try "s${m#m}" "s=22 d=$d t=10 n=5" \
					"v1:-x5 v2:-x5 self:10x5"
				dropped ""
			else
				try "s${m#m}" "s=22 d=$d t=10 n=5" ""
				dropped "$m receiver 5"
			fi
		done
		try f0 "s=22 d=$d t=10 n=20" "v1:-x20 v2:-x20 self:10x20"
		dropped "$(others 20 receiver)"
	done
	log_test "receiver: broadcast and multicast, on all members but one"
}

unknown()
{
	local m

	mark
	for m in m0 m1 m2; do
		try "s${m#m}" "s=22 d=99 t=10 n=3" ""
		dropped "$m unknown 3"
	done
	try f0 "s=22 d=99 t=10 n=7" ""
	dropped "m0 unknown 7, m1 unknown 7, m2 unknown 7"
	log_test "unknown: unicast for a station that is not here"

	vb port set p2 flood on
	try f0 "s=22 d=98 t=10 n=7" "v2:-x7"
	dropped "$(others 7 unknown)"
	vb port set p2 flood off
	log_test "unknown: with flood on, on all members but the receiver"

	try v1 "s=11 d=99 n=3" "s?:10x3 f0:10x3"
	dropped "$(came_back 3)"
	log_test "unknown: what goes to the uplink is not"
}

# came_back N: so many of 11, which the switch floods to all
came_back()
{
	local m list=() mine

	mine=$(pin 11 10)
	for m in m0 m1 m2; do
		[ $m = "$mine" ] || list+=("$m reflected $1")
	done
	echo "${list[0]}, ${list[1]}"
}

standby()
{
	vb port set p2 standby on
	mark
	try v2 "s=12 d=11 n=2" ""
	try v2 "s=12 d=99" ""
	try v2 "s=12 d=all" ""
	dropped "p2 standby 4"
	check "12 is not here" gone 12 10
	try v2 "$(announce rarp 12)" "s?:10 f0:10 v1:- self:10"
	try v2 "s=12 d=11" "v1:-"
	check_eq "of standby" "$(port p2 .stats.drops.standby)" 4
	log_test "standby: all that comes before the guest announces itself"
}

# A port that is taken down has no stations, but can be given one.
down()
{
	ip -n "$host" link set p2 down
	vb fdb add br-phy "$(mac 41)" vlan 10 port p2
	mark
	try s0 "s=22 d=41 t=10 n=4" ""
	dropped "p2 down 4"
	try f0 "s=22 d=all t=10" "v1:- self:10"
	dropped "$(others 1 receiver)"
	vb fdb del br-phy "$(mac 41)" vlan 10
	ip -n "$host" link set p2 up
	check "p2 is up" wait_for 5 comes v2 "s=12 d=11" "v1:-"
	log_test "down: the port is down"

	ip -n "$host" link set br-phy down
	mark
	try s0 "s=22 d=fe n=4" ""
	try v1 "s=11 d=12" "v2:-"
	dropped "br-phy down 4"
	ip -n "$host" link set br-phy up
	check "the node is there" wait_for 5 comes s0 "s=22 d=fe" "self:-"
	log_test "down: the bond's own device is down"
}

# comes FROM WORDS WANTED: a frame does, at last
comes()
{
	equals "$3" came "$1" "$2"
}

malformed()
{
	mark
	try s0 "s=01:00:5e:00:00:01 d=11 t=10 n=3" ""
	try s1 "s=all d=all t=10 n=2" ""
	dropped "m0 malformed 3, m1 malformed 2"
	log_test "malformed: from a group, by a member"

	# of a tag the TPID alone, and its VID without a type
	mark
	if xf "try self raw=ffffffffffff0200000000fe8100" &&
	   xf "try self raw=ffffffffffff0200000000fe8100000a"; then
		check_eq "came" "$REPLY" ""
		dropped "br-phy malformed 2"
		log_test "malformed: from the node, with half a tag"
	else
		log_skip "malformed: from the node, with half a tag" \
			"this kernel does not send it: $REPLY"
	fi
}

no_member()
{
	local m

	for m in m0 m1 m2; do
		vb member set $m state drain
	done
	mark
	try v1 "s=11 d=99 n=2" ""
	try v1 "s=11 d=12" "v2:-"
	try v1 "s=11 d=all" "v2:- self:10"
	dropped "p1 no_member 2"
	for m in m0 m1 m2; do
		vb member set $m state up
	done
	log_test "no_member: unicast for the world while no member is usable"
}

topology members=3
vb port set p1 access 10
vb port set p2 access 10
learn v1 11
learn v2 12
receiver=
find_receiver
hairpin
receivers
unknown
standby
down
malformed
no_member
