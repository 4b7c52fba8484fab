#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two CPUs at the same stations, pins, ports and members at once, and a third
# party that changes and reads all of it. What may go wrong is for a kernel to
# find that looks for data races (kcsan) or for wrong locking (uml-debug); here
# it is seen that frames went all the while.
#
#      v1(10)    v2(10)
#      |p1       |p2        each CPU: 11 to 12, 12 to 11, broadcast of both,
#    +-+---------+-+        22 to 11 by m0 and by m1
#    |   br-phy    |  self
#    +--+-------+--+
#       |m0     |m1
#       |s0     |s1
#    +--+-------+--+
#    |     sw0     |-- f0
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_load_lib.sh
. "${0%/*}/promise_load_lib.sh"

rounds=20
! slow || rounds=10

start()
{
	require_command vmbondctl
	can_load || skip_all "no pktgen"
	[ "$(nproc)" -gt 1 ] || skip_all "there is one CPU"
	topology ports=2
	vb port set p1 access 10
	vb port set p2 access 10 flood on
	vb bond set br-phy announce-count 1
	learn v1 11
	learn v2 12
	flow_rate=4000
	# shellcheck disable=SC2034 # add_flow() reads it
	for flow_cpu in 0 1; do
		flow v1 11 12 60
		flow v2 12 11 60
		flow v1 11 99 60
		add_flow "$net" v2 12 99 60 "" "dst_mac ff:ff:ff:ff:ff:ff"
		flow_in m0 22 11 60 10
		flow_in m1 22 11 60 10
	done
	flows_start
}

# change_and_look RX-CHECK NUMBER on|off drain|up
change_and_look()
{
	local what

	vb_all <<-END
	bond set br-phy rx-check $1 updelay $(($2 % 3)) max-moves $(($2 % 9 + 1))
	bond set br-phy ageing $(($2 % 2 * 200 + 100)) min-links $(($2 % 2 + 1))
	port set p1 isolated $3 bum-limit $(($2 + 100))
	port set p1 isolated off bum-limit none flood $3
	port set p2 max-macs $(($2 + 10)) priority-tags $3
	fdb pin br-phy $(mac 11) vlan 10 member m$(($2 % 2))
	fdb pin br-phy $(mac 12) vlan 10 member auto
	member set m$(($2 % 2)) weight $(($2 % 5 + 1))
	member set m1 state $4
	fdb flush br-phy port p2
	bond rebalance br-phy
	END
	for what in bond member port fdb; do
		vb -s "$what" show
	done
} >/dev/null

together()
{
	local i before

	before=$(bond .stats.rx_packets)
	for ((i = 0; i < rounds; i++)); do
		case $((i % 3)) in
		0) change_and_look off $i on drain ;;
		1) change_and_look strict $i off up ;;
		2) change_and_look adaptive $i on up ;;
		esac
	done
	note "$(port p1 .stats.rx_packets) frames from p1," \
	     "$(bond .stats.rx_packets) by the uplink"
	check_between "frames by the uplink" \
		$(($(bond .stats.rx_packets) - before)) $rounds 1000000000
	flows_stop
	log_test "two CPUs at the same stations while all is changed and read"
}

# What is left is as the last round wanted it.
afterwards()
{
	vb port set p1 flood off
	vb port set p2 flood off
	xf "try v2 s=12 d=99"
	try v1 "s=11 d=12" "v2:-"
	try v2 "s=12 d=11" "v1:-"
	try v1 "s=11 d=99" "s?:10 f0:10"
	log_test "and all is well afterwards"
}

start
together
afterwards
