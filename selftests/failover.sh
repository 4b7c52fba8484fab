#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Cables are pulled and put back under traffic: frames lost are counted, only
# what must move moves, delays are kept.
#
#      v1(10)   v2(10)
#      |p1      |p2
#    +-+--------+-------------+
#    |         br-phy         |  self
#    +--+--------+--------+---+
#       |m0      |m1      |m2
#       |s0      |s1      |s2
#    +--+--------|--------+---+
#    |  |       sw0           |-- f0
#    +-----------|------------+
#             x0 |
#    +-----------+------------+
#    |          sw1           |-- f1
#    +------------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# The numbers of the streams.
tx=1
rx=2
bc=3

gap_us=2000
under_way=5
! slow || under_way=20

cable()
{
	ip -n "$net" link set "s${1#m}" "$2"
}

state()
{
	member "$1" .state
}

operstate()
{
	ip -n "$host" -j link show "$1" | jq -r '.[0].operstate'
}

# moved BEFORE AFTER: lists of pins that differ, as they are afterwards
moved()
{
	comm -13 <(echo "$1") <(echo "$2")
}

# on DEV PINS: how many stations are on that member
on()
{
	awk -v dev="$1" '$3 == dev { n++ } END { print n + 0 }' <<<"$2"
}

traffic_starts()
{
	stream $tx v1 "s=11 d=22 gap=$gap_us"
	stream $rx f0 "s=22 d=11 t=10 gap=$gap_us"
	stream $bc f0 "s=22 d=all t=10 gap=$gap_us"
	traffic_flows
}

traffic_flows()
{
	check "frames from the VM arrive" arrive $tx f0 50 10
	check "frames to the VM arrive" arrive $rx v1 50 10
	check "broadcasts arrive" arrive $bc v1 50 10
}

# lost STREAM POINT WHAT MOST: at most so many
lost()
{
	local n

	stop "$1"
	n=$(lost_at "$2")
	note "$3: $n of ${STAT[sent]} frames lost," \
	     "at most ${STAT[$2.gap]} ms without one"
	check_between "frames lost $3" "$n" 0 "$4"
	check_eq "frames that came twice $3" "${STAT[$2.twice]}" 0
}

# Frames on their way when it happens are lost, and no others: 10 ms' worth is
# for a machine that is busy with other things, 40 ms' for one that is emulated,
# and perhaps with PREEMPT_RT, where softirqs wait for their turn.
traffic_stops()
{
	traffic_flows
	lost $tx f0 "from the VM" "$1"
	lost $rx v1 "to the VM" "$1"
	lost $bc v1 "broadcast" "$1"
}

pull()
{
	local pin

	try v1 "s=11 d=all" "s?:10 f0:10 f1:10 v2:- self:10"
	try f0 "s=22 d=11 t=10" "v1:-"
	pin=$(station 11 10 .member)

	traffic_starts
	cable "$pin" down
	traffic_flows
	check "$pin is down" wait_for 5 equals down state "$pin"
	check_eq "carrier" "$(member "$pin" .carrier)" false
	check_not "the station stayed" equals "$pin" station 11 10 .member
	traffic_stops "$under_way"
	log_test "a cable is pulled"

	# A switch takes a moment to forward, that is what updelay is for.
	vb bond set br-phy updelay 500
	traffic_starts
	cable "$pin" up
	check "$pin is up" wait_for 5 equals up state "$pin"
	traffic_stops "$under_way"
	log_test "the cable returns"

	traffic_starts
	ip -n "$host" link set "$pin" down
	check "$pin is down" wait_for 5 equals down state "$pin"
	traffic_flows
	ip -n "$host" link set "$pin" up
	check "$pin is up" wait_for 5 equals up state "$pin"
	traffic_stops $((2 * under_way))
	log_test "a member is set down and up"

	traffic_starts
	vb member del "$pin"
	traffic_flows
	vb member add br-phy "$pin"
	check "$pin is up" wait_for 5 equals up state "$pin"
	traffic_stops $((2 * under_way))
	log_test "a member is removed and added"
}

# Twelve stations; m0 goes, and returns.
moves()
{
	local before gone back m

	vb fdb flush br-phy
	vb bond set br-phy updelay $((patience * 3))
	xf "try v1 s=20+ d=99 n=12"
	before=$(pins)
	cable m0 down
	check "m0 is down" wait_for 5 equals down state m0
	gone=$(pins)
	check_eq "stations on m0" "$(on m0 "$gone")" 0
	check_eq "stations that moved" "$(moved "$before" "$gone" | wc -l)" \
		"$(on m0 "$before")"
	check_eq "stations" "$(wc -l <<<"$gone")" 12
	for m in m1 m2; do
		check_between "stations on $m" "$(on $m "$gone")" 4 8
	done
	log_test "a member goes: its stations move and no others"

	cable m0 up
	check "m0 has carrier" wait_for 5 equals true member m0 .carrier
	check_eq "state of m0" "$(state m0)" down
	xf "try v1 s=20+ d=99 n=12"
	check_not "frames by m0 before updelay: $REPLY" like "$REPLY" "*s0:*"
	check_eq "pins" "$(pins)" "$gone"
	check "m0 is up" wait_for 10 equals up state m0
	back=$(pins)
	check_between "stations on m0" "$(on m0 "$back")" 3 5
	check_eq "stations that moved" "$(moved "$gone" "$back" | wc -l)" \
		"$(on m0 "$back")"
	log_test "it returns after updelay: only what evens out moves"

	xf "try v1 s=20+ d=99 n=12"
	check "frames by m0: $REPLY" like "$REPLY" "*s0:*"
	log_test "and is used"

	cable m0 down
	check "m0 is down" wait_for 5 equals down state m0
	cable m0 up
	check "m0 has carrier" wait_for 5 equals true member m0 .carrier
	cable m0 down
	check "m0 lost it" wait_for 5 equals false member m0 .carrier
	gone=$(pins)
	xf "try v1 s=20+ d=99 n=12"
	check_not "frames by m0: $REPLY" like "$REPLY" "*s0:*"
	check_eq "pins" "$(pins)" "$gone"
	log_test "one that flaps within updelay is not used"
	cable m0 up
	vb bond set br-phy updelay 0
	wait_for 10 all_up
}

