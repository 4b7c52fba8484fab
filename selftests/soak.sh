#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything at once and on and on: traffic on all paths, while processes of
# their own change the settings, cut and mend wires, add and remove members and
# ports, fill and flush the table, change, rename, move and delete devices, make
# and delete namespaces with bonds. After each round all is still, and the
# counters are balanced: each frame that went in or was made came out, or is in
# one drop counter, to the frame. Then the module is unloaded under the same
# traffic.
#
#   SOAK=2h soak.sh         go on for so long (s, m, h); default: two rounds
#
#      v1(10)   v2(10)   v3(10)   v4(10)
#      |p1      |p2      |p3      :p4
#    +-+--------+--------+--------+-+
#    |            br-phy            |  self
#    +--+---------+---------+-------+
#       |m0       |m1       :m2
#       |s0       |s1       :s2
#    +--+---------+---------+-------+
#    |             sw0              |-- f0
#    +------------------------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_load_lib.sh
. "${0%/*}/promise_load_lib.sh"

# seconds TIME: of 90, 90s, 5m or 2h
seconds()
{
	case $1 in
	*h) echo $((${1%h} * 3600)) ;;
	*m) echo $((${1%m} * 60)) ;;
	*)  echo "${1%s}" ;;
	esac
}

# How long a round's churn lasts, and when no other round starts.
churn=12
! slow || churn=6
if [ -n "${SOAK-}" ]; then
	lasts=$(seconds "$SOAK")
	[ "$lasts" -lt 240 ] || churn=45
else
	lasts=$((churn + 4))
fi
# Of the topology; m2 and p4 come and go.
members=3
ports=4
announce=0
tmp=$(mktemp -d)
defer rm -rf "$tmp"

# Checked frame by frame: between VMs 11 and 12, 11 and the far host 22, the
# node and 22; and broadcast of both sides.
to_vm=1
to_far=2
from_far=3

start_streams()
{
	# Until it has sent, what is for it goes to the uplink.
	xf "try v2 s=12 d=all"
	stream $to_vm v1 "s=11 d=12 gap=5000"
	stream $to_far v1 "s=11 d=22 gap=5000"
	stream $from_far f0 "s=22 d=11 t=10 gap=5000"
	stream 4 self "s=fe d=22 t=10 gap=11000"
	stream 5 f0 "s=22 d=fe t=10 gap=11000"
	stream 6 v2 "s=12 d=all gap=19000"
	stream 7 f0 "s=22 d=all t=10 gap=19000"
	stream 8 v3 "s=02:00:00:01:00:00+ d=98 gap=13000"
	stream 9 v4 "s=14 d=11 gap=11000"
	stream 10 f0 "s=22 d=14 t=10 gap=11000"
	stream 11 v3 "s=13 d=fe gap=17000"
	stream 12 v2 "s=12 d=22 t=30 gap=50000"
}

stop_streams()
{
	local n

	for n in 4 5 6 7 8 9 10 11 12; do
		xf "stop $n"
	done
}

# As much as pktgen can beside that
start_load()
{
	[ $loaded = yes ] || return 0
	flow v2 42 11 60
	flow v1 41 42 800
	flow f0 22 42 200 10
	flow v3 43 22 60
	flows_start
}

# --- what churns, each in a process of its own until the round is over

churning()
{
	[ ! -e "$tmp/over" ]
}

