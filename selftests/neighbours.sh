#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The bond among other parts of Linux networking: tc and nftables on ports and
# members, packet sockets, a kernel bond as a member, a tap device as a port.
#
#      v1(10)   v2(10)   tap0(10)
#      |p1      |p2      |
#    +-+--------+--------+-+
#    |       br-phy        |  self
#    +--+-------+----------+
#       |m0     |m1     then bond0 over b0 and b1 instead
#       |s0     |s1
#    +--+-------+----------+
#    |         sw0         |-- f0
#    +---------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

htc()
{
	tc -n "$host" "$@"
}

tc_filters()
{
	htc qdisc add dev p1 clsact || {
		log_skip "tc" "no clsact"
		return 0
	}
	htc filter add dev p1 ingress flower src_mac "$(mac 33)" action drop
	try v1 "s=33 d=99" ""
	try v1 "s=11 d=99" "s?:10 f0:10"
	check_eq "station" "$(station 33 10 .port)" ""
	log_test "tc on a port drops what a guest sends"

	htc filter add dev p1 egress flower src_mac "$(mac 44)" action drop
	try f0 "s=44 d=11 t=10" ""
	try f0 "s=22 d=11 t=10" "v1:-"
	try v2 "s=12 d=11" "v1:-"
	log_test "and what a guest gets"
	htc qdisc del dev p1 clsact

	htc qdisc add dev m0 clsact
	htc qdisc add dev m1 clsact
	for m in m0 m1; do
		htc filter add dev $m egress matchall \
			action mirred egress mirror dev mirror
		htc filter add dev $m ingress matchall \
			action mirred egress mirror dev mirror
	done
	try v1 "s=11 d=22" "s?:10 f0:10 mirror:10"
	try v1 "s=11 d=12" "v2:-"
	try s0 "s=22 d=11 t=10" "v1:- mirror:10"
	log_test "tc on members mirrors what goes in and out"

	htc qdisc del dev m0 clsact
	htc qdisc del dev m1 clsact
}

shaping()
{
	htc qdisc add dev p1 root tbf rate 100mbit burst 100k limit 1000k ||
	{
		log_skip "shaping" "no tbf"
		return 0
	}
	stream 1 f0 "s=22 d=11 t=10 gap=1000"
	check "frames arrive" arrive 1 v1 50 20
	xf "stop 1"
	check_between "packets that tbf saw" "$(htc -j -s qdisc show dev p1 |
		jq '.[0].packets')" 50 100000
	htc qdisc del dev p1 root
	log_test "a shaper on a port shapes what the guest gets"
}

nft_hooks()
{
	command -v nft >/dev/null || {
		log_skip "nftables" "nft is not installed"
		return 0
	}
	ip netns exec "$host" nft -f - <<-END || {
	table netdev t {
		chain port {
			type filter hook ingress device p1 priority 0;
			ether saddr $(mac 33) counter drop
		}
		chain member0 {
			type filter hook ingress device m0 priority 0;
			ether saddr $(mac 44) drop
		}
		chain member1 {
			type filter hook ingress device m1 priority 0;
			ether saddr $(mac 44) drop
		}
	}
	END
		log_skip "nftables" "no netdev hooks"
		return 0
	}
	try v1 "s=33 d=99" ""
	try v1 "s=11 d=99" "s?:10 f0:10"
	try f0 "s=44 d=11 t=10" ""
	try f0 "s=22 d=11 t=10" "v1:-"
	ip netns exec "$host" nft delete table netdev t
	try v1 "s=33 d=99" "s?:10 f0:10"
	log_test "nftables on ports and members"

	ip netns exec "$host" nft -f - 2>/dev/null <<-END || {
	table netdev t {
		chain port {
			type filter hook egress device p1 priority 0;
			ether saddr $(mac 44) counter drop
		}
	}
	END
		log_skip "nftables on the way out" "no egress hook"
		return 0
	}
	try f0 "s=44 d=11 t=10" ""
	try f0 "s=22 d=11 t=10" "v1:-"
	ip netns exec "$host" nft delete table netdev t
	log_test "nftables on the way out of a port"
}

# What tcpdump shows, by the same kind of socket.
packet_sockets()
{
	local point dev

	for dev in p1 p2 m0 m1 br-phy; do
		xf "open $dev-in $host $dev"
		xf "open $dev-out $host $dev out"
	done
	try v1 "s=11 d=22" "s?:10 f0:10 p1-in:- m?-out:10"
	try v1 "s=11 d=12" "v2:- p1-in:- p2-out:-"
	# The switch brings it back on the other member.
	try v1 "s=11 d=all" "s?:10 f0:10 v2:- self:10 p1-in:- p2-out:- \
m?-*:10 m?-*:10 br-phy-in:10"
	try s0 "s=22 d=11 t=10" "v1:- p1-out:- m0-in:10"
	try self "s=fe d=11 t=10" "v1:- p1-out:- br-phy-out:~10"
	log_test "each device shows what it sends and receives"
	for dev in p1 p2 m0 m1 br-phy; do
		for point in in out; do
			xf "close $dev-$point"
		done
	done
}

