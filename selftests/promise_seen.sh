#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What happens can be seen: an event with its cause for each change of a member,
# a pin, a station, a port's limit and a receiver, a tracepoint at each decision
# and drop, and a line for a station that says where it is and why.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |
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

# --- events

watch()
{
	vmbondctl -n "$host" -j monitor >"$events" &
	defer kill $!
	wait_for 10 grep -q '"event":"synced"' "$events"
}

has_event()
{
	[ -n "$(jq -c "select(.cause != \"dump\") | select($1)" "$events")" ]
}

# told FILTER, station_told XX CAUSE [FILTER]: an event has come
told()
{
	wait_for 10 has_event "$1" || failed "no event: $1"
}

station_told()
{
	told ".mac == \"$(mac "$1")\" and .cause == \"$2\" and ${3-true}"
}

# receives MEMBER: it was told that it is the receiver of what it is now
receives()
{
	told ".event == \"member\" and .ifname == \"$1\" and
		.cause == \"receiver\" and
		(.receiver | tostring) == \"$(member "$1" .receiver)\""
}

# --- tracepoints

tracing=/sys/kernel/tracing

can_trace()
{
	[ -e $tracing/trace ] || mount -t tracefs none $tracing 2>/dev/null ||
		return
	[ -d $tracing/events/vmbond ]
}

trace_all()
{
	echo >$tracing/trace
	echo 1 >$tracing/events/vmbond/enable
	echo 1 >$tracing/tracing_on
	defer eval "echo 0 >$tracing/events/vmbond/enable"
}

ifindex()
{
	ip -n "$host" -j link show "$1" | jq '.[].ifindex'
}

# traced EVENT WORDS: did it fire, with these fields and perhaps others between
traced()
{
	[ $trace = yes ] || return 0
	wait_for 5 grep -qE "vmbond_$1: .*${2// /.* }( |$)" $tracing/trace ||
		failed "no trace of $1 with $2"
}

# --- what happens

stations_come_and_go()
{
	learn v1 11
	station_told 11 learned '.port == "p1" and .vid == 10'
	traced station "mac=$(mac 11) vlan=10 port=$(ifindex p1)"
	traced announce "mac=$(mac 11) vlan=10"
	learn v2 11
	station_told 11 roamed '.port == "p2"'
	traced station "mac=$(mac 11) vlan=10 port=$(ifindex p2)"
	learn v1 11
	log_test "a station is learned, and roams"

	vb fdb flush br-phy vlan 10
	station_told 11 flushed '.event == "fdb-del"'
	vb bond set br-phy announce-count 0
	learn v1 11
	xf "try f0 $(announce garp 11) t=10"
	station_told 11 moved-out '.event == "fdb-del" and .port == "p1"'
	traced station "mac=$(mac 11) vlan=10 port=0"
	vb bond set br-phy announce-count 1
	log_test "a station is forgotten, and moves out"

	vb port set p1 max-macs 2
	learn v1 51
	learn v1 52
	learn v1 53
	told '.event == "port" and .ifname == "p1" and .cause == "limit"'
	station_told 51 evicted '.event == "fdb-del"'
	vb port set p1 max-macs 256
	vb fdb flush br-phy port p1
	log_test "a port's limit is hit"

	vb port set p2 standby on
	xf "try v2 $(announce rarp 12)"
	told '.event == "port" and .ifname == "p2" and .cause == "learned" and
		.standby == false'
	log_test "a port leaves standby"

	ip -n "$host" link add link br-phy name br-phy.100 type vlan id 100
	station_told fe config '.event == "fdb" and .state == "local" and
		.vid == 100 and .port == "br-phy"'
	ip -n "$host" link del br-phy.100
	station_told fe config '.event == "fdb-del" and .vid == 100'
	learn v1 fc
	ip -n "$host" link set br-phy address "$(mac fc)"
	station_told fc config '.event == "fdb" and .state == "local" and
		.vid == 0'
	ip -n "$host" link set br-phy address "$(mac fe)"
	vb fdb flush br-phy
	log_test "the node's addresses come and go"
}

# said FILTER: this of the last event about m1
said()
{
	jq -sc "map(select(.event == \"member\" and .ifname == \"m1\")) |
		last | $1" "$events"
}

carrier_changes()
{
	ip netns exec "$host" cat /sys/class/net/br-phy/carrier_changes
}

bonds_change()
{
	link_is m0 down
	link_is m1 down
	told '.event == "bond" and .cause == "link" and .carrier == false'
	link_is m0 up
	link_is m1 up
	told '.event == "bond" and .cause == "link" and .carrier'
	log_test "a bond's carrier"

	vb fdb add br-phy "$(mac 41)" vlan 10 port br-phy
	link_is m0 down
	link_is m1 down
	try v1 "s=11 d=41" "self:10"
	link_is m0 up
	link_is m1 up
	vb fdb del br-phy "$(mac 41)" vlan 10
	log_test "without carrier the node is still there"

	vb bond add br-odd min-links 0
	told '.event == "bond" and .ifname == "br-odd" and .carrier'
	check_eq "told first" "$(jq -sr 'map(select(.event == "bond" and
		.ifname == "br-odd")) | first | .cause' "$events")" config
	vb bond del br-odd
	told '.event == "bond-del" and .ifname == "br-odd"'
	log_test "a bond comes and goes"

	vb bond set br-phy primary m1
	vb member del m1
	told '.event == "bond" and .members == 1 and .primary == null'
	vb member add br-phy m1
	check "m1 is up" wait_for 10 is_state m1 up
	log_test "its primary goes"

	# What the stack refuses late has never been there.
	refused 2 . vb bond add default
	vb bond set br-phy ageing 299
	told '.event == "bond" and .ageing_s == 299'
	check_not "an event" has_event '.event == "bond-del" and
		.ifname == "default"'
	vb bond set br-phy ageing 300
	log_test "a bond that was refused: nothing is said of it"
}

