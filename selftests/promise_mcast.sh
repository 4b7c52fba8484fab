#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A switch that snoops sends groups where it saw a report for them, and the bond
# takes them from the receiver only: reports, leaves and dones of every version
# also leave there, and guests report again when it changes. The guest is a
# network stack of its own, the switch the querier.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_mcast_lib.sh
. "${0%/*}/promise_mcast_lib.sh"

# What only looks like a report: a later fragment, a header too short
not_reports()
{
	local d="s=11 d=$mac4 type=0800" rest=c000020bef010203

	listen
	xf "try v1 $d data=4500001c0000000101020000${rest}1600f8faef010203"
	xf "try v1 $d data=4200001c0000000016020000${rest}1600f8faef010203"
	check_eq "sent by the receiver" \
		 "$(seen "k${first#m}" | awk '$5 == "0800"' | wc -l)" 0
	unlisten
	log_test "what only looks like a report is not sent twice"
}

querier()
{
	start
	not_reports
	snoops mcast_querier 1
	nap 1.2
	in_order "querier" "igmp 3" failover
	in_order "querier" "mld 2" failover
	in_order "querier" "igmp 2"
	in_order "querier" "mld 1"
	in_order "querier" "igmp 1"
}

querier
