#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Members are promiscuous until every port is locked to its static stations;
# then their filters have these addresses and VLANs, and no others.
#
#      v1      v2
#      |p1     |p2
#    +-+-------+-+
#    |  br-phy   |  self
#    +-+-------+-+
#      |m0     |m1
#      |s0     |bond0, a kernel bond
#      |       |nic, of this kind: its local stations show which addresses
#    +-+-+           and VLANs it was told to receive
#    |sw0|-- f0
#    +---+

# shellcheck source-path=SCRIPTDIR source=quiet_lib.sh
. "${0%/*}/quiet_lib.sh"

locking()
{
	promiscuous
	vb port set p1 access 10 mac-lock on
	vb fdb add br-phy "$(mac 11)" vlan 10 port p1
	promiscuous
	log_test "promiscuous while a port is not locked"

	vb port set p2 access 20 mac-lock on
	quiet "11 fe" "0 10 20"
	log_test "quiet when the last one is"

	try f0 "s=22 d=11 t=10" "v1:-"
	try f0 "s=22 d=all t=20" "v2:- self:20"
	try v1 "s=11 d=22" "s0:10 f0:10"
	log_test "what the ports want still comes"
}

stations()
{
	vb fdb add br-phy "$(mac 12)" vlan 20 port p2
	vb fdb add br-phy "$(mac 13)" vlan 20 port p2
	quiet "11 12 13 fe" "0 10 20"
	vb fdb del br-phy "$(mac 12)" vlan 20
	quiet "11 13 fe" "0 10 20"
	log_test "static stations come and go"

	# One address on two VLANs is one in the filter.
	vb port set p2 trunk 20,30
	vb fdb add br-phy "$(mac 13)" vlan 30 port p2
	quiet "11 13 fe" "0 10 20 30"
	vb fdb del br-phy "$(mac 13)" vlan 30
	quiet "11 13 fe" "0 10 20 30"
	vb fdb del br-phy "$(mac 13)" vlan 20
	quiet "11 fe" "0 10 20 30"
	log_test "an address on two VLANs stays until the last is gone"
}

vlan_changes()
{
	vb port set p2 trunk 20-22
	quiet "11 fe" "0 10 20 21 22"
	vb port set p2 trunk 20,40 native 22
	quiet "11 fe" "0 10 20 22 40"
	log_test "VLANs follow the ports"

	vb bond set br-phy vlans 10,40
	quiet "11 fe" "0 10 40"
	vb bond set br-phy native 40
	quiet "11 fe" "0 10"
	vb bond set br-phy native 0 vlans all
	quiet "11 fe" "0 10 20 22 40"
	log_test "and what the uplink carries tagged"

	vb bond set br-phy vlans 0,10-12
	vb port set p2 trunk all
	quiet "11 fe" "0 10 11 12"
	log_test "a trunk of all VLANs wants those of the uplink"
	vb bond set br-phy vlans all
	vb port set p2 tunnel 50
	quiet "11 fe" "0 10"
	log_test "a tunnel wants no customer VLAN"
	vb port set p2 access 20
	quiet "11 fe" "0 10 20"
}

node()
{
	local vlan=br-phy.60

	hip link add link br-phy name $vlan type vlan id 60
	quiet "11 fe" "0 10 20 60"
	hip link add link br-phy name mv0 address "$(mac 71)" type macvlan
	hip link set mv0 up
	quiet "11 71 fe" "0 10 20 60"
	hip link set br-phy address "$(mac fd)"
	quiet "11 71 fd" "0 10 20 60"
	hip link set br-phy address "$(mac fe)"
	hip link del mv0
	hip link del $vlan
	quiet "11 fe" "0 10 20"
	log_test "the node's own addresses and VLANs"

	# What it sends from without having said so.
	xf "try self s=72 d=99 t=10"
	quiet "11 72 fe" "0 10 20"
	vb fdb flush br-phy
	quiet "11 fe" "0 10 20"
	log_test "and what is learned from it"

	# On VLANs that nothing but its stations names: a macvtap's guest may
	# tag what it sends.
	vb fdb add br-phy "$(mac 14)" vlan 61 port br-phy
	quiet "11 14 fe" "0 10 20 61"
	try f0 "s=22 d=14 t=61" "self:61"
	xf "try self s=72 d=99 t=62"
	quiet "11 14 72 fe" "0 10 20 61 62"
	vb fdb flush br-phy
	vb fdb del br-phy "$(mac 14)" vlan 61
	quiet "11 fe" "0 10 20"
	log_test "the node's stations on VLANs of their own"
}

quiet_topology
locking
stations
vlan_changes
node
