# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Load for the tests of balancing, by pktgen; sourced after promise_lib.sh. It
# takes some percent of a link, which any machine can make of one of 100 Mbit/s.

# shellcheck disable=SC2154 # net and host are lib.sh's

# Bytes a frame of a station with 5 % of such a link, of one with 2 %, and of
# one that is not worth a move
# shellcheck disable=SC2034 # for the tests to read
elephant=1250 mouse=500 fly=60
# Frames a second of each
flow_rate=500

can_load()
{
	modprobe -q pktgen 2>/dev/null || :
	[ -e /proc/net/pktgen/pgctrl ]
}

# makes_load N PERCENT: can this machine send so much of so many flows from v1?
# What the bond has counted does not tell. It drops these and learns nothing.
makes_load()
{
	local i n before start

	can_load || return
	for ((i = 0; i < $1; i++)); do
		add_flow "$net" v1 "5$i" 7f $elephant "" \
			"dst_mac 01:80:c2:00:00:0e"
	done
	before=$(sent_by v1)
	flows_start
	wait_for 20 sends_since "$before"
	before=$(sent_by v1)
	start=$(now_ms)
	nap 2
	n=$((($(sent_by v1) - before) * 1000 / ($(now_ms) - start)))
	flows_stop
	note "$n of $(($1 * flow_rate)) frames a second"
	[ $((n * 100)) -ge $(($1 * flow_rate * $2)) ]
}

sends_since()
{
	[ "$(sent_by v1)" -gt "$1" ]
}

sent_by()
{
	ip -n "$net" -j -s link show dev "$1" | jq '.[0].stats64.tx.packets'
}

# load_topology: a bond with the port p1 and slow members, m0 and m1, of which
# nobody takes what is sent there
load_topology()
{
	require_command ip jq vmbondctl python3 ethtool
	load_module
	setup_ns host net
	frames_start
	ip -n "$host" link add p1 type veth peer name v1 netns "$net"
	ip -n "$host" link set p1 up
	ip -n "$net" link set v1 up
	slow_member m0 f0
	slow_member m1 f1
	vb_all <<-END
		bond add br-phy rebalance-interval 0 announce-count 0
		member add br-phy m0
		member add br-phy m1
		port add br-phy p1 access 10
	END
	ip -n "$host" link set br-phy up
	wait_for 10 all_up
	wait_for 10 equals 100 member m1 .speed_mbps
	xf "open v1 $net v1"
	makes_load 6 30 || skip_all "this machine makes too little load"
}

# The members are tap devices, with wires that have no other end
taps=

tap_holder='
import fcntl, signal, struct, sys
fd = open("/dev/net/tun", "r+b", buffering=0)
fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH22x", sys.argv[1].encode(), 0x1002))
print(flush=True)
signal.pause()
'

# slow_member DEV XX
slow_member()
{
	local opened

	ip -n "$host" tuntap add "$1" mode tap 2>/dev/null ||
		skip_all "no tap devices"
	ip -n "$host" link set "$1" address "$(mac "$2")"
	ip netns exec "$host" ethtool -s "$1" speed 100 duplex full
	exec {opened}< <(exec ip netns exec "$host" /usr/bin/python3 \
		-c "$tap_holder" "$1")
	defer kill $!
	read -rt 60 -u "$opened" _
	taps=yes
}

# pktgen NETNS FILE, with a command a line on standard input
pktgen()
{
	ip netns exec "$1" sh -c "grep . | while read -r line; do
		echo \"\$line\" >'/proc/net/pktgen/$2' || exit; done"
}

n_flows=0
# Which makes them
flow_cpu=0

# flow POINT FROM TO BYTES [VID]: once flows are started, FROM sends frames of
# this size there, as many as the others do
flow()
{
	add_flow "$net" "$@"
}

# flow_in MEMBER FROM TO BYTES VID: the same, but these come in by a member
flow_in()
{
	add_flow "$host" "$@" "xmit_mode netif_receive"
}

