# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the promises share; sourced after lib.sh. MEMBER is m0, m1
# and so on throughout; the switch's end of it is s0, s1.

# shellcheck disable=SC2154 # net and host are lib.sh's

# below N COMMAND...: does it print less than that
below()
{
	local n=$1
	shift

	[ "$("$@")" -lt "$n" ]
}

# --- the bond

# learn POINT XX [WORDS]: a frame by which the bond learns the station XX there
learn()
{
	xf "try $1 s=$2 d=$(mac 7f) ${3-}"
}

# pin XX VID: the member it leaves through
pin()
{
	station "$1" "$2" .member
}

# pinned XX VID MEMBER: is it pinned there
pinned()
{
	[ "$(pin "$1" "$2")" = "$3" ]
}

# fix XX VID MEMBER|auto: pin it by hand
fix()
{
	vb fdb pin br-phy "$(mac "$1")" vlan "$2" member "$3"
}

# here XX VID: is it a station of the bond
here()
{
	[ -n "$(station "$1" "$2" .mac)" ]
}

gone()
{
	! here "$@"
}

# placement: all stations that have a pin, a line each: MAC,VID MEMBER
placement()
{
	vb -j fdb show br-phy |
		jq -r '.[] | "\(.mac),\(.vid) \(.member // empty)"' | sort
}

# moved BEFORE AFTER: the stations that are in both and on different members,
# as MAC,VID MEMBER
moved()
{
	join <(echo "$1") <(echo "$2") | awk '$2 != $3 { print $1, $3 }'
}

# drops REASON: of the whole bond
drops()
{
	bond ".stats.drops.$1"
}

# drops_reach REASON N: have there been so many
drops_reach()
{
	[ "$(drops "$1")" -ge "$2" ]
}

is_state()
{
	[ "$(member "$1" .state)" = "$2" ]
}

# wire MEMBER up|down: the switch's end of its wire, if it has one
wire()
{
	if [ -n "${taps-}" ]; then
		[ "$2" = down ] || set -- "$1" on
		ip -n "$host" link set "$1" carrier "${2/down/off}"
		return
	fi
	ip -n "$net" link set "s${1#m}" "$2"
	[ "$2" = down ] || wait_for 10 forwards "s${1#m}"
}

# forwards PORT: a switch notices carrier as late as the bond does
forwards()
{
	[[ $(bridge -n "$net" link show dev "$1") = *state\ forwarding* ]]
}

# --- pins of many

# stations_on MEMBER: which
stations_on()
{
	placement | awk -v m="$1" '$2 == m { print $1 }'
}

# only_those_of MEMBER BEFORE: all of its stations have moved, and no others
only_those_of()
{
	local left

	left=$(awk -v m="$1" '$2 == m { print $1 }' <<<"$2")
	check_eq "what moved" "$(moved "$2" "$(placement)" | cut -d' ' -f1)" \
		 "$left"
	[ -n "$left" ] || failed "$1 had no stations"
}

# only_to MEMBER BEFORE MOST: nothing moved but to that member, and no more
only_to()
{
	local what

	what=$(moved "$2" "$(placement)")
	check_eq "moved elsewhere" "$(awk -v m="$1" '$2 != m' <<<"$what")" ""
	check_between "moved to $1" \
		      "$(awk 'NF { n++ } END { print n + 0 }' <<<"$what")" 1 "$3"
}

# link_is MEMBER up|down: the bond has seen it
link_is()
{
	wire "$1" "$2"
	wait_for 10 is_state "$1" "$2" || failed "$1 does not get $2"
}

# --- the switch

# switch_sees XX VID [SWITCH]: the port behind which it has learned a station
switch_sees()
{
	bridge -n "$net" -j fdb get "$(mac "$1")" br "${3-sw0}" vlan "$2" \
		2>/dev/null | jq -r '.[].ifname'
}

# switch_thinks XX VID PORT: make it so, until it learns better
switch_thinks()
{
	bridge -n "$net" fdb replace "$(mac "$1")" dev "$3" master vlan "$2" \
		dynamic
}

# switch_forgets: all it has learned
switch_forgets()
{
	local name

	for name in $(switch_names); do
		ip -n "$net" link set "$name" type bridge fdb_flush
	done
}

switch_names()
{
	ip -n "$net" -j link show type bridge | jq -r '.[].ifname'
}

# switch_learns on|off: off is a switch that floods everything, as one does
# whose table is full or whose entries age before ours
switch_learns()
{
	local port

	for port in $(ip -n "$net" -j link show | jq -r '.[] |
			select(.master // "" | startswith("sw")) | .ifname'); do
		bridge -n "$net" link set dev "$port" learning "$1"
	done
	switch_forgets
}

# inject HEX MEMBER...: the switch sends this very frame on these members, in
# this order, without a pause
inject()
{
	local frame=$1 m answer
	shift

	for m; do
		echo "try s${m#m} raw=$frame"
	done >&"$frames_in"
	for m; do
		read -rt 60 -u "$frames_out" answer
		[ "${answer%% *}" = ok ] || failed "inject on $m: $answer"
	done
}

# datagram DST SRC VID HEX: a tagged UDP-like frame of 60 bytes and more that
# carries these bytes and no number of the test program's
datagram()
{
	printf '02000000%04x02000000%04x8100%04x88b6%s%s\n' \
		"0x$1" "0x$2" "$3" "$4" "$(printf '%0100d' 0)"
}

# anew: the station 11, without a past, pinned to m0; 12 to m1. No announcement
# of the bond's own holds a lock.
anew()
{
	vb bond set br-phy announce-count 0
	vb fdb flush br-phy vlan 10
	switch_forgets
	learn v1 11
	learn v2 12
	fix 11 10 m0
	fix 12 10 m1
}

# twelve_stations: of v1, on two members
twelve_stations()
{
	local xx

	topology members=2
	vb port set p1 access 10
	vb port set p2 access 10
	for xx in 11 12 13 14 15 16 17 18 19 1a 1b 1c; do
		learn v1 $xx
	done
}

# --- announcements

# listen: keep what the members send from now on, in k0, k1 ..
listen()
{
	local m

	for m in $(vb -j member show | jq -r '.[].ifname'); do
		xf "close k${m#m}" || :
		xf "open k${m#m} $net s${m#m} keep"
	done
}

# unlisten: whoever looks at where test frames come out is better off without
unlisten()
{
	local m

	for m in $(vb -j member show | jq -r '.[].ifname'); do
		xf "close k${m#m}" || :
	done
}

# rarps MEMBER XX TAGS: how many announcements of a station left there
rarps()
{
	xf "count k${1#m} s=$2 d=all type=8035 t=$3"
	echo "$REPLY"
}

# rarps_reach MEMBER XX TAGS N SECONDS
rarps_reach()
{
	xf "await k${1#m} $4 $(($5 * patience)) s=$2 d=all type=8035 t=$3"
}

# --- streams

# survived WHAT POINT LOST: a stream of a frame a millisecond has been stopped,
# all of which should have come out there but for so many
survived()
{
	local lost=$((STAT[sent] - ${STAT[$2.got]-0}))

	note "$1: $lost of ${STAT[sent]} frames lost on the way to $2," \
	     "longest time without ${STAT[$2.gap]-0} ms"
	check_between "$1: frames lost" $lost 0 "$3"
	check_eq "$1: twice" "${STAT[$2.twice]-0}" 0
}
