#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A station's MAC as the source of a frame from the uplink: the bond's own frame
# come back, or the station has moved to another node.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |
#    +--+-------+--+
#       |m0     |m1
#       |s0     |s1
#    +--+-------+--+
#    |     sw0     |-- f0
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# Past the time after a frame within which it may come back.
window=1.2

# sent_out XX: frames to it leave for the far host
sent_out()
{
	check "$1 is forgotten" gone "$1" 10
	try v2 "s=12 d=$1" "s1:10 f0:10"
}

# kept XX: it is still at p1 and gets its frames
kept()
{
	check_eq "where $1 is" "$(station "$1" 10 .port)" p1
	try s0 "s=22 d=$1 t=10" "v1:-"
}

# --- what comes back

reflections()
{
	local before

	anew
	before=$(drops reflected)
	try v1 "s=11 d=all" "s0:10 f0:10 v2:- self:10"
	try v1 "s=11 d=01:00:5e:01:02:03" "s0:10 f0:10 v2:- self:10"
	try v1 "s=11 d=99" "s0:10 f0:10"
	check_eq "dropped" $(($(drops reflected) - before)) 3
	kept 11
	log_test "what the switch floods back is dropped"

	before=$(drops reflected)
	try v1 "s=11 d=all n=500" "s0:10x500 f0:10x500 v2:-x500 self:10x500"
	check_eq "dropped" $(($(drops reflected) - before)) 500
	kept 11
	log_test "500 broadcasts in a row too"
}

own_announcements()
{
	local kind before

	anew
	for kind in garp garp-reply rarp na; do
		before=$(drops reflected)
		try v1 "$(announce $kind 11)" "s0:10 f0:10 v2:- self:10"
		check_eq "$kind dropped" $(($(drops reflected) - before)) 1
		kept 11
	done
	log_test "a guest's own announcements come back: it stays"
}

# The lock is held for 5 s; the guest is silent meanwhile.
lock()
{
	local begin said name="an announcement locks out others for 5 s"

	anew
	learn v1 11
	begin=$(now_ms)
	xf "try v1 $(announce garp 11)"
	said=$(now_ms)
	nap $window
	try f0 "$(announce garp 11) t=10" ""
	try f0 "$(announce rarp 11) t=10" ""
	kept 11
	while [ $(($(now_ms) - begin)) -lt 4300 ]; do
		nap 0.1
	done
	xf "try f0 $(announce garp 11) t=10"
	if [ $(($(now_ms) - begin)) -lt 4900 ]; then
		check_eq "came out" "$REPLY" ""
		check "the lock is still held" here 11 10
		log_test "$name"
	else
		log_skip "$name" "the last one came too late"
	fi

	while [ $(($(now_ms) - said)) -lt 5500 ]; do
		nap 0.1
	done
	try f0 "$(announce garp 11) t=10" "v1:- v2:- self:10"
	sent_out 11
	log_test "and no longer"
}

# Nobody is behind it any more, so what comes from elsewhere is no reflection.
dead_wire()
{
	local kind

	for kind in rarp garp frame; do
		anew
		xf "try v1 $(announce garp 11)"
		ip -n "$net" link set v1 down
		check "no carrier" wait_for 5 equals false carrier p1
		if [ $kind = frame ]; then
			try f0 "s=11 d=12 t=10" "v2:-"
		else
			try f0 "$(announce $kind 11) t=10" "v2:- self:10"
		fi
		sent_out 11
		ip -n "$net" link set v1 up
		check "carrier" wait_for 5 equals true carrier p1
	done
	log_test "where the port has no carrier any frame from elsewhere is followed"
}

# carrier DEV: true or false
carrier()
{
	[[ $(ip -n "$host" link show "$1") != *NO-CARRIER* ]] && echo true ||
		echo false
}

bonds_announcements()
{
	local before begin came
	local name="the bond's announcements come back: a silent station stays"

	anew
	nap $window
	listen
	before=$(drops reflected)
	vb bond set br-phy announce-count 2
	begin=$(now_ms)
	fix 11 10 m1
	check "announced" rarps_reach m1 11 10 2 10
	check "they come back" wait_for 3 \
		drops_reach reflected $((before + 2))
	# First of all, for that is so for 5 s.
	xf "try f0 $(announce rarp 11) t=10"
	came=$REPLY
	xf "try f0 $(announce garp 11) t=10"
	came+=$REPLY
	if [ $(($(now_ms) - begin)) -ge 4900 ]; then
		unlisten
		log_skip "$name" "others' came too late to tell"
		return 0
	fi
	check_eq "where it is" "$(station 11 10 .port)" p1
	check_eq "which way" "$(pin 11 10)" m1
	unlisten
	log_test "$name"

	check_eq "came out" "$came" ""
	log_test "they lock out others as well"
}

# --- moves

