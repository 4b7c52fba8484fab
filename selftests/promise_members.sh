#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The states of members: drain, updelay, downdelay; primary, min-links, weight.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |  self
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

# Carrier events may come a second late.
late=1100
! slow || late=4000

# took_between WHAT FROM LEAST: since then (now_ms), at most what is late
took_between()
{
	local ms=$(($(now_ms) - $2))

	note "$1 after $ms ms"
	check_between "$1 after ms" $ms "$3" $(($3 + late))
}

# unheard WIRE VID...: on none of these VLANs a broadcast from there comes out
unheard()
{
	local vid

	for vid in "${@:2}"; do
		[ -z "$(came "$1" "s=22 d=all t=$vid")" ] || return
	done
}

# --- drain

drain()
{
	local before

	before=$(placement)
	vb member set m0 state drain
	only_those_of m0 "$before"
	check_eq "state" "$(member m0 .state)" drain
	try s0 "s=22 d=11 t=10" "v1:-"
	check "handed over" wait_for 1 unheard s0 10
	try s1 "s=22 d=all t=10" "v1:- v2:- self:10"
	log_test "drain: no pins, no receiver, unicast is accepted"

	wire m0 down
	check "carrier goes" wait_for 5 equals false member m0 .carrier
	check_eq "state" "$(member m0 .state)" drain
	wire m0 up
	check "carrier comes" wait_for 5 equals true member m0 .carrier
	learn v1 1f
	check_eq "state" "$(member m0 .state)" drain
	check_eq "stations" "$(stations_on m0)" ""
	try s1 "s=22 d=all t=10" "v1:- v2:- self:10"
	log_test "drain: sticks when the carrier goes and comes"

	before=$(placement)
	vb member set m0 state up
	check_eq "state" "$(member m0 .state)" up
	only_to m0 "$before" 7
	log_test "the end of a drain: what evens out moves"
}

# --- updelay and downdelay

updelay()
{
	local before begin delay=1500 now

	! slow || delay=5000
	vb bond set br-phy updelay $delay
	link_is m0 down
	before=$(placement)
	begin=$(now_ms)
	wire m0 up
	check "carrier comes" wait_for 5 equals true member m0 .carrier
	now=$(placement)
	check_eq "state meanwhile" "$(member m0 .state)" down
	check_eq "moved meanwhile" "$(moved "$before" "$now")" ""
	check "up" wait_for 20 is_state m0 up
	took_between "m0 is up" "$begin" $delay
	only_to m0 "$before" 7
	log_test "updelay: used after it"

	link_is m0 down
	before=$(placement)
	wire m0 up
	check "carrier comes" wait_for 5 equals true member m0 .carrier
	wire m0 down
	check "carrier goes" wait_for 5 equals false member m0 .carrier
	nap $((delay / 1000 + 1))
	check_eq "state" "$(member m0 .state)" down
	check_eq "moved" "$(moved "$before" "$(placement)")" ""
	log_test "updelay: a link that flaps is not used"

	vb bond set br-phy updelay 60000
	wire m0 up
	check "carrier comes" wait_for 5 equals true member m0 .carrier
	check_eq "state" "$(member m0 .state)" down
	vb bond set br-phy updelay 100
	check "m0 is up" wait_for 10 is_state m0 up
	log_test "updelay: one that runs is as long as it is set now"

	vb bond set br-phy updelay 60000
	link_is m0 down
	wire m0 up
	check "carrier comes" wait_for 5 equals true member m0 .carrier
	check_eq "state" "$(member m0 .state)" down
	before=$(placement)
	wire m1 down
	check "m0 is up" wait_for 5 is_state m0 up
	only_those_of m1 "$before"
	try v1 "s=11 d=22" "s0:10 f0:10"
	log_test "updelay: over when the last other member fails"

	# m1 is without carrier, and up only for as long as downdelay runs
	vb bond set br-phy downdelay 60000
	wire m1 up
	check "m1 waits" wait_for 5 equals true member m1 .carrier
	check_eq "m1" "$(member m1 .state)" down
	wire m0 down
	check "m1 is up" wait_for 5 is_state m1 up
	check_eq "m0 meanwhile" "$(member m0 .state)" up
	try v1 "s=11 d=22" "s1:10 f0:10"
	try s1 "s=22 d=all t=10" "v1:- v2:- self:10"
	vb bond set br-phy downdelay 0
	check "m0 is down" wait_for 5 is_state m0 down
	log_test "updelay: over when the last other has no carrier"

	wire m1 down
	check "m1 is down" wait_for 5 is_state m1 down
	try v1 "s=11 d=22" ""
	wire m1 up
	check "m1 is up" wait_for 5 is_state m1 up
	try v1 "s=11 d=22" "s1:10 f0:10"
	try s1 "s=22 d=all t=10" "v1:- v2:- self:10"
	log_test "updelay: skipped while there is no other"

	vb bond set br-phy updelay 0
	link_is m0 up
}

