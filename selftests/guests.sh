#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Guests that mean harm, and the policies that hold them: each drop has its
# counter, and the neighbours do not notice.
#
#     v1(10)  v2(10)  v3(10)
#      |p1     |p2     |p3
#    +-+-------+-------+-+
#    |      br-phy       |  self
#    +----+---------+----+
#         |m0       |m1
#         |s0       |s1
#    +----+---------+----+
#    |        sw0        |-- f0
#    +-------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# drops REASON: of p1
drops()
{
	port p1 ".stats.drops.$1"
}

# dropped REASON N: have there been so many
dropped()
{
	[ "$(drops "$1")" -ge "$2" ]
}

fresh()
{
	vb_all <<-END
	fdb flush br-phy
	port set p1 access 10
	port set p2 access 10
	port set p3 access 10
	END
}

mac_lock()
{
	local before i

	fresh
	vb port set p1 mac-lock on
	before=$(drops spoof)
	try v1 "s=11 d=99" ""
	try v1 "s=11 d=all" ""
	check_eq "drops" $(($(drops spoof) - before)) 2
	check_eq "station" "$(station 11 10 .port)" ""
	log_test "mac-lock without static stations lets nothing in"

	vb fdb add br-phy "$(mac 11)" vlan 10 port p1
	vb fdb add br-phy "$(mac 14)" vlan 10 port p1
	vb fdb add br-phy "$(mac 12)" vlan 10 port p2
	before=$(drops spoof)
	try v1 "s=11 d=99" "s?:10 f0:10"
	try v1 "s=14 d=all" "s?:10 f0:10 v2:- v3:- self:10"
	for i in 15 12 22 fe f0; do
		try v1 "s=$i d=99" ""
		try v1 "$(announce garp $i)" ""
	done
	check_eq "drops" $(($(drops spoof) - before)) 10
	check_eq "port of 12" "$(station 12 10 .port)" p2
	try f0 "s=22 d=11 t=10" "v1:-"
	log_test "mac-lock lets in the port's static stations only"

	# It tries to be the first when another's station goes.
	stream 1 v1 "s=12 d=99 gap=5"
	for i in {1..40}; do
		vb port set p2 vlan none
		check_eq "12 has gone" "$(station 12 10 .port)" ""
		vb port set p2 access 10
		vb fdb add br-phy "$(mac 12)" vlan 10 port p2
	done
	stop 1
	check "it tried: ${STAT[sent]}" test "${STAT[sent]}" -ge 40
	check_eq "came through" "${STAT[f0.got]-0}" 0
	log_test "nor one of another port, when that has just gone"

	# Its own address, in a VLAN where it has none.
	vb port set p1 trunk 10,20
	try v1 "s=11 d=99 t=10" "s?:10 f0:10"
	try v1 "s=11 d=99 t=20" ""
	log_test "a static station is one of its VLAN"

	vb port set p1 mac-lock off access 10
	try v1 "s=15 d=99" "s?:10 f0:10"
	log_test "mac-lock off"

	for i in 11 12 14; do
		vb fdb del br-phy "$(mac $i)" vlan 10
	done

	# No frame gets into the new VLAN before the lock.
	xf "open kept $net f0 keep"
	stream 1 v1 "raw=02000000009902000000001588b6$(printf '%092d' 0) gap=50"
	for i in {1..10}; do
		vb port set p1 access 20 mac-lock on
		vb port set p1 access 10 mac-lock off
	done
	stop 1
	check "sent: ${STAT[sent]}" test "${STAT[sent]}" -gt 100
	kept_at "s=15 d=99 type=88b6 t=20" kept
	check_eq "in VLAN 20" "$REPLY" 0
	xf "close kept"
	log_test "mac-lock comes with the VLAN that is asked for with it"
}

