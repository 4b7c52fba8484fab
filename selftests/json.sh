#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What programs rely on: the keys of JSON output and their types, for bonds,
# members, ports, stations and events; the exit status.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

stats_keys="rx_packets rx_bytes tx_packets tx_bytes made_packets drops"
drop_keys="vlan reflected receiver duplicate unknown no_member link_local bpdu
	   spoof mac_limit isolated bum_limit mtu nomem"

# has WHAT JSON KEY...: every object of the array has these
has()
{
	local what=$1 json=$2 missing
	shift 2

	missing=$(jq -r --arg keys "$*" '
		[($keys | gsub("\\s+"; " ") | split(" "))[] as $key |
		 select(any(.[]; has($key) | not)) | $key] | join(" ")' \
		<<<"$json")
	check_eq "keys missing in $what" "$missing" ""
}

# numbers WHAT JSON KEY...: these are numbers in all of them
numbers_in()
{
	local what=$1 json=$2 others
	shift 2

	others=$(jq -r --arg keys "$*" '
		[($keys | gsub("\\s+"; " ") | split(" "))[] as $key |
		 select(any(.[][$key]; type != "number" or . < 0)) | $key] |
		join(" ")' <<<"$json")
	check_eq "no numbers in $what" "$others" ""
}

stats()
{
	has "$1's stats" "$(jq '[.[].stats]' <<<"$2")" "$stats_keys"
	numbers_in "$1's stats" "$(jq '[.[].stats]' <<<"$2")" \
		"${stats_keys% drops}"
	has "$1's drops" "$(jq '[.[].stats.drops]' <<<"$2")" "$drop_keys"
	numbers_in "$1's drops" "$(jq '[.[].stats.drops]' <<<"$2")" "$drop_keys"
}

snake_case()
{
	check_eq "keys of $1 that are not in snake_case" "$(jq -r '
		[.. | objects | keys[] | select(test("^[a-z0-9_]+$") | not)] |
		join(" ")' <<<"$2")" ""
}

show()
{
	local json

	json=$(vb -j -s bond show br-phy)
	check_eq "bonds" "$(jq -c '[.[].ifname]' <<<"$json")" '["br-phy"]'
	has bond "$json" ifname ifindex mode rx_check native vlans \
		rebalance_interval_ms updelay_ms downdelay_ms min_links \
		networks carrier members ports stations stats
	numbers_in bond "$json" ifindex native rebalance_interval_ms \
		updelay_ms downdelay_ms min_links members ports stations
	stats bond "$json"
	snake_case bond "$json"
	check_eq "values" "$(jq -c '.[0] | [.mode, .rx_check, .native,
		.rebalance_interval_ms, .updelay_ms, .downdelay_ms,
		.min_links, .members, .ports, .networks]' <<<"$json")" \
		'["balance-slb","strict",5,0,20,3000,2,2,2,["vmnet"]]'
	log_test "bond show"

	json=$(vb -j -s member show)
	check_eq "members" "$(jq -c '[.[].ifname]' <<<"$json")" '["m0","m1"]'
	has member "$json" ifname ifindex bond state carrier weight \
		speed_mbps receiver stations tx_bps rx_bps stats
	numbers_in member "$json" ifindex weight speed_mbps stations tx_bps \
		rx_bps
	stats member "$json"
	snake_case member "$json"
	check_eq "values" "$(jq -c '.[1] | [.bond, .state, .weight]' \
		<<<"$json")" '["br-phy","drain",3]'
	check_eq "speed" "$(jq -c '.[0].speed_mbps' <<<"$json")" 10000
	log_test "member show"

	json=$(vb -j -s port show br-phy | jq 'map(select(.ifname != "br-phy"))')
	check_eq "ports" "$(jq -c '[.[].ifname]' <<<"$json")" '["p1","p2"]'
	has port "$json" ifname ifindex bond mode vid vlans native mac_lock \
		isolated flood max_macs stations stats
	numbers_in port "$json" ifindex max_macs stations
	stats port "$json"
	snake_case port "$json"
	check_eq "p1" "$(jq -c '.[0] | [.bond, .mode, .vid, .max_macs]' \
		<<<"$json")" '["br-phy","access",10,7]'
	check_eq "p2" "$(jq -c '.[1] | [.mode, .native]' <<<"$json")" \
		'["trunk",20]'
	log_test "port show"

	json=$(vb -j fdb show br-phy | jq 'map(select(.state != "local"))')
	has fdb "$json" mac vid port member state age_ms tx_bytes rx_bytes
	numbers_in fdb "$json" vid age_ms tx_bytes rx_bytes
	snake_case fdb "$json"
	check_eq "stations" "$(jq -c 'sort_by(.mac) |
		map([.mac, .vid, .port, .state])' <<<"$json")" \
		'[["02:00:00:00:00:ab",10,"p1","learned"],["02:00:00:00:00:cd",30,"p2","static"]]'
	log_test "fdb show"

	check_eq "an empty list" "$(vb -j fdb show br-phy vlan 99)" "[]"
	log_test "nothing to show is an empty array"
}

filters()
{
	check_eq "members" "$(vb -j member show bond2)" "[]"
	check_eq "fdb" "$(vb -j fdb show br-phy port p2 | jq length)" 1
	check_eq "fdb" "$(vb -j fdb show br-phy vlan 10 | jq length)" 1
	check_eq "fdb" "$(vb -j fdb show br-phy port p2 vlan 10)" "[]"
	check_eq "bond" "$(vb -j bond show bond2 | jq -c 'map(.ifname)')" \
		'["bond2"]'
	check_eq "by altname" "$(vb -j bond show vmnet |
		jq -c 'map(.ifname)')" '["br-phy"]'
	log_test "show takes names, altnames and filters"
}

