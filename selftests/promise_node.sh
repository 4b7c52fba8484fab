#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# When the node's own addresses move, on the bond and on VLAN devices above it,
# its stack announces them too.
#
#    +-------------+
#    |   br-phy    |-- br-phy.10
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

# garps MEMBER IP TAGS, nas MEMBER TAGS: gratuitous ARP for this address, and
# unsolicited neighbour advertisements, from the node's MAC
garps()
{
	seen "k${1#m}" | awk -v ip="$2" -v tags="$3" -v mac="$(mac fe)" '
		$5 == "0806" && $2 == tags && $3 == mac &&
		substr($6, 29, 8) == ip && substr($6, 49, 8) == ip { n++ }
		END { print n + 0 }'
}

nas()
{
	seen "k${1#m}" | awk -v tags="$2" -v mac="$(mac fe)" '
		$5 == "86dd" && $2 == tags && $3 == mac &&
		substr($6, 13, 2) == "3a" && substr($6, 81, 2) == "88" &&
		$4 == "33:33:00:00:00:01" { n++ }
		END { print n + 0 }'
}

at_least()
{
	[ "$("${@:2}")" -ge "$1" ]
}

# all_said: for longer than there is between two announcements
all_said()
{
	local before

	before=$(seen k0 | wc -l),$(seen k1 | wc -l)
	nap 1.3
	[ "$(seen k0 | wc -l),$(seen k1 | wc -l)" = "$before" ]
}

node_addresses()
{
	local dev before

	ip -n "$host" link add link br-phy name br-phy.10 type vlan id 10
	ip -n "$host" link set br-phy.10 up
	ip -n "$host" addr add 192.0.2.1/24 dev br-phy
	ip -n "$host" addr add 198.51.100.1/24 dev br-phy.10
	for dev in br-phy br-phy.10; do
		ipv6_on "$host" $dev
	done
	ip -n "$host" addr add 2001:db8::1/64 dev br-phy nodad
	ip -n "$host" addr add 2001:db8:1::1/64 dev br-phy.10 nodad
	check "the node is on VLAN 10" here fe 10

	vb bond set br-phy announce-count 0
	fix fe 0 m0
	fix fe 0 auto
	fix fe 10 m0
	fix fe 10 auto
	listen
	check "all has been said" wait_for 30 all_said
	vb bond set br-phy announce-count 2
	listen
	wire m0 down
	# It may have sent something else just before.
	before=$(member m0 .stats.tx_packets)
	link_is m0 down
	check "IPv4" wait_for 10 at_least 2 garps m1 c0000201 -
	check "IPv4 on VLAN 10" wait_for 10 at_least 2 garps m1 c6336401 10
	check "IPv6" wait_for 10 at_least 2 nas m1 -
	check "IPv6 on VLAN 10" wait_for 10 at_least 2 nas m1 10
	check "RARP" rarps_reach m1 fe - 2 5
	check "RARP on VLAN 10" rarps_reach m1 fe 10 2 5
	check "all has been said" wait_for 30 all_said
	check_eq "IPv4 on both" "$(garps m1 c0000201 -) $(
		garps m1 c6336401 10)" "2 2"
	log_test "the node's addresses: GARP, unsolicited NA, VLAN devices too"

	check_eq "on the dead wire" "$(member m0 .stats.tx_packets)" "$before"
	link_is m0 up
	log_test "and only on the new member"

	vb bond set br-phy announce-count 0
	fix fe 0 m0
	fix fe 10 m0
	check "all has been said" wait_for 30 all_said
	vb bond set br-phy announce-count 2
	listen
	fix fe 10 m1
	check "IPv4 on VLAN 10" wait_for 10 at_least 2 garps m1 c6336401 10
	check "IPv6 on VLAN 10" wait_for 10 at_least 2 nas m1 10
	check_eq "RARP on VLAN 0" "$(rarps m0 fe -)" 0
	check_eq "GARP on VLAN 0" "$(garps m0 c0000201 -)" 0
	check_eq "NA on VLAN 0" "$(nas m0 -)" 0
	log_test "the node moves on one VLAN: nothing is said on others"

	vb bond set br-phy announce-count 10
	listen
	fix fe 10 m0
	check "IPv4 on VLAN 10" wait_for 10 at_least 1 garps m0 c6336401 10
	vb bond set br-phy announce-count 0
	listen
	nap 1.4
	vb bond set br-phy announce-count 2
	nap 1.4
	check_eq "IPv4 on VLAN 10" "$(garps m0 c6336401 10)" 0
	log_test "announce-count 0: no more of those that began, later either"
}

# igmps MEMBER: reports of groups, from the node's MAC
igmps()
{
	seen "k${1#m}" | awk -v mac="$(mac fe)" '
		$5 == "0800" && $2 == "-" && $3 == mac &&
		substr($6, 19, 2) == "02" { n++ }
		END { print n + 0 }'
}

# A switch that snoops sends a group where it was reported, and the bond takes
# it from the receiver only.
node_groups()
{
	vb bond set br-phy primary m0
	fix fe 0 m1
	listen
	ip -n "$host" addr add 239.1.2.3/32 dev br-phy autojoin
	check "by the pin" wait_for 5 at_least 1 igmps m1
	check "all has been said" wait_for 30 all_said
	listen
	vb member del m0
	check "again" wait_for 5 at_least 1 igmps m1
	log_test "the receiver is removed: the node reports its groups again"
	ip -n "$host" addr del 239.1.2.3/32 dev br-phy
	vb bond set br-phy primary none
	vb member add br-phy m0
	check "m0 is there" wait_for 5 all_up
}

# The node in a service VLAN of its own
node_in_tunnel()
{
	ip -n "$host" link del br-phy.10
	vb bond set br-phy announce-count 0
	vb port set br-phy tunnel 50
	vb fdb pin br-phy "$(mac fe)" vlan 50 service member m0
	check "all has been said" wait_for 30 all_said
	vb bond set br-phy announce-count 2
	listen
	vb fdb pin br-phy "$(mac fe)" vlan 50 service member m1
	check "IPv4" wait_for 10 at_least 2 garps m1 c0000201 s50
	check "IPv6" wait_for 10 at_least 2 nas m1 s50
	check "RARP" rarps_reach m1 fe s50 2 5
	check_eq "not on the other" "$(rarps m0 fe s50) $(
		garps m0 c0000201 s50) $(nas m0 s50)" "0 0 0"
	log_test "the node in a service VLAN: announced with a service tag"
}

topology members=2
node_addresses
node_groups
node_in_tunnel