spoofing()
{
	local before

	fresh
	before=$(drops spoof)
	try v1 "s=fe d=99" ""
	try v1 "s=f0 d=99" ""
	try v1 "s=f1 d=all" ""
	try v1 "s=01:00:5e:00:00:01 d=99" ""
	try v1 "s=all d=all" ""
	try v1 "s=00:00:00:00:00:00 d=all" ""
	check_eq "drops" $(($(drops spoof) - before)) 6
	check_eq "stations" "$(port p1 .stations)" 0
	log_test "nobody sends as the node, a member, a group or nobody"

	# Of the node's other addresses too, on the VLANs where it has them.
	ip -n "$host" link add link br-phy name br-phy.10 type vlan id 10
	bridge -n "$host" fdb add "$(mac 72)" dev br-phy self
	try v1 "s=72 d=99" ""
	try v1 "$(announce garp 72)" ""
	check_eq "state" "$(station 72 10 .state)" local
	check_eq "drops" $(($(drops spoof) - before)) 8
	bridge -n "$host" fdb del "$(mac 72)" dev br-phy self
	ip -n "$host" link del br-phy.10
	log_test "nor as an address in the node's lists"

	vb fdb add br-phy "$(mac 12)" vlan 10 port p2
	xf "try v1 s=12 d=99"
	check_eq "port of 12" "$(station 12 10 .port)" p2
	try f0 "s=22 d=12 t=10" "v2:-"
	log_test "a static station of another VM is not taken over"
	vb fdb del br-phy "$(mac 12)" vlan 10
}

# As many sources as there is time for, while a neighbour talks.
mac_flood()
{
	fresh
	xf "try v2 s=31+ d=99 n=5"
	xf "try f0 s=22 d=all t=10"
	pressure <<-END
	3 v1 s=02:00:00:01:00:00+ d=98 gap=0
	4 v1 s=02:00:00:02:00:00+ d=all gap=2000
	END
	stream 1 v2 "s=35 d=22 gap=2000"
	stream 2 f0 "s=22 d=35 t=10 gap=2000"
	check "v2 sends" arrive 1 f0 300 60
	check "v2 receives" arrive 2 v2 20 60
	check "stations of p1" wait_for 60 equals 256 port p1 .stations
	pressure_ends
	stop 1
	check_eq "frames lost" "$(lost_at f0)" 0
	stop 2
	check_eq "frames lost" "$(lost_at v2)" 0
	check_eq "stations of p1" "$(port p1 .stations)" 256
	check_eq "stations of p2" "$(port p2 .stations)" 5
	note "$(port p1 .stats.rx_packets) frames came from the flooding guest"
	log_test "a MAC flood costs its neighbours nothing"
}

# ARP requests as fast as they go. A policy holds them; the neighbours notice
# no more than that.
arp_storm()
{
	local arp=000108000604000102000000000ac000020a000000000000c000020b
	local start took got

	fresh
	xf "try v2 s=35 d=99"
	vb port set p1 bum-limit 10
	start=$(now_ms)
	got=$(port p3 .stats.tx_packets)
	pressure <<-END
	3 v1 s=11 d=all type=0806 data=$arp gap=0
	END
	stream 1 v2 "s=35 d=22 gap=2000"
	stream 2 f0 "s=22 d=35 t=10 gap=2000"
	check "v2 sends" arrive 1 f0 300 60
	check "v2 receives" arrive 2 v2 300 60
	check "frames dropped" wait_for 60 dropped bum_limit 100
	stop 1
	check_eq "frames lost" "$(lost_at f0)" 0
	stop 2
	check_eq "frames lost" "$(lost_at v2)" 0
	pressure_ends
	took=$(($(now_ms) - start))
	got=$(($(port p3 .stats.tx_packets) - got))
	note "$got of the storm in $took ms, $(drops bum_limit) dropped"
	check_between "of the storm at 10 a second" $got 10 \
		$((took / 100 + 20))
	vb port set p1 bum-limit none
	log_test "an ARP storm is held to the limit"
}

isolated()
{
	local before

	fresh
	xf "try v1 s=11 d=99"
	xf "try v2 s=12 d=99"
	xf "try v3 s=13 d=99"
	vb port set p1 isolated on
	try v1 "s=11 d=12" "v2:-"
	vb port set p2 isolated on
	before=$(drops isolated)
	try v1 "s=11 d=12" ""
	check_eq "drops" $(($(drops isolated) - before)) 1
	try v2 "s=12 d=11" ""
	try v1 "s=11 d=all" "s?:10 f0:10 v3:- self:10"
	try v1 "s=11 d=13" "v3:-"
	try v3 "s=13 d=11" "v1:-"
	try v3 "s=13 d=all" "s?:10 f0:10 v1:- v2:- self:10"
	try f0 "s=22 d=all t=10" "v1:- v2:- v3:- self:10"
	vb port set p2 flood on
	try v1 "s=11 d=98" "s?:10 f0:10"
	try v3 "s=13 d=98" "s?:10 f0:10 v2:-"
	vb port set p2 flood off
	log_test "isolated ports do not see each other, and see everybody else"
	vb port set p1 isolated off
	vb port set p2 isolated off
	try v1 "s=11 d=12" "v2:-"
	log_test "isolated off"
}

