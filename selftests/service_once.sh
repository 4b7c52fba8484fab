#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Service VLANs, those of tunnel ports, with two members on one switch that
# floods: each frame once, no echo, one receiver. The switch takes the service
# tag for data, or for the tag of its own VLANs (802.1ad).
#
#      v1(tunnel 20)  v2(tunnel 20)  v3(20)
#      |p1            |p2            |p3
#    +-+--------------+--------------+-+
#    |             br-phy              |  self
#    +--------+---------------+--------+
#             |m0             |m1
#             |s0             |s1
#    +--------+---------------+--------+
#    |              sw0                |-- f0
#    +---------------------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

groups="all 01:00:5e:7f:01:02 33:33:00:00:00:fb"

# Customers' tags
inner="10 30p3 20"

from_the_switch()
{
	local d t

	for d in $groups; do
		try f0 "s=22 d=$d t=s20" "v1:- v2:-"
		for t in $inner; do
			try f0 "s=22 d=$d t=s20.$t" "v1:$t v2:$t"
		done
	done
	try f0 "s=22 d=all t=s20.10 n=100" "v1:10x100 v2:10x100"
	log_test "$title: what is flooded reaches each tunnel once"

	try f0 "s=22 d=98 t=s20.10" ""
	vb port set p2 flood on
	try f0 "s=22 d=97 t=s20.10" "v2:10"
	try f0 "s=22 d=97 t=s20 n=100" "v2:-x100"
	vb port set p2 flood off
	log_test "$title: unknown unicast reaches one with flood on, once"
}

from_tunnels()
{
	local d t before n=0

	before=$(drops reflected)
	for d in $groups; do
		try v1 "s=11 d=$d" "s?:s20 f0:s20 v2:-"
		for t in $inner; do
			try v1 "s=11 d=$d t=$t" "s?:s20.$t f0:s20.$t v2:$t"
			try v2 "s=12 d=$d t=$t" "s?:s20.$t f0:s20.$t v1:$t"
		done
		n=$((n + 7))
	done
	try v1 "s=11 d=all t=10 n=100" "s?:s20.10x100 f0:s20.10x100 v2:10x100"
	check_eq "came back and were dropped" \
		 $(($(drops reflected) - before)) $((n + 100))
	log_test "$title: from a tunnel it goes to each once, and never back"

	before=$(drops reflected)
	try v1 "s=11 d=96 t=10" "s?:s20.10 f0:s20.10"
	vb port set p2 flood on
	try v1 "s=11 d=96 t=10" "s?:s20.10 f0:s20.10 v2:10"
	vb port set p2 flood off
	check_eq "came back and were dropped" \
		 $(($(drops reflected) - before)) 2
	log_test "$title: unknown unicast does not come back either"
}

# flooded N: frames to 11 by both members
flooded()
{
	local before times=

	[ "$1" -eq 1 ] || times=x$1
	before=$(drops duplicate)
	try f0 "s=22 d=11 t=s20.10 n=$1" "v1:10$times"
	check_eq "copies dropped of $1, pin $(pin 11 20)" \
		 $(($(drops duplicate) - before)) "$1"
}

# A switch that does not learn sends all to both.
known_station()
{
	local m

	switch_learns off
	for m in m0 m1; do
		fix 11 20 $m
		flooded 1
		flooded 1
		flooded 100
	done
	switch_learns on
	fix 11 20 auto
	log_test "$title: to a known station, by both members: once"
}

receivers()
{
	local vid taken=

	for vid in {40..55}; do
		vb_all <<-END
			port set p1 tunnel $vid
			port set p2 tunnel $vid
		END
		try f0 "s=22 d=all t=s$vid.10" "v1:10 v2:10"
		one_of_two "$vid"
		taken+=$one
	done
	check "by m0: $taken" like "$taken" "*0*"
	check "by m1: $taken" like "$taken" "*1*"
	vb_all <<-END
		port set p1 tunnel 20
		port set p2 tunnel 20
	END
	log_test "$title: one receiver for each, and not the same for all"
}

# one_of_two VID: broadcast is taken from one wire; its number, in $one
one_of_two()
{
	local i got

	one=
	for i in 0 1; do
		got=$(came s$i "s=22 d=all t=s$1.10")
		[ -z "$got" ] || one+=$i
		check "VLAN $1 by s$i: '$got'" like "$got" "?(v1:10 v2:10)"
	done
	check "VLAN $1 is taken from one wire: '$one'" [ ${#one} -eq 1 ]
}

failover()
{
	local first other

	one_of_two 20
	first=m${one:-0}
	other=m$((1 - ${one:-0}))
	link_is "$first" down
	try "s${other#m}" "s=22 d=all t=s20.10" "v1:10 v2:10"
	try f0 "s=22 d=all t=s20.10" "v1:10 v2:10"
	link_is "$first" up
	check "handed over" wait_for 5 equals "" came "s${other#m}" \
		"s=22 d=all t=s20.10"
	try "s${first#m}" "s=22 d=all t=s20.10" "v1:10 v2:10"
	log_test "$title: the other member receives while the first is down"
}

no_loop()
{
	local i before after

	before=$(member m0 .stats.tx_packets),$(member m1 .stats.tx_packets)
	for i in 0 1; do
		xf "try s$i s=22 d=all t=s20.10"
		xf "try s$i s=22 d=95 t=s20.10"
		xf "try s$i s=22 d=f1 t=s20"
	done
	after=$(member m0 .stats.tx_packets),$(member m1 .stats.tx_packets)
	check_eq "sent on the members" "$after" "$before"
	log_test "$title: nothing goes from member to member"
}

# The customer VLAN of that number goes another way.
apart()
{
	try v3 "s=13 d=all" "s?:20 f0:20 self:20"
	try f0 "s=22 d=all t=20" "v3:- self:20"
	log_test "$title: the customer VLAN of that number has none of it"
}

topology members=2 ports=3
vb_all <<END
port set p1 tunnel 20
port set p2 tunnel 20
port set p3 access 20
END
learn v1 11
learn v2 12
for protocol in 802.1Q 802.1ad; do
	title="a switch of $protocol"
	ip -n "$net" link set sw0 type bridge vlan_protocol $protocol
	from_the_switch
	from_tunnels
	known_station
	no_loop
done
receivers
learn v1 11
learn v2 12
failover
apart
