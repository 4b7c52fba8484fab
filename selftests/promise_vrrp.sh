#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Addresses that two nodes share (VRRP, CARP): the one that sends with it has
# it, be it a VM's or the node's own, as a macvlan device on the bond.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |-- vr7
#    +--+-------+--+
#       |m0     |m1
#       |s0     |s1
#    +--+-------+--+
#    |     sw0     |-- f0, the other router
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# Past the time after a frame within which it may come back.
window=1.2
vrrp_mac=00:00:5e:00:01:07
vrrp_group=01:00:5e:00:00:12

# vrrp_announcement: the new master's gratuitous ARP
vrrp_announcement()
{
	local hex=${vrrp_mac//:/}

	echo "s=$vrrp_mac d=all type=0806" \
	     "data=0001080006040001${hex}c0000201ffffffffffffc0000201"
}

# vrrp_station VID: is the virtual MAC a station there
vrrp_station()
{
	vb -j fdb show br-phy | jq -e ".[] |
		select(.mac == \"$vrrp_mac\" and .vid == $1)" >/dev/null
}

# The far host and a VM are routers that share an address.
vrrp_in_vm()
{
	local begin

	learn v2 12
	fix 12 10 m1
	stream 1 f0 "s=$vrrp_mac d=$vrrp_group t=10 gap=100000"
	check "the master's advertisements arrive" arrive 1 v1 5 10
	stop 1
	check_eq "twice" "${STAT[v1.twice]-0}" 0
	log_test "VRRP in a VM: the backup hears the master"

	# It takes over.
	try v1 "$(vrrp_announcement)" "s?:10 f0:10 v2:- self:10"
	stream 2 v1 "s=$vrrp_mac d=$vrrp_group gap=100000"
	check "advertisements leave" arrive 2 f0 5 10
	try f0 "s=22 d=$vrrp_mac t=10" "v1:-"
	try v2 "s=12 d=$vrrp_mac" "v1:-"
	stop 2
	check_eq "come back" "${STAT[v1.got]-0}" 0
	log_test "VRRP in a VM: it becomes the master"

	# The other one is back, and announces itself while the lock is held.
	begin=$(now_ms)
	xf "try f0 $(vrrp_announcement) t=10"
	stream 1 f0 "s=$vrrp_mac d=$vrrp_group t=10 gap=20000"
	check "the new master is heard" arrive 1 v1 1 10
	note "heard after $(($(now_ms) - begin)) ms"
	slow || check_between "heard after ms" $(($(now_ms) - begin)) 0 1300
	stop 1
	check_not "the address is elsewhere" vrrp_station 10
	try v2 "s=12 d=$vrrp_mac" "s1:10 f0:10"
	log_test "VRRP in a VM: it becomes the backup again"
}

# vrrp_pin: the member of the node's virtual address
vrrp_pin()
{
	vb -j fdb show br-phy | jq -r ".[] |
		select(.mac == \"$vrrp_mac\" and .vid == 0) | .member"
}

# failover_of_the_node WANTED: how often is the virtual address announced when
# the member of both of the node's addresses fails
failover_of_the_node()
{
	local from to n

	from=$(vrrp_pin)
	to=m$((1 - ${from#m}))
	fix fe 0 "$from"
	fix fe 0 auto
	listen
	link_is "$from" down
	check "the node's address is announced" rarps_reach "$to" fe - 2 10
	xf "count k${to#m} s=$vrrp_mac type=8035"
	n=$REPLY
	link_is "$from" up
	unlisten
	[ "$1" = none ] || check_between "announced" "$n" 1 2
	[ "$1" != none ] || check_eq "announced" "$n" 0
}

# vrrp_announced: has the virtual address been, and in REPLY how often
vrrp_announced()
{
	kept_at "s=$vrrp_mac type=8035" k0 k1
	[ "$REPLY" -gt 0 ]
}

vrrp_on_the_node()
{
	local from n

	vb bond set br-phy announce-count 2
	vb port set p2 access 0
	ip -n "$host" link add link br-phy name vr7 address $vrrp_mac \
		type macvlan mode private
	ip -n "$host" link set vr7 up
	xf "open vr7 $host vr7"
	learn v2 12
	fix 12 0 m1
	try f0 "s=$vrrp_mac d=$vrrp_group" "v2:- self:- vr7:-"
	failover_of_the_node none
	log_test "VRRP on the node: the backup hears, and announces nothing"

	fix 12 0 m1
	switch_forgets
	xf "try f0 s=$vrrp_mac d=$vrrp_group"
	try v2 "s=12 d=$vrrp_mac" "s1:- f0:-"
	log_test "VRRP on the node: its guests reach the master elsewhere"

	xf "try vr7 $(vrrp_announcement)"
	try f0 "s=22 d=$vrrp_mac" "self:- vr7:-"
	failover_of_the_node some
	log_test "VRRP on the node: the master's address is announced"

	# The master moves away.
	nap $window
	xf "try f0 s=$vrrp_mac d=$vrrp_group"
	check_eq "the new master is heard" "$REPLY" "v2:- self:- vr7:-"
	failover_of_the_node none
	log_test "VRRP on the node: a backup again, it announces nothing"

	# Another takes over while the rounds of a failover are not over.
	vb bond set br-phy announce-count 4
	xf "try vr7 $(vrrp_announcement)"
	from=$(vrrp_pin)
	listen
	link_is "$from" down
	check "announced" wait_for 5 vrrp_announced
	nap $window
	xf "try f0 s=$vrrp_mac d=$vrrp_group"
	check_eq "the new master is heard" "$REPLY" "v2:- self:- vr7:-"
	vrrp_announced
	n=$REPLY
	nap 1.4
	vrrp_announced
	check_eq "announced" "$REPLY" "$n"
	link_is "$from" up
	unlisten
	log_test "VRRP on the node: nor does it go on announcing"
}

topology members=2
vb port set p1 access 10
vb port set p2 access 10
vrrp_in_vm
vrrp_on_the_node
