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
#       |m0     |m1
#       |s0     |s1
#    +--+-------+--+
#    |     sw0     |-- f0: 22
#    +-------------+

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

topology members=2 ports=1
can_load || skip_all "no pktgen"
vb port set p1 access 10
learn f0 22 t=10
by_hand
by_itself
hold_down
flows_stop
