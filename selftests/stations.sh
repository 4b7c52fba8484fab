#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the bond knows of its stations: limits, ageing, static ones, what makes it
# forget them, and how it follows them to another port and to another node.
#
#     v1(10)  v2(10)  v3(trunk 10,20)
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

# known [PORT]: the stations learned or set there, without the fixed part of
# their MACs
known()
{
	vb -j fdb show br-phy ${1:+port "$1"} | jq -r '
		[.[] | select(.state != "local") | .mac[15:]] |
		sort | join(" ")'
}

forget_all()
{
	vb fdb flush br-phy
	vb bond set br-phy max-macs 8192 ageing 300
	vb port set p1 access 10 max-macs 256
	vb port set p2 access 10 max-macs 256
	vb port set p3 trunk 10,20 max-macs 256
}

limits()
{
	local before i

	forget_all
	vb port set p1 max-macs 3
	xf "try v2 s=21 d=99"
	# Time is kept in jiffies, so let one pass each time.
	for i in 11 12 13 14 15; do
		try v1 "s=$i d=99" "s?:10 f0:10"
		nap 0.1
	done
	check_eq "stations" "$(known p1)" "13 14 15"
	check_eq "count" "$(port p1 .stations)" 3
	check_eq "others" "$(known p2)" 21
	check_eq "counted" "$(port p1 .stats.drops.mac_limit)" 2
	log_test "at a port's limit its own stalest station goes"

	# 13 is the oldest, but not the one that was silent for longest.
	try v1 "s=13 d=99" "s?:10 f0:10"
	nap 0.1
	try v1 "s=14 d=99" "s?:10 f0:10"
	nap 0.1
	try v1 "s=16 d=99" "s?:10 f0:10"
	check_eq "stations" "$(known p1)" "13 14 16"
	log_test "the stalest is the one that was silent for longest"

	forget_all
	xf "try v2 s=21+ d=99 n=2"
	vb bond set br-phy max-macs "$(($(bond .stations) + 3))"
	try v1 "s=51+ d=99 n=20" "s?:10* f0:10x20"
	check_eq "stations of p2" "$(known p2)" "21 22"
	check_eq "stations of p1" "$(known p1 | wc -w)" 3
	try v3 "s=a1+ d=99 n=4 t=10" "s?:10* f0:10x4"
	check_eq "stations of p1" "$(known p1 | wc -w)" 3
	check_eq "stations of p2" "$(known p2)" "21 22"
	check_eq "stations of p3" "$(known p3)" ""
	log_test "at the bond's limit nobody loses a station to another port"

	vb bond set br-phy max-macs "$(bond .stations)"
	try v3 "s=21 d=99 t=10" "s?:10 f0:10"
	check_eq "port" "$(station 21 10 .port)" p3
	check_eq "stations of p2" "$(known p2)" 22
	check_eq "stations of p1" "$(known p1 | wc -w)" 3
	log_test "at the bond's limit a station still moves to another port"

	vb port set p2 max-macs 1
	check_between "stations of p2" "$(port p2 .stations)" 0 2
	xf "try v2 s=23 d=99"
	check_between "stations of p2" "$(port p2 .stations)" 0 1
	log_test "a lower limit holds from then on"

	forget_all
	xf "try v1 s=11+ d=99 n=3"
	vb port set p1 max-macs 2
	vb fdb add br-phy "$(mac 41)" vlan 10 port p1
	vb fdb add br-phy "$(mac 42)" vlan 10 port p1
	check_eq "stations" "$(known p1)" "41 42"
	vb port set p1 max-macs 3
	xf "try v1 s=11 d=99"
	vb port set p1 max-macs 2
	refused 2 max-macs vb fdb add br-phy "$(mac 43)" vlan 10 port p1
	check_eq "stations" "$(known p1)" "11 41 42"
	vb fdb del br-phy "$(mac 41)" vlan 10
	vb fdb del br-phy "$(mac 42)" vlan 10
	log_test "a static station that finds no room evicts none"

	# Nor does a frame or a request at a port's limit cost others any,
	# although they are stale and the bond is full.
	forget_all
	vb bond set br-phy ageing $((patience * 2 / 1000))
	xf "try v2 s=21+ d=99 n=2"
	check "21 gets stale" wait_for 10 equals stale station 21 10 .state
	check "22 gets stale" wait_for 10 equals stale station 22 10 .state
	vb port set p1 max-macs 1
	vb fdb add br-phy "$(mac 41)" vlan 10 port p1
	vb bond set br-phy max-macs "$(bond .stations)"
	refused 2 max-macs vb fdb add br-phy "$(mac 42)" vlan 10 port p1
	check_eq "stations of p2" "$(known p2)" "21 22"
	# Stale ones are looked for once a second.
	nap 1.1
	xf "try v1 s=51 d=99"
	check_eq "stations of p2" "$(known p2)" "21 22"
	check_eq "stations of p1" "$(known p1)" 41
	vb port set p1 max-macs 2
	xf "try v1 s=51 d=99"
	check_eq "stations of p1" "$(known p1)" "41 51"
	vb fdb del br-phy "$(mac 41)" vlan 10
	log_test "others' stale stations go for room in the bond alone"

	# They are still reached, so no more of them go than is needed.
	forget_all
	vb bond set br-phy ageing $((patience * 2 / 1000))
	xf "try v2 s=21+ d=99 n=20"
	check "the last gets stale" wait_for 10 equals stale station 34 10 .state
	vb bond set br-phy max-macs "$(bond .stations)"
	# Stale ones are looked for once a second.
	nap 1.1
	xf "try v1 s=51 d=99"
	check_eq "stations of p1" "$(known p1)" 51
	check_eq "stations of p2" "$(known p2 | wc -w)" 19
	log_test "and no more of them than that takes"

	# A station does not bring its room along.
	forget_all
	vb port set p1 max-macs 1
	vb fdb add br-phy "$(mac 41)" vlan 10 port p1
	xf "try v2 s=21 d=99"
	refused 2 max-macs vb fdb add br-phy "$(mac 21)" vlan 10 port p1
	check_eq "station" "$(station 21 10 '"\(.port) \(.state)"')" \
		"p2 learned"
	vb fdb del br-phy "$(mac 41)" vlan 10
	xf "try v1 s=11 d=99"
	vb fdb add br-phy "$(mac 21)" vlan 10 port p1
	check_eq "stations of p1" "$(known p1)" 21
	vb fdb del br-phy "$(mac 21)" vlan 10
	log_test "a station that is made static elsewhere needs room there"

	forget_all
	xf "try v1 s=11+ d=99 n=2"
	xf "try v2 s=21+ d=99 n=2"
	before=$(bond .stations)
	vb bond set br-phy max-macs $((before - 2))
	for i in 13 14 15; do
		try v1 "s=$i d=99" "s?:10 f0:10"
		check_eq "$i" "$(station $i 10 .port)" p1
	done
	check_eq "stations" "$(bond .stations)" "$before"
	check_eq "stations of p2" "$(known p2)" "21 22"
	log_test "in a bond above its limit, one comes for one that goes"
	forget_all
}

