#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own netlink client drives a vmbond with nothing but the family's
# description: it adds a bond, lists members, dumps stations and watches events.

. "${0%/*}/lib.sh"

export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
spec=$selftests/../Documentation/netlink/specs/vmbond.yaml

# Checking the description, too, takes long: one call is to do it.
ynl()
{
	"${client[@]}" --no-schema "$@"
}

ifindex()
{
	ip -n "$host" -j link show "$1" | jq '.[].ifindex'
}

require_command ip jq python3 vmbondctl
/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null ||
	skip_all "python3-jsonschema or python3-yaml is not installed"
linux=$("$selftests/vm/kernel.sh" source 2>/dev/null) ||
	skip_all "the kernel's source, for its YNL, is not in the cache"
load_module
setup_ns host
for name in m0 m1 p0; do
	ip -n "$host" link add $name type dummy
done

client=(ip netns exec "$host" /usr/bin/python3
	"$linux/tools/net/ynl/pyynl/cli.py" --output-json --spec "$spec")

events=$(mktemp)
defer rm -f "$events"
"${client[@]}" --no-schema --subscribe events >"$events" &
defer kill $!

# It listens as soon as it is told of something.
subscribed()
{
	ip -n "$host" link add probe type vmbond
	ip -n "$host" link del probe
	[ -s "$events" ]
}
check "the client listens" wait_for 60 subscribed

bond=$("${client[@]}" --schema "$linux/Documentation/netlink/genetlink.yaml" \
	--do bond-new --json '{"ifname": "br-phy", "native": 7}')
check_eq "the bond" "$(jq -c '[.ifname, .mode, .native, .members]' \
	<<<"$bond")" '["br-phy","balance-slb",7,0]'
bond=$(jq .ifindex <<<"$bond")
check_eq "its number" "$bond" "$(ifindex br-phy)"
log_test "add a bond"

vb member add br-phy m0 weight 3
ynl --do member-new --json "{\"bond\": $bond,
	\"ifindex\": $(ifindex m1), \"weight\": 4}" >/dev/null
check_eq "its members" "$(ynl --dump member-get --json "{\"bond\": $bond}" |
	jq -c '[.[] | [.ifname, .weight, .state]]')" \
	'[["m0",3,"up"],["m1",4,"up"]]'
log_test "list members"

vb port add br-phy p0 access 224
vb fdb add br-phy "$(mac 01)" vlan 224 port p0
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
check_eq "bonds left" "$(vb -j bond show)" "[]"
log_test "delete a bond"