announced_moves()
{
	local kind

	for kind in garp garp-reply rarp na; do
		anew
		# A millisecond after its last local frame.
		learn v1 11
		try f0 "$(announce $kind 11) t=10" "v1:- v2:- self:10"
		sent_out 11
		log_test "moved out with $kind, followed at once"
	done

	anew
	learn v1 11
	try f0 "s=11 d=all type=0806 t=10 data=0001080006040001$(
		)020000000011c000020a000000000000c0000214" ""
	kept 11
	log_test "an ARP request for another is no announcement"

	anew
	xf "try f0 $(announce garp 11) t=20"
	xf "try f0 $(announce garp 11)"
	kept 11
	log_test "an announcement on another VLAN says nothing of this one"
}

# A tunnel's guest announces itself on a VLAN of its own.
tunnel_moves()
{
	local kind

	vb bond set br-phy announce-count 0
	vb port set p1 tunnel 50
	learn v1 11 t=10
	xf "try v1 $(announce garp 11) t=10"
	nap $window
	xf "try s0 $(announce garp 11) t=s50.10"
	check "it stays" here 11 50
	log_test "a tunnel's guest: its own announcement on its VLAN is one"

	for kind in garp garp-reply rarp na; do
		vb port set p1 vlan none
		vb port set p1 tunnel 50
		learn v1 11 t=10
		xf "try s0 $(announce $kind 11) t=s50.10"
		check "followed, $kind" gone 11 50
		learn v1 11 t=10.20
		xf "try s0 $(announce $kind 11) t=s50.10.20"
		check "followed behind two tags, $kind" gone 11 50
	done
	vb port set p1 access 10
	log_test "a tunnel's guest moves out: followed at once"
}

# follow: the time that a silent move takes to be noticed, in $first
follow()
{
	local begin

	anew
	# No later than its frame, or the window would seem shorter than it is.
	begin=$(now_ms)
	learn v1 11
	xf "try f0 s=11 d=12 t=10"
	first=$(($(now_ms) - begin))
	if [ $first -lt 900 ]; then
		check_eq "within the window" "$REPLY" ""
		check "it stays" here 11 10
	fi
	stream 1 f0 "s=11 d=12 t=10 gap=10000"
	check "its frames arrive" arrive 1 v2 1 10
	first=$(($(now_ms) - begin))
	stop 1
	note "followed $first ms after its last local frame"
	[ $first -ge 900 ] || failed "followed too early"
}

silent_move()
{
	local first i

	follow
	# Who takes the processor away for that long hardly does so again.
	for ((i = 0; i < 3 && first > 1200; i++)); do
		follow
	done
	slow || check_between "followed after ms" "$first" 900 1200
	sent_out 11
	log_test "a silent move is followed within a second"

	# The switch has seen it last at f0, and sees it here now.
	try v1 "s=11 d=22" "s0:10 f0:10"
	fix 11 10 m0
	try f0 "s=22 d=11 t=10" "v1:-"
	log_test "and back again at once"
}

silent_for_long()
{
	anew
	vb bond set br-phy ageing 1
	nap 2.2
	check_eq "state" "$(station 11 10 .state)" stale
	try s0 "s=22 d=11 t=10" "v1:-"
	try v2 "s=12 d=11" "v1:-"
	log_test "a stale station still gets its frames"

	try f0 "s=11 d=12 t=10" "v2:-"
	sent_out 11
	vb bond set br-phy ageing 300
	log_test "and yields to the first frame from elsewhere"
}

static_station()
{
	local kind

	anew
	vb fdb add br-phy "$(mac 13)" vlan 10 port p1
	fix 13 10 m0
	nap $window
	for kind in garp garp-reply rarp na; do
		try f0 "$(announce $kind 13) t=10" ""
	done
	try f0 "s=13 d=12 t=10" ""
	try f0 "s=13 d=all t=10" ""
	check_eq "state" "$(station 13 10 .state)" static
	kept 13
	vb fdb del br-phy "$(mac 13)" vlan 10
	log_test "a static station never moves"
}

own_addresses()
{
	local kind member

	nap $window
	for kind in garp garp-reply rarp na; do
		try f0 "$(announce $kind fe)" ""
	done
	try f0 "s=fe d=all" ""
	check_eq "state" "$(station fe 0 .state)" local
	log_test "the node's own address never moves"

	for member in f0 f1; do
		try f0 "s=$member d=all" ""
		try f0 "s=$member d=all t=10" ""
		try f0 "s=$member d=11 t=10" ""
		try f0 "$(announce garp $member) t=10" ""
	done
	log_test "nobody else may have a member's address"
}

topology members=2
vb port set p1 access 10
vb port set p2 access 10
reflections
own_announcements
lock
dead_wire
bonds_announcements
announced_moves
tunnel_moves
silent_move
silent_for_long
static_station
own_addresses
