#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While updelay runs for a member that is added or returns nothing moves; after
# it, once, what evens out, and no more. Periodic rebalancing changes nothing of
# that.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |  self
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

# Long enough to look several times, and how late it may be over
delay=4000
late=1100
! slow || delay=10000
! slow || late=4000

# looks: at where the stations are, what m2 receives, and at last whether it is
# still down: until then nothing may have moved
looks()
{
	at=$(now_ms)
	now=$(placement)
	received=$(member m2 .receiver)
	is_state m2 down
}

# waits BEGIN BEFORE: m2 is not used, and nothing moves, for as long as updelay,
# which began between then and now
waits()
{
	local at now received begun last n=0

	check "m2 has carrier" wait_for 5 equals true member m2 .carrier
	begun=$(now_ms)
	last=$begun
	while looks; do
		last=$at
		[ $((last - begun)) -lt $((delay + late)) ] || break
		check_eq "moved meanwhile" "$(moved "$2" "$now")" ""
		check_eq "received meanwhile" "$received" ""
		n=$((n + 1))
	done
	check "m2 is up" wait_for 20 is_state m2 up
	at=$(($(now_ms) - $1))
	note "looked $n times, to $((last - begun)) ms; up after $at at most"
	check "m2 was looked at while it was waited for" [ $n -gt 0 ]
	check_between "ms for which it was down" $((last - begun)) 0 \
		$((delay + late))
	check_between "ms until it was up" $at $((delay - 20)) 60000
}

# stays: nothing moves any more, and nothing would
stays()
{
	local after

	after=$(placement)
	if [ "$interval" = 0 ]; then
		check_eq "would move" \
			 "$(vb -j bond rebalance br-phy dry-run | jq length)" 0
	fi
	nap 2.5
	check_eq "moved afterwards" "$(moved "$after" "$(placement)")" ""
}

# evened BEFORE: at most a third of 13 is on m2 now, from where it was too much
evened()
{
	only_to m2 "$1" 5
	check_between "stations on m2" "$(stations_on m2 | grep -c .)" 3 5
}

added()
{
	local before begin

	ip -n "$host" link add m2 type veth peer name s2 netns "$net"
	ip -n "$net" link set s2 master sw0 up
	bridge -n "$net" vlan add vid 2-63 dev s2
	before=$(placement)
	begin=$(now_ms)
	vb member add br-phy m2
	waits "$begin" "$before"
	evened "$before"
	stays
	log_test "a member is added: nothing moves until updelay is over ($how)"
}

returned()
{
	local before begin

	before=$(placement)
	link_is m2 down
	only_those_of m2 "$before"
	before=$(placement)
	begin=$(now_ms)
	wire m2 up
	waits "$begin" "$before"
	evened "$before"
	stays
	log_test "a member returns: nothing moves until updelay is over ($how)"
}

twelve_stations
vb bond set br-phy updelay $delay
for interval in 0 500; do
	how="no rebalancing"
	[ $interval = 0 ] || how="every $interval ms"
	vb bond set br-phy rebalance-interval $interval
	added
	returned
	vb member del m2
	ip -n "$host" link del m2
done
