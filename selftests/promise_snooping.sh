#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Groups by way of a switch that snoops and is no querier itself, so that it
# floods until it finds one elsewhere; and of one that snoops by VLAN.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_mcast_lib.sh
. "${0%/*}/promise_mcast_lib.sh"

without_querier()
{
	start
	snoops mcast_querier 0
	speaks igmp 3
	group add
	try f0 "$(group_frame) n=5" "$(everybody x5)"
	group del
	log_test "no querier: the switch floods groups, one copy is taken"

	# A router beyond it asks once in a while.
	xf "try f0 $(query)"
	check "the question comes" like "$REPLY" "*v1:-*"
	nap 1.2
	try f0 "$(group_frame)" ""
	speaks igmp 3
	join "querier elsewhere"
	failover "querier elsewhere"
	drained "querier elsewhere"
	flap "querier elsewhere"
}

knows_vlans()
{
	start
	if ! ip -n "$net" link set sw0 type bridge mcast_vlan_snooping 1 \
			2>/dev/null; then
		log_skip "a switch that snoops by VLAN" "not in this kernel"
		return
	fi
	bridge -n "$net" vlan add vid 10 dev sw0 self
	snoops mcast_querier 1
	bridge -n "$net" vlan global set vid 10 dev sw0 \
		mcast_query_response_interval 100
	bridge -n "$net" vlan global set vid 10 dev sw0 mcast_snooping 1 \
		mcast_querier 1 mcast_last_member_interval 20 \
		mcast_last_member_count 1 mcast_igmp_version 3 \
		mcast_mld_version 2
	nap 1.2
	in_order "querier by VLAN" "igmp 3" failover
	in_order "querier by VLAN" "mld 2" failover
	slow || in_order "querier by VLAN" "igmp 2"
}

without_querier
knows_vlans
