#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a station has sent to the uplink and received from it, to the byte while
# that is little, and how long ago it sent.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |
#    +--+-------+--+
#       |m0     |m1
#       |s0     |s1
#    +--+-------+--+
#    |     sw0     |-- f0
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# bytes XX: sent and received
bytes()
{
	station "$1" 10 '"\(.tx_bytes) \(.rx_bytes)"'
}

# counted XX SENT RECEIVED
counted()
{
	check_eq "$1" "$(bytes "$1")" "$2 $3"
}

sent()
{
	try v1 "s=11 d=99 n=10" "s?:10x10 f0:10x10"
	counted 11 600 0
	try v1 "s=11 d=99 n=3 len=1000" "s?:10x3 f0:10x3"
	counted 11 3600 0
	try v1 "s=11 d=all n=2 len=100" "s?:10x2 f0:10x2 v2:-x2 self:10x2"
	counted 11 3800 0
	try v1 "s=11 d=99 len=15014 gso=1448" "s?:10/gso1448 f0:10/gso1448"
	counted 11 18814 0
	log_test "sent: the bytes of each frame, once for a broadcast"

	try v2 "s=12 d=11 n=5" "v1:-x5"
	try v1 "s=11 d=12 n=7" "v2:-x7"
	counted 11 18814 0
	counted 12 0 0
	log_test "between guests: not counted"
}

received()
{
	try f0 "s=22 d=11 t=10 n=7 len=100" "v1:-x7"
	counted 11 18814 700
	try f0 "s=22 d=all t=10 n=5" "v1:-x5 v2:-x5 self:10x5"
	counted 11 18814 700
	counted 12 0 0
	switch_learns off
	try f0 "s=22 d=11 t=10 n=10 len=1000" "v1:-x10"
	switch_learns on
	counted 11 18814 10700
	log_test "received: unicast, one of two copies, no broadcast"
}

# reckoned WHAT GOT WANTED: by samples, to 2 %
reckoned()
{
	note "$1: $2 of $3 bytes"
	check_between "$1" "$2" $(($3 - $3 / 50)) $(($3 + $3 / 50))
}

many()
{
	local sent received

	vb fdb flush br-phy vlan 10
	learn v2 12
	counted 12 60 0
	# 64 KiB less one, of which 60 are to learn it and for the switch to
	learn v1 11
	try v1 "s=11 d=99 n=65 len=1000" "s?:10x65 f0:10x65"
	try v1 "s=11 d=99 len=475" "s?:10 f0:10"
	counted 11 65535 0
	try f0 "s=22 d=11 t=10 n=65 len=1000" "v1:-x65"
	try f0 "s=22 d=11 t=10 len=535" "v1:-"
	counted 11 65535 65535
	log_test "to the byte below 64 KiB"

	try v1 "s=11 d=99 n=1000 len=1000" "s?:10x1000 f0:10x1000"
	try f0 "s=22 d=11 t=10 n=1000 len=1000" "v1:-x1000"
	read -r sent received < <(bytes 11)
	reckoned "sent" "$sent" 1065535
	reckoned "received" "$received" 1065535
	try v2 "s=12 d=99 n=10" "s?:10x10 f0:10x10"
	counted 12 660 0
	log_test "by samples from there on, and others still to the byte"
}

# aged FIRST LAST: since a frame that was sent between these times
aged()
{
	local from to age

	from=$(now_ms)
	age=$(station 11 10 .age_ms)
	to=$(now_ms)
	check_between "age in ms" "$age" $((from - $2 - tick)) \
		$((to - $1 + tick))
}

ages()
{
	# how exact it is
	local tick=20 first last

	! slow || tick=100

	first=$(now_ms)
	learn v1 11
	last=$(now_ms)
	aged "$first" "$last"
	nap 1
	aged "$first" "$last"
	try f0 "s=22 d=11 t=10" "v1:-"
	try v2 "s=12 d=11" "v1:-"
	aged "$first" "$last"
	log_test "age: since it sent, whatever it receives"

	first=$(now_ms)
	try v1 "s=11 d=12" "v2:-"
	last=$(now_ms)
	aged "$first" "$last"
	nap 0.5
	aged "$first" "$last"
	log_test "age: any frame counts, to another guest too"
}

topology members=2
vb port set p1 access 10
vb port set p2 access 10
xf "try v1 s=11 d=$(mac 7f)"
xf "try v2 s=12 d=$(mac 7f)"
vb fdb flush br-phy vlan 10
switch_forgets
# 12 is there, and has sent nothing to the uplink
vb fdb add br-phy "$(mac 12)" vlan 10 port p2
sent
received
vb fdb del br-phy "$(mac 12)" vlan 10
many
ages