# add_flow NETNS DEV FROM TO BYTES [VID [COMMAND]]
add_flow()
{
	local dev=$2@$n_flows

	pktgen "$1" kpktgend_$flow_cpu <<<"add_device $dev"
	pktgen "$1" "$dev" <<-END
		count 0
		delay $((1000000000 / flow_rate))
		pkt_size $5
		src_mac $(mac "$3")
		dst_mac $(mac "$4")
		${6:+vlan_id $6}
		${7-}
	END
	n_flows=$((n_flows + 1))
}

flows_start()
{
	local ns

	flows_pids=()
	for ns in "$net" "$host"; do
		pktgen "$ns" pgctrl <<<start &
		flows_pids+=($!)
	done
	defer flows_stop
}

# flows_stop: and forget them
flows_stop()
{
	local ns cpu

	[ $n_flows -gt 0 ] || return 0
	for ns in "$net" "$host"; do
		pktgen "$ns" pgctrl <<<stop
	done
	wait "${flows_pids[@]}" || :
	for ns in "$net" "$host"; do
		for ((cpu = 0; cpu <= flow_cpu; cpu++)); do
			pktgen "$ns" kpktgend_$cpu <<<rem_device_all
		done
	done
	n_flows=0
}

# rate XX VID: what it sends and receives, the greater of both, in kbit/s
rate()
{
	station "$1" "$2" '[.tx_bps, .rx_bps] | max / 1e3 | floor'
}

# heavy XX VID [KBIT]: is it worth a move, with some percent of a link
heavy()
{
	local kbit

	kbit=$(rate "$1" "$2")
	[ "${kbit:-0}" -ge "${3-1200}" ]
}

# --- stations under load

# place MEMBER XX...: there for now, to be moved at will
place()
{
	local m=$1 xx
	shift

	for xx; do
		echo "fdb pin br-phy $(mac "$xx") vlan 10 member $m"
		echo "fdb pin br-phy $(mac "$xx") vlan 10 member auto"
	done | vb_all
}

# plan run|dry-run: what moves, as "XX FROM TO", divided by commas
plan()
{
	local dry=()

	[ "$1" = run ] || dry=("$1")
	vb -j bond rebalance br-phy "${dry[@]}" | jq -r '[.[] |
		"\(.mac[15:]) \(.from) \(.to)"] | sort | join(", ")'
}

# never_moves N: so many runs
never_moves()
{
	local i before

	before=$(placement)
	for ((i = 0; i < $1; i++)); do
		check_eq "run $i moves" "$(plan run)" ""
	done
	check_eq "moved" "$(moved "$before" "$(placement)")" ""
}

# load XX:BYTES...: these, without a past, send to the far host by m0, until the
# next load
load()
{
	local one names=()

	flows_stop
	vb fdb flush br-phy port p1
	for one; do
		flow v1 "${one%:*}" 22 "${one#*:}"
		names+=("${one%:*}")
	done
	flows_start
	for one in "${names[@]}"; do
		check "$one is there" wait_for 10 here "$one" 10
	done
	place m0 "${names[@]}"
}

# weighs XX: wait until it does
weighs()
{
	check "$1 is heavy" wait_for 30 heavy "$1" 10
}

# What the planner saw, for whoever looks for the reason
show_load()
{
	{ vb member show; vb fdb show; } | sed 's/^/# /'
}

# even XX...: do these weigh the same, to a tenth? A machine with other work is
# late with some flows.
even()
{
	local xx rates=()

	for xx; do
		rates+=("$(rate "$xx" 10)")
	done
	mapfile -t rates < <(printf '%s\n' "${rates[@]}" | sort -n)
	[ $((rates[0] * 10)) -ge $((rates[-1] * 9)) ]
}

# weigh_the_same XX...: wait for that, if it can be had
weigh_the_same()
{
	wait_for 10 even "$@" || note "loads are not even"
}