# hear PATTERN: the next event that is like this
hear()
{
	local line

	while read -rt 10 -u "$events" line; do
		jq -e 'type == "object"' <<<"$line" >/dev/null ||
			failed "no object: $line"
		# shellcheck disable=SC2053 # it is a pattern
		[[ $line != $1 ]] || return 0
	done
	failed "heard nothing like $1"
}

monitor()
{
	local events monitor_pid

	exec {events}< <(exec vmbondctl -n "$host" -j monitor br-phy)
	monitor_pid=$!
	hear '*"ifname":"p2"*'
	log_test "monitor begins with what there is, an object a line"

	vb port set p1 access 40
	hear '*"ifname":"p1"*"vid":40,*'
	ip -n "$net" link set s0 down
	hear '*"ifname":"m0"*"carrier":false,*'
	vb fdb flush br-phy
	xf "try v1 s=ef d=99"
	hear '*"mac":"02:00:00:00:00:ef"*"vid":40,*'
	log_test "and goes on with what happens"
	kill "$monitor_pid"
	exec {events}<&-
}

status()
{
	refused 1 . vb bond shove
	refused 1 . vb bond add
	refused 1 . vb bond set br-phy updelay
	refused 1 . vb bond set br-phy updelay soon
	refused 1 . vb port set p1 access 4095
	refused 1 . vb port set p1 trunk 20-10
	refused 1 . vb bo show
	refused 1 . vb fdb add br-phy not-a-mac vlan 10 port p1
	log_test "usage errors: status 1"

	refused 2 "^vmbondctl: .*: ." vb bond add br-phy
	refused 2 "^vmbondctl: .*: ." vb member add br-phy lo
	refused 2 "^vmbondctl: .*: ." vb bond del no-such-bond
	refused 2 "^vmbondctl: .*: ." vb port del m0
	refused 2 "^vmbondctl: .*: ." vb port set m0 access 10
	check_eq "standard output" "$(vb bond add br-phy 2>/dev/null || :)" ""
	log_test "refusals: status 2, WHAT: WHY on standard error"
}

topology members=2
vb_all <<END
bond add bond2
bond set br-phy native 5 rx-check strict updelay 20 downdelay 3s
bond set br-phy min-links 2 networks vmnet
member set m1 weight 3 state drain
port set p1 access 10 max-macs 7
port set p2 trunk 30-40 native 20
fdb add br-phy 02:00:00:00:00:CD vlan 30 port p2
END
xf "try v1 s=ab d=99"
show
filters
monitor
status
