#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The bond as the node's network device: IPv4 and IPv6, VLAN and macvlan devices
# above it, DHCP, its address lists, ethtool, and the node's address moving from
# a NIC to the bond.
#
#     eth0 in "vm" (VLAN 10)      mv0 in "pod", macvlan
#       |p3                        |
#    +--+--------------------------+-+
#    |             br-phy            |  self: br-phy, br-phy.10
#    +--+---------+------------------+
#       |m0       |m1        e0, later a member too
#       |s0       |s1        |e1
#    +--+---------+----------+-+
#    |           sw0           |-- eth0 in "far", eth0.10
#    +-------------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

vm=
pod=
far=

hip()
{
	ip -n "$host" "$@"
}

# reaches NETNS ADDRESS: a ping comes back
reaches()
{
	ip netns exec "$1" ping -q -c 1 -W 1 "$2" >/dev/null
}

# talk NETNS ADDRESS
talk()
{
	check "ping" wait_for 10 reaches "$1" "$2"
}

# wire NETNS DEV OTHER: a pair of devices; the other end is in $net
wire()
{
	ip -n "$1" link add "$2" type veth peer name "$3" netns "$net"
	ip -n "$1" link set "$2" up
	ip -n "$net" link set "$3" up
}

around()
{
	local ns

	setup_ns vm pod far
	wire "$far" eth0 far0
	ip -n "$net" link set far0 master sw0
	bridge -n "$net" vlan add vid 2-63 dev far0
	ip -n "$far" link add link eth0 name eth0.10 type vlan id 10
	wire "$host" e0 e1
	ip -n "$net" link set e1 master sw0
	hip link add p3 type veth peer name eth0 netns "$vm"
	hip link set p3 up
	ip -n "$vm" link set eth0 up
	vb port add br-phy p3 access 10
	hip link add link br-phy name br-phy.10 type vlan id 10
	for ns in "$host br-phy 1" "$host br-phy.10 1" "$far eth0 2" \
			"$far eth0.10 2" "$vm eth0 3"; do
		# shellcheck disable=SC2086 # words
		address $ns
	done
	wait_for 10 switches_ready
}

# address NETNS DEV N: 192.0.2.N and 2001:db8::N, in VLAN 10 others
address()
{
	local four=192.0.2 six=2001:db8:0

	if [[ $2 = *.10 ]] || [ "$1" = "$vm" ]; then
		four=198.51.100
		six=2001:db8:10
	fi
	ip -n "$1" link set "$2" up
	ipv6_on "$1" "$2"
	ip -n "$1" addr add $four."$3"/24 dev "$2"
	ip -n "$1" addr add $six::"$3"/64 dev "$2" nodad
}

addresses()
{
	talk "$host" 192.0.2.2
	talk "$far" 192.0.2.1
	talk "$host" 2001:db8::2
	talk "$far" 2001:db8::1
	log_test "IPv4 and IPv6 on the bond itself"

	talk "$host" 198.51.100.2
	talk "$host" 198.51.100.3
	talk "$vm" 198.51.100.1
	talk "$vm" 198.51.100.2
	talk "$far" 198.51.100.3
	log_test "IPv4 on a VLAN device above it: to afar, to a VM and back"

	talk "$host" 2001:db8:10::2
	talk "$vm" 2001:db8:10::1
	talk "$far" 2001:db8:10::3
	talk "$vm" "$(link_local "$host" br-phy.10)%eth0"
	talk "$host" "ff02::1%br-phy.10"
	check_eq "neighbour" "$(hip -j neigh show 2001:db8:10::3 |
		jq -r '.[0].lladdr')" \
		"$(ip -n "$vm" -j link show eth0 | jq -r '.[0].address')"
	log_test "IPv6 likewise, with neighbour discovery"
}

# link_local NETNS DEV
link_local()
{
	ip -n "$1" -j -6 addr show dev "$2" scope link |
		jq -r '.[0].addr_info[] | select(.local) | .local' | head -n 1
}

# The client asks for an address by broadcast, and the server's answers find it.
dhcp()
{
	local dir server

	command -v busybox >/dev/null && busybox udhcpd --help 2>/dev/null ||
		[ $? -eq 1 ] || {
		log_skip "DHCP" "no busybox"
		return 0
	}
	dir=$(mktemp -d)
	cat >"$dir/conf" <<-END
	start 198.51.100.100
	end 198.51.100.150
	interface eth0.10
	lease_file $dir/leases
	pidfile $dir/pid
	END
	cat >"$dir/script" <<-END
	#!/bin/sh
	[ "\$1" != bound ] || echo "\$ip"
	END
	chmod +x "$dir/script"
	: >"$dir/leases"
	ip netns exec "$far" busybox udhcpd -f "$dir/conf" 2>/dev/null &
	server=$!
	defer kill $server
	# lease NETNS DEV
	lease()
	{
		ip netns exec "$1" busybox udhcpc -i "$2" -f -n -q -t 10 -T 1 \
			-s "$dir/script" 2>/dev/null
	}
	check "the node's" like "$(lease "$host" br-phy.10)" "198.51.100.1??"
	check "the VM's" like "$(lease "$vm" eth0)" "198.51.100.1??"
	kill $server
	rm -r "$dir"
	log_test "DHCP, for the node and for a VM"
}

