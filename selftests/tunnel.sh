#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnel ports: a service VLAN (802.1ad) around whatever tags the guest's frames
# have, another than the customer VLAN of the same number.
#
#      v1      v2      v3(20)   v4(trunk all)
#      |p1     |p2     |p3      |p4
#    +-+-------+-------+--------+-+
#    |           br-phy           |  self
#    +-------------+--------------+
#                  |m0
#                  |s0
#    +-------------+--------------+
#    |            sw0             |-- f0
#    +----------------------------+
#
# The switch knows 802.1Q only: to it, a frame with a service tag is untagged.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

inward()
{
	try v1 "s=11 d=all" "s0:s20 f0:s20 v2:-"
	try v1 "s=11 d=all t=0p5" "s0:s20.0p5 f0:s20.0p5 v2:0p5"
	try v1 "s=11 d=all t=10p3" "s0:s20.10p3 f0:s20.10p3 v2:10p3"
	try v1 "s=11 d=all t=20" "s0:s20.20 f0:s20.20 v2:20"
	try v1 "s=11 d=all t=10.30" "s0:s20.10.30 f0:s20.10.30 v2:10.30"
	try v1 "s=11 d=all t=s10" "s0:s20.s10 f0:s20.s10 v2:s10"
	try v1 "s=11 d=all t=9100/7" "s0:s20.9100/7 f0:s20.9100/7 v2:9100/7"
	log_test "in: any frame, its own tags kept inside"
}

apart()
{
	try v3 "s=13 d=all" "s0:20 f0:20 v4:20 self:20"
	try v4 "s=14 d=all t=20" "s0:20 f0:20 v3:- self:20"
	log_test "the customer VLAN of that number is another"

	# To a trunk, the service tag is none: untagged, and a frame of VLAN 0
	# cannot go to the uplink with it on.
	try v4 "s=14 d=all t=s20" "self:s20"
	try v4 "s=14 d=all t=s20.10" "self:s20.10"
	log_test "no way into the service VLAN from a trunk"
}

outward()
{
	try s0 "s=22 d=all t=s20" "v1:- v2:-"
	try s0 "s=22 d=all t=s20p6" "v1:- v2:-"
	try s0 "s=22 d=all t=s20.10p3" "v1:10p3 v2:10p3"
	try s0 "s=22 d=all t=s20.s10" "v1:s10 v2:s10"
	try s0 "s=22 d=all t=s20.10.30" "v1:10.30 v2:10.30"
	log_test "out: the outer tag is removed"

	try s0 "s=22 d=all t=20" "v3:- v4:20 self:20"
	try s0 "s=22 d=all t=s21" ""
	try s0 "s=22 d=all t=s0" ""
	try s0 "s=22 d=all t=s4095" ""
	log_test "out: frames of that service VLAN only"
}

stations()
{
	try v1 "s=11 d=12 t=10" "s0:s20.10*"
	try v2 "s=12 d=11 t=10" "v1:10"
	try v1 "s=11 d=12 t=30" "v2:30"
	try s0 "s=22 d=11 t=s20.10" "v1:10"
	# The same address in the customer VLAN is another station.
	try v3 "s=11 d=99" "s0:20 f0:20"
	try s0 "s=22 d=11 t=s20" "v1:-"
	try s0 "s=22 d=11 t=20" "v3:-"
	check_eq "stations" "$(vb -j fdb show br-phy | jq -r '
		[.[] | select(.mac[15:] == "11") |
			"\(.vid) \(.service) \(.port)"] | sort | join(",")')" \
		"20 false p3,20 true p1"
	log_test "stations of both VLANs are two"

	check_eq "VLAN 20" "$(of_vlan 11)" "false p3,true p1"
	check_eq "service" "$(of_vlan 11 service)" "true p1"
	vb fdb flush br-phy vlan 20 service
	check_eq "flushed" "$(of_vlan 11)" "false p3"
	try v1 "s=11 d=12 t=10" "s0:s20.10*"
	vb fdb flush br-phy vlan 20
	check_eq "flushed" "$(of_vlan 11)" ""
	log_test "shown and flushed by number: both, or one"

	vb fdb add br-phy "$(mac 41)" vlan 20 port p1
	check_eq "added" "$(of_vlan 41)" "true p1"
	vb fdb pin br-phy "$(mac 41)" vlan 20 member m0
	check_eq "pinned" "$(vb -j fdb show br-phy "$(mac 41)" |
		jq -c '[.[] | .manual]')" "[true]"
	vb fdb add br-phy "$(mac 41)" vlan 20 port p3
	check_eq "added" "$(of_vlan 41)" "false p3,true p1"
	refused 2 . vb fdb add br-phy "$(mac 41)" vlan 21 port p1
	vb fdb del br-phy "$(mac 41)" vlan 20
	check_eq "deleted" "$(of_vlan 41)" "true p1"
	vb fdb del br-phy "$(mac 41)" vlan 20
	check_eq "deleted" "$(of_vlan 41)" ""
	refused 2 "no such station" vb fdb del br-phy "$(mac 41)" vlan 20
	log_test "a station is where its port says, without saying service"
	vb fdb flush br-phy
}

