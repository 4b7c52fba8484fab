#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Broadcast, multicast and unknown unicast reach each port once, do not come
# back, and never go from member to member: with one switch and with two joined
# ones (drawn), with two members and with three.
#
#      v1(10)   v2(10)   v3(20)   v4(trunk)
#      |p1      |p2      |p3      |p4
#    +-+--------+--------+--------+-+
#    |            br-phy            |  self
#    +--+-----------+-----------+---+
#       |m0         |m1         |m2
#       |s0         |s1         |s2
#    +--+-----------|-----------+---+
#    |  |          sw0          |   |-- f0
#    +--------------|---------------+
#                x0 |
#    +--------------+---------------+
#    |             sw1              |-- f1
#    +------------------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

groups="all 01:00:5e:7f:01:02 33:33:00:00:00:fb"

# far: where a flooded frame of VLAN $1 shows behind the switches
far()
{
	echo "f0:$1${second:+ f1:$1}"
}

from_outside()
{
	local d vid f

	for d in $groups; do
		for f in f0 ${second:+f1}; do
			try "$f" "s=22 d=$d t=10" "${other[$f]/@/10}v1:- v2:- v4:10 self:10"
			try "$f" "s=22 d=$d t=20" "${other[$f]/@/20}v3:- v4:20 self:20"
			try "$f" "s=22 d=$d t=30" "${other[$f]/@/30}v4:30 self:30"
		done
	done
	log_test "$title: what the switch floods reaches each port once"

	# Receivers of VLANs differ, so try enough of them.
	for ((vid = 40; vid < 56; vid++)); do
		try f0 "s=22 d=all t=$vid" "${other[f0]/@/$vid}v4:$vid self:$vid"
	done
	log_test "$title: whichever member is the VLAN's receiver"

	for f in f0 ${second:+f1}; do
		try "$f" "s=22 d=98 t=10" "${other[$f]/@/10}"
		try "$f" "s=22 d=98 t=20" "${other[$f]/@/20}"
	done
	log_test "$title: unknown unicast reaches nobody"

	vb port set p2 flood on
	for f in f0 ${second:+f1}; do
		try "$f" "s=22 d=97 t=10" "${other[$f]/@/10}v2:-"
		try "$f" "s=22 d=97 t=20" "${other[$f]/@/20}"
	done
	log_test "$title: but for a port with flood on, once"
	vb port set p2 flood off
}

from_ports()
{
	local d

	for d in $groups; do
		try v1 "s=11 d=$d" "s?:10 $(far 10) v2:- v4:10 self:10"
		try v2 "s=12 d=$d" "s?:10 $(far 10) v1:- v4:10 self:10"
		try v3 "s=13 d=$d" "s?:20 $(far 20) v4:20 self:20"
		try v4 "s=14 d=$d t=10" "s?:10 $(far 10) v1:- v2:- self:10"
		try v4 "s=14 d=$d t=30" "s?:30 $(far 30) self:30"
		try self "s=fe d=$d t=10" "s?:10 $(far 10) v1:- v2:- v4:10"
	done
	log_test "$title: from a port it goes to each port and one member"

	for d in 96 97; do
		try v1 "s=11 d=$d" "s?:10 $(far 10)"
		try v4 "s=14 d=$d t=20" "s?:20 $(far 20)"
	done
	log_test "$title: unknown unicast goes to one member only"

	vb port set p2 flood on
	try v1 "s=11 d=97" "s?:10 $(far 10) v2:-"
	try v4 "s=14 d=97 t=10" "s?:10 $(far 10) v2:-"
	try v2 "s=12 d=97" "s?:10 $(far 10)"
	vb port set p2 flood off
	log_test "$title: and to ports with flood on, not to the sender"
}

# A burst of frames, each to be seen once.
burst()
{
	try f0 "s=22 d=all t=10 n=100" \
		"${other[f0]:+f1:10x100 }v1:-x100 v2:-x100 v4:10x100 self:10x100"
	try v1 "s=11 d=all n=100" \
		"s?:10x100 f0:10x100${second:+ f1:10x100} v2:-x100 v4:10x100 self:10x100"
	log_test "$title: a burst of broadcasts"
}

# What a member gets from the switch never leaves by another. The stations here
# are all known, but not to the switch.
no_loop()
{
	local i before="" after=""

	vb fdb flush br-phy
	for ((i = 0; i < members; i++)); do
		before="$before $(member m$i .stats.tx_packets)"
	done
	for ((i = 0; i < members; i++)); do
		xf "try s$i s=2$i d=all t=10"
		xf "try s$i s=2$i d=95 t=10"
		xf "try s$i s=2$i d=f$((i + 1)) t=10"
	done
	for ((i = 0; i < members; i++)); do
		after="$after $(member m$i .stats.tx_packets)"
	done
	check_eq "sent on the members" "$after" "$before"
	log_test "$title: nothing goes from member to member"
}

# run TITLE MEMBERS SWITCHES
run()
{
	title=$1
	members=$2
	second=
	[ "$3" -eq 1 ] || second=yes
	# What the far host on the other switch sees of a flooded frame.
	declare -gA other=([f0]="${second:+f1:@ }" [f1]="f0:@ ")

	topology members="$2" switches="$3" ports=4
	vb_all <<-END
	port set p1 access 10
	port set p2 access 10
	port set p3 access 20
	port set p4 trunk 10,20,30,40-55
	END
	from_outside
	from_ports
	burst
	no_loop
	cleanup
}

run "one switch" 2 1
run "two joined switches, three members" 3 2
if ! slow; then
	run "one switch, three members" 3 1
	run "two joined switches" 2 2
fi
