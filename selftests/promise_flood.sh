#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever the switch floods to whichever member reaches a port once: lone
# frames and bursts, copies that come later, copies on two CPUs, copies before
# and after the receiver has changed.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |
#    +--+---+---+--+
#     m0|   |m1 :m2
#     s0|   |s1 :s2
#    +--+--+ +--+--+
#    | sw0 |-| sw1 |      or one switch with all of them
#    +--+--+ +--+--+
#       f0      f1

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# Longer than the 100 ms or so for which the bond remembers a frame.
memory=0.3

# start MEMBERS SWITCHES: the station 11 on VLAN 10 is behind p1
start()
{
	n_members=$1
	n_switches=$2
	shape="$1 members, $2 switch"
	[ "$2" -eq 1 ] || shape+=es
	cleanup
	topology members="$1" switches="$2"
	vb bond set br-phy announce-count 1
	vb port set p1 access 10
	vb port set p2 access 10
	learn v1 11
	learn v2 12
}

# other FAR TEXT: what the far host on the other switch gets of a flood
other()
{
	[ "$n_switches" -eq 1 ] || echo "f$((1 - ${1#f})):$2 "
}

# flooded FROM N: N frames to 11, which all members get
flooded()
{
	local before times=

	[ "$2" -eq 1 ] || times=x$2
	before=$(drops duplicate)
	try "$1" "s=22 d=11 t=10 n=$2" "$(other "$1" "10$times")v1:-$times"
	check_eq "copies dropped of $2 from $1, pin $(pin 11 10)" \
		 "$(drops duplicate)" $((before + $2 * (n_members - 1)))
}

floods()
{
	local m far

	switch_learns off
	for m in $(numbers m 0 $((n_members - 1))); do
		fix 11 10 "$m"
		for far in $(numbers f 0 $((n_switches - 1))); do
			nap $memory
			flooded "$far" 1
			flooded "$far" 1
			nap $memory
			flooded "$far" 10
			flooded "$far" 1000
		done
	done
	switch_learns on
	log_test "flooded to all, lone and up to 1000 in a row: once ($shape)"
}

groups()
{
	try f0 "s=22 d=all t=10" "$(other f0 10)v1:- v2:- self:10"
	try f0 "s=22 d=01:00:5e:01:02:03 t=10 n=100" \
	       "$(other f0 10x100)v1:-x100 v2:-x100 self:10x100"
	log_test "broadcast and multicast: once ($shape)"
}

# late_stream GAP: a stream whose copies are all dropped. On a slow machine they
# may be too far apart for that, if it stands still for a moment.
late_stream()
{
	local before i dropped

	for i in 1 2 3 4 5; do
		before=$(drops duplicate) dropped=yes
		stream 1 f0 "s=22 d=11 t=10 n=1000 gap=$1"
		wait_for 5 drops_reach duplicate \
			$((before + 1000 * (n_members - 1))) || dropped=no
		stop 1
		if ! slow || [ "${STAT[v1.gap]-0}" -le 60 ]; then
			break
		fi
		note "once more: the machine stood still for ${STAT[v1.gap]} ms"
		nap $memory
	done
	[ $dropped = yes ]
}