ageing()
{
	forget_all
	vb bond set br-phy ageing $((patience * 2 / 1000))
	vb fdb add br-phy "$(mac 41)" vlan 10 port p1
	xf "try v1 s=11 d=99"
	check_eq "state" "$(station 11 10 .state)" learned
	check "11 gets stale" wait_for 10 equals stale station 11 10 .state
	try f0 "s=22 d=11 t=10" "v1:-"
	try v2 "s=12 d=11" "v1:-"
	check_eq "state" "$(station 11 10 .state)" stale
	log_test "a silent station gets stale and is still reached"

	xf "try v1 s=11 d=99"
	check_eq "state" "$(station 11 10 .state)" learned
	check "11 gets stale" wait_for 10 equals stale station 11 10 .state
	check_eq "state" "$(station 41 10 .state)" static
	log_test "it is fresh again when it sends; a static one never ages"

	try f0 "s=11 d=99 t=10" ""
	check_eq "station" "$(station 11 10 .port)" ""
	log_test "a stale station yields to a frame from elsewhere"
	vb fdb del br-phy "$(mac 41)" vlan 10
}

static()
{
	local kind

	forget_all
	try f0 "s=22 d=41 t=10" ""
	vb fdb add br-phy "$(mac 41)" vlan 10 port p1
	try f0 "s=22 d=41 t=10" "v1:-"
	try v2 "s=12 d=41" "v1:-"
	check_eq "state" "$(station 41 10 .state)" static
	log_test "a static station is reached before it sends"

	xf "try v2 s=41 d=99"
	check_eq "port" "$(station 41 10 .port)" p1
	for kind in garp garp-reply rarp na; do
		try f0 "$(announce $kind 41) t=10" ""
	done
	nap 1.2
	try f0 "s=41 d=12 t=10" ""
	check_eq "port" "$(station 41 10 .port)" p1
	log_test "it moves neither to another port nor to another node"

	vb port set p1 max-macs 2
	xf "try v1 s=11+ d=99 n=5"
	check_eq "state" "$(station 41 10 .state)" static
	vb fdb flush br-phy
	check_eq "state" "$(station 41 10 .state)" static
	check_eq "stations" "$(known)" 41
	log_test "it is neither evicted nor flushed"

	xf "try v1 s=11 d=99"
	vb fdb add br-phy "$(mac 11)" vlan 10 port p1
	check_eq "state" "$(station 11 10 .state)" static
	log_test "a learned station can be made static"

	vb fdb del br-phy "$(mac 41)" vlan 10
	vb fdb del br-phy "$(mac 11)" vlan 10
	check_eq "stations" "$(known)" ""
	try f0 "s=22 d=41 t=10" ""
	log_test "fdb del forgets it"

	refused 2 . vb fdb del br-phy "$(mac 41)" vlan 10
	refused 2 . vb fdb add br-phy "$(mac 41)" vlan 20 port p1
	refused 2 . vb fdb add br-phy "$(mac 41)" vlan 10 port m0
	refused 2 . vb fdb add br-phy 01:00:5e:00:00:01 vlan 10 port p1
	refused 2 . vb fdb add br-phy 00:00:00:00:00:00 vlan 10 port p1
	refused 1 . vb fdb add br-phy "$(mac 41)" vlan 4095 port p1
	check_eq "stations" "$(known)" ""
	log_test "refusals leave nothing behind"
}

