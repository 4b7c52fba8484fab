#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A station leaves through one member at a time, and stations are spread.
#
#      v1     v2
#      |p1    |p2
#    +-+------+-+
#    |  br-phy  |  self
#    +-+---+--+-+
#      |m0 |m1|m2
#      |s0 |s1|s2
#    +-+---+--+-+
#    |   sw0    |-- f0
#    +----------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# way POINT WORDS: sends a frame to the far host, and says in $way by which wire
# it left
way()
{
	try "$1" "d=99 $2" "s?:* f0:*"
	check_not "by one wire, not $REPLY" like "$REPLY" "*s?:*s?:*"
	way=${REPLY%%:*}
}

# pinned DEV: how many stations it has
pinned()
{
	member "$1" .stations
}

two_vms()
{
	local one i

	vb port set p1 access 10
	vb port set p2 access 10
	way v1 "s=11"
	one=$way
	way v2 "s=12"
	check_not "two VMs share a member" [ "$one" = "$way" ]
	log_test "two VMs on a bond with idle members do not share one"

	# As often as it takes to tell a rule from luck.
	for i in 1 2 3 4 5; do
		vb fdb flush br-phy
		way v1 "s=2$i"
		one=$way
		way v2 "s=3$i"
		check_not "two VMs share a member" [ "$one" = "$way" ]
	done
	log_test "whatever their MACs are"
	vb fdb flush br-phy
}

# even MEMBERS STATIONS
even()
{
	local n=$2 i

	vb fdb flush br-phy
	xf "try v1 s=02:00:00:00:10:00+ d=99 n=$n"
	for ((i = 0; i < $1; i++)); do
		check_between "stations on m$i" "$(pinned m$i)" \
			$((n / $1 - 1)) $((n / $1 + 2))
	done
	log_test "$n stations over $1 members"
}

one_path()
{
	local first tag type words

	vb port set p1 trunk 10,20
	way v1 "s=11 t=10"
	first=$way
	for tag in 10p1 10p2 10p3 10p4 10p5 10p6 10p7 10d 10p7d 10.20; do
		way v1 "s=11 t=$tag"
		check_eq "with tag $tag" "$way" "$first"
	done
	log_test "PCP, DEI and a second tag do not change a station's path"

	for type in 0800 0806 86dd 8847 88b6; do
		way v1 "s=11 t=10 type=$type"
		check_eq "type $type" "$way" "$first"
	done
	for words in "d=01:00:5e:01:01:01" "d=33:33:00:00:00:01" "d=all" \
			"d=98" "d=97" "len=1000" "len=5000 gso=1400"; do
		way v1 "s=11 t=10 $words"
		check_eq "with $words" "$way" "$first"
	done
	log_test "nor do destination, type and length"
}

sticky()
{
	local i first=() now=()

	vb fdb flush br-phy
	for ((i = 0; i < 12; i++)); do
		way v1 "t=10 s=$((20 + i))"
		first+=("$way")
	done
	# More stations and load on one of them.
	xf "try v1 s=02:00:00:00:20:00+ d=99 t=10 n=50"
	xf "try v1 s=20 d=99 t=10 n=500 len=1400"
	for ((i = 0; i < 12; i++)); do
		way v1 "t=10 s=$((20 + i))"
		now+=("$way")
	done
	check_eq "ways" "${now[*]}" "${first[*]}"
	log_test "pins stay where they are while nothing calls for a move"

	check_eq "member of 20 as shown" "s${first[0]#s}" \
		"$(station 20 10 .member | tr m s)"
	log_test "fdb show names the member"
}

manual()
{
	local m

	for m in m2 m0 m1; do
		vb fdb pin br-phy "$(mac 20)" vlan 10 member $m
		way v1 "t=10 s=20"
		check_eq "way" "$way" "s${m#m}"
		check_eq "member" "$(station 20 10 .member)" $m
	done
	refused 2 . vb fdb pin br-phy "$(mac 20)" vlan 11 member m0
	refused 2 . vb fdb pin br-phy "$(mac 20)" vlan 10 member p1
	way v1 "t=10 s=20"
	check_eq "way" "$way" s1
	log_test "a pin set by hand holds, and refusals change nothing"
	vb fdb pin br-phy "$(mac 20)" vlan 10 member auto
}

# The link of a member that takes no pins comes back: no reason to move any.
drained_returns()
{
	local before i

	vb fdb flush br-phy
	vb member set m2 state drain
	for i in 21 22 23 24; do
		way v1 "t=10 s=$i"
		vb fdb pin br-phy "$(mac $i)" vlan 10 member m0
		vb fdb pin br-phy "$(mac $i)" vlan 10 member auto
	done
	before=$(pinned m0)
	ip -n "$net" link set s2 down
	check "it goes" wait_for 5 equals false member m2 .carrier
	ip -n "$net" link set s2 up
	check "it comes" wait_for 5 equals true member m2 .carrier
	check "the switch too" wait_for 10 switches_ready
	check_eq "stations of m0" "$(pinned m0)" "$before"
	vb member set m2 state up
	log_test "a drained member's link returns: nothing moves"
}

# A frame whose source finds no room goes out all the same, on one path.
no_room()
{
	local i first

	vb fdb flush br-phy
	vb bond set br-phy max-macs 3
	xf "try v2 s=41+ d=99 n=3"
	for i in 51 52 53 54; do
		way v1 "t=10 s=$i"
		first=$way
		way v1 "t=10p3 s=$i"
		check_eq "again" "$way" "$first"
	done
	check_between "learned stations" "$(vb -j fdb show |
		jq '[.[] | select(.state == "learned")] | length')" 1 3
	check_eq "port of 43" "$(station 43 10 .port)" p2
	log_test "stations without room have one path each"

	# Nobody knows the source when the switch floods it to the others.
	for i in 61 62 63 64 65 66; do
		try v1 "t=10 s=$i d=all" "s?:10 f0:10 v2:- self:10"
	done
	log_test "and none of their broadcast comes back"
	vb bond set br-phy max-macs 8192
}

topology members=3
two_vms
even 3 60
vb member del m2
even 2 40
vb member add br-phy m2
wait_for 5 all_up
one_path
sticky
manual
drained_returns
no_room