# Which it was not, and its VLAN device with it; IPv6 forgets its addresses then
node_is_up()
{
	hip link set br-phy up
	hip link set br-phy.10 up
	hip addr replace 2001:db8:0::1/64 dev br-phy nodad
	hip addr replace 2001:db8:10::1/64 dev br-phy.10 nodad
}

address_lists()
{
	hip link add link br-phy name mv0 address "$(mac 71)" type macvlan \
		mode bridge
	hip link set mv0 netns "$pod"
	address "$pod" mv0 4
	check_eq "state" "$(station 71 0 .state)" local
	talk "$pod" 192.0.2.2
	talk "$far" 192.0.2.4
	talk "$pod" 2001:db8::2
	talk "$far" 2001:db8::4
	log_test "a macvlan above the bond"
	ip -n "$pod" link del mv0
	check_eq "state" "$(station 71 0 .state)" ""
	log_test "and away"

	# It is told of no address that goes while it is down.
	bridge -n "$host" fdb add "$(mac 74)" dev br-phy self
	check_eq "state" "$(station 74 10 .state)" local
	hip link set br-phy down
	check_eq "state" "$(station 74 10 .state)" ""
	vb port set br-phy max-macs 256
	check_eq "state" "$(station 74 10 .state)" ""
	try v1 "s=74 d=99" "s?:10 f0:10"
	check_eq "port" "$(station 74 10 .port)" p1
	hip link set br-phy up
	check_eq "state" "$(station 74 10 .state)" local
	hip link set br-phy down
	bridge -n "$host" fdb del "$(mac 74)" dev br-phy self
	try v1 "s=74 d=99" "s?:10 f0:10"
	check_eq "port" "$(station 74 10 .port)" p1
	node_is_up
	check_eq "port" "$(station 74 10 .port)" p1
	talk "$far" 192.0.2.1
	vb fdb flush br-phy
	log_test "its other addresses are its own while it is up"

	bridge -n "$host" fdb add "$(mac 72)" dev br-phy self
	check_eq "state" "$(station 72 0 .state)" local
	check_eq "state" "$(station 72 10 .state)" local
	try f0 "s=22 d=72" "self:-"
	try v1 "s=11 d=72" "self:10"
	bridge -n "$host" fdb del "$(mac 72)" dev br-phy self
	check_eq "state" "$(station 72 0 .state)" ""
	try f0 "s=22 d=72" ""
	log_test "an address in its unicast list is its own"

	hip link set br-phy.10 address "$(mac 73)"
	check_eq "state" "$(station 73 10 .state)" local
	talk "$vm" 198.51.100.1
	talk "$far" 2001:db8:10::1
	log_test "a VLAN device with an address of its own"

	hip link set br-phy address "$(mac fd)"
	talk "$host" 192.0.2.2
	talk "$host" 2001:db8::2
	hip link set br-phy address "$(mac fe)"
	talk "$far" 192.0.2.1
	log_test "its address changes while it is in use"
}

receive_modes()
{
	local group="d=01:00:5e:01:02:03"

	try f0 "s=22 $group" "self:-"
	hip link set br-phy allmulticast on
	try f0 "s=22 $group" "self:-"
	hip link set br-phy allmulticast off
	log_test "groups come in, allmulticast or not"

	try f0 "s=22 d=98" ""
	hip link set br-phy promisc on
	try f0 "s=22 d=98" "self:-"
	try f0 "s=22 d=98 t=20" "self:20"
	try v1 "s=11 d=98" "s?:10 f0:10 self:10"
	hip link set br-phy promisc off
	try f0 "s=22 d=98" ""
	try v1 "s=11 d=98" "s?:10 f0:10"
	log_test "unknown unicast comes in where it is promiscuous"

	vb port set br-phy mac-lock on
	talk "$host" 192.0.2.2
	talk "$vm" 198.51.100.1
	try self "s=74 d=99" ""
	vb port set br-phy mac-lock off
	try self "s=74 d=99" "s?:- f0:-"
	log_test "mac-lock holds the node to its own addresses"
	vb fdb flush br-phy
}

# speed: as ethtool tells it
speed()
{
	ip netns exec "$host" ethtool br-phy | sed -n 's/^\tSpeed: //p'
}