flush()
{
	forget_all
	xf "try v1 s=11+ d=99 n=2"
	xf "try v2 s=21 d=99"
	xf "try v3 s=31 d=99 t=10"
	xf "try v3 s=32 d=99 t=20"
	vb fdb flush br-phy port p3 vlan 20
	check_eq "after port and VLAN" "$(known)" "11 12 21 31"
	vb fdb flush br-phy port p1
	check_eq "after port" "$(known)" "21 31"
	vb fdb flush br-phy vlan 20
	check_eq "after another VLAN" "$(known)" "21 31"
	vb fdb flush br-phy vlan 10
	check_eq "after VLAN" "$(known)" ""
	check_eq "its own address" "$(station fe 0 .state)" local
	log_test "fdb flush, by port, by VLAN and by both"
}

gone()
{
	local what

	forget_all
	for what in "port set p1 access 20" "port set p1 trunk 11-4094" \
			"port set p1 vlan none" "port del p1"; do
		xf "try v1 s=11 d=99"
		check_eq "before $what" "$(known p1)" 11
		# shellcheck disable=SC2086 # words
		vb $what
		check_eq "after $what" "$(station 11 10 .port)" ""
		try f0 "s=22 d=11 t=10" ""
		vb port set p1 access 10 2>/dev/null ||
			vb port add br-phy p1 access 10
	done
	log_test "a port's VLANs change, or it is removed: forgotten at once"

	xf "try v3 s=31 d=99 t=10"
	xf "try v3 s=31 d=99 t=20"
	vb port set p3 trunk 10,30
	check_eq "kept" "$(station 31 10 .port)" p3
	check_eq "gone" "$(station 31 20 .port)" ""
	log_test "of a trunk only the VLANs that went"

	xf "try v1 s=11 d=99"
	ip -n "$host" link set p1 down
	check_eq "after down" "$(known p1)" ""
	ip -n "$host" link set p1 up
	# The guest's end may need a moment to send again.
	sends() { [[ $(came v1 "s=11 d=99") = *f0* ]]; }
	check "the guest sends again" wait_for 5 sends
	check_eq "after up" "$(known p1)" 11
	log_test "a port is taken down"
}

