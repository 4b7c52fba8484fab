#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Large TCP segments that the switch floods to all members come out whole, and
# once.
#
#      v1(10)   v2(trunk 10,40-47)
#      |p1      |p2
#    +-+--------+-+
#    |   br-phy   |  self
#    +--+------+--+
#     m0|      |m1
#     s0|      |s1
#    +--+--+ +-+---+
#    | sw0 |-| sw1 |      or one switch with both
#    +--+--+ +-+---+
#       f0     f1

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

big="len=15014 gso=1448"
whole=/gso1448

# start SWITCHES
start()
{
	cleanup
	topology members=2 switches="$1"
	shape="$1 switch"
	[ "$1" -eq 1 ] || shape+=es
	far=
	[ "$1" -eq 1 ] || far=f1:
	vb_all <<-END
		port set p1 access 10
		port set p2 trunk 10,40-47
	END
	learn v1 11
	learn v2 12 t=10
}

# comes WORDS VID N WHERE...: from f0, so often, to these points and to the far
# host on the other switch
comes()
{
	local words=$1 vid=$2 n=$3 times="" wanted="" one
	shift 3

	[ "$n" -eq 1 ] || times=x$n
	for one in ${far:+"$far$vid"} "$@"; do
		wanted+="$one$whole$times "
	done
	try f0 "s=22 $words t=$vid n=$n $big" "$wanted"
}

floods()
{
	local d n vid

	for d in all 01:00:5e:7f:01:02 33:33:00:00:00:fb; do
		for n in 1 20; do
			comes "d=$d" 10 $n v1:- v2:10 self:10
		done
	done
	# Receivers of VLANs differ, so try enough of them.
	for vid in {40..47}; do
		comes "d=all" "$vid" 1 "v2:$vid" "self:$vid"
	done
	log_test "broadcast and multicast: whole, once ($shape)"

	comes "d=98" 10 1
	vb port set p2 flood on
	comes "d=97" 10 1 v2:10
	comes "d=97" 10 20 v2:10
	vb port set p2 flood off
	log_test "unknown unicast with flood on: whole, once ($shape)"
}

# A switch that does not learn sends all to both members.
known_station()
{
	local m before

	switch_learns off
	for m in m0 m1; do
		fix 11 10 $m
		before=$(drops duplicate)
		comes "d=11" 10 1 v1:-
		comes "d=11" 10 20 v1:-
		check_eq "copies dropped, pin $m" \
			 $(($(drops duplicate) - before)) 21
	done
	switch_learns on
	log_test "to a known station, by both members: whole, once ($shape)"
}

for switches in 1 2; do
	start $switches
	floods
	known_station
done