# passed POINT WORDS: how many of 200 frames at once come out there
passed()
{
	xf "try v1 s=11 n=200 $2"
	passed=0
	# of one there is no number
	[[ ! " $REPLY " =~ \ $1:[^x\ ]*(x([0-9]+))?\  ]] ||
		passed=${BASH_REMATCH[2]:-1}
}

bum_limit()
{
	local before d start took

	fresh
	xf "try f0 s=22 d=all t=10"
	vb port set p1 bum-limit 20
	for d in all 01:00:5e:01:02:03; do
		before=$(drops bum_limit)
		passed f0 "d=$d"
		check_between "of 200 at once to $d" "$passed" 1 60
		check_eq "drops" $(($(drops bum_limit) - before)) \
			$((200 - passed))
	done
	log_test "bum-limit holds broadcast and multicast"

	# To the uplink it is no flood: stations out there are never known.
	vb port set p2 flood on
	passed v2 "d=98"
	check_between "of 200 at once to a port with flood on" "$passed" 1 60
	log_test "and what ports would get of unknown unicast"

	# Most of that is for whoever is beyond the uplink.
	vb port set p1 bum-limit 20
	xf "try v1 s=11 d=98 n=200"
	passed f0 "d=all"
	check_between "of 200 at once after that" "$passed" 1 60
	vb port set p2 flood off
	log_test "which leaves broadcast its own share"

	xf "try v2 s=12 d=99"
	try v1 "s=11 d=12 n=200" "v2:-x200"
	log_test "and not what goes to a known station"

	start=$(now_ms)
	stream 1 v1 "s=11 d=all gap=4000"
	check "some arrive" arrive 1 f0 60 60
	stop 1
	took=$(($(now_ms) - start))
	check_between "of ${STAT[sent]} within $took ms" "${STAT[f0.got]}" \
		60 $((20 * took / 1000 + 5))
	log_test "and lets so many a second pass"

	# 130 frames on the wire, so none for 1.2 s.
	vb port set p1 bum-limit 100
	xf "try v1 s=11 d=all len=65000 gso=500"
	try v1 "s=11 d=all" ""
	nap 1.6
	try v1 "s=11 d=all" "s?:10 f0:10 v2:- v3:- self:10"
	log_test "a GSO frame counts as those it is on the wire, and no longer"

	vb port set p1 bum-limit none
	passed f0 "d=all"
	check_eq "of 200" "$passed" 200
	log_test "bum-limit none"
}

standby()
{
	local kind

	for kind in garp garp-reply rarp na; do
		fresh
		vb port set p1 standby on
		try v1 "s=11 d=99" ""
		try v1 "s=11 d=all" ""
		check_eq "station" "$(station 11 10 .port)" ""
		# The guest is still at home elsewhere.
		try f0 "s=11 d=all t=10" "v1:- v2:- v3:- self:10"
		try v1 "$(announce $kind 11)" "s?:10 f0:10 v2:- v3:- self:10"
		check_eq "port" "$(station 11 10 .port)" p1
		try v1 "s=11 d=99" "s?:10 f0:10"
		try f0 "s=22 d=11 t=10" "v1:-"
		log_test "standby ends when the guest announces itself: $kind"
	done

	fresh
	vb port set p1 standby on
	try v1 "s=11 d=99" ""
	vb port set p1 standby off
	try v1 "s=11 d=99" "s?:10 f0:10"
	log_test "standby off"

	# What was set by hand waits too.
	fresh
	heard 1
	vb port set p1 standby on
	vb fdb add br-phy "$(mac 11)" vlan 10 port p1
	# longer than what a station sends may be on its way
	nap 1.2
	try f0 "s=11 d=all t=10" "v1:- v2:- v3:- self:10"
	try v2 "s=12 d=11" "s?:10 f0:10*"
	check_eq "announced" "$(announced)" 0
	log_test "standby: a static station is still elsewhere"

	vb port set p1 standby off
	check "announced" wait_for 5 is_announced
	try f0 "s=11 d=all t=10" ""
	try v2 "s=12 d=11" "v1:-"
	vb fdb del br-phy "$(mac 11)" vlan 10
	unheard
	log_test "standby off: its static stations are here, and announced"

	# The guest speaks in one VLAN, and is there in both.
	fresh
	vb port set p1 trunk 20 native 10 standby on
	vb fdb add br-phy "$(mac 11)" vlan 20 port p1
	heard 1
	try v1 "$(announce garp 11)" "*f0:10*"
	check "announced" wait_for 5 is_announced 20
	vb fdb del br-phy "$(mac 11)" vlan 20
	unheard
	log_test "standby ends by a frame: static stations are announced, too"
}