# of_vlan XX [service]: the stations of this MAC in VLAN 20
of_vlan()
{
	vb -j fdb show br-phy "$(mac "$1")" vlan 20 "${@:2}" |
		jq -r '[.[] | "\(.service) \(.port)"] | sort | join(",")'
}

inner()
{
	local before

	vb port set p1 tunnel 20 inner 10-12
	before=$(port p1 .stats.drops.vlan)
	try v1 "s=11 d=all t=10" "s0:s20.10 f0:s20.10 v2:10"
	try v1 "s=11 d=all t=12.40" "s0:s20.12.40 f0:s20.12.40 v2:12.40"
	try v1 "s=11 d=all t=13" ""
	try v1 "s=11 d=all" ""
	try v1 "s=11 d=all t=0p3" ""
	try v1 "s=11 d=all t=4095" ""
	check_eq "drops" $(($(port p1 .stats.drops.vlan) - before)) 4
	log_test "inner: these customer VLANs only"

	before=$(port p1 .stats.drops.vlan)
	try s0 "s=22 d=all t=s20.11" "v1:11 v2:11"
	try s0 "s=22 d=all t=s20.13" "v2:13"
	try s0 "s=22 d=all t=s20" "v2:-"
	try v2 "s=12 d=all t=13" "s0:s20.13 f0:s20.13"
	check_eq "drops" $(($(port p1 .stats.drops.vlan) - before)) 3
	log_test "inner: both ways"

	vb port set p1 tunnel 20 inner 0
	try v1 "s=11 d=all" "s0:s20 f0:s20 v2:-"
	try v1 "s=11 d=all t=0p3" "s0:s20.0p3 f0:s20.0p3 v2:0p3"
	try v1 "s=11 d=all t=10" ""
	try v1 "s=11 d=all t=0.30" ""
	try v1 "s=11 d=all t=s0.30" ""
	try v1 "s=11 d=all t=0.0.30" ""
	try s0 "s=22 d=all t=s20.0.30" "v2:0.30"
	try s0 "s=22 d=all t=s20.0" "v1:0 v2:0"
	log_test "inner 0: what has no VLAN of the customer's"
	vb port set p1 tunnel 20
	try v1 "s=11 d=all t=13" "s0:s20.13 f0:s20.13 v2:13"
}

bounds()
{
	vb bond set br-phy native 20
	try v1 "s=11 d=all t=10" "s0:s20.10 f0:s20.10 v2:10"
	try s0 "s=22 d=all t=s20.10" "v1:10 v2:10"
	try v3 "s=13 d=all" "s0:- f0:- v4:20 self:20"
	log_test "the bond's native VLAN is a customer VLAN"
	vb bond set br-phy native 0 vlans 30
	try v1 "s=11 d=all t=10" "v2:10"
	try s0 "s=22 d=all t=s20.10" ""
	vb bond set br-phy native 20
	try v1 "s=11 d=all t=10" "v2:10"
	try s0 "s=22 d=all t=s20.10" ""
	try v3 "s=13 d=all" "s0:- f0:- v4:20 self:20"
	vb bond set br-phy native 0
	log_test "the bond's vlans bound service VLANs too"
	vb bond set br-phy vlans all

	# A bridge takes one tag more than its MTU, not two.
	try v1 "s=11 d=all len=1514 t=10" "s0:s20.10 v2:10"
	try v1 "s=11 d=all len=1514" "s0:s20 f0:s20 v2:-"
	try v1 "s=11 d=99 t=10 len=9014 gso=1400" "s0:s20.10* f0:s20.10*"
	try s0 "s=22 d=11 t=s20.10 len=9014 gso=1400" "v1:10*"
	log_test "frames of full length, and GSO frames"

	vb port set p1 priority-tags on
	try s0 "s=22 d=all t=s20p6" "v1:0p6 v2:-"
	try s0 "s=22 d=all t=s20p6.10" "v1:10 v2:10"
	vb port set p1 priority-tags off
	log_test "priority tags where there is no other"
}

