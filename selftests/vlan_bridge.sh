#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same frames through the bond and through a bridge of the kernel: where the
# contract does not say otherwise, what comes out is the same.
#
#      v1 v2 v3 v4 v5                w1 w2 w3 w4 w5
#      |p1 ...      |p5              |b1 ...      |b5
#    +-+------------+-+            +-+------------+-+
#    |     br-phy     |  self      |      br0       |
#    +-------+--------+            +-------+--------+
#            |m0                           |b0
#            |s0                           |w0
#
# 1 sends in each mode in turn; 2 has access 10, 3 trunk 10,20, 4 trunk 20 with
# native 10, 5 the same with native tagged; 0 is the uplink, whose native VLAN
# is 10.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# mode N MODE: of pN and bN
mode()
{
	vb port set "p$1" "${@:2}"
	bridge -n "$host" vlan del vid 2-63 dev "b$1"
	case ${*:2} in
	"access 10")
		bridge_vlan "$1" 10 pvid untagged ;;
	"trunk 10,20")
		bridge_vlan "$1" 10
		bridge_vlan "$1" 20 ;;
	"trunk 20 native 10")
		bridge_vlan "$1" 20
		bridge_vlan "$1" 10 pvid untagged ;;
	"trunk 20 native 10 tagged")
		bridge_vlan "$1" 20
		bridge_vlan "$1" 10 pvid ;;
	*)
		false ;;
	esac
}

bridge_vlan()
{
	bridge -n "$host" vlan add dev "b$1" vid "${@:2}"
}

beside()
{
	local i

	ip -n "$host" link add br0 type bridge vlan_filtering 1 \
		vlan_default_pvid 0 mcast_snooping 0
	ip -n "$host" link set br0 up
	for i in 0 1 2 3 4 5; do
		ip -n "$host" link add b$i type veth peer name w$i netns "$net"
		ip -n "$host" link set b$i master br0 up
		ip -n "$net" link set w$i up
		xf "open w$i $net w$i"
	done
	bridge -n "$host" vlan add dev b0 vid 2-63
	bridge_vlan 0 10 pvid untagged
	ports_ready()
	{
		[[ $(bridge -n "$host" link show) != *state\ disabled* ]]
	}
	wait_for 10 ports_ready
	vb bond set br-phy vlans 2-63 native 10
	mode 2 access 10
	mode 3 trunk 10,20
	mode 4 trunk 20 native 10
	mode 5 trunk 20 native 10 tagged
}

# outputs FROM WORDS: where that comes out, by number, in OUT
outputs()
{
	local word

	xf "try $1 $2"
	OUT=
	for word in $REPLY; do
		[[ $word != [svw][0-5]:* ]] || OUT+=" ${word:1}"
	done
}

# tame: OUT, which is that of the bridge, without what leaves untagged and has
# another tag inside, for the contract refuses that
tame()
{
	local word all=$OUT

	OUT=
	for word in $all; do
		case $word in
		2:[0-9s]*) [[ $word = */* ]] || continue ;;
		4:[0-9]*)  [[ $word = *[./]* ]] || continue ;;
		0:s*)      continue ;;
		0:[0-9]*)  [[ $word = *[./]* ]] || continue ;;
		esac
		OUT+=" $word"
	done
}

# With one tag at most.
plain="- 0 0p3 0p3d 10 10p5 10p5d 20 20p1 30 63 4095 9100/10 9100/0"
# What is behind the first tag, or is no tag to an 802.1Q bridge.
double="0.20 0p3.20 0.0p3 10.20 10p2.20p3 10.10 10.0p3 20.10 20.30 20.10p7
	30.10 10.s20 20.s10 10.9100/20 20.9100/10 s10 s0 s10.20"

# compare N TAGS [tame]: from point 1 of each, or 0
compare()
{
	local ours from=v$1 source=11

	[ "$1" != 0 ] || {
		from=s0
		source=22
	}
	outputs "$from" "s=$source d=all${2:+ t=$2}"
	ours=$OUT
	outputs "w$1" "s=$source d=all${2:+ t=$2}"
	${3:-:}
	check_eq "from $1, tags '$2'" "$ours" "$OUT"
}

# from_port MODE...: all frames, from point 1
from_port()
{
	local t

	mode 1 "$@"
	for t in $plain; do
		t=${t#-}
		# The contract: an access port takes no tag, not even its own.
		case $*:$t in
		access*:[1-9]*) [[ $t = */* ]] || continue ;;
		esac
		compare 1 "$t"
	done
	for t in $double; do
		case $*:$t in
		access*:[1-9]*) continue ;;
		esac
		compare 1 "$t" tame
	done
	log_test "$* and the bridge agree ($1)"
}

from_uplink()
{
	local t

	for t in $plain; do
		compare 0 "${t#-}"
	done
	for t in $double; do
		# The contract: a service tag is a VLAN of its own there.
		[[ $t = s* ]] || compare 0 "$t" tame
	done
	log_test "the uplink and the bridge agree"
}

every_mode()
{
	from_port access 10
	from_port trunk 10,20
	from_port trunk 20 native 10
	from_port trunk 20 native 10 tagged
	from_uplink
}

# offload on|off: VLAN tags beside the frames, of all devices
offload()
{
	local i dev

	for dev in m0 b0 p{1..5} b{1..5}; do
		ip netns exec "$host" ethtool -K "$dev" txvlan "$1" rxvlan "$1" \
			tx-vlan-stag-hw-insert "$1" rx-vlan-stag-hw-parse "$1"
	done >/dev/null
}

topology members=1 ports=5
beside
every_mode
if command -v ethtool >/dev/null; then
	offload off
	note "without VLAN offloads"
	every_mode
fi
