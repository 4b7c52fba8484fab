#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every move is announced: for the stations that moved and no others, on their
# new members, tagged as their data is, on VLANs that the uplink carries, so
# many times, a second apart, and not in a burst.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |  self
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
# shellcheck source-path=SCRIPTDIR source=promise_load_lib.sh
. "${0%/*}/promise_load_lib.sh"

# wanted BEFORE COUNT: the announcements that are due for what moved since, as
# MEMBER MAC TAGS. VLAN 40 is none of the uplink's.
wanted()
{
	local station member mac vid tags i

	moved "$1" "$(placement)" | while read -r station member; do
		mac=${station%,*}
		vid=${station#*,}
		[ "$vid" -ne 40 ] || continue
		tags=$vid
		[ "$vid" -ne "$native" ] || tags=-
		for ((i = 0; i < $2; i++)); do
			echo "$member $mac $tags"
		done
	done | sort
}

# announced: those that were sent, in the same form
announced()
{
	local m

	for m in m0 m1; do
		seen "k${m#m}" | awk -v m=$m '$5 == "8035" { print m, $3, $2 }'
	done | sort
}

# rounds_apart MIN MAX: between two announcements of a station, in ms
rounds_apart()
{
	local m apart

	for m in m0 m1; do
		for apart in $(seen "k${m#m}" | awk '$5 == "8035" {
				key = $3 $2
				if (key in last)
					print $1 - last[key]
				last[key] = $1
			}'); do
			check_between "ms between two rounds" "$apart" "$1" "$2"
		done
	done
}

# told WHAT COUNT BEFORE: of what moved since, exactly
told()
{
	local want

	want=$(wanted "$3" "$2")
	[ -n "$want" ] || failed "$1: nothing moved"
	check "$1: announced" wait_for $(($2 + 5)) equals "$want" announced
	# Another round would come within a second.
	nap 1.4
	check_eq "$1" "$(announced)" "$want"
	note "$1: $(sort -u <<<"$want" | wc -l) moved," \
	     "$(wc -l <<<"$want") announcements"
	rounds_apart 900 $slack
	log_test "$1: what moved is announced $2 times, and nothing else"
}

# Remote stations send all the time, and are never announced.
remotes_talk()
{
	xf "try f0 s=22 d=all"
	xf "try f0 s=23 d=11 t=10"
	xf "try f0 s=24 d=all t=20"
	xf "try f0 $(announce garp 25) t=10"
}

stations()
{
	vb port set p1 trunk 0,10,20,30,40
	vb port set p2 access 10
	vb bond set br-phy vlans 0-30,50
	learn v1 11 t=10
	learn v1 12 t=20
	learn v1 13
	learn v1 14 t=30
	learn v1 16 t=40
	learn v2 15
	learn f0 7f t=10
	learn f0 7f t=20
	remotes_talk
}

# spread: stations of each VLAN on each member, and nothing left to announce
spread()
{
	local s m

	vb bond set br-phy announce-count 0
	for s in 11,10,m0 12,20,m0 13,0,m0 14,30,m1 15,10,m1 16,40,m0 fe,0,m0
	do
		IFS=, read -r s vid m <<<"$s"
		for m in $m auto; do
			echo "fdb pin br-phy $(mac "$s") vlan $vid member $m"
		done
	done | vb_all
	vb bond set br-phy announce-count "${1-2}"
	listen
}

causes()
{
	local before sent

	spread 3
	before=$(placement)
	sent=$(member m0 .stats.tx_packets)
	link_is m0 down
	told "failover" 3 "$before"
	check_eq "sent" "$(member m0 .stats.tx_packets)" "$sent"
	log_test "failover: nothing is sent on the dead wire"

	spread 2
	before=$(placement)
	link_is m0 up
	told "a member's return" 2 "$before"

	spread
	before=$(placement)
	vb member set m1 state drain
	told "drain" 2 "$before"

	listen
	before=$(placement)
	vb member set m1 state up
	told "the end of a drain" 2 "$before"

	spread
	before=$(placement)
	fix 12 20 m1
	told "a pin by hand" 2 "$before"

	spread
	before=$(placement)
	vb bond set br-phy mode active-backup primary m1
	told "active-backup" 2 "$before"
	vb bond set br-phy mode balance-slb primary none
}

rebalancing()
{
	local before i name="rebalancing"

	if ! makes_load 2 50; then
		log_skip "$name" "this machine makes too little load"
		return 0
	fi
	spread
	# Those that a member's return has moved stay for three runs.
	for i in 1 2 3; do
		vb bond rebalance br-phy >/dev/null
	done
	# that makes m0 a slow one beside it
	vb member set m1 weight 100
	flow v1 11 7f $elephant 10
	flow v1 12 7f $elephant 20
	flows_start
	check "there is load" wait_for 40 heavy 11 10 2400
	check "there is more" wait_for 40 heavy 12 20 2400
	listen
	before=$(placement)
	# while they are heavy
	vb bond rebalance br-phy >/dev/null
	flows_stop
	[ "$(placement)" != "$before" ] || show_load
	told "$name" 2 "$before"
	vb member set m1 weight 1
}

# A station that comes by a frame to a single one is known to few switches.
arrival()
{
	spread
	learn v1 17 t=20
	check "announced" rarps_reach "$(pin 17 20)" 17 20 2 5
	nap 1.4
	check_eq "announcements" "$(announced)" "$(
		for i in 1 2; do
			echo "$(pin 17 20) $(mac 17) 20"
		done)"
	vb fdb del br-phy "$(mac 17)" vlan 20
	log_test "a station's arrival is announced"
}

