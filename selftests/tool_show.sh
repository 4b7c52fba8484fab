#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What vmbondctl shows and reports of a bond at work, against the schema.

. "${0%/*}/lib.sh"

# monitor FILE [WORD]...: have one write to the file
monitor()
{
	local file=$1
	shift

	vmbondctl -n "$host" -j monitor "$@" >"$file" &
	monitor=$!
	wait_for 10 grep -q '"event":"synced"' "$file"
}

# ended: the monitor, with status 0
ended()
{
	kill -INT "$monitor"
	wait "$monitor"
}

# event FILE FILTER: did one come
event()
{
	[ -n "$(jq "select(.cause != \"dump\") | select($2)" "$1")" ]
}

told()
{
	wait_for 10 event "$@" || failed "no event: $2"
}

/usr/bin/python3 -c 'import importlib.util as u
assert u.find_spec("jsonschema")' 2>/dev/null ||
	skip_all "python3-jsonschema is not installed"
topology members=2 ports=3
dir=$(mktemp -d)
defer rm -r "$dir"
events=$dir/event

monitor "$events"
vb_all <<'END'
port set p1 access 7
port set p2 trunk 3,5-9 native 3 tagged
port set p3 tunnel 9 inner 1-3
END
try v1 "s=01 d=all" "*f0:7*"
try v2 "s=02 d=all t=8" "*f0:8*"
for what in "bonds bond" "members member" "ports port" "stations fdb"; do
	vb -j "${what#* }" show >"$dir/${what% *}"
	vb -j -p -s "${what#* }" show br-phy >"$dir/${what% *}.pretty"
done

pin=$(station 01 7 .member)
check_eq "below its member" \
	"$(bond ".uplink[] | select(.pins[].mac == \"$(mac 01)\") | .ifname")" \
	"$pin"
vb -s bond show br-phy | grep -A 9 "^  $pin:" |
	grep -Eq "$(mac 01) +vlan 7 +at p1 +tx .* for .*, learned" ||
	failed "bond show -s: $(vb -s bond show br-phy)"
vb top br-phy count 1 | grep -q "$(mac 01) vlan 7 at p1 on $pin: tx " ||
	failed "top: $(vb top br-phy count 1)"
check_eq "one line for one MAC" "$(vb fdb show "$(mac 01)" | wc -l)" 2
log_test "bond show -s: which station is on which member and why"

told "$events" '.event == "port" and .ifname == "p1" and .cause == "config" and
	.mode == "access" and .vid == 7'
told "$events" ".event == \"fdb\" and .mac == \"$(mac 01)\" and
	.cause == \"learned\" and .port == \"p1\" and .member == \"$pin\""
ip -n "$net" link set "s${pin#m}" down
told "$events" ".event == \"member\" and .ifname == \"$pin\" and
	.cause == \"link\" and .state == \"down\""
told "$events" ".event == \"fdb\" and .mac == \"$(mac 01)\" and
	.cause == \"failover\" and .member != \"$pin\""
ip -n "$net" link set "s${pin#m}" up
told "$events" ".event == \"member\" and .ifname == \"$pin\" and
	.state == \"up\""
vb port del p1
told "$events" ".event == \"fdb-del\" and .mac == \"$(mac 01)\" and
	.cause == \"flushed\" and .port == \"p1\""
told "$events" '.event == "port-del" and .ifname == "p1" and
	.cause == "config"'
check "ends on SIGINT" ended
log_test "monitor: what happens, with its cause"

check "the schema" /usr/bin/python3 -B "$selftests/tool/validate.py" "$dir"/*
log_test "shows and events hold to the schema"

: >"$events"
monitor "$events" config
try v2 "s=03 d=all t=8" "*f0:8*"
vb member set m0 weight 2
told "$events" '.event == "member" and .ifname == "m0" and .weight == 2'
check "ends on SIGINT" ended
check_eq "station" "$(station 03 8 .port)" p2
event "$events" '.cause == "learned"' && failed "more than asked for"
log_test "monitor config: no more than that"

vb bond add br2
: >"$events"
monitor "$events" br2
vb bond set br-phy max-moves 5
vb bond set br2 max-moves 5
told "$events" '.event == "bond" and .ifname == "br2"'
check "ends on SIGINT" ended
event "$events" '.ifname == "br-phy"' && failed "more than asked for"
log_test "monitor NAME: that bond only"

# Stopped, it cannot read. An event of a port with so long a LIST takes some
# 60 KiB, so that no buffer has room for all of them.
vb port set p3 trunk "$(seq -s, 1 2 4093)"
: >"$events"
monitor "$events"
kill -STOP "$monitor"
for ((i = 0; i < 150; i++)); do
	printf 'port set p3 flood on\nport set p3 flood off\n'
done | vb_all
vb port set p3 flood on
kill -CONT "$monitor"
wait_for 20 equals 2 grep -c '"event":"synced"' "$events" ||
	failed "it did not read the state again"
check_eq "says so" "$(grep -c '"event":"lost"' "$events")" 1
check "ends on SIGINT" ended
check_eq "what it says last" \
	"$(jq 'select(.ifname == "p3") | .flood' "$events" | tail -n 1)" true
log_test "monitor: says that events were lost and reads the state again"