local_move()
{
	forget_all
	try v1 "s=11 d=99" "s?:10 f0:10"
	try v2 "s=12 d=11" "v1:-"
	try v2 "s=11 d=99" "s?:10 f0:10"
	check_eq "port" "$(station 11 10 .port)" p2
	check_eq "stations" "$(known p1)" ""
	try f0 "s=22 d=11 t=10" "v2:-"
	log_test "a station that sends from another port is there at once"
}

# At most a second after its last frame, 11 is seen beyond the uplink.
to_another_node()
{
	local kind

	for kind in garp garp-reply rarp na; do
		forget_all
		xf "try v1 s=11 d=99"
		try f0 "$(announce $kind 11) t=10" "v1:- v2:- v3:10 self:10"
		check_eq "station" "$(station 11 10 .port)" ""
		try v2 "s=12 d=11" "s?:10 f0:10"
		log_test "a station announces itself elsewhere: $kind"
	done

	forget_all
	xf "try v1 s=11 d=99"
	try f0 "$(announce garp 11) t=20" "v3:20 self:20"
	check_eq "port" "$(station 11 10 .port)" p1
	log_test "an announcement counts in its own VLAN only"
}

reflections()
{
	local before after arp=000108000604000

	forget_all
	before=$(bond .stats.drops.reflected)
	xf "try v1 s=11 d=99"
	# An ordinary question, not about itself.
	arp+=1020000000011c000020a000000000000c000020b
	try f0 "s=11 d=all t=10 type=0806 data=$arp" ""
	xf "try v1 s=11 d=99"
	try f0 "s=11 d=all t=10" ""
	xf "try v1 s=11 d=99"
	try f0 "s=11 d=93 t=10" ""
	check_eq "port" "$(station 11 10 .port)" p1
	after=$(bond .stats.drops.reflected)
	# Each goes to both members, and what 11 itself sends to the other one.
	check_eq "drops" $((after - before)) 9
	log_test "other frames from it within a second are reflections"

	nap 1.2
	try f0 "s=11 d=all t=10" "v1:- v2:- v3:10 self:10"
	check_eq "station" "$(station 11 10 .port)" ""
	log_test "after a second's silence it has moved out"

	try f0 "s=fe d=all" ""
	try f0 "s=f0 d=all" ""
	try f0 "s=f1 d=all t=20" ""
	check_eq "state" "$(station fe 0 .state)" local
	log_test "the bond's and the members' own MACs never come from outside"
}

# What a guest announces comes back on the other member, and is not taken for
# the announcement of another node.
announce_lock()
{
	local start took

	forget_all
	start=$(now_ms)
	try v1 "$(announce garp 11)" "s?:10 f0:10 v2:- v3:10 self:10"
	check_eq "port" "$(station 11 10 .port)" p1
	try f0 "$(announce garp 11) t=10" ""
	check_eq "port" "$(station 11 10 .port)" p1
	log_test "announcements right after a station's own are reflections"

	moved_out()
	{
		came f0 "$(announce garp 11) t=10" >/dev/null
		equals "" station 11 10 .port
	}
	check "11 moves out" wait_for 15 moved_out
	took=$(($(now_ms) - start))
	note "followed after $took ms"
	check_between "ms until then" $took 4500 15000
	log_test "but not for ever"
}

topology ports=3
limits
ageing
static
flush
gone
local_move
to_another_node
reflections
announce_lock
