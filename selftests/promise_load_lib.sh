# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Load for the tests of balancing, by pktgen in the switch's namespace; sourced
# after promise_lib.sh. Loads are relative: how heavy they are depends on the
# machine.

# shellcheck disable=SC2154 # net and host are lib.sh's

# Bytes a frame of a station that is worth a move, of a lighter one, and of one
# that is not
# shellcheck disable=SC2034 # for the tests to read
elephant=50000 mouse=20000 fly=200

# can_load: is there pktgen; and make ready for it. Frames are as large as they
# get, because even a slow machine has to load links of 10 Gbit/s.
can_load()
{
	local dev

	modprobe -q pktgen 2>/dev/null || :
	ip netns exec "$net" test -e /proc/net/pktgen/pgctrl || return
	ip -n "$host" link set br-phy mtu 60000
	for dev in $(veths "$host" | grep '^p'); do
		ip -n "$host" link set "$dev" mtu 60000
	done
	for dev in $(veths "$net"); do
		ip -n "$net" link set "$dev" mtu 60000
	done
}

veths()
{
	ip -n "$1" -j link show type veth | jq -r '.[].ifname'
}

# pktgen FILE, with a command a line on standard input
pktgen()
{
	ip netns exec "$net" sh -c "grep . | while read -r line; do
		echo \"\$line\" >'/proc/net/pktgen/$1' || exit; done"
}

n_flows=0

# flow POINT FROM TO BYTES [VID]: once flows are started, FROM sends frames of
# this size there, as many as the others do
flow()
{
	local dev=$1@$n_flows

	pktgen kpktgend_0 <<<"add_device $dev"
	pktgen "$dev" <<-END
		count 0
		delay 300000
		pkt_size $4
		src_mac $(mac "$2")
		dst_mac $(mac "$3")
		${5+vlan_id $5}
	END
	n_flows=$((n_flows + 1))
}

flows_start()
{
	pktgen pgctrl <<<start &
	flows_pid=$!
	defer flows_stop
}

# flows_stop: and forget them
flows_stop()
{
	[ $n_flows -gt 0 ] || return 0
	pktgen pgctrl <<<stop
	wait "$flows_pid" || :
	pktgen kpktgend_0 <<<rem_device_all
	n_flows=0
}

# rate XX VID: what it sends and receives, the greater of both, in Mbit/s
rate()
{
	station "$1" "$2" '[.tx_bps, .rx_bps] | max / 1e6 | floor'
}

# heavy XX VID: is it worth a move, with some percent of a link
heavy()
{
	local mbit

	mbit=$(rate "$1" "$2")
	[ "${mbit:-0}" -ge 200 ]
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

# load XX:BYTES...: these, without a past, send to the far host from m0, until
# the next load
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