counts()
{
	spread 0
	link_is m0 down
	link_is m0 up
	xf "try s1 s=22 d=$(mac 11) t=10"
	xf "try s0 s=22 d=$(mac 11) t=10"
	nap 1.4
	check_eq "announcements" "$(announced)" ""
	log_test "announce-count 0: none"

	spread 10
	fix 12 20 m1
	check "announced" rarps_reach m1 12 20 1 5
	vb bond set br-phy announce-count 0
	listen
	nap 1.4
	vb bond set br-phy announce-count 1
	nap 1.4
	check_eq "announcements" "$(announced)" ""
	log_test "announce-count 0: no more of those that began, later either"

	local before
	spread 1
	before=$(placement)
	link_is m0 down
	told "announce-count 1" 1 "$before"
	link_is m0 up
}

native_vlan()
{
	local before

	vb bond set br-phy native 20
	native=20
	spread
	before=$(placement)
	fix 12 20 m1
	fix 11 10 m1
	fix 13 0 m1
	check_eq "VLAN 0 moved too" "$(pin 13 0)" m1
	# VLAN 0 stays within the bond now.
	before=$(grep -v ",0 " <<<"$before")
	told "native VLAN" 2 "$before"
	vb bond set br-phy native 0
	native=0
}

# The last one, for p2's other stations go.
service_vlan()
{
	vb port set p2 tunnel 50
	# or its arrival would be announced, too
	vb bond set br-phy announce-count 0
	learn v2 18 t=10
	vb fdb pin br-phy "$(mac 18)" vlan 50 service member m0
	vb bond set br-phy announce-count 2
	listen
	vb fdb pin br-phy "$(mac 18)" vlan 50 service member m1
	check "announced" rarps_reach m1 18 s50 2 5
	check_eq "not on the other" "$(rarps m0 18 s50)" 0
	log_test "a tunnel's station: with a service tag"
}

# moves_twice: is the second move over before the second round of the first, a
# second after that, is due
moves_twice()
{
	local begin

	spread 3
	begin=$(now_ms)
	fix 12 20 m1
	check "announced" rarps_reach m1 12 20 1 5
	xf "forget k1"
	fix 12 20 m0
	[ $(($(now_ms) - begin)) -ge 900 ] || return 0
	# until all has been said
	nap 3
	return 1
}

# A second move within the rounds of the first: where it is now counts.
moved_on()
{
	local name="moved again meanwhile: announced where it is"

	if ! wait_for 15 moves_twice; then
		slow || failed "it was not moved in time"
		log_skip "$name" "this machine takes too long to move it"
		return 0
	fi
	check "announced again" rarps_reach m0 12 20 3 8
	check_eq "on the first" "$(rarps m1 12 20)" 0
	check_eq "on the second" "$(rarps m0 12 20)" 3
	log_test "$name"
}

native=0
# How late a round may be
slack=1500
! slow || slack=5000
topology members=2
stations
causes
rebalancing
arrival
counts
native_vlan
moved_on
service_vlan
