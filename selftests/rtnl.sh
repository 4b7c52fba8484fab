#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The bond as a netdev: ip link makes, fills, shows and removes it; addresses,
# MTU, carrier; what is refused as member or port.
#
#      v1     v2
#      |p1    |p2
#    +-+------+-+
#    |  br-phy  |  self
#    +-+------+-+
#      |m0    |m1
#      |s0    |s1
#    +-+------+-+
#    |   sw0    |-- f0
#    +----------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

hip()
{
	ip -n "$host" "$@"
}

# link DEV FILTER
link()
{
	hip -j -d -s link show "$1" | jq -r ".[0] | $2"
}

add_and_del()
{
	local mac

	hip link add bond2 type vmbond
	check_eq "kind" "$(link bond2 .linkinfo.info_kind)" vmbond
	check_eq "shown" "$(BOND=bond2 bond .ifname)" bond2
	check_eq "members" "$(BOND=bond2 bond .members)" 0
	refused 2 "exists" hip link add bond2 type vmbond
	for mac in 01:00:5e:00:00:01 00:00:00:00:00:00; do
		refused 2 "MAC" hip link add bond3 address $mac type vmbond
	done
	refused 2 . vb bond add bond2
	hip link del bond2
	refused 1 . hip link show bond2
	refused 2 . vb bond show bond2
	log_test "ip link add and del"

	vb bond add bond2
	check_eq "kind" "$(link bond2 .linkinfo.info_kind)" vmbond
	vb bond del bond2
	refused 1 . hip link show bond2
	log_test "vmbondctl bond add and del"

	hip link add bond2 address 02:00:00:00:aa:01 mtu 2000 type vmbond
	check_eq "address" "$(link bond2 .address)" 02:00:00:00:aa:01
	check_eq "MTU" "$(link bond2 .mtu)" 2000
	hip link set bond2 name bond3
	check_eq "name" "$(BOND=bond3 bond .ifname)" bond3
	hip link del bond3
	log_test "with an address and an MTU; renamed"
}

masters()
{
	hip link add q1 type veth peer name q1v
	hip link set q1 up
	hip link set q1 master br-phy
	check_eq "bond" "$(port q1 .bond)" br-phy
	check_eq "mode" "$(port q1 .mode)" none
	check_eq "master" "$(link q1 .master)" br-phy
	check_eq "kind" "$(link q1 .linkinfo.info_slave_kind)" vmbond
	hip link set q1 nomaster
	check_eq "port" "$(port q1 .bond)" ""
	check_eq "master" "$(link q1 .master)" null
	hip link del q1
	log_test "ip link set master adds a port without VLAN, nomaster removes it"

	check_eq "masters" "$(hip -j link show master br-phy |
		jq -r '[.[].ifname] | sort | join(" ")')" "m0 m1 p1 p2"
	hip link set m1 nomaster
	check_eq "members" "$(bond .members)" 1
	vb member add br-phy m1
	wait_for 5 all_up
	log_test "members and ports have the bond as master; nomaster is for both"
}

# refused_as WHAT DEV PATTERN: as member and as port
refused_as()
{
	refused 2 "$3" vb member add br-phy "$2"
	refused 2 "$3" vb port add br-phy "$2"
	check_eq "members and ports" "$(bond '"\(.members) \(.ports)"')" "2 2"
	check_not "$2 is $1 and has the bond as master" \
		equals br-phy link "$2" .master
}

