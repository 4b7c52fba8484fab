#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A node with 200 VMs and 2,000 stations, one guest of which floods the table
# with MACs while a wire is cut, mended, and load is evened out. Nobody else
# loses a frame but for what was on the dead wire or for it, no station but the
# flooder's own gives way, and memory comes back.
#
#      v1(10)  v2(10)    w3 .. w200 (VLANs 10 to 49)
#      |p1     |p2       |q3 .. q200
#    +-+-------+---------+-+
#    |       br-phy        |  self
#    +----+-----------+----+
#         |m0         |m1
#         |s0         |s1
#    +----+-----------+----+
#    |         sw0         |-- f0
#    +---------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

vms=200
each=10
slow && vms=60

vid_of()
{
	echo $((10 + $1 % 40))
}

make_vms()
{
	local i

	for ((i = 3; i <= vms; i++)); do
		echo "link add q$i type veth peer name w$i netns $net"
		echo "link set q$i up"
	done | ip -n "$host" -batch -
	for ((i = 3; i <= vms; i++)); do
		echo "link set w$i up"
	done | ip -n "$net" -batch -
	for ((i = 3; i <= vms; i++)); do
		echo "port add br-phy q$i access $(vid_of $i)"
	done | vb_all
}

# Every VM has as many stations; v1 of VLAN 10 is one, too.
make_stations()
{
	local i

	for ((i = 3; i <= vms; i++)); do
		xf "open w$i $net w$i"
		xf "try w$i s=$(printf 02:00:00:10:%02x:00 $i)+ d=99 n=$each"
		xf "close w$i"
	done
	xf "try v1 s=11+ d=99 n=$each"
	xf "try f0 s=22 d=all t=10"
}

# Stations of everybody but the flooder and the node
# (While the flood changes the table, a dump may miss one, as it says.)
stations_of_others()
{
	vb -j fdb show br-phy | jq '[.[] |
		select(.state == "learned" and .port != "p2")] | length'
}

flood_starts()
{
	pressure <<-END
	4 v2 s=02:00:00:20:00:00+ d=98 gap=0
	5 v2 s=02:00:00:30:00:00+ d=all gap=3000
	END
	check "the flood fills its share" wait_for 30 \
		equals 256 port p2 .stations
}

# Two stations each way: one on the member that fails, one on the other.
talk()
{
	fix 11 10 m0
	fix 12 10 m1
	fix 11 10 auto
	fix 12 10 auto
	xf "try f0 s=22 d=7e t=10"
	stream 1 v1 "s=11 d=22 gap=1000"
	stream 2 f0 "s=22 d=11 t=10 gap=1000"
	stream 3 v1 "s=12 d=22 gap=1000"
	stream 6 f0 "s=22 d=12 t=10 gap=1000"
	check "frames leave" arrive 1 f0 100 60
	check "frames come" arrive 2 v1 100 60
}

# and_on WHAT LOST: of the stations on the member that it is about; the others
# lose nothing.
and_on()
{
	local n

	check "frames go on leaving" arrive 1 f0 200 60
	check "frames go on coming" arrive 2 v1 200 60
	for n in "1 f0 $2" "2 v1 $2" "3 f0 0" "6 v1 0"; do
		# shellcheck disable=SC2086
		set -- "$1" "$2" $n
		stop "$3"
		survived "$1, stream $3" "$4" "$5"
	done
}

under_flood()
{
	local others

	make_stations
	others=$(stations_of_others)
	check_eq "stations" "$others" $(((vms - 1) * each))
	check_between "of them on m0" "$(member m0 .stations)" \
		$((others * 45 / 100)) $((others * 55 / 100))
	log_test "$vms ports with $others stations"

	flood_starts
	talk
	and_on "MAC flood" 0
	log_test "a MAC flood: nobody else loses a frame"

	talk
	link_is m0 down
	and_on "a wire is cut" 50
	check "stations of others" wait_for 5 equals "$others" \
		stations_of_others
	check_eq "stations on m0" "$(member m0 .stations)" 0
	log_test "failover under that: nothing is lost but on the dead wire"

	talk
	link_is m0 up
	vb -j bond rebalance br-phy >/dev/null
	and_on "the wire is mended, load is evened out" 0
	check_between "stations on m0" "$(member m0 .stations)" \
		$((others / 4)) $((others + 300))
	check "stations of others" wait_for 5 equals "$others" \
		stations_of_others
	log_test "return and rebalance under that lose nothing"

	note "$(port p2 .stats.rx_packets) frames came from the flooding guest"
	pressure_ends
	vb fdb flush br-phy
	check_eq "learned" "$(pins)" ""
}

# stations_kept: objects of that kind, if the kernel counts them by themselves
stations_kept()
{
	local shrink=/sys/kernel/slab/vmbond_station/shrink

	[ ! -e $shrink ] || echo 1 >$shrink
	awk '$1 == "vmbond_station" { print $2 }' /proc/slabinfo 2>/dev/null
}

# at_most N COMMAND...: does it print no more than that
at_most()
{
	[ "$("${@:2}")" -le "$1" ]
}

topology members=2 ports=2
vb port set p1 access 10
vb port set p2 access 10
make_vms
under_flood
# The allocators keep some of what was in use once, but only once. The flood's
# stations, if they were lost, would be twice as much as is let pass.
before=$(memory_used)
kept=$(stations_kept)
under_flood
if [ -n "$kept" ]; then
	check "stations: $kept" wait_for 30 \
		at_most $((kept + 256)) stations_kept
	note "stations: $kept before, $(stations_kept) after"
else
	check "where it was: $before KiB" wait_for 30 \
		at_most $((before + 4096)) memory_used
fi
note "memory used: $before KiB before, $(memory_used) KiB after"
log_test "memory returns to where it was"
