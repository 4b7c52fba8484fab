#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Large TCP segments pass whole, from port to member and back, and VLAN tags
# stay beside the frame where the device can take them there.
#
#      v1(10)   v2(trunk 10,20)
#      |p1      |p2
#    +-+--------+-+
#    |   br-phy   |  self
#    +--+------+--+
#       |m0    |m1    out0 and out1 look at what these send
#       |s0    |s1
#    +--+------+--+
#    |    sw0     |-- f0
#    +------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

big="len=15014 gso=1448"

whole()
{
	try v1 "s=11 d=99 $big" "s?:10/gso1448 f0:10/gso1448"
	try v1 "s=11 d=12 $big" "v2:10/gso1448"
	try v2 "s=12 d=99 t=10p3 $big" "s?:10p3/gso1448 f0:10p3/gso1448"
	try v2 "s=12 d=99 t=20 $big" "s?:20/gso1448 f0:20/gso1448"
	try v2 "s=12 d=11 t=10 $big" "v1:-/gso1448"
	log_test "GSO frames from ports arrive in one piece"

	try f0 "s=22 d=11 t=10 $big" "v1:-/gso1448"
	try f0 "s=22 d=12 t=10 $big" "v2:10/gso1448"
	try f0 "s=22 d=fe $big" "self:-/gso1448"
	log_test "GSO frames from the switch likewise"

	try self "s=fe d=99 $big" "s?:-/gso1448 f0:-/gso1448"
	try self "s=fe d=99 t=10 $big" "s?:10/gso1448 f0:10/gso1448"
	try self "s=fe d=11 t=10 $big" "v1:-/gso1448"
	log_test "and those of the node"

	try v1 "s=11 d=all $big" \
		"s?:10/gso1448 f0:10/gso1448 v2:10/gso1448 self:10/gso1448"
	log_test "a copy for each is whole too"
}

# offload SWITCH FEATURE: of both members
offload()
{
	local m

	for m in m0 m1; do
		ip netns exec "$host" ethtool -K $m "$2" "$1" >/dev/null
	done
}

# At the moment a member gets a frame to send.
tags()
{
	local i

	for i in 0 1; do
		xf "open out$i $host m$i out"
	done
	try v1 "s=11 d=99" "s?:10 f0:10 out?:10"
	try v1 "s=11 d=99 $big" \
		"s?:10/gso1448 f0:10/gso1448 out?:10/gso1448"
	try v2 "s=12 d=99 t=20.30" "s?:20.30 f0:20.30 out?:20.30"
	log_test "the tag is beside the frame"

	command -v ethtool >/dev/null || {
		log_skip "offloads" "ethtool is not installed"
		return 0
	}
	offload off txvlan
	try v1 "s=11 d=99" "s?:10 f0:10 out?:~10"
	try v1 "s=11 d=99 $big" \
		"s?:10/gso1448 f0:10/gso1448 out?:~10/gso1448"
	log_test "and in it where the member cannot take it there"
	offload on txvlan

	# 14960 bytes of data make 11 segments; the last one is known by its
	# end.
	offload off tso
	try v1 "s=11 d=99 $big" "s?:10 f0:10 out?:10"
	log_test "segments are made where the member cannot make them"
	offload on tso
}

features()
{
	local feature said

	command -v ethtool >/dev/null || {
		log_skip "features" "ethtool is not installed"
		return 0
	}
	said=$(ip netns exec "$host" ethtool -k br-phy)
	for feature in tcp-segmentation-offload scatter-gather \
			tx-vlan-offload; do
		check "$feature: $(grep "^$feature" <<<"$said")" \
			like "$said" "*$feature: on*"
	done
	log_test "the bond's features are those of its members"
}

# A stack's own segments, with IP on both sides.
stream_of_bytes()
{
	local python=/usr/bin/python3 bytes=20000000 got server

	[ -x $python ] || {
		log_skip "TCP" "python3 is not installed"
		return 0
	}
	ip -n "$host" link add link br-phy name br-phy.10 type vlan id 10
	ip -n "$host" addr add 192.0.2.1/24 dev br-phy.10
	ip -n "$host" link set br-phy.10 up
	ip -n "$net" addr add 192.0.2.2/24 dev v1
	ip netns exec "$host" $python -c "
import socket
s = socket.create_server(('192.0.2.1', 5001))
print('ready', flush=True)
c = s.accept()[0]
n = 0
while data := c.recv(1 << 20):
    n += len(data)
print(n, flush=True)" >&"$answers" &
	server=$!
	read -rt 60 got <&"$answers"
	check_eq "the server" "$got" ready
	ip netns exec "$net" $python -c "
import socket
c = socket.create_connection(('192.0.2.1', 5001), 30)
c.sendall(bytes($bytes))"
	read -rt 60 got <&"$answers"
	check_eq "bytes" "$got" $bytes
	wait $server
	check_between "frames" "$(port p1 .stats.rx_packets)" 10 \
		$((bytes / 1448 / 2))
	log_test "TCP from a VM to the node, in frames larger than the MTU"
}

topology members=2
vb_all <<END
port set p1 access 10
port set p2 trunk 10,20
END
fifo=$(mktemp -u)
mkfifo "$fifo"
exec {answers}<>"$fifo"
rm "$fifo"
xf "try v1 s=11 d=99"
xf "try v2 s=12 d=99 t=10"
whole
tags
features
stream_of_bytes