# silent_wire MEMBER: the bond does not know yet, and sends nothing there
silent_wire()
{
	local before=$1 other=s$((1 - ${1#m})) xx

	before=$(member "$1" .stats.tx_packets)
	for xx in 11 12 13 14; do
		try v1 "s=$xx d=22" "$other:10 f0:10"
	done
	try v1 "s=11 d=all" "$other:10 f0:10 v2:- self:10"
	try "$other" "s=22 d=all t=10" "v1:- v2:- self:10"
	check_eq "sent on the dead wire" "$(member "$1" .stats.tx_packets)" \
		 "$before"
}

downdelay()
{
	local before begin state delay=5000

	! slow || delay=12000
	vb bond set br-phy downdelay $delay announce-count 2
	listen
	xf "try f0 s=22 d=7e t=10"
	before=$(placement)
	begin=$(now_ms)
	wire m0 down
	unlisten
	silent_wire m0
	state=$(member m0 .state)
	listen
	wire m0 up
	check "carrier comes" wait_for 5 equals true member m0 .carrier
	if [ $(($(now_ms) - begin)) -lt $delay ]; then
		check_eq "state" "$state" up
		nap $((delay / 1000))
		check_eq "moved" "$(moved "$before" "$(placement)")" ""
		check_eq "announced" "$(rarps m0 11 10) $(rarps m1 11 10)" \
			 "0 0"
		log_test "downdelay: nothing moves if the link is back in time"
	else
		check "m0 is up" wait_for 10 is_state m0 up
		log_skip "downdelay: nothing moves if the link is back in time" \
			 "it took too long to bring it back"
	fi
	unlisten

	before=$(placement)
	begin=$(now_ms)
	wire m0 down
	check "down" wait_for 20 is_state m0 down
	took_between "m0 is down" "$begin" $delay
	only_those_of m0 "$before"
	vb bond set br-phy downdelay 0 announce-count 0
	link_is m0 up
	log_test "downdelay: afterwards its stations move"
}

# --- the bond as a whole

# The old receiver is listened to for a moment: copies may be on their way.
primary()
{
	local m vid

	for m in m1 m0; do
		vb bond set br-phy primary $m
		check "handed over" wait_for 1 unheard "s$((1 - ${m#m}))" \
			10 20 30
		for vid in 10 20 30; do
			try "s${m#m}" "s=22 d=all t=$vid" "*self:$vid"
			try "s$((1 - ${m#m}))" "s=22 d=all t=$vid" ""
		done
	done
	log_test "primary: receiver of all VLANs"

	link_is m0 down
	try s1 "s=22 d=all t=10" "v1:- v2:- self:10"
	link_is m0 up
	check "handed over" wait_for 1 unheard s1 10
	try s0 "s=22 d=all t=10" "v1:- v2:- self:10"
	try s1 "s=22 d=all t=10" ""
	log_test "primary: and again when it is back"

	refused 2 member vb bond set br-phy primary p1
	check_eq "primary" "$(bond .primary)" m0
	vb bond set br-phy primary none
	check_eq "primary" "$(bond .primary)" null
	log_test "primary: a member or none"
}

carrier()
{
	ip -n "$host" -j link show br-phy | jq -r '.[].operstate'
}

min_links()
{
	vb bond set br-phy min-links 2
	link_is m0 down
	check "no carrier" wait_for 5 equals false bond .carrier
	check "no carrier" wait_for 5 equals DOWN carrier
	link_is m0 up
	check "carrier" wait_for 5 equals true bond .carrier
	check "carrier" wait_for 5 equals UP carrier
	vb member set m0 state drain
	check_eq "a drained member is up" "$(bond .carrier)" true
	vb member set m0 state up
	vb bond set br-phy min-links 3
	check "no carrier" wait_for 5 equals DOWN carrier
	vb bond set br-phy min-links 1
	check "carrier" wait_for 5 equals UP carrier
	log_test "min-links: the bond's carrier"
}

weight()
{
	vb fdb flush br-phy port p1
	vb fdb flush br-phy port p2
	vb member set m0 weight 3
	check_eq "weight" "$(member m0 .weight)" 3
	xf "try v1 s=02:00:00:00:40:00+ d=$(mac 7f) n=40"
	check_between "on m0, of 41" "$(member m0 .stations)" 29 32
	link_is m0 down
	link_is m0 up
	check_between "on m0 after its return" "$(member m0 .stations)" 29 32
	vb member set m0 weight 1
	log_test "weight: three times the stations"

	check_eq "speed" "$(member m0 .speed_mbps)" \
		 "$(ip netns exec "$host" cat /sys/class/net/m0/speed)"
	log_test "speed: as the driver says"
}

twelve_stations
drain
updelay
downdelay
primary
min_links
weight
