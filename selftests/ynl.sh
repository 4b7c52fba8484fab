#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own netlink client drives a vmbond with nothing but the family's
# description: it adds a bond, lists members, dumps stations and watches events.

. "${0%/*}/lib.sh"

export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
spec=$selftests/../Documentation/netlink/specs/vmbond.yaml

ynl()
{
	ip netns exec "$host" /usr/bin/python3 \
		"$linux/tools/net/ynl/pyynl/cli.py" --output-json \
		--spec "$spec" \
		--schema "$linux/Documentation/netlink/genetlink.yaml" "$@"
}

ifindex()
{
	ip -n "$host" -j link show "$1" | jq '.[].ifindex'
}

require_command ip jq python3
/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null ||
	skip_all "python3-jsonschema or python3-yaml is not installed"
linux=$("$selftests/vm/kernel.sh" source 2>/dev/null) ||
	skip_all "the kernel's source, for its YNL, is not in the cache"
load_module
setup_ns host
for name in m0 m1 p0; do
	ip -n "$host" link add $name type dummy
done

events=$(mktemp)
defer rm -f "$events"
ynl --subscribe events --duration 60 >"$events" &
watcher=$!
defer kill $watcher

# It listens as soon as it is told of something.
subscribed()
{
	ip -n "$host" link add probe type vmbond
	ip -n "$host" link del probe
	[ -s "$events" ]
}
check "the client listens" wait_for 30 subscribed

bond=$(ynl --do bond-new --json '{"ifname": "br-phy", "native": 7}' |
	jq .ifindex)
check_eq "the bond" "$bond" "$(ifindex br-phy)"
check_eq "its option" "$(ynl --do bond-get --json "{\"ifindex\": $bond}" |
	jq -c '[.ifname, .mode, .native, .members]')" \
	'["br-phy","balance-slb",7,0]'
log_test "add a bond"

for name in m0 m1; do
	ynl --do member-new --json "{\"bond\": $bond,
		\"ifindex\": $(ifindex $name), \"weight\": 3}" >/dev/null
done
check_eq "its members" "$(ynl --dump member-get --json "{\"bond\": $bond}" |
	jq -c '[.[] | [.ifname, .weight, .state]]')" \
	'[["m0",3,"up"],["m1",3,"up"]]'
log_test "list members"

ynl --do port-new --json "{\"bond\": $bond, \"ifindex\": $(ifindex p0),
	\"vlan-mode\": \"access\", \"vid\": 224}" >/dev/null
ynl --do fdb-new --json "{\"bond\": $bond, \"mac\": \"$(mac 01)\",
	\"vid\": 224, \"port\": $(ifindex p0)}" >/dev/null
check_eq "its stations" "$(ynl --dump fdb-get --json '{"vid": 224}' |
	jq -c '[.[] | [.mac, .vid, .port, .state]]')" \
	"[[\"$(mac 01)\",224,$(ifindex p0),\"static\"]]"
log_test "dump stations"

told()
{
	jq -e "select(.name == \"fdb-ntf\" and .msg.mac == \"$(mac 01)\" and
		.msg.cause == \"config\")" "$events" >/dev/null
}
check "the new station is told" wait_for 10 told
log_test "watch events"

refused 1 'device is not a vmbond.*bad-attr.*\.ifindex' \
	ynl --do bond-del --json "{\"ifindex\": $(ifindex p0)}"
ynl --do bond-del --json "{\"ifindex\": $bond}" >/dev/null
check_eq "bonds left" "$(ynl --dump bond-get)" "[]"
log_test "delete a bond"