delays_run()
{
	local before

	vb bond set br-phy updelay 60000
	link_is m1 down
	wire m1 up
	check "it waits" wait_for 10 equals '["down",true]' \
		said "[.state, .carrier]"
	wire m1 down
	check "it is told" wait_for 10 equals '["down",false]' \
		said "[.state, .carrier]"
	log_test "a link that comes and goes while updelay runs"

	learn v1 11
	check "pin" wait_for 5 pinned 11 10 m0
	wire m1 up
	check "it waits" wait_for 10 equals '["down",true]' \
		said "[.state, .carrier]"
	vb member set m0 state drain
	check_eq "why" "$(station 11 10 .member) $(station 11 10 .pin_cause)" \
		 "m1 drain"
	check_not "without a pin" has_event '.event == "fdb" and
		.member == null and .cause == "drain"'
	log_test "the last one is drained: the one that waits is used at once"

	vb member set m0 state up
	link_is m1 down
	wire m1 up
	check "it waits" wait_for 10 equals '["down",true]' \
		said "[.state, .carrier]"
	before=$(carrier_changes)
	link_is m0 down
	check "m1 is used" wait_for 5 is_state m1 up
	check_eq "changes of carrier" "$(carrier_changes)" "$before"
	vb bond set br-phy updelay 0
	link_is m0 up
	log_test "the last one dies: the bond keeps its carrier"
}

pins_move()
{
	learn v1 11
	learn v2 12
	fix 11 10 m1
	fix 11 10 m0
	station_told 11 manual '.member == "m0"'
	traced pin "mac=$(mac 11) vlan=10 from=$(ifindex m1) to=$(ifindex m0)"
	fix 11 10 auto
	vb bond set br-phy primary m0
	vb member set m0 state drain
	station_told 11 drain '.member == "m1"'
	told '.event == "member" and .ifname == "m0" and .state == "drain"'
	receives m1
	traced member "member=$(ifindex m0) state=[0-9]+"
	traced uplink "usable=1"
	traced query "vlan=10"
	log_test "drain: stations, member, receiver"

	vb fdb show "$(mac 11)" | grep -qE \
		"^$(mac 11) +10 +p1 +m1 +learned +[^ ].* [0-9.]+ *m?s, drain" ||
		failed "fdb show: $(vb fdb show "$(mac 11)")"
	check_eq "lines for a station" \
		 "$(vb fdb show "$(mac 11)" | grep -c "$(mac 11)")" 1
	vb -s bond show br-phy | grep -qE \
		"$(mac 11) +vlan 10 +at p1 +tx .*, drain" ||
		failed "bond show -s: $(vb -s bond show br-phy)"
	log_test "a line says where a station is, since when and why"

	vb member set m0 state up
	vb bond set br-phy primary none
	told '.event == "fdb" and .cause == "returned" and .member == "m0"'
	receives m0
	fix 11 10 m0
	link_is m0 down
	told '.event == "member" and .ifname == "m0" and .cause == "link" and
		.state == "down"'
	link_is m0 up
	told '.event == "member" and .ifname == "m0" and .cause == "link" and
		.state == "up"'
	fix 11 10 auto
	fix 12 10 m0
	fix 12 10 auto
	link_is m0 down
	station_told 12 failover '.member == "m1"'
	link_is m0 up
	log_test "failover and return"

	vb bond rebalance br-phy dry-run >/dev/null
	traced rebalance "moves=0 dry_run=1"
	log_test "a run of the planner"
}

frames_decide()
{
	fix 11 10 m0
	learn v1 11
	# as long as none before
	xf "try f0 s=11 d=all t=10 len=347"
	traced drop "ifindex=$(ifindex m0) len=$((347 - 14)) reason=2"
	nap 1.1
	xf "try s1 s=22 d=11 t=10"
	traced off_pin "mac=$(mac 11) vlan=10 member=$(ifindex m1)"
	vb bond set br-phy primary m1
	# a report of IGMPv2
	xf "try v1 s=11 d=01:00:5e:01:02:03 type=0800 data=$(
		)46000020000040000102f3e7c000020bef01020394040000$(
		)1600f8faef010203"
	traced steer "mac=$(mac 11) vlan=10 member=$(ifindex m1)"
	vb bond set br-phy primary none
	log_test "a reflection, a frame off its pin, a report steered"
}

# Whoever looks with perf or bpftrace sees the same.
all_traced()
{
	local event

	for event in "$tracing"/events/vmbond/vmbond_*; do
		event=${event##*/vmbond_}
		traced "$event" ""
	done
	log_test "each tracepoint has fired"
}

topology members=2
vb port set p1 access 10
vb port set p2 access 10
vb bond set br-phy announce-count 1
events=$(mktemp)
defer rm "$events"
watch
trace=no
if can_trace; then
	trace=yes
	trace_all
fi
stations_come_and_go
pins_move
bonds_change
delays_run
frames_decide
if [ $trace = yes ]; then
	all_traced
else
	log_skip "each tracepoint has fired" "no tracefs"
fi