refusals()
{
	local kind

	refused_as loopback lo .
	refused_as "the bond itself" br-phy .
	log_test "refused: loopback and the bond itself"

	vb bond add bond2
	refused_as "a bond of this kind" bond2 .
	vb bond del bond2
	log_test "refused: another bond of this kind"

	hip link add br0 type bridge
	hip link add q1 type veth peer name q1v
	hip link set q1 master br0
	refused_as "in a bridge" q1 .
	check_eq "master" "$(link q1 .master)" br0
	hip link del br0
	log_test "refused: a device with a master"

	refused 2 . vb port add br-phy m0
	refused 2 . vb member add br-phy p1
	refused 2 . vb port add br-phy p1
	refused 2 . vb member add br-phy m0
	check_eq "members" "$(bond .members)" 2
	check_eq "ports" "$(bond .ports)" 2
	log_test "refused: what is a member or a port already"

	# A device above the bond would be below it too.
	hip link add link br-phy name br-phy.10 type vlan id 10
	refused_as "above the bond" br-phy.10 .
	hip link del br-phy.10
	log_test "refused: a device above the bond"

	hip link add link m0 name m0.10 type vlan id 10
	hip link add link p1 name p1.10 type vlan id 10
	refused_as "above a member" m0.10 "above or below"
	refused_as "above a port" p1.10 "above or below"
	hip link del m0.10
	hip link del p1.10
	hip link add link q1 name q1.10 type vlan id 10
	vb port add br-phy q1.10
	refused 2 "above or below" vb port add br-phy q1
	refused 2 "above or below" vb member add br-phy q1
	hip link del q1.10
	log_test "refused: a device above or below a member or port"

	# Its rx_handler is taken.
	if hip link add link q1 name mv0 type macvlan 2>/dev/null; then
		refused_as "under a macvlan" q1 .
		hip link del mv0
		log_test "refused: a device that somebody else receives from"

		# It gets its own frames, and not those of stations.
		for kind in "macvlan mode bridge" "macvlan mode vepa" ipvlan; do
			# shellcheck disable=SC2086 # words
			hip link add link q1 name mv0 type $kind 2>/dev/null ||
				continue
			refused_as "$kind" mv0 "other hosts"
			hip link del mv0
		done
		hip link add link q1 name mv0 type macvlan mode passthru
		vb port add br-phy mv0 access 10
		vb port del mv0
		hip link del mv0
		log_test "refused: a device that gets its own frames only"
	else
		log_skip "a device with another receiver" "no macvlan"
	fi

	refused 2 . vb member add br-phy s0
	refused 2 . vb member add br-phy no-such-device
	log_test "refused: a device of another namespace"

	if hip tuntap add tun0 mode tun 2>/dev/null; then
		refused_as "not Ethernet" tun0 .
		hip link del tun0
		log_test "refused: a device that is no Ethernet"
	else
		log_skip "a device that is no Ethernet" "no tun devices"
	fi
	hip link del q1
}

# console DEV: have the kernel send its messages there
console()
{
	local dir=$configfs/netconsole/vmb-test rc=0

	mkdir "$dir"
	ip netns exec "$host" sh -c "cd $dir && echo $1 >dev_name &&
		echo 192.0.2.1 >local_ip && echo 192.0.2.2 >remote_ip &&
		echo 1 >enabled" || rc=2
	[ $rc -ne 0 ] || echo 0 >"$dir/enabled"
	rmdir "$dir"
	return $rc
}

netpoll()
{
	local configfs

	configfs=$(mktemp -d)
	defer rmdir "$configfs"
	if ! modprobe -q netconsole ||
	   ! mount -t configfs none "$configfs" 2>/dev/null; then
		log_skip "netconsole" "not in this kernel"
		return
	fi
	defer umount "$configfs"
	defer modprobe -r netconsole
	hip link add q1 up type veth peer name q1v
	check "on another device" console q1
	hip link del q1
	refused 2 . console br-phy
	log_test "refused: netpoll, which sends with interrupts off"
}

addresses()
{
	hip link add bond2 type vmbond
	hip link add q0 address 02:00:00:00:aa:10 type veth peer name q0s
	hip link add q1 address 02:00:00:00:aa:11 type veth peer name q1s
	vb member add bond2 q0
	check_eq "first" "$(link bond2 .address)" 02:00:00:00:aa:10
	vb member add bond2 q1
	check_eq "second" "$(link bond2 .address)" 02:00:00:00:aa:10
	vb member del q0
	check_eq "without the first" "$(link bond2 .address)" \
		02:00:00:00:aa:10
	log_test "a bond takes the first member's address and keeps it"
	hip link del bond2

	hip link add bond2 address 02:00:00:00:aa:01 type vmbond
	vb member add bond2 q0
	check_eq "address" "$(link bond2 .address)" 02:00:00:00:aa:01
	log_test "unless it was given one"
	hip link del bond2
	check_eq "member's" "$(link q0 .address)" 02:00:00:00:aa:10
	hip link del q0
	hip link del q1

	hip link set br-phy address "$(mac fd)"
	vb port set p1 access 0
	try v1 "s=11 d=fd" "self:-"
	try v1 "s=11 d=fe" "s?:- f0:-"
	check_eq "state" "$(station fd 0 .state)" local
	log_test "a new address is local at once, the old one is not"
	hip link set br-phy address "$(mac fe)"
	refused 2 . hip link set br-phy address 01:00:5e:00:00:01
}