# The other end of a tap device; frames to send are hex on standard input,
# frames that came are hex on standard output.
tap_guest='
import fcntl, os, select, struct, sys
fd = os.open("/dev/net/tun", os.O_RDWR)
# IFF_TAP | IFF_NO_PI | IFF_VNET_HDR
fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH22x", b"tap0", 0x5002))
print("ready", flush=True)
while True:
    for f in select.select([fd, sys.stdin], [], [])[0]:
        if f == fd:
            print(os.read(fd, 70000)[10:].hex(), flush=True)
            continue
        line = sys.stdin.readline()
        if not line:
            sys.exit()
        os.write(fd, bytes(10) + bytes.fromhex(line.strip()))
'

tap()
{
	local said fifo ether=ffffffffffff0200000000

	if [ ! -x /usr/bin/python3 ] ||
	   ! ip -n "$host" tuntap add tap0 mode tap vnet_hdr 2>/dev/null; then
		log_skip "tap" "no tap devices or no python3"
		return 0
	fi
	vb port add br-phy tap0 access 10
	ip -n "$host" link set tap0 up
	fifo=$(mktemp -u)
	mkfifo "$fifo"
	exec {from_guest}<>"$fifo"
	rm "$fifo"
	exec {to_guest}> >(exec ip netns exec "$host" /usr/bin/python3 \
		-c "$tap_guest" >&"$from_guest")
	defer kill $!
	read -rt 60 -u "$from_guest" said
	check_eq "the guest" "$said" ready

	# It announces itself, and is known from then on.
	echo "${ether}5588b5$(printf '%092d' 0)" >&"$to_guest"
	check "it is learned" wait_for 10 equals tap0 station 55 10 .port
	xf "try v1 s=11 d=55"
	read -rt 60 -u "$from_guest" said
	check "from a VM: $said" like "$said" "02000000005502000000001188b5*"
	xf "try f0 s=22 d=55 t=10"
	read -rt 60 -u "$from_guest" said
	check "from afar: $said" like "$said" "02000000005502000000002288b5*"
	log_test "a tap device as a port"
}

# At how many ends of their wires bond0 and w distribute frames, the state that
# comes last: a bit of IEEE 802.1AX's Actor_State.
distributing()
{
	{
		ip -n "$host" -d -j link show master bond0
		ip -n "$net" -d -j link show master w
	} | jq -s 'flatten | map(.linkinfo.info_slave_data |
		select(.ad_actor_oper_port_state / 32 | floor % 2 == 1)) |
		length'
}

# kernel_bond MODE: over two wires, to the switch or to another such bond
kernel_bond()
{
	local i far=sw0

	ip -n "$host" link add bond0 type bond mode "$1" miimon 20 || {
		log_skip "a kernel bond as a member: $1" "no bonding"
		return 0
	}
	if [ "$1" = 802.3ad ]; then
		far=w
		# At the slow rate a busy machine does not miss its turn.
		ip -n "$net" link add w type bond mode 802.3ad miimon 20
		to_switch w
	fi
	for i in 0 1; do
		ip -n "$host" link add b$i type veth peer name w$i netns "$net"
		ip -n "$host" link set b$i master bond0
		if [ $far = sw0 ]; then
			to_switch w$i
		else
			ip -n "$net" link set w$i master $far
		fi
	done
	vb member add br-phy bond0
	check "it is up" wait_for 10 equals up member bond0 .state
	check "it passes frames" wait_for 30 passes
	if [ $far = w ]; then
		check "both wires are in use" \
			wait_for 30 equals 4 distributing
	fi
	try v1 "s=11 d=99" "f0:10"
	try f0 "s=22 d=11 t=10" "v1:-"
	try f0 "s=22 d=all t=10" "v1:- v2:- self:10"
	# Whichever wire the bond uses.
	ip -n "$net" link set w0 down
	check "by the other wire" wait_for 10 passes
	log_test "a kernel bond as a member: $1"
	ip -n "$host" link del bond0
	for i in b0 b1; do
		ip -n "$host" link del $i
	done
	ip -n "$net" link del w 2>/dev/null || :
}

# to_switch DEV: in $net
to_switch()
{
	ip -n "$net" link set "$1" master sw0 up
	bridge -n "$net" vlan add vid 2-63 dev "$1"
}

# Both ways between the VM and afar.
passes()
{
	[[ $(came v1 "s=11 d=99") = *f0:10* ]] &&
		[[ $(came f0 "s=22 d=11 t=10") = *v1:-* ]]
}

require_command tc
topology ports=2
vb port set p1 access 10
vb port set p2 access 10
ip -n "$host" link add mirror type veth peer name mirror1 netns "$net"
ip -n "$host" link set mirror up
ip -n "$net" link set mirror1 up
xf "open mirror $net mirror1"
xf "try v1 s=11 d=99"
xf "try v2 s=12 d=99"
tc_filters
shaping
nft_hooks
packet_sockets
tap
vb member del m0
vb member del m1
kernel_bond active-backup
kernel_bond 802.3ad