self_tunnel()
{
	vb port set br-phy tunnel 20
	try v1 "s=11 d=all t=10" "s0:s20.10 f0:s20.10 v2:10 self:10"
	try s0 "s=22 d=all t=s20" "v1:- v2:- self:-"
	try self "s=fe d=all t=10p3" "s0:s20.10p3 f0:s20.10p3 v1:10p3 v2:10p3"
	try self "s=fe d=all" "s0:s20 f0:s20 v1:- v2:-"
	try v1 "s=11 d=fe t=10" "self:10"
	log_test "the self port as a tunnel"

	# Both devices are in one VLAN of the bond's, as one station.
	vb port set br-phy tunnel 20 inner 10,30
	ip -n "$host" link add link br-phy name br-phy.10 type vlan id 10
	ip -n "$host" link add link br-phy name br-phy.30 type vlan id 30
	try v1 "s=11 d=fe t=30" "self:30"
	ip -n "$host" link del br-phy.10
	try v1 "s=11 d=fe t=30" "self:30"
	ip -n "$host" link del br-phy.30
	try v1 "s=11 d=fe t=30" "s0:s20.30*"
	vb port set br-phy trunk all
	log_test "and the node's VLAN devices in it"
}

changes()
{
	xf "try v1 s=11 d=99 t=10"
	vb port set p1 tunnel 21
	check_eq "stations" "$(port p1 .stations)" 0
	try v1 "s=11 d=all t=10" "s0:s21.10 f0:s21.10"
	xf "try v2 s=12 d=99 t=10"
	vb port set p2 access 20
	check_eq "stations" "$(port p2 .stations)" 0
	try v2 "s=12 d=all" "s0:20 f0:20 v3:- v4:20 self:20"
	vb port set p1 tunnel 20
	vb port set p2 tunnel 20
	log_test "stations of the service VLAN are forgotten with it"

	refused 2 . vb port set p1 tunnel 0
	refused 1 . vb port set p1 tunnel 4095
	refused 1 . vb port set p1 tunnel 20 native 10
	try v1 "s=11 d=all t=10" "s0:s20.10 f0:s20.10 v2:10"
	log_test "refused: no VLAN to put it in"
}

# To a switch that knows 802.1Q only, in a VLAN as any other.
dot1q()
{
	vb port set p1 tunnel 20 dot1q
	vb port set p2 tunnel 20 inner 10 dot1q
	try v1 "s=11 d=all" "s0:20 f0:20 v3:- v4:20 self:20"
	try v1 "s=11 d=all t=10p3" \
		"s0:20.10p3 f0:20.10p3 v2:10p3 v4:20.10p3 self:20.10p3"
	try f0 "s=22 d=all t=20.10p3" "v1:10p3 v2:10p3 v4:20.10p3 self:20.10p3"
	try f0 "s=22 d=all t=20" "v1:- v3:- v4:20 self:20"
	try s0 "s=22 d=all t=s20.10" ""
	try v2 "s=12 d=all t=11" ""
	log_test "dot1q: the outer tag is that of a VLAN as any other"

	try v3 "s=13 d=all" "s0:20 f0:20 v1:- v4:20 self:20"
	try v1 "s=11 d=13" "v3:-"
	try v1 "s=11 d=13 t=10" ""
	try v3 "s=13 d=11" "v1:-"
	log_test "dot1q: no tag gets to an access port of that VLAN"

	# Where it leaves untagged, the inner tag would be taken for the outer.
	vb bond set br-phy native 20
	try v1 "s=11 d=all" "s0:- f0:- v3:- v4:20 self:20"
	try v1 "s=11 d=all t=10" "v2:10 v4:20.10 self:20.10"
	vb bond set br-phy native 0
	log_test "dot1q: no way out of a native VLAN into another"

	refused 1 . vb port set p1 access 20 dot1q
	refused 1 . vb port set p1 trunk 20 dot1q
	check_eq "dot1q" "$(port p1 .dot1q)" true
	vb port set p1 tunnel 20
	vb port set p2 tunnel 20
	check_eq "dot1q" "$(port p1 .dot1q)" false
}

# offload on|off: of all devices
offload()
{
	local dev

	for dev in m0 p1 p2; do
		ip netns exec "$host" ethtool -K $dev txvlan "$1" rxvlan "$1" \
			tx-vlan-stag-hw-insert "$1" rx-vlan-stag-hw-parse "$1"
	done >/dev/null
}

topology members=1 ports=4
vb_all <<END
port set p1 tunnel 20
port set p2 tunnel 20
port set p3 access 20
port set p4 trunk all
END
inward
apart
outward
stations
inner
bounds
self_tunnel
changes
dot1q
if command -v ethtool >/dev/null; then
	offload off
	note "without VLAN offloads"
	inward
	outward
	stations
fi
