#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# When stations are moved: by runs every so often, by hand, and not again at
# once.
#
#      v1: 11 12 ..
#      |p1
#    +-+-----------+
#    |   br-phy    |
#    +--+-------+--+
#       |m0     |m1      100 Mbit/s each

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_load_lib.sh
. "${0%/*}/promise_load_lib.sh"

by_hand()
{
	load 11:$elephant 12:$elephant
	weighs 11
	weighs 12
	fix 11 10 m0
	check_eq "dry run" "$(plan dry-run)" "12 m0 m1"
	fix 12 10 m0
	never_moves 5
	log_test "what is pinned by hand does not move"

	link_is m0 down
	check "it yields" pinned 11 10 m1
	link_is m0 up
	check "and returns" wait_for 5 pinned 11 10 m0
	check "and the other" wait_for 5 pinned 12 10 m0
	log_test "a pin by hand yields while its member is down"

	link_is m1 down
	fix 12 10 m1
	check "it waits" pinned 12 10 m0
	link_is m1 up
	check "it is there" wait_for 5 pinned 12 10 m1
	log_test "a pin by hand on a member that is down waits for it"
	fix 12 10 auto
	fix 11 10 auto
	check "auto stays" pinned 12 10 m1
	refused 2 . vb fdb pin br-phy "$(mac 77)" vlan 10 member m1
	refused 2 . fix 11 10 p1
	check "it stays" pinned 11 10 m0
	log_test "auto; no such station; no such member"
}

# split: are 11 and 12 on different members
split()
{
	[ "$(pin 11 10)" != "$(pin 12 10)" ]
}

split_though_set()
{
	vb bond set br-phy ageing 300
	split
}

by_itself()
{
	local before

	place m0 11 12
	weighs 11
	weighs 12
	before=$(placement)
	nap 2.5
	check_eq "moved" "$(moved "$before" "$(placement)")" ""
	log_test "rebalance-interval 0: never by itself"

	vb bond set br-phy rebalance-interval 1000
	check "one moves" wait_for 10 split
	vb bond set br-phy rebalance-interval 0
	check_eq "how many" "$(moved "$before" "$(placement)" | wc -l)" 1
	log_test "rebalance-interval 1000: by itself"

	place m0 11 12
	vb bond set br-phy rebalance-interval 2000
	check "one moves" wait_for 20 split_though_set
	vb bond set br-phy rebalance-interval 0
	log_test "and it is not put off by who sets the bond again and again"
	# What moved is held no longer.
	never_moves 3
}

# What has moved is not moved again by the next runs.
hold_down()
{
	local mover=12 stayer=11 runs=0

	place m0 11 12
	check "one would move" like "$(plan run)" "1[12] m0 m1"
	if pinned 11 10 m1; then
		mover=11
		stayer=12
	fi
	fix $stayer 10 m1
	check_eq "the next run" "$(plan run)" ""
	while pinned $mover 10 m1 && [ $runs -lt 10 ]; do
		plan run >/dev/null
		runs=$((runs + 1))
	done
	check_between "runs until it moves again" $runs 1 8
	fix $stayer 10 auto
	log_test "hold-down: what has moved stays for some runs"
}

# loaded_on MEMBER: how many of the four
loaded_on()
{
	placement | awk -v m="$1" '/:1[1-4],10 / && $2 == m { n++ }
		END { print n + 0 }'
}

# Without periodic runs: what comes gets its share at once.
members_come()
{
	local before xx

	load 11:$elephant 12:$elephant 13:$elephant 14:$elephant
	for xx in 11 12 13 14; do
		weighs $xx
	done
	vb member set m1 state drain
	for xx in 31 32 33 34 35 36 37 38; do
		learn v1 $xx
	done
	check_eq "with load on m0" "$(loaded_on m0)" 4
	weigh_the_same 11 12 13 14
	before=$(placement)
	vb member set m1 state up
	only_to m1 "$before" 7
	check_eq "with load on m0" "$(loaded_on m0)" 2
	never_moves 3
	log_test "a member returns: load and numbers even out at once"

	slow_member m2 f2
	weigh_the_same 11 12 13 14
	before=$(placement)
	vb member add br-phy m2
	check "up" wait_for 10 is_state m2 up
	check_between "stations on m2" "$(stations_on m2 | grep -c .)" 3 5
	only_to m2 "$before" 5
	[ $RET -eq 0 ] || show_load
	log_test "a member is added: what is worth it moves there"

	before=$(placement)
	vb member del m2
	only_those_of m2 "$before"
	check_between "with load on m0" "$(loaded_on m0)" 1 3
	log_test "a member is removed: only its stations move"
}

load_topology
by_hand
by_itself
hold_down
members_come
flows_stop
