#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Balancing in the kernel: the rates of stations, what a run would move and what
# it does, and what it leaves alone.
#
#      v1: 11 12 ..
#      |p1
#    +-+-----------+
#    |   br-phy    |
#    +--+-------+--+
#       |m0     |m1      100 Mbit/s each
#            22

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_load_lib.sh
. "${0%/*}/promise_load_lib.sh"

# --- the rates

# throughput: what p1 takes in now, in kbit/s
throughput()
{
	local begin bytes

	begin=$(now_ms)
	bytes=$(port p1 .stats.rx_bytes)
	nap 3
	echo $((($(port p1 .stats.rx_bytes) - bytes) * 8 /
		($(now_ms) - begin)))
}

rates()
{
	local now sum

	load 11:$elephant 12:$mouse
	weighs 11
	weighs 12
	nap 3
	now=$(throughput)
	sum=$(($(rate 11 10) + $(rate 12 10)))
	note "p1 takes in $now kbit/s, its stations send $sum"
	check_between "sum of the rates" $sum $((now / 2)) $((now * 2))
	check_between "11 sends, of which 12 sends 40 %" "$(rate 12 10)" \
		$(($(rate 11 10) * 30 / 100)) $(($(rate 11 10) * 50 / 100))
	check_between "their member" \
		"$(member m0 '.tx_bps / 1e3 | floor')" \
		$((sum / 2)) $((sum * 2))
	# its first frames may have been by that one
	check_between "the other member" \
		"$(member m1 '.tx_bps / 1e3 | floor')" 0 $((sum / 4))
	log_test "rates are shown"
}

elephant_and_mouse()
{
	local before

	before=$(placement)
	check_eq "dry run" "$(plan dry-run)" "12 m0 m1"
	check_eq "again" "$(plan dry-run)" "12 m0 m1"
	check_eq "moved" "$(moved "$before" "$(placement)")" ""
	log_test "dry-run: says what would move and moves nothing"

	check_eq "run" "$(plan run)" "12 m0 m1"
	check_eq "moved" "$(moved "$before" "$(placement)")" \
		 "$(mac 12),10 m1"
	check_eq "why" "$(station 12 10 .pin_cause)" rebalance
	log_test "an elephant and a mouse: the mouse moves"

	never_moves 5
	log_test "and that is enough"
}

decay()
{
	local first

	flows_stop
	first=$(rate 11 10)
	check "the rate falls by half" wait_for 30 below $((first / 2)) \
		rate 11 10
	[ "$first" -gt 0 ] || failed "there was none"
	log_test "rates decay"
}

# --- what is moved

max_moves()
{
	local xx

	load 11:$elephant 12:$elephant 13:$elephant 14:$elephant 15:$elephant 16:$elephant
	for xx in 11 12 13 14 15 16; do
		weighs $xx
	done
	vb bond set br-phy max-moves 2
	check_eq "would move" "$(plan dry-run | tr , '\n' | wc -l)" 2
	check_eq "moves" "$(plan run | tr , '\n' | wc -l)" 2
	log_test "max-moves bounds a run"

	vb bond set br-phy max-moves 8
	plan run >/dev/null
	check_eq "on m1" "$(placement | awk '/:1[1-6],10 m1$/ { n++ }
		END { print n + 0 }')" 3
	never_moves 4
	log_test "equal loads end evenly, and stay there"
}

trifles()
{
	load 11:$elephant 12:$((elephant - elephant / 50))
	place m1 12
	weighs 11
	weighs 12
	never_moves 5
	log_test "a trivial imbalance moves nothing"

	load 11:$elephant
	weighs 11
	never_moves 5
	check "it stays" pinned 11 10 m0
	log_test "a single heavy station never moves"

	load 12:$fly 13:$fly
	check "there is traffic" wait_for 10 eval \
		"[ \$(station 12 10 .tx_bps) -gt 100000 ]"
	never_moves 3
	log_test "less than a percent of the link moves nothing"
}

directions()
{
	flows_stop
	vb fdb flush br-phy port p1
	xf "try v1 $(announce garp 11)"
	xf "try v1 $(announce garp 12)"
	place m0 11 12
	flow_in m0 22 11 $elephant 10
	flow_in m0 22 12 $elephant 10
	flows_start
	weighs 11
	weighs 12
	check "one would move" like "$(plan dry-run)" "1[12] m0 m1"
	log_test "what is received counts"

	load 11:$elephant
	flows_stop
	xf "try v1 $(announce garp 12)"
	place m0 12
	flow v1 11 22 $elephant
	flow_in m0 22 12 $elephant 10
	flows_start
	weighs 11
	weighs 12
	never_moves 3
	flows_stop
	log_test "one sends, one receives: together they fill nothing"
}

load_topology
rates
elephant_and_mouse
decay
max_moves
trifles
directions