# heard ROUNDS: stations are announced so often, from now on kept at the switch
heard()
{
	vb bond set br-phy announce-count "$1"
	xf "open k0 $net s0 keep"
	xf "open k1 $net s1 keep"
}

unheard()
{
	xf "close k0"
	xf "close k1"
	vb bond set br-phy announce-count 0
}

# announced [VID]: how often 11 has been, on the members
announced()
{
	kept_at "s=11 d=all type=8035 t=${1-10}" k0 k1
	echo "$REPLY"
}

# said_at_last XX: has it been announced
said_at_last()
{
	kept_at "s=$1 d=all type=8035 t=10" k0 k1
	[ "$REPLY" -gt 0 ]
}

is_announced()
{
	[ "$(announced "$@")" -gt 0 ]
}

# A guest whose tap is left behind, because it has gone elsewhere
left_behind()
{
	local before xx

	fresh
	vb fdb add br-phy "$(mac 11)" vlan 10 port p1
	try f0 "s=11 d=all t=10" ""
	ip -n "$net" link set v1 down
	check "no carrier" wait_for 5 equals false \
		carrier_of p1
	try f0 "s=11 d=all t=10" "v2:- v3:- self:10"
	try v2 "s=12 d=11" "s?:10 f0:10*"
	log_test "a static station whose port is dead is heard from elsewhere"

	heard 1
	ip -n "$net" link set v1 up
	check "carrier" wait_for 5 equals true carrier_of p1
	check "announced" wait_for 5 is_announced
	log_test "and is announced when it is alive again"

	# What was learned there, and was moved while nobody was
	vb fdb del br-phy "$(mac 11)" vlan 10
	xf "try v1 s=11 d=all"
	ip -n "$net" link set v1 down
	check "no carrier" wait_for 5 equals false carrier_of p1
	xf "forget k0"
	xf "forget k1"
	for xx in m0 m1; do
		vb fdb pin br-phy "$(mac 11)" vlan 10 member $xx
	done
	check_eq "announced" "$(announced)" 0
	ip -n "$net" link set v1 up
	check "carrier" wait_for 5 equals true carrier_of p1
	check "announced" wait_for 5 is_announced
	vb fdb flush br-phy
	xf "forget k0"
	xf "forget k1"
	xf "try v1 s=11 d=all"
	ip -n "$net" link set v1 down
	check "no carrier" wait_for 5 equals false carrier_of p1
	ip -n "$net" link set v1 up
	check "carrier" wait_for 5 equals true carrier_of p1
	# One that is announced later says that the first would have been.
	vb fdb add br-phy "$(mac 12)" vlan 10 port p2
	check "12 is announced" wait_for 5 said_at_last 12
	check_eq "announced" "$(announced)" 0
	vb fdb del br-phy "$(mac 12)" vlan 10
	log_test "what was moved meanwhile is announced then, and nothing else"
	vb fdb add br-phy "$(mac 11)" vlan 10 port p1

	# 12 is told of as often as 11 would be, with its guest there.
	vb fdb add br-phy "$(mac 12)" vlan 10 port p2
	vb bond set br-phy announce-count 3
	xf "forget k0"
	xf "forget k1"
	for xx in 11 12; do
		vb fdb pin br-phy "$(mac $xx)" vlan 10 member m0
		vb fdb pin br-phy "$(mac $xx)" vlan 10 member m1
	done
	check "announced" wait_for 5 is_announced
	ip -n "$net" link set v1 down
	check "no carrier" wait_for 5 equals false carrier_of p1
	before=$(announced)
	check "12 is, to the end" wait_for 10 finished 12
	check_eq "announced" "$(announced)" "$before"
	ip -n "$net" link set v1 up
	check "carrier" wait_for 5 equals true carrier_of p1
	vb fdb del br-phy "$(mac 11)" vlan 10
	vb fdb del br-phy "$(mac 12)" vlan 10
	unheard
	log_test "the rounds of announcements end when it dies"
}

# Who comes with a limit that its announcements exceed
limited()
{
	fresh
	heard 1
	vb port set p1 bum-limit 1
	# more frames on the wire than a second may have
	try v1 "s=13 d=all len=65000 gso=500" "*f0:10*"
	try v1 "$(announce garp 11)" ""
	check_eq "port" "$(station 11 10 .port)" p1
	check "announced" wait_for 5 is_announced
	vb port set p1 bum-limit none
	unheard
	log_test "an announcement beyond bum-limit: the bond makes it"
}

