#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What guests must not say to a switch is dropped and counted; what the switch
# says to the node reaches the members' own stack.
#
#      v1(10)   v2(trunk)
#      |p1      |p2
#    +-+--------+-+
#    |   br-phy   |  self
#    +--+------+--+
#       |m0    |m1    lldpd listens on these
#       |s0    |s1
#    +--+------+--+
#    |    sw0     |-- f0
#    +------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

group=01:80:c2:00:00
stp="d=$group:00 type=0026 data=424203"
pause="d=$group:01 type=8808 data=0001ffff"
lacp="d=$group:02 type=8809 data=0101"
lldp="d=$group:0e type=88cc data=0207"

# drops PORT REASON
drops()
{
	port "$1" ".stats.drops.$2"
}

from_guests()
{
	local i

	try v1 "s=11 $stp" ""
	try v2 "s=12 $stp" ""
	try v2 "s=12 $stp t=10" ""
	try v1 "s=11 $stp t=0p7" ""
	check_eq "p1" "$(drops p1 bpdu)" 2
	check_eq "p2" "$(drops p2 bpdu)" 2
	try v2 "s=12 d=01:00:0c:cc:cc:cd t=10" ""
	try v1 "s=11 d=01:00:0c:cc:cc:cd" ""
	check_eq "p1: PVST+" "$(drops p1 bpdu)" 3
	check_eq "p2: PVST+" "$(drops p2 bpdu)" 3
	log_test "BPDUs from a guest are dropped, under a counter of their own"

	for i in "$pause" "$lacp" "$lldp" "d=$group:03 type=888e"; do
		try v1 "s=11 $i" ""
		try v2 "s=12 $i" ""
		try v2 "s=12 $i t=10" ""
	done
	check_eq "p1" "$(drops p1 link_local)" 4
	check_eq "p2" "$(drops p2 link_local)" 8
	log_test "PAUSE, LACP, LLDP and EAPOL from a guest are dropped"

	for i in 4 5 6 7 8 9 a b c d f; do
		try v1 "s=11 d=$group:0$i" ""
	done
	check_eq "p1" "$(drops p1 link_local)" 15
	try v1 "s=11 d=$group:10" "s?:10 f0:10 v2:10 self:10"
	check_eq "p1" "$(drops p1 link_local)" 15
	log_test "so is all of the reserved block, and nothing beyond it"

	check_eq "station" "$(station 19 10 .port)" ""
	try v1 "s=19 $stp" ""
	check_eq "station" "$(station 19 10 .port)" ""
	log_test "their source is not learned"
}

from_the_node()
{
	local i

	for i in "$stp" "$lacp" "$lldp"; do
		try self "s=fe $i" ""
	done
	try m0 "s=f0 $lldp" "s0:-"
	try m1 "s=f1 $lldp" "s1:-"
	log_test "the bond itself sends none; a daemon on a member does"
}

from_the_switch()
{
	local i before

	# A switch does not flood them: it sends them by one wire.
	before=$(bond .stats.drops.unknown)
	for i in "$stp" "$pause" "$lacp" "$lldp"; do
		try s0 "s=22 $i" "m0:-"
		try s1 "s=22 $i" "m1:-"
		try s1 "s=22 $i t=10" "m1:10"
	done
	check_eq "drops" "$(bond .stats.drops.unknown)" "$before"
	log_test "from the switch they reach no port and not the bond"

	# A socket that is bound to a protocol, as lldpd's is, gets only what
	# goes up the stack of the device.
	xf "open lldp $host m0 proto=88cc"
	try s0 "s=22 $lldp" "m0:- lldp:-"
	try s1 "s=22 $lldp" "m1:-"
	xf "try v2 s=12 d=99"
	try s0 "s=22 d=12 type=88cc" "v2:- m0:-"
	log_test "LLDP on a member reaches the socket bound to the member"
}

topology ports=2
vb_all <<END
port set p1 access 10
port set p2 trunk 0,10
END
from_guests
xf "open m0 $host m0"
xf "open m1 $host m1"
from_the_node
from_the_switch