# one_of WORD...
one_of()
{
	shift $((RANDOM % $#))
	echo "$1"
}

# What one process wants another may have made impossible.
attempt()
{
	vb "$@" 2>>"$tmp/refused" || :
}

# The bond is never full: 12, which shares its port with 42, would be evicted
# for that one again and again, and its frames would go to the uplink.
churn_settings()
{
	while churning; do
		attempt bond set br-phy \
			vlans "$(one_of all 10 1-100 10,20,30)" \
			max-macs "$(one_of 500 8192)" \
			ageing "$(one_of 1 300)" \
			rebalance-interval "$(one_of 0 100 1000)" \
			announce-count "$(one_of 0 1 3)" \
			updelay "$(one_of 0 20ms)" downdelay "$(one_of 0 20ms)"
		attempt bond set br-phy \
			mode "$(one_of balance-slb active-backup)" \
			primary "$(one_of m0 m1 none)" \
			min-links "$(one_of 1 2)"
		attempt port set p3 \
			isolated "$(one_of on off)" flood "$(one_of on off)" \
			mac-lock "$(one_of on off)" \
			standby "$(one_of on off off)" \
			max-macs "$(one_of 1 16 256)" \
			bum-limit "$(one_of none 5 500)" \
			priority-tags "$(one_of on off)"
		# shellcheck disable=SC2046 # these are words
		attempt port set p3 $(one_of "access 10" "trunk all" "vlan none" \
			"trunk 10,20 native 10" "tunnel 10" "access 20")
		ip -n "$host" link set br-phy mtu "$(one_of 1500 1400 9000)"
	done
}

churn_links()
{
	local m

	while churning; do
		m=$((RANDOM % 2))
		ip -n "$net" link set s$m down
		nap "0.$((RANDOM % 4))"
		ip -n "$net" link set s$m up
		attempt member set m$m state "$(one_of drain up)" \
			weight "$(one_of 1 2 9)"
		ip -n "$host" link set m$m "$(one_of up up down)"
		nap "0.$((RANDOM % 3))"
		ip -n "$host" link set m$m up
		attempt member set m$m state up
	done
}

churn_objects()
{
	while churning; do
		attempt member add br-phy m2 weight 2
		attempt port add br-phy p4 access 10 flood "$(one_of on off)"
		nap "0.$((RANDOM % 3))"
		attempt port del p4
		attempt member del m2
		nap "0.$((RANDOM % 2))"
	done
}

# What is done to devices, not to the bond: those that stay are changed, others
# are renamed too, and leave it because they are moved or deleted. (GRO is for
# the latter: a veth device that is told to do without forgets what waits in its
# ring.)
churn_devices()
{
	local dev

	while churning; do
		# shellcheck disable=SC2086 # these are words
		dev=$(one_of $staying)
		with_device link set "$dev" mtu "$(one_of 1500 1300 9000)"
		with_device link set "$(one_of m0 m1 p3)" \
			address "$(mac "e$((RANDOM % 10))")"
		feature "$dev" "$(one_of tx sg gso tso txvlan rxvlan)"

		dev=$(one_of m2 p4)
		feature "$dev" "$(one_of gro rxvlan)"
		with_device link set "$dev" down
		with_device link set "$dev" name away
		nap "0.$((RANDOM % 2))"
		with_device link set away name "$dev"
		with_device link set "$dev" up
		nap "0.$((RANDOM % 2))"
		with_device link set "$dev" netns "$net"
		ip -n "$net" link set "$dev" netns "$host"
		with_device link set "$dev" up

		with_device link add x type veth peer name y netns "$net"
		with_device link set x up
		ip -n "$net" link set y up
		if one_in_two; then
			ip -n "$net" link set y master sw0
			bridge -n "$net" vlan add dev y vid 10
			attempt member add br-phy x
		else
			attempt port add br-phy x access 10 flood on
		fi
		nap "0.$((RANDOM % 2))"
		ip -n "$net" link del y
	done
	for dev in $staying; do
		with_device link set "$dev" mtu 1500
	done
}

one_in_two()
{
	[ $((RANDOM % 2)) -eq 0 ]
}

# with_device WORD...: of ip; what is refused, is
with_device()
{
	ip -n "$host" "$@" 2>>"$tmp/refused" || :
}

# feature DEV NAME: on or off
feature()
{
	ip netns exec "$host" ethtool -K "$1" "$2" "$(one_of on off)" \
		>/dev/null 2>>"$tmp/refused" || :
}

# Not those of p2: until 12 has sent again its frames would go to the uplink.
churn_stations()
{
	local i

	while churning; do
		attempt fdb flush br-phy port "$(one_of p1 p3)"
		attempt fdb pin br-phy "$(mac 11)" vlan 10 \
			member "$(one_of m0 m1 m2 auto)"
		attempt fdb add br-phy "$(mac "7$((RANDOM % 5))")" vlan 10 \
			port "$(one_of p3 p4)"
		attempt fdb del br-phy "$(mac "7$((RANDOM % 5))")" vlan 10
		attempt bond rebalance br-phy >/dev/null
		for i in bond member port fdb; do
			vb -j -s "$i" show >/dev/null
		done
	done 2>>"$tmp/refused"
}

# Bonds of other namespaces, with traffic of their own
churn_namespaces()
{
	local i=0 ns

	while churning; do
		i=$((i + 1))
		ns=vmb-soak-$BASHPID-$i
		ip netns add "$ns"
		ip -n "$ns" -batch - <<-END
		link set lo up
		link add m0 type veth peer name s0
		link add p1 type veth peer name v1
		link set s0 up
		link set v1 up
		link set p1 up
		link add br-phy type vmbond
		link set br-phy up
		address add 192.0.2.1/24 dev br-phy
		END
		vmbondctl -n "$ns" -b - <<-END
		member add br-phy m0
		port add br-phy p1 access 0
		END
		"$selftests/xframe/xframe" <<-END >/dev/null &
		open v1 $ns v1
		open s0 $ns s0
		stream 1 v1 s=11 d=all gap=2000
		stream 2 s0 s=22 d=11 gap=2000
		END
		nap "0.$((RANDOM % 5))"
		ip netns del "$ns"
		kill $! || :
		wait $! || :
	done 2>>"$tmp/refused"
}

churners="settings links objects stations devices namespaces"

churn_starts()
{
	local what

	rm -f "$tmp/over"
	: >"$tmp/refused"
	churning_pids=()
	for what in $churners; do
		(
			deferred=()
			trap - EXIT TERM INT
			"churn_$what"
		) &
		churning_pids+=($!)
	done
}

churn_ends()
{
	local pid

	: >"$tmp/over"
	for pid in "${churning_pids[@]}"; do
		wait "$pid" || failed "a process that churns ended early"
	done
	churning_pids=()
}

churn_stops()
{
	: >"$tmp/over"
	wait "${churning_pids[@]}" 2>/dev/null || :
}

# --- counters

sum()
{
	awk '{ n += $1 } END { print n }'
}

# sum_of: rx, made, tx and drops of the objects on standard input, a line
sum_of()
{
	jq -rs '[.[] | if type == "array" then .[] else . end | .stats] |
		[(map(.rx_packets) | add), (map(.made_packets) | add),
		 (map(.tx_packets) | add),
		 (map(.drops | del(.mac_limit) | add) | add)] |
		map(. // 0) | @tsv'
}

# all_counters: of the members and ports that are there, the bond's own port
# included
all_counters()
{
	vb -j -s member show br-phy
	vb -j -s port show br-phy
}

# Those of objects that went, as the events said when they did
gone_counters()
{
	jq -c 'select(.event == "member-del" or .event == "port-del")' \
		"$tmp/events"
}

# still: for longer than it takes until guests are asked for their groups again,
# two seconds after the last change of members
still()
{
	local before

	before=$(all_counters | sum_of)
	nap 2.3
	[ "$(all_counters | sum_of)" = "$before" ]
}

# device DEV FIELD: a sum of its counters, which go on when it leaves the bond
device()
{
	ip -n "$host" -j -s link show dev "$1" | jq ".[0].stats64 | $2"
}

device_rx()
{
	device "$1" .rx.packets
}

device_tx()
{
	device "$1" ".tx.packets + .tx.dropped"
}

staying="p1 p2 p3 m0 m1"
declare -A rx_before tx_before

note_devices()
{
	local dev

	for dev in $staying; do
		rx_before[$dev]=$(device_rx "$dev")
		tx_before[$dev]=$(device_tx "$dev")
	done
}

# Was a frame for a device that has lost its carrier counted by the kernel?
# (noop_enqueue() does since 6.10)
kernel_counts()
{
	local release

	release=$(uname -r)
	[ "$(printf '%s\n' 6.10 "$release" | sort -V | head -n 1)" = 6.10 ]
}

balance()
{
	local rx made tx drops dev got most

	check "all is still" wait_for 60 still
	read -r rx made tx drops < <({ all_counters; gone_counters; } | sum_of)
	note "round $round: $rx in + $made made = $tx out + $drops dropped;" \
	     "$(gone_counters | wc -l) members and ports went," \
	     "$(wc -l <"$tmp/refused") lines of refusals"
	check_eq "out and dropped" $((tx + drops)) $((rx + made))

	for dev in $staying; do
		[[ $dev = m* ]] && got=$(member "$dev" .stats.rx_packets) ||
			got=$(port "$dev" .stats.rx_packets)
		check_eq "came in by $dev" "$got" \
			$(($(device_rx "$dev") - rx_before[$dev]))
		[[ $dev = m* ]] && got=$(member "$dev" .stats.tx_packets) ||
			got=$(port "$dev" .stats.tx_packets)
		most=$(($(device_tx "$dev") - tx_before[$dev]))
		if [[ $dev = m* ]] && ! kernel_counts; then
			check_between "left by $dev, in its device" $most 1 \
				"$got"
		else
			check_eq "left by $dev" "$got" $most
		fi
	done
}

# --- a round

build()
{
	make_bond | sed '/ [mp][24]$/d' | vb_all
	vb_all <<-END
	port add br-phy p2 trunk 10,30 native 10
	port set p1 access 10
	port set p3 access 10
	END
	wait_for 10 all_up
	ip -n "$host" link set br-phy address "$(mac fe)" up
	xf "open self $host br-phy"
}

watch_events()
{
	vmbondctl -n "$host" -j -s monitor config >"$tmp/events" \
		2>"$tmp/monitor" &
	monitor_pid=$!
	# It is ready when it has seen something.
	check "events come" wait_for 20 seen_event
}

seen_event()
{
	vb bond set br-phy max-moves 8
	[ -s "$tmp/events" ]
}

stop_watching()
{
	kill "$monitor_pid"
	wait "$monitor_pid" 2>/dev/null || :
}

# dropped_by_devices: on the way from v1 to v2, outside of the bond
dropped_by_devices()
{
	ip -n "$net" -j -s link show v1 | jq '.[0].stats64.tx.dropped'
	ip -n "$host" -j -s link show p2 | jq '.[0].stats64.tx.dropped'
}

# lost STREAM POINT WHAT [MOST]: no more than that, and nothing came twice
lost()
{
	local n

	stop "$1"
	n=$(lost_at "$2")
	note "$3: $n of ${STAT[sent]} frames lost"
	check_eq "$3: frames that came twice" "${STAT[$2.twice]-0}" 0
	[ $# -lt 4 ] || check_between "$3: frames lost" "$n" 0 "$4"
}

run_round()
{
	local before

	build
	watch_events
	note_devices
	before=$(dropped_by_devices | sum)
	churn_starts
	start_streams
	start_load
	nap $churn
	check "VM to VM" arrive $to_vm v2 20 20
	churn_ends
	flows_stop
	lost $to_vm v2 "VM to VM" $(($(dropped_by_devices | sum) - before))
	lost $to_far f0 "VM to far host"
	lost $from_far v1 "far host to VM"
	stop_streams
	vb bond set br-phy rebalance-interval 0 announce-count 0
	balance
	stop_watching
}

# unload: under the same traffic
unload()
{
	start_streams
	start_load
	nap 1
	xf "close self"
	if [ $((round % 2)) -eq 0 ]; then
		check "the bond goes" vb bond del br-phy
	fi
	check "the module goes" wait_for 20 rmmod vmbond
	flows_stop
	for n in 1 2 3; do
		xf "stop $n"
	done
	stop_streams
	load_module
}

# What the kernel does not keep: that of xframe grows with what it has to tell.
memory()
{
	awk '/^(MemAvailable|AnonPages):/ { n += $2 } END { print n }' \
		/proc/meminfo
}

require_command vmbondctl ethtool
load_module
[ "$(vmbondctl -j bond show)" = "[]" ] ||
	skip_all "there are bonds on this machine that the test would remove"

end=$((SECONDS + lasts))
churning_pids=()
defer churn_stops
note "for $lasts s"
topology members=$members ports=$ports
loaded=no
! can_load || loaded=yes
vb bond del br-phy
xf "close self"
for ((round = 1; round == 1 || SECONDS < end; round++)); do
	run_round
	unload
	note "round $round: $(memory) KiB of memory are not the kernel's"
	[ $round -ne 1 ] || first=$(memory)
	[ $RET -eq 0 ] || break
done
log_test "$((round - 1)) rounds: every frame is accounted for"

if [ $round -gt 2 ]; then
	check_between "memory that did not come back, in KiB" \
		$((first - $(memory))) -1000000 16384
	log_test "memory is where it was after the first round"
fi
