#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many ports, VLANs and stations: they fit, all are reached, and the memory that
# each of them takes is printed. And many VLANs above the bond.
#
#      v1     v2     d1 .. d1000 (dummies)
#      |p1    |p2    |
#    +-+------+------+----+
#    |       br-phy       |  self
#    +-+------+-----------+
#      |m0    |m1
#      |s0    |s1
#    +-+------+-----------+
#    |        sw0         |-- f0
#    +--------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

ports=1000
stations=8192
if slow; then
	ports=200
	stations=2048
fi

# each WHAT N KIB MOST: what each of them takes, MOST bytes in a kernel that
# does not keep books of it
each()
{
	note "$1: $(($3 * 1024 / $2)) bytes each ($2 of them, $3 KiB)"
	slow || check_between "bytes" $(($3 * 1024 / $2)) 1 "$4"
}

# One of them becomes a trunk of all VLANs while a broadcast goes to the others,
# and an access port again.
mode_changes()
{
	local i

	vb port set p2 access 20
	stream 1 v2 "s=12 d=all gap=100"
	for ((i = 0; i < 100; i++)); do
		echo "port set p1 access 20"
		echo "port set p1 trunk all"
	done | vb_all
	check "it goes on" arrive 1 v1 10 20
	stop 1
	check_eq "twice" "${STAT[v1.twice]-0}" 0
	vb port set p1 access 10
	vb port set p2 access 10
	log_test "a port's VLAN mode changes amid a broadcast: once"
}

many_ports()
{
	local before

	numbers "link add d" 1 "$ports" | sed 's/$/ up type dummy/' |
		ip -n "$host" -batch - || {
		log_skip "$ports ports" "no dummy devices"
		return 0
	}
	before=$(memory_used)
	numbers "port add br-phy d" 1 "$ports" |
		sed 's/$/ access 20/' | vb_all
	each "ports" "$ports" $(($(memory_used) - before)) 8192
	check_eq "ports" "$(bond .ports)" $((ports + 2))
	vb port set p1 access 10
	vb port set p2 access 10
	try v1 "s=11 d=all" "s?:10 f0:10 v2:- self:10"
	try f0 "s=22 d=all t=10" "v1:- v2:- self:10"
	try f0 "s=22 d=all t=20" "self:20"
	check_eq "d$ports got" "$(port "d$ports" .stats.tx_packets)" 1
	check_eq "d1 got" "$(port d1 .stats.tx_packets)" 1
	log_test "$ports ports"
	mode_changes
	ip -n "$host" link del d1
	check_eq "ports" "$(bond .ports)" $((ports + 1))
}

many_vlans()
{
	local before vid

	before=$(memory_used)
	vb port set p2 trunk 1-4094
	each "VLANs of a trunk" 4094 $(($(memory_used) - before)) 256
	for vid in 1 2 1000 2047 2048 4093 4094; do
		try s0 "s=22 d=99 t=$vid" ""
		try v2 "s=12 d=99 t=$vid" "s?:$vid*"
		try s0 "s=22 d=12 t=$vid" "v2:$vid"
	done
	try v2 "s=12 d=99" ""
	check_eq "stations" "$(port p2 .stations)" 7
	log_test "4094 VLANs on a trunk"
}

many_stations()
{
	local before n

	vb bond set br-phy max-macs $((stations + 100))
	vb port set p1 access 10 max-macs "$stations"
	before=$(memory_used)
	xf "try v1 s=02:00:00:01:00:00+ d=99 n=$stations"
	each "stations" "$stations" $(($(memory_used) - before)) 1024
	check_eq "stations" "$(port p1 .stations)" "$stations"
	check_eq "shown" "$(vb -j fdb show br-phy port p1 | jq length)" \
		"$stations"
	for n in 0 $((stations / 2)) $((stations - 1)); do
		n=$(printf '02:00:00:01:%02x:%02x' $((n / 256)) $((n % 256)))
		try f0 "s=22 d=$n t=10" "v1:-"
	done
	for n in 0 1; do
		check_between "of them on m$n" "$(member m$n .stations)" \
			$((stations / 2 - 100)) $((stations / 2 + 100))
	done
	log_test "$stations stations"

	ip -n "$net" link set s0 down
	check "m0 is down" wait_for 30 equals down member m0 .state
	check_between "stations on m1" "$(member m1 .stations)" "$stations" \
		$((stations + 100))
	log_test "all of those of a member move"
	vb fdb flush br-phy
	check_eq "stations" "$(port p1 .stations)" 0
	log_test "and are forgotten"
}

# timed COMMAND...: sets took, in ms
timed()
{
	local start=${EPOCHREALTIME/./}

	check "$*" "$@"
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
}

# in_halves add|del: all VLANs of the node
in_halves()
{
	timed bridge -n "$host" vlan "$1" vid 2-2047 dev br-phy
	first=$took
	timed bridge -n "$host" vlan "$1" vid 2048-4094 dev br-phy
	note "$1: the first half $first ms, the second $took ms"
}

local_vlans()
{
	vb -j fdb show br-phy |
		jq '[.[] | select(.state == "local") | .vid] | unique | length'
}

# As one that Proxmox makes, with bridge-vids 2-4094: each VLAN is one more for
# the node's addresses.
vlans_of_the_node()
{
	local first took

	ip -n "$host" link add br0 type bridge vlan_filtering 1
	ip -n "$host" link set br-phy up master br0
	in_halves add
	# If each had to look at all that are there it would be three times.
	slow || check_between "ms for the second half" "$took" 1 \
		$((first * 5 / 2))
	check_eq "VLANs of the node" "$(local_vlans)" 4095
	try f0 "s=22 d=fe t=40" "self:40"
	in_halves del
	check_eq "VLANs of the node" "$(local_vlans)" 2
	ip -n "$host" link del br0
	check_eq "VLANs of the node" "$(local_vlans)" 1
	log_test "4094 VLANs of a bridge above the bond"
}

topology ports=2
vlans_of_the_node
many_ports
many_vlans
many_stations
