#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Thousands of stations that move are announced, but not in a burst, and nobody's
# rounds wait for those of others.
#
#      v1      v2
#      |p1     |p2
#    +-+-------+---+
#    |   br-phy    |
#    +--+-------+--+
#       |m0     |m1
#       |s0     |s1      k0, k1: what the members send
#    +--+-------+--+
#    |     sw0     |-- f0
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# busiest POINT: the most announcements in any 100 ms
busiest()
{
	seen "$1" | awk '$5 == "8035" {
		t[n++] = $1
		while ($1 - t[first] >= 100)
			first++
		if (n - first > most)
			most = n - first
	} END { print most + 0 }'
}

# all_announced N
all_announced()
{
	[ "$(announced)" -ge "$1" ]
}

announced()
{
	kept_at "type=8035" k0 k1
	echo "$REPLY"
}

many()
{
	local n=2000 action most before

	vb port set p1 access 10 max-macs 4096
	vb bond set br-phy announce-count 0
	xf "try v1 s=02:00:00:00:40:00+ d=$(mac 7f) n=$n"
	vb bond set br-phy announce-count 1

	for action in down up; do
		listen
		before=$(placement)
		link_is m0 $action
		n=$(moved "$before" "$(placement)" | wc -l)
		[ "$n" -ge 800 ] || failed "only $n moved"
		check "all are announced" wait_for 60 all_announced "$n"
		check_eq "announcements" "$(announced)" "$n"
		most=$(($(busiest k0) + $(busiest k1)))
		note "m0 goes $action: $n announcements," \
		     "at most $most within 100 ms"
		check_between "within 100 ms" $most 1 300
		log_test "m0 goes $action: $n announcements are paced"
	done
}

# Each of them comes by a frame that few switches see, so that each has to be
# announced: a guest must not be able to make a burst of it.
arrivals()
{
	local n=2000 most

	vb fdb flush br-phy port p1
	vb bond set br-phy announce-count 1
	listen
	xf "try v1 s=02:00:00:00:50:00+ d=$(mac 7f) n=$n"
	check "all are announced" wait_for 60 all_announced $n
	most=$(($(busiest k0) + $(busiest k1)))
	note "$n arrivals: at most $most announcements within 100 ms"
	check_between "within 100 ms" $most 1 300
	log_test "$n stations that come at once: announcements are paced"
}

# Rounds of announcements are sent although another guest makes new stations as
# fast as it can.
rounds()
{
	vb bond set br-phy announce-count 3
	vb port set p1 max-macs 256
	vb port set p2 access 10
	learn v2 12
	fix 12 10 m0
	listen
	stream 1 v1 "s=02:00:00:00:60:00+ d=$(mac 7f) gap=200"
	check "there is a flood" wait_for 20 all_announced 300
	fix 12 10 m1
	check "three rounds" rarps_reach m1 12 10 3 10
	stop 1
	note "${STAT[sent]} stations, $(announced) announcements"
	log_test "a guest that floods the table delays no rounds of others"
}

topology members=2 ports=2
many
arrivals
rounds
