#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Multicast and broadcast of a VLAN come in by one member, its receiver. VLANs
# are spread over the members; when one goes, the others take over what it had
# and keep what they have; a primary has them all.
#
#      v1(trunk 40-55 or 40-63)
#      |p1
#    +-+-----------+
#    |   br-phy    |  self
#    +--+---+---+--+
#       |m0 |m1 :m2
#       |s0 |s1 :s2
#    +--+---+---+--+
#    |     sw0     |
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# Those in use: what p1 carries, and VLAN 0, which the node has
first=40
vlans=(0 {40..55})

# receivers: a line for each VLAN in use: the VLAN and its receiver
receivers()
{
	vb -j member show | jq -r '.[] | .ifname as $member |
		.receiver | tostring | split(",")[] | split("-") |
		range(.[0] | tonumber; (.[-1] | tonumber) + 1) |
		"\(.) \($member)"' | sort -n
}

# look: at all of them, into $now; each VLAN has one
look()
{
	local vid m seen=()

	now=$(receivers)
	while read -r vid m; do
		seen+=("$vid")
	done <<<"$now"
	check_eq "VLANs that are received" "${seen[*]}" "${vlans[*]}"
}

# taken_by MEMBER: broadcast from its wire comes out on the VLANs that it has in
# $now, and on no others
taken_by()
{
	local vid wanted

	for vid in "${vlans[@]:1}"; do
		wanted=
		[[ $'\n'$now$'\n' != *$'\n'"$vid $1"$'\n'* ]] ||
			wanted="v1:$vid self:$vid"
		# a wire that is cut, of which nothing is wanted
		xf "try s${1#m} s=22 d=all t=$vid" || REPLY=
		[ "$REPLY" = "$wanted" ] || return
	done
}

# taken: so it is for all. Not at once: when receivers change, the old ones are
# listened to for a moment.
taken()
{
	local m

	for m in "${members[@]}"; do
		check "$m takes what it is said to" wait_for 5 taken_by "$m"
	done
}

# has MEMBER: how many VLANs, by $now
has()
{
	awk -v m="$1" '$2 == m { n++ } END { print n + 0 }' <<<"$now"
}

# start MEMBERS VID: up to this one
start()
{
	local vid

	cleanup
	topology members="$1" ports=1
	mapfile -t members < <(numbers m 0 $(($1 - 1)))
	vb port set p1 trunk "$first-$2"
	vlans=(0)
	for ((vid = first; vid <= $2; vid++)); do
		vlans+=("$vid")
	done
	look
	spread=$now
}

# spread_again: each VLAN is where it was in the beginning
spread_again()
{
	look
	check_eq "receivers" "${now//$'\n'/, }" "${spread//$'\n'/, }"
}

all_have_some()
{
	local m

	for m in "${members[@]}"; do
		note "$m has $(has "$m") of ${#vlans[@]}"
		check "$m has some" [ "$(has "$m")" -gt 0 ]
	done
	taken
	log_test "${#members[@]} members: each is receiver of some VLANs"
}

primary()
{
	local m

	for m in "${members[@]}"; do
		vb bond set br-phy primary "$m"
		look
		check_eq "VLANs of $m" "$(has "$m")" "${#vlans[@]}"
		taken
	done
	vb bond set br-phy primary none
	spread_again
	taken
	log_test "${#members[@]} members: a primary gathers all, for a time"
}

# went MEMBER: it has none, and the others have all that they had
went()
{
	look
	check_eq "VLANs of $1" "$(has "$1")" 0
	check_eq "VLANs that the others lost" \
		 "$(comm -23 <(grep -v " $1$" <<<"$spread" | sort) \
			     <(sort <<<"$now") | paste -sd ,)" ""
}

comings_and_goings()
{
	local m

	for m in "${members[@]}"; do
		link_is "$m" down
		went "$m"
		taken
		link_is "$m" up
		spread_again
	done
	taken
	log_test "a link goes and comes: only its VLANs move"

	for m in "${members[@]}"; do
		vb member set "$m" state drain
		went "$m"
		vb member set "$m" state up
		spread_again
	done
	log_test "a member is drained, and no longer: only its VLANs move"

	vb member del m1
	went m1
	vb member add br-phy m1
	check "m1 is up" wait_for 5 is_state m1 up
	spread_again
	log_test "a member is removed and added: only its VLANs move"
}

start 2 55
all_have_some
primary
# With three, one of so few VLANs may have none by bad luck.
start 3 63
all_have_some
comings_and_goings