# finished XX: has it been announced three times on its pin
finished()
{
	kept_at "s=$1 d=all type=8035 t=10" k1
	[ "$REPLY" -ge 3 ]
}

carrier_of()
{
	ip -n "$host" -j link show "$1" |
		jq '.[0].flags | index("LOWER_UP") != null'
}

hopping()
{
	local t

	fresh
	vb port set p2 access 30
	for t in 10.30 30 30.10 10.10.30; do
		try v1 "s=11 d=all t=$t" ""
	done
	log_test "an access port sends nothing that has a tag"

	# Where the outer tag is taken off, the inner one must not count.
	vb bond set br-phy native 10
	vb port set p3 trunk 10,20
	for t in 0.30 0p7.30 0.0.30; do
		xf "try v1 s=11 d=all t=$t"
		check_not "VLAN 30 was reached: $REPLY" like "$REPLY" "*:30*"
		check_not "v2 was reached: $REPLY" like "$REPLY" "*v2*"
	done
	for t in 10.30 10.0.30; do
		xf "try v3 s=13 d=all t=$t"
		check_not "VLAN 30 was reached: $REPLY" like "$REPLY" "*:30*"
		check_not "v2 was reached: $REPLY" like "$REPLY" "*v2*"
	done
	log_test "no way into another VLAN by way of the native one"
	vb bond set br-phy native 0

	# The stack looks for a VLAN behind any tag of VID 0, 802.1ad's too.
	vb port set p1 access 0
	vb port set p3 trunk 0,30
	ip -n "$host" link add link br-phy name br-phy.30 type vlan id 30
	ip -n "$host" link set br-phy.30 up
	xf "open node30 $host br-phy.30"
	for t in s0.30 s0.s0.30 s0p7.30; do
		try v1 "s=11 d=all t=$t" ""
		try v1 "s=11 d=fe t=$t" ""
		try v3 "s=13 d=all t=$t" ""
	done
	for t in 0.s0.30 0.s0.s30; do
		xf "try f0 s=22 d=all t=$t"
		check_not "VLAN 30 was reached: $REPLY" like "$REPLY" "*node30*"
		check_not "v3 was reached: $REPLY" like "$REPLY" "*v3*"
	done
	try v1 "s=11 d=all t=s5.30" "v3:s5.30 self:s5.30"
	try v1 "s=11 d=all" "s?:- f0:- v3:- self:-"
	log_test "nor by way of a VID 0 of 802.1ad"
	xf "close node30"
	ip -n "$host" link del br-phy.30
}

malformed()
{
	local ether=ffffffffffff020000000011 raw

	fresh
	vb port set p3 trunk all
	for raw in ${ether}0800 ${ether}8100 ${ether}81000 ${ether}8100000a \
			${ether}8100000a8100 ${ether}88a8 ${ether}88a8000a81 \
			${ether}0000 ${ether}05dc ${ether}ffff; do
		# An odd digit is not a byte.
		[ $((${#raw} % 2)) -eq 0 ] || raw+=0
		xf "try v1 raw=$raw"
		xf "try v3 raw=$raw"
		xf "try self raw=$raw" || :
		xf "try s0 raw=$raw"
	done
	xf "try v1 s=11 d=99"
	try f0 "s=22 d=11 t=10" "v1:-"
	log_test "runts and truncated tags"
}

# Longer than the way out takes; the guest's own MTU is its own affair.
oversized()
{
	local before

	fresh
	xf "try v2 s=12 d=99"
	ip -n "$host" link set p1 mtu 9000
	ip -n "$net" link set v1 mtu 9000
	before=$(bond .stats.drops.mtu)
	try v1 "s=11 d=99 len=9014" ""
	try v1 "s=11 d=12 len=9014" ""
	# To v2, v3, the node and the uplink.
	try v1 "s=11 d=all len=1515" ""
	check_eq "drops" $(($(bond .stats.drops.mtu) - before)) 6
	try v1 "s=11 d=12 len=1514" "v2:-"
	ip -n "$host" link set p1 mtu 1500
	ip -n "$net" link set v1 mtu 1500
	log_test "oversized frames"
}

topology ports=3
mac_lock
spoofing
mac_flood
arp_storm
isolated
bum_limit
standby
left_behind
limited
hopping
malformed
oversized
