# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A guest that joins groups, and a switch that snoops; sourced after
# promise_lib.sh.
#
#     guest     v2
#      |p1      |p2
#    +-+--------+--+
#    |   br-phy    |
#    +--+---+---+--+
#       |m0 |m1 |m2
#       |s0 |s1 |s2     k0, k1, k2: what the members send
#    +--+---+---+--+
#    |     sw0     |-- f0: the source
#    +-------------+

# shellcheck disable=SC2154 # net and host are lib.sh's

guest=
group4=239.1.2.3 mac4=01:00:5e:01:02:03
group6=ff05::123 mac6=33:33:00:00:01:23

# --- frames

# ip_checksum HEX: of a header, in which it is 0
ip_checksum()
{
	local words=$1 sum=0 i

	for ((i = 0; i < ${#words}; i += 4)); do
		sum=$((sum + 0x${words:i:4}))
	done
	sum=$(((sum & 0xffff) + (sum >> 16)))
	sum=$(((sum & 0xffff) + (sum >> 16)))
	printf '%04x\n' $((~sum & 0xffff))
}

# ipv4 PROTOCOL DESTINATION HEX: a packet from 192.0.2.22, ttl 1
ipv4()
{
	local head rest=c0000216$2 length=$((20 + ${#3} / 2))

	head=$(printf '4500%04x0000400001%02x' $length "$1")
	echo "$head$(ip_checksum "${head}0000$rest")$rest$3"
}

# group_frame: the words of a datagram to the group
group_frame()
{
	local udp=1234123400080000

	if [ $family = 4 ]; then
		echo "s=22 d=$mac4 t=10 type=0800 data=$(ipv4 17 ef010203 $udp)"
	else
		echo "s=22 d=$mac6 t=10 type=86dd len=90" \
		     "data=6000000000081110fe80000000000000020000fffe000022$(
		     )ff050000000000000000000000000123$udp"
	fi
}

# everybody [TIMES]: what the switch sends to the bond comes to all its ports
everybody()
{
	echo "v2:-${1-} self:10${1-} v1:-${1-}"
}

# query: the words of a general query of IGMPv2
query()
{
	echo "s=22 d=01:00:5e:00:00:01 t=10 type=0800" \
	     "data=$(ipv4 2 e0000001 110aeef500000000)"
}

# --- the guest

# speaks igmp VERSION | mld VERSION: and nothing newer
speaks()
{
	ip netns exec "$guest" sh -c "
		echo $2 >/proc/sys/net/$([ "$1" = igmp ] &&
			echo ipv4 || echo ipv6)/conf/v1/force_$1_version"
	protocol=$1$2
	family=4
	[ "$1" = igmp ] || family=6
}

# group add|del: the guest joins or leaves
group()
{
	local address=$group4/32

	[ $family = 4 ] || address=$group6/128
	ip -n "$guest" addr "$1" $address dev v1 autojoin
}

# --- the switch

# snoops WORDS...: from now on, as these options of the bridge say. It trusts
# in a querier once that has been there for the response interval, so that has
# to be set before.
snoops()
{
	ip -n "$net" link set sw0 type bridge mcast_snooping 0 \
		mcast_query_response_interval 100
	ip -n "$net" link set sw0 type bridge mcast_last_member_interval 20 \
		mcast_last_member_count 1 mcast_igmp_version 3 \
		mcast_mld_version 2 mcast_snooping 1 "$@"
}

# sends_to PORT: does the switch send the group there because it was reported
sends_to()
{
	local address=$group4

	[ $family = 4 ] || address=$group6
	bridge -n "$net" -j mdb show dev sw0 | jq -e ".[].mdb[] |
		select(.grp == \"$address\" and .port == \"$1\" and
		       .vid == 10)" >/dev/null
}

not_to()
{
	! sends_to "$1"
}

# --- the bond

# receiver VID: the member
receiver()
{
	vb -j member show | jq -r ".[] |
		select([.receiver | tostring | split(\",\")[] | split(\"-\") |
			(.[0] | tonumber) <= $1 and $1 <= (.[-1] | tonumber)] |
		       any) | .ifname"
}

# reports MEMBER SOURCE: how many it sent from there
reports()
{
	seen "k${1#m}" | awk -v mac="$2" '
		$3 == mac && $2 == "10" &&
		($5 == "0800" && substr($6, 19, 2) == "02" ||
		 $5 == "86dd" && substr($6, 13, 2) == "00") { n++ }
		END { print n + 0 }'
}

reported()
{
	[ "$(reports "$@")" -gt 0 ]
}

member_mac()
{
	ip -n "$host" -j link show "$1" | jq -r '.[].address'
}

# places: where the receiver is, where it goes when that one fails, and where
# the guest's pin is, which is neither
places()
{
	local m

	first=$(receiver 10)
	link_is "$first" down
	second=$(receiver 10)
	link_is "$first" up
	check_eq "the receiver is back" "$(receiver 10)" "$first"
	for m in m0 m1 m2; do
		[ $m = "$first" ] || [ $m = "$second" ] || third=$m
	done
	fix 11 10 "$third"
	note "receiver $first, then $second; pin $third"
}

# --- the cases

# join WHAT: the guest does, and gets the group once
join()
{
	listen
	group add
	check "by the pin" wait_for 5 reported "$third" "$(mac 11)"
	check "by the receiver" wait_for 5 reported "$first" \
		"$(member_mac "$first")"
	check_eq "its own address there" "$(reports "$first" "$(mac 11)")" 0
	check_eq "on the third" "$(seen "k${second#m}" | wc -l)" 0
	check "the switch knows" wait_for 5 sends_to "s${first#m}"
	check "and of the pin" sends_to "s${third#m}"
	unlisten
	try f0 "$(group_frame)" "$(everybody)"
	try f0 "$(group_frame) n=20" "$(everybody x20)"
	check_eq "the switch sees the guest" "$(switch_sees 11 10)" \
		 "s${third#m}"
	log_test "$protocol, $1: reported by the receiver too, comes once"
}

# change WHAT EVENT COMMAND...: the receiver does, while a stream comes
change()
{
	local what=$1 event=$2 lost
	shift 2

	stream 1 f0 "$(group_frame) gap=2000"
	check "it comes" arrive 1 v1 100 20
	check "$event" "$@"
	check "it comes again" arrive 1 v1 500 60
	stop 1
	lost=$((STAT[sent] - ${STAT[v1.got]-0}))
	note "$protocol, $what, $event: $lost of ${STAT[sent]} lost," \
	     "longest time without ${STAT[v1.gap]-0} ms"
	check_eq "$event: twice" "${STAT[v1.twice]-0}" 0
	slow || check_between "$event: ms without" "${STAT[v1.gap]-0}" 0 2500
	check "the switch knows" wait_for 5 sends_to "s$(receiver 10 | tr -d m)"
}

failover()
{
	change "$1" "the receiver fails" link_is "$first" down
	check_eq "receiver" "$(receiver 10)" "$second"
	log_test "$protocol, $1: asked and reported when the receiver fails"

	change "$1" "it is back" link_is "$first" up
	check_eq "receiver" "$(receiver 10)" "$first"
	log_test "$protocol, $1: and when it is back"
}

# drained WHAT: nothing fails, so nothing but the questions makes the guest say
# it again.
drained()
{
	change "$1" "the receiver is drained" vb member set "$first" state drain
	check_eq "receiver" "$(receiver 10)" "$second"
	vb member set "$first" state up
	check "the switch knows" wait_for 5 sends_to "s${first#m}"
	log_test "$protocol, $1: and when the receiver is drained"
}

# flap WHAT: the receiver's carrier goes and is back before downdelay is over
flap()
{
	vb bond set br-phy downdelay 60000
	change "$1" "the receiver's carrier goes" wire "$first" down
	check "the bond knows" wait_for 5 equals false member "$first" .carrier
	check "the switch knows" wait_for 5 sends_to "s${second#m}"
	check_eq "state" "$(member "$first" .state)" up
	change "$1" "and comes" wire "$first" up
	vb bond set br-phy downdelay 0
	check "up" wait_for 5 is_state "$first" up
	log_test "$protocol, $1: and within downdelay"
}

# part WHAT: the guest leaves
part()
{
	group del
	if [ "$protocol" != igmp1 ]; then
		check "gone from the receiver" wait_for 10 not_to "s${first#m}"
		check "and from the pin" wait_for 10 not_to "s${third#m}"
		try f0 "$(group_frame) n=5" ""
	fi
	log_test "$protocol, $1: leaves by the receiver too"
}

# in_order WHAT VERSION STEP...: the guest speaks it, joins, and leaves when
# these have been done
in_order()
{
	local what=$1 step

	# shellcheck disable=SC2086 # two words
	speaks $2
	join "$what"
	for step in "${@:3}"; do
		$step "$what"
	done
	part "$what"
}

# --- the switches

# start: a bond, a guest and a switch that does not snoop yet
start()
{
	cleanup
	topology members=3
	setup_ns guest
	xf "close v1"
	ip -n "$net" link set v1 netns "$guest"
	ip -n "$guest" link set v1 address "$(mac 11)" up
	ip -n "$guest" addr add 192.0.2.11/24 dev v1
	xf "open v1 $guest v1"
	vb port set p1 access 10
	vb port set p2 access 10
	ipv6_on "$net" sw0
	ipv6_on "$guest" v1
	learn v1 11
	places
}
