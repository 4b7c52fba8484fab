#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The announcement of a station is RARP as QEMU sends it for a guest that it has
# moved, and nothing else: byte by byte.
#
#      v1(trunk 0,10,20)  v2(tunnel 50)
#      |p1                |p2
#    +-+------------------+-+
#    |        br-phy        |  self
#    +----+------------+----+
#         |m0          |m1
#         |s0          |s1      k0, k1: what the members send
#    +----+------------+----+
#    |         sw0          |
#    +----------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# rarp XX: operation 3, the station as sender and target, no protocol addresses
rarp()
{
	local s=0200000000$1

	echo "0001080006040003${s}00000000${s}00000000"
}

# said MEMBER: what it sent but for the node's own ARP: tags, source,
# destination, type, data; zeros at the end may be there to make it 60 bytes
said()
{
	seen "k${1#m}" | awk '$5 != "0806" {
		head = substr($6, 1, 56)
		rest = substr($6, 57)
		print $2, $3, $4, $5, head (rest ~ /^0*$/ ? "" : rest)
	}'
}

# told XX VID TAGS: it moves from m0 to m1, and is announced there, once
told()
{
	vb bond set br-phy announce-count 0
	fix "$1" "$2" m0
	vb bond set br-phy announce-count 1
	listen
	fix "$1" "$2" m1
	check "$1 is announced" rarps_reach m1 "$1" "$3" 1 10
	check_eq "by m1" "$(said m1)" \
		 "$3 $(mac "$1") ff:ff:ff:ff:ff:ff 8035 $(rarp "$1")"
	check_eq "by m0" "$(said m0)" ""
	unlisten
}

stations()
{
	learn v1 11 t=10
	told 11 10 10
	log_test "a learned station"

	learn v1 12
	told 12 0 -
	log_test "on the untagged VLAN: without a tag"

	vb bond set br-phy native 10
	told 11 10 -
	vb bond set br-phy native 0
	log_test "on the native VLAN: without a tag"

	vb fdb add br-phy "$(mac 13)" vlan 20 port p1
	told 13 20 20
	log_test "a static station that has never sent"

	learn v2 14 t=10
	told 14 50 s50
	log_test "a tunnel's station: in its service VLAN, no inner tag"

	told fe 0 -
	log_test "the node"
}

# Whatever its last frame looked like
priority()
{
	learn v1 15 t=10p5
	told 15 10 10
	log_test "a station that sends with a priority: without"
}

topology members=2
vb port set p1 trunk 0,10,20
vb port set p2 tunnel 50
stations
priority