# named STATISTIC
named()
{
	ip netns exec "$host" ethtool -S br-phy | sed -n "s/^ *$1: //p"
}

ethtool_says()
{
	local tx

	command -v ethtool >/dev/null || {
		log_skip "ethtool" "it is not installed"
		return 0
	}
	check_eq "driver" "$(ip netns exec "$host" ethtool -i br-phy |
		sed -n 's/^driver: //p')" vmbond
	check "2 members" wait_for 5 equals 20000Mb/s speed
	ip -n "$net" link set s1 down
	check "1 member" wait_for 5 equals 10000Mb/s speed
	ip -n "$net" link set s0 down
	check "none" wait_for 5 equals Unknown! speed
	ip -n "$net" link set s0 up
	ip -n "$net" link set s1 up
	wait_for 10 all_up
	wait_for 10 switches_ready
	check "2 members" wait_for 5 equals 20000Mb/s speed
	log_test "ethtool: driver and link"

	tx=$(named uplink_tx_packets)
	try v1 "s=11 d=99 n=5" "s?:10x5 f0:10x5"
	# The node's own neighbour discovery is among them.
	check_between "sent" $(($(named uplink_tx_packets) - tx)) 5 100
	tx=$(named drop_vlan)
	try v1 "s=11 d=99 t=20 n=3" ""
	check_eq "dropped" $(($(named drop_vlan) - tx)) 3
	log_test "ethtool: statistics by name"
}

# tso DEV
tso()
{
	hip -d -j link show "$1" | jq '.[0].tso_max_size'
}

limits()
{
	local most

	most=$(tso m0)
	[ "$most" != null ] || {
		log_skip "GSO limits" "ip link does not show them"
		return 0
	}
	check_eq "of the bond" "$(tso br-phy)" "$most"
	check_eq "of a VLAN" "$(tso br-phy.10)" "$most"
	if ip -n "$host" tuntap add tap0 mode tap 2>/dev/null; then
		vb port add br-phy tap0
		check_eq "with a smaller one" "$(tso br-phy)" "$(tso tap0)"
		check_eq "of a VLAN" "$(tso br-phy.10)" "$(tso tap0)"
		hip link del tap0
		check_eq "without" "$(tso br-phy)" "$most"
	fi
	log_test "GSO frames are as large as its devices take them"
}

# A session from a NIC's address goes on when the NIC is a member and the
# address is the bond's.
moves()
{
	local python=/usr/bin/python3 fifo answer client what

	[ -x $python ] || {
		log_skip "the node's address moves" "python3 is not installed"
		return 0
	}
	ip -n "$far" addr add 203.0.113.2/24 dev eth0
	ip netns exec "$far" $python -c "
import socket
s = socket.create_server(('203.0.113.2', 5001))
while True:
    c = s.accept()[0]
    while data := c.recv(1000):
        c.sendall(data)" &
	defer kill $!
	for what in "a new bond" "a bond in use"; do
		hip addr add 203.0.113.1/24 dev e0
		fifo=$(mktemp -u)
		mkfifo "$fifo"
		exec {to_client}<>"$fifo"
		rm "$fifo"
		mkfifo "$fifo"
		exec {answers}<>"$fifo"
		rm "$fifo"
		ip netns exec "$host" $python -c "
import socket, sys, time
end = time.time() + 30
while True:
    try:
        s = socket.create_connection(('203.0.113.2', 5001), 5)
        break
    except OSError:
        if time.time() > end:
            raise
s.settimeout(60)
for line in sys.stdin:
    s.sendall(line.encode())
    print(s.recv(1000).decode(), end='', flush=True)" \
			<&"$to_client" >&"$answers" &
		client=$!
		echo before >&"$to_client"
		read -rt 60 answer <&"$answers" || answer=none
		check_eq "before" "$answer" before

		if [ "$what" = "a new bond" ]; then
			move_to bond2
		else
			move_to br-phy
		fi
		echo after >&"$to_client"
		read -rt 60 answer <&"$answers" || answer=none
		check_eq "after" "$answer" after
		kill $client
		exec {to_client}<&- {answers}<&-
		log_test "the node's address moves from a NIC to $what"

		hip addr flush dev bond2 2>/dev/null || :
		hip link del bond2 2>/dev/null || vb member del e0
		hip addr del 203.0.113.1/24 dev br-phy 2>/dev/null || :
	done
}

# move_to BOND: in one go, as for a session that the commands came by
move_to()
{
	[ "$1" = br-phy ] || vb bond add "$1"
	hip link set "$1" up
	vb member add "$1" e0
	hip addr flush dev e0
	hip addr add 203.0.113.1/24 dev "$1"
}

require_command ping
topology ports=2
vb port set p1 access 10
around
addresses
dhcp
address_lists
receive_modes
ethtool_says
limits
moves