mtu()
{
	local before

	vb port set p1 access 10
	vb port set p2 access 10
	xf "try v2 s=12 d=99"
	hip link set br-phy mtu 9000
	check_eq "m0" "$(link m0 .mtu)" 9000
	check_eq "m1" "$(link m1 .mtu)" 9000
	log_test "the bond's MTU is set on its members"

	# A long frame goes where it fits.
	hip link set p1 mtu 9000
	ip -n "$net" link set v1 mtu 9000
	hip link set br-phy mtu 1500
	before=$(bond .stats.drops.mtu)
	try v1 "s=11 d=99 len=1514" "s?:10 f0:10"
	try v1 "s=11 d=99 len=1515" ""
	check_eq "drops" $(($(bond .stats.drops.mtu) - before)) 1
	log_test "a frame too long for the uplink is dropped as mtu"

	try v1 "s=11 d=12 len=1514" "v2:-"
	try v1 "s=11 d=12 len=1515" ""
	check_eq "drops" $(($(bond .stats.drops.mtu) - before)) 2
	hip link set p2 mtu 9000
	ip -n "$net" link set v2 mtu 9000
	try v1 "s=11 d=12 len=9014" "v2:-"
	log_test "or for the port it leaves by"

	try v1 "s=11 d=99 len=5000 gso=1400" "s?:10/gso1400 f0:10/gso1400"
	try v1 "s=11 d=99 len=5000 gso=1460" "s?:10/gso1460 f0:10/gso1460"
	try v1 "s=11 d=99 len=5000 gso=1461" ""
	check_eq "drops" $(($(bond .stats.drops.mtu) - before)) 3
	log_test "of a GSO frame its segments count"

	refused 2 . hip link set br-phy mtu 67
	check_eq "MTU" "$(link br-phy .mtu)" 1500
	log_test "refused: an MTU no frame fits in"

	# A VLAN device takes no more than what it is on.
	hip link add d0 up type dummy
	hip link add link d0 name d0.5 type vlan id 5
	vb member add br-phy d0.5
	hip link set m0 mtu 1600
	refused 2 . hip link set br-phy mtu 9000
	check_eq "MTU" "$(link br-phy .mtu)" 1500
	check_eq "m0, which has its own" "$(link m0 .mtu)" 1600
	check_eq "m1" "$(link m1 .mtu)" 1500
	vb member del d0.5
	hip link del d0
	hip link set m0 mtu 1500
	log_test "refused: an MTU that a member cannot have; the others keep theirs"
}

carrier()
{
	check_eq "flags" "$(link br-phy '.flags | index("LOWER_UP") != null')" \
		true
	vb bond set br-phy min-links 2
	check_eq "with 2" "$(bond .carrier)" true
	ip -n "$net" link set s0 down
	check "1 of 2 is too few" wait_for 5 equals false bond .carrier
	check "so says ip link" wait_for 5 equals false link br-phy \
		'.flags | index("LOWER_UP") != null'
	vb bond set br-phy min-links 1
	check "1 of 1 is enough" wait_for 5 equals true bond .carrier
	ip -n "$net" link set s0 up
	wait_for 5 all_up
	log_test "carrier while min-links members are up"
}

statistics()
{
	local rx tx

	wait_for 5 switches_ready
	rx=$(link br-phy .stats64.rx.packets)
	tx=$(link br-phy .stats64.tx.packets)
	try v1 "s=11 d=all n=7" "s?:10x7 f0:10x7 v2:-x7 self:10x7"
	try self "s=fe d=11 t=10 n=5" "v1:-x5"
	try v1 "s=11 d=12 n=9" "v2:-x9"
	check_eq "received" $(($(link br-phy .stats64.rx.packets) - rx)) 7
	check_eq "sent" $(($(link br-phy .stats64.tx.packets) - tx)) 5
	log_test "ip -s link counts what the node sends and receives"
}

topology members=2
add_and_del
masters
refusals
netpoll
addresses
mtu
carrier
statistics