downdelay()
{
	local before

	vb bond set br-phy downdelay 60000
	before=$(pins)
	check_between "stations on m0" "$(on m0 "$before")" 1 12
	cable m0 down
	check "m0 lost carrier" wait_for 5 equals false member m0 .carrier
	check_eq "state of m0" "$(state m0)" up
	xf "try v1 s=20+ d=99 n=12"
	check "frames: $REPLY" like "$REPLY" "*f0:10x12*"
	log_test "downdelay: frames take another member at once"

	cable m0 up
	check "m0 has carrier" wait_for 5 equals true member m0 .carrier
	check_eq "pins" "$(pins)" "$before"
	xf "try v1 s=20+ d=99 n=12"
	check "frames by m0: $REPLY" like "$REPLY" "*s0:*"
	log_test "downdelay: pins outlast a flap"

	vb bond set br-phy downdelay 500
	cable m0 down
	check "m0 is down" wait_for 10 equals down state m0
	check_eq "stations on m0" "$(on m0 "$(pins)")" 0
	log_test "downdelay: they move when it has passed"
	vb bond set br-phy downdelay 0
	cable m0 up
	wait_for 10 all_up
}

# The receivers of 16 VLANs, whichever member is missing.
receivers()
{
	local m vid

	vb port set p2 trunk 40-55
	for m in m0 m1 m2; do
		cable $m down
		check "$m is down" wait_for 5 equals down state $m
		for ((vid = 40; vid < 56; vid++)); do
			try f0 "s=22 d=all t=$vid" "f1:$vid v2:$vid self:$vid"
		done
		check_eq "receiver on $m" "$(member $m .receiver)" ""
		cable $m up
		check "$m is up" wait_for 5 equals up state $m
		wait_for 5 switches_ready
	done
	log_test "each VLAN has a receiver whichever member is missing"
	vb port set p2 access 10
}

# Nothing is up; then what comes is used without updelay.
last_one()
{
	local m before

	for m in m0 m1 m2; do
		cable $m down
	done
	check "the bond has no carrier" wait_for 5 equals false bond .carrier
	before=$(port p1 .stats.drops.no_member)
	try v1 "s=20 d=99" ""
	try v1 "s=20 d=all" "v2:- self:10"
	check_eq "dropped for want of a member" \
		$(($(port p1 .stats.drops.no_member) - before)) 1
	log_test "without a member frames stay in the bond"

	vb bond set br-phy updelay 60000
	cable m1 up
	check "m1 is up" wait_for 5 equals up state m1
	check "the bond has carrier" equals true bond .carrier
	try v1 "s=20 d=99" "s1:10*"
	cable m0 up
	check "m0 has carrier" wait_for 5 equals true member m0 .carrier
	check_eq "state of m0" "$(state m0)" down
	log_test "updelay is skipped when nothing else is up"

	cable m1 down
	check "m0 is up" wait_for 5 equals up state m0
	try v1 "s=20 d=99" "s0:10*"
	log_test "also for the one that waits when the last one goes"
	vb bond set br-phy updelay 0
}

# Carrier events of dummies come late; no frame waits for them.
late_events()
{
	local i

	can_add dummy || {
		log_skip "late carrier events" "no dummy devices"
		return 0
	}
	for i in 0 1; do
		ip -n "$host" link add d$i type dummy
		xf "open d$i $host d$i out"
	done
	vb_all <<-END
	bond add bond2 rebalance-interval 0 announce-count 0
	member add bond2 d0
	member add bond2 d1
	port del p2
	port add bond2 p2 access 10
	END
	ip -n "$host" link set bond2 up
	# Some kernels' dummy devices take tags, in others it is in the data (~).
	try v2 "s=12 d=99" "d?:*10"
	for i in 0 1 0 1; do
		# One event right after another is what delays it.
		ip -n "$host" link set d$i carrier off
		try v2 "s=12 d=99" "d$((1 - i)):*10"
		ip -n "$host" link set d$i carrier on
		try v2 "s=12 d=99" "d?:*10"
	done
	log_test "a member without carrier is avoided before its event comes"

	vb bond set bond2 updelay 60000
	ip -n "$host" link set d0 carrier off
	check "d0 is down" wait_for 5 equals down state d0
	ip -n "$host" link set d0 carrier on
	check "d0 waits" wait_for 5 equals true member d0 .carrier
	check_eq "state of d0" "$(state d0)" down
	ip -n "$host" link add d2 type dummy
	ip -n "$host" link set d2 up
	ip -n "$host" link set d2 carrier off
	check "its event has come" wait_for 5 equals DOWN operstate d2
	ip -n "$host" link set d1 carrier off
	try v2 "s=12 d=99" "d0:*10"
	log_test "before the event, a member in its updelay is better than none"
}

topology members=3 switches=2 announce=3
vb_all <<END
port set p1 access 10
port set p2 access 10
END
pull
vb bond set br-phy announce-count 0
moves
downdelay
receivers
last_one
late_events