# late MEMBER GAP: what comes by this member is 30 ms late
late()
{
	local dev=s${1#m}

	tc -n "$net" qdisc add dev "$dev" root netem delay 30ms limit 10000
	check "copies on $1 are dropped, gap $2" late_stream "$2"
	check_eq "late on $1, gap $2: arrived" "${STAT[v1.got]-0}" 1000
	check_eq "late on $1, gap $2: twice" "${STAT[v1.twice]-0}" 0
	tc -n "$net" qdisc del dev "$dev" root
	nap $memory
}

late_copies()
{
	local name="copies that are 30 ms late, on the pin and off it"

	if ! can_delay; then
		log_skip "$name" "no netem"
		return 0
	fi
	switch_learns off
	fix 11 10 m0
	nap $memory
	late m0 0
	late m1 0
	late m0 300
	late m1 300
	switch_learns on
	log_test "$name ($shape)"
}

# hand_over NAME COMMAND...: the receiver changes while a stream comes
hand_over()
{
	local name=$1
	shift

	check "$name" "$@"
	check "it goes on" arrive 1 v1 300 20
}

# receives_alone MEMBER OTHER...: the receiver of all VLANs
receives_alone()
{
	local m

	check "$1 receives" test -n "$(member "$1" .receiver)"
	for m in "${@:2}"; do
		check_eq "$m does not receive" "$(member "$m" .receiver)" ""
	done
}

# What comes by this member is 5 ms late; no wire is dead, so all comes, once.
handed_over()
{
	local dev=s${1#m} other=m$((1 - ${1#m}))

	tc -n "$net" qdisc add dev "$dev" root netem delay 5ms limit 10000
	vb bond set br-phy primary "$1"
	receives_alone "$1" "$other"
	stream 1 f0 "s=22 d=all t=10 gap=1000"
	check "it comes" arrive 1 v1 100 20
	hand_over "drain $1" vb member set "$1" state drain
	hand_over "$1 is back" vb member set "$1" state up
	hand_over "primary $other" vb bond set br-phy primary "$other"
	hand_over "remove $1" vb member del "$1"
	stop 1
	vb member add br-phy "$1"
	check "up" wait_for 5 is_state "$1" up
	vb bond set br-phy primary none
	check_eq "late on $1: lost" "$(lost_at v1)" 0
	check_eq "late on $1: twice" "${STAT[v1.twice]-0}" 0
	tc -n "$net" qdisc del dev "$dev" root
}

handovers()
{
	local name="the receiver is drained, comes back, is another: all once"

	if slow || ! can_delay; then
		log_skip "$name" "no netem, or copies are too far apart"
		return 0
	fi
	handed_over m0
	handed_over m1
	log_test "$name ($shape)"
}

# two_changes LATE FIRST SECOND: the second comes while the first is under way,
# at once or so many seconds later. What comes by the member LATE is 5 ms late.
two_changes()
{
	local dev=s${1#m} in_time=m1 apart

	[ "$1" != m1 ] || in_time=m2
	tc -n "$net" qdisc add dev "$dev" root netem delay 5ms limit 10000
	receives_alone m0 m1 m2
	stream 1 f0 "s=22 d=all t=10 gap=1000"
	check "it comes" arrive 1 v1 100 20
	for apart in 0 0.005 0.01 0.015 0.025; do
		if [ $apart = 0 ]; then
			vb_all <<<"$2"$'\n'"$3"
		else
			vb_all <<<"$2"
			nap $apart
			vb_all <<<"$3"
		fi
		check "it goes on" arrive 1 v1 100 20
		vb_all <<-END
			member set m0 state up
			member set m2 state up
			bond set br-phy primary m0
		END
		check "and on" arrive 1 v1 100 20
	done
	# so that nothing is on its way at the end
	vb bond set br-phy primary "$in_time"
	check "to the end" arrive 1 v1 100 20
	stop 1
	vb bond set br-phy primary m0
	check_eq "$2, $3, late on $1: lost" "$(lost_at v1)" 0
	check_eq "$2, $3, late on $1: twice" "${STAT[v1.twice]-0}" 0
	tc -n "$net" qdisc del dev "$dev" root
}

changes_of_changes()
{
	local name="the receiver changes again meanwhile: all once" late

	if slow || ! can_delay; then
		log_skip "$name" "no netem, or copies are too far apart"
		return 0
	fi
	vb bond set br-phy primary m0
	for late in m0 m1 m2; do
		two_changes $late "member set m2 state drain" \
			    "bond set br-phy primary m1"
		two_changes $late "bond set br-phy primary m1" \
			    "member set m0 state drain"
		two_changes $late "bond set br-phy primary m1" \
			    "bond set br-phy primary m2"
		two_changes $late "member set m0 state drain" \
			    "member set m0 state up"
	done
	vb bond set br-phy primary none
	log_test "$name ($shape)"
}

# A frame that is like the one before is another frame, and no copy of it, if it
# is further behind than copies are.
alike()
{
	local name="frames that are all alike: none is lost at a change" i

	if slow; then
		log_skip "$name" "copies are too far apart"
		return 0
	fi
	vb bond set br-phy primary m0
	xf "open kept $net v1 keep"
	stream 1 f0 "raw=ffffffffffff0200000000228100000a88b6$(printf '%092d' 0)" \
	       "gap=50000"
	for ((i = 0; i < 20; i++)); do
		vb bond set br-phy primary m$((1 - i % 2))
		nap 0.23
	done
	stop 1
	check "sent: ${STAT[sent]}" test "${STAT[sent]}" -ge 60
	xf "await kept ${STAT[sent]} 5000 s=22 d=all type=88b6" ||
		failed "of ${STAT[sent]} came less"
	xf "count kept s=22 d=all type=88b6"
	check_eq "came" "$REPLY" "${STAT[sent]}"
	xf "close kept"
	vb bond set br-phy primary none
	log_test "$name ($shape)"
}

# Between two copies of what was flooded to it, 11 becomes known: three frames,
# one right after the other
known_between()
{
	local copy i

	copy=$(mac 11)$(mac 22)8100000a88b6$(printf '%092d' 0)
	printf 'stream %s gap=60000000\n' "1 s0 raw=${copy//:/}" \
		"2 v1 s=11 d=$(mac 7f)" "3 s1 raw=${copy//:/}" >&"$frames_in"
	for i in 1 2 3; do
		read -rt 60 -u "$frames_out" REPLY
	done
	for i in 1 2 3; do
		stop $i
		check_eq "sent" "${STAT[sent]}" 1
	done
}

known_meanwhile()
{
	local other

	vb port set p1 flood on
	vb bond set br-phy primary m0
	xf "open kept $net v1 keep"
	for other in m0 m1; do
		# so that the pin of 11 is the other member
		fix fe 0 $other
		fix 12 10 $other
		vb fdb flush br-phy port p1
		nap $memory
		xf "forget kept"
		known_between
		check_eq "pin" "$(pin 11 10)" m$((1 - ${other#m}))
		xf "count kept s=22 d=11 type=88b6"
		check_eq "delivered, pin $(pin 11 10)" "$REPLY" 1
	done
	xf "close kept"
	fix fe 0 auto
	fix 12 10 auto
	vb bond set br-phy primary none
	vb port set p1 flood off
	log_test "flooded to a station that answers at once: once ($shape)"
}

can_delay()
{
	tc -n "$net" qdisc add dev f0 root netem delay 1ms 2>/dev/null || return
	tc -n "$net" qdisc del dev f0 root
}

# rps DEV MASK: the CPUs that take in what it receives
rps()
{
	ip netns exec "$host" sh -c "echo $2 \
		>/sys/class/net/$1/queues/rx-0/rps_cpus" 2>/dev/null
}

# Before its backlog had threads (6.10), a kernel with PREEMPT_RT warned now and
# then where one CPU gave frames to another, whoever received them.
rps_warns()
{
	[ "$(cat /sys/kernel/realtime 2>/dev/null)" = 1 ] &&
		! grep -qs '^backlog_napi/' /proc/[0-9]*/comm
}

# Both copies at the same time, on two CPUs; for each station anew. On a slow
# machine some may be further apart than the bond remembers a frame.
race()
{
	local rounds=5 n=200 i round dropped all late=0

	if rps_warns || ! rps m0 1 || ! rps m1 2; then
		log_skip "copies on two CPUs at once" \
			"one CPU, no RPS, or one that is at fault"
		return 0
	fi
	all=$((rounds * n))
	! slow || late=$((all / 50))
	vb port set p1 max-macs 1000
	xf "try v1 s=02:00:00:00:40:00+ d=$(mac 7f) n=$n"
	switch_learns off
	xf "open kept $net v1 keep"
	dropped=$(drops duplicate)
	for ((round = 1; round <= rounds; round++)); do
		nap $memory
		for ((i = 0; i < n; i++)); do
			printf 'try f0 raw=0200000040%02x%s%092d\n' $i \
			       0200000000228100000a88b6 0
		done >&"$frames_in"
		for ((i = 0; i < n; i++)); do
			read -rt 60 -u "$frames_out" REPLY
		done
		wait_for 5 drops_reach duplicate $((dropped + round * n)) || :
	done
	xf "await kept $all 5000 type=88b6" ||
		failed "lost some"
	xf "count kept type=88b6"
	check_between "delivered" "$REPLY" $all $((all + late))
	xf "close kept"
	check_between "dropped" $(($(drops duplicate) - dropped)) \
		$((all - late)) $all
	switch_learns on
	rps m0 0
	rps m1 0
	log_test "copies on two CPUs at once: one of them"
}

start 2 1
floods
groups
late_copies
handovers
alike
known_meanwhile
race

start 3 1
floods
changes_of_changes

start 3 2
floods
groups
