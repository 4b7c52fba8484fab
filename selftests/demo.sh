#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What vmbond does, shown on a small network of namespaces: "make demo" runs it
# in a machine of its own, root can run it on any host that has the module.
# Fails if anything is not as it should be.

set -euo pipefail

picture='
      far100    far224            far300       other hosts
         |         |                 |
     +---+---------+---+     +-------+-------+
     |       sw1       +-----+      sw2      | two switches, plain trunk ports
     +--------+--------+     +-------+-------+
              |                      |
             nic1                   nic2
     +--------+----------------------+-------+
     |                br-phy                 | the node, 192.0.2.1 on VLAN 100
     +----+-------------+-------------+------+
        vnet1         vnet2         vnet3
          |             |             |
         vm1           vm2           vm3
       VLAN 224      VLAN 224      VLAN 300
'
# All are in one subnet, so that nothing but VLANs keeps them apart.
declare -A address=(
	[node]=192.0.2.1
	[vm1]=192.0.2.11
	[vm2]=192.0.2.12
	[vm3]=192.0.2.13
	[far100]=192.0.2.100
	[far224]=192.0.2.224
	[far300]=192.0.2.230
)

failed=0
ended=no
work=$(mktemp -d)
namespaces=()

finish()
{
	local ns

	[ $ended = yes ] || echo "The demonstration ended early."
	for ns in "${namespaces[@]}"; do
		ip netns del "$ns"
	done
	rm -rf "$work"
}
trap finish EXIT

add_netns()
{
	local ns

	for ns; do
		ip netns add "$ns"
		namespaces+=("$ns")
		ip -n "$ns" link set lo up
	done
}

step()
{
	printf '\n== %s\n' "$*"
}

# came_out TRUE|FALSE WHAT RESULT: close a step
came_out()
{
	if "$1"; then
		printf '   ok    %-52s %s\n' "$2" "$3"
	else
		printf '   FAIL  %-52s %s\n' "$2" "$3"
		failed=$((failed + 1))
	fi
}

# is EXPRESSION: for came_out
is()
{
	if (($1)); then echo true; else echo false; fi
}

# node COMMAND...: on the node, as its administrator types it
node()
{
	echo "   # $*"
	ip netns exec node "$@" | sed 's/^/     /'
}

vb()
{
	ip netns exec node vmbondctl "$@"
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for()
{
	local end=$((SECONDS + $1))
	shift

	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# pings FROM TO [OPTION]...: sets sent, received and extra (duplicates)
pings()
{
	local from=$1 to=$2
	shift 2

	ip netns exec "$from" ping -n -q -W 2 -i 0.2 -c 3 "$@" \
		"${address[$to]}" >"$work/ping" || :
	count_replies "$work/ping"
}

count_replies()
{
	sent=$(sed -n 's/ packets transmitted.*//p' "$1")
	received=$(sed -En 's/.* ([0-9]+) received.*/\1/p' "$1")
	extra=$(sed -En 's/.*\+([0-9]+) duplicates.*/\1/p' "$1")
	extra=${extra:-0}
}

reaches()
{
	local result

	pings "$1" "$2"
	result="$received of $sent replies"
	[ "$extra" -eq 0 ] || result+=", $extra of them twice"
	came_out "$(is "received == sent && extra == 0")" "$3" "$result"
}

reaches_not()
{
	pings "$1" "$2" -c 2
	came_out "$(is "received == 0")" "$3" "$received of $sent replies"
}

# stations: the guests' stations, one a line: their MAC and their member
stations()
{
	vb -j fdb show br-phy |
		jq -r '.[] | select(.port != "br-phy") | "\(.mac) \(.member)"' |
		sort
}

# pin OF: the member of a guest's station
pin()
{
	local mac

	mac=$(ip netns exec "$1" cat /sys/class/net/eth0/address)
	stations | sed -n "s/^$mac //p"
}

# shares: how many stations, those of the node included, each NIC has
shares()
{
	vb -j member show br-phy |
		jq -r 'map("\(.ifname) has \(.stations)") | join(", ")'
}

spread()
{
	[[ $(shares) != *" has 0"* ]]
}

member_is()
{
	[ "$(vb -j member show br-phy | jq -r \
		".[] | select(.ifname == \"$1\") | .state")" = "$2" ]
}

all_on()
{
	[ "$(stations | grep -vc " $1$")" -eq 0 ]
}

make_network()
{
	local name sw vlan vm

	add_netns net node vm1 vm2 vm3 far100 far224 far300
	for sw in 1 2; do
		ip -n net link add sw$sw up type bridge vlan_filtering 1 \
			vlan_default_pvid 0
	done
	ip -n net link add sw1-sw2 master sw1 up type veth \
		peer name sw2-sw1
	ip -n net link set sw2-sw1 master sw2 up
	for sw in 1 2; do
		ip -n net link add sw$sw-node master sw$sw up type veth \
			peer name nic$sw netns node
	done
	for vlan in 100 224 300; do
		for name in sw1-sw2 sw2-sw1 sw1-node sw2-node; do
			bridge -n net vlan add dev $name vid $vlan
		done
		sw=sw$((vlan == 300 ? 2 : 1))
		ip -n net link add far$vlan master $sw up type veth \
			peer name eth0 netns far$vlan
		bridge -n net vlan add dev far$vlan vid $vlan pvid untagged
		ip -n far$vlan address add "${address[far$vlan]}/24" dev eth0
		ip -n far$vlan link set eth0 up
	done
	for vm in 1 2 3; do
		ip -n node link add vnet$vm up type veth \
			peer name eth0 netns vm$vm
		ip -n vm$vm address add "${address[vm$vm]}/24" dev eth0
		ip -n vm$vm link set eth0 up
	done
}

echo "vmbond on Linux $(uname -r)"
echo "$picture"
make_network

step "A bond: two NICs on two switches that know nothing of it"
node vmbondctl bond add br-phy
node vmbondctl member add br-phy nic1
node vmbondctl member add br-phy nic2
node ip link set br-phy up
wait_for 10 member_is nic1 up && wait_for 10 member_is nic2 up &&
	both=true || both=false
came_out "$both" "both NICs are up" \
	"$(vb -j bond show br-phy | jq -r '.[] | "\(.members) members"')"

step "The node's own address, on VLAN 100"
node ip link add link br-phy name br-phy.100 type vlan id 100
node ip address add "${address[node]}/24" dev br-phy.100
node ip link set br-phy.100 up
reaches node far100 "the node reaches the far host on VLAN 100"
reaches far100 node "the far host reaches the node"

step "Three VMs: two on VLAN 224, one on VLAN 300"
node vmbondctl port add br-phy vnet1 access 224
node vmbondctl port add br-phy vnet2 access 224
node vmbondctl port add br-phy vnet3 access 300
reaches vm1 vm2 "vm1 reaches vm2, within the node"
reaches vm1 far224 "vm1 reaches the far host on VLAN 224"
reaches far224 vm2 "the far host reaches vm2"
reaches vm3 far300 "vm3 reaches the far host on VLAN 300"

step "VLANs stay apart, although all have addresses of one subnet"
reaches_not vm1 vm3 "vm1 (224) does not reach vm3 (300)"
reaches_not vm1 far300 "vm1 (224) does not reach the far host on 300"
reaches_not vm3 far224 "vm3 (300) does not reach the far host on 224"
reaches_not vm1 node "vm1 (224) does not reach the node (100)"

step "Each station (a MAC on a VLAN) leaves through one NIC, and both are used"
node vmbondctl -s bond show br-phy
spread && both=true || both=false
came_out "$both" "stations are spread over both NICs" "$(shares)"

dead=$(pin vm1)
alive=nic$((3 - ${dead#nic}))
port=sw${dead#nic}-node
step "vm1 pings the far host every 10 ms; then the cable of $dead is pulled"
stations >"$work/before"
ip netns exec vm1 ping -n -W 1 -i 0.01 -c 600 "${address[far224]}" \
	>"$work/ping" &
ping=$!
wait_for 10 grep -q icmp_seq=200 "$work/ping"
echo "   (ip link set $port down, on the switch)"
ip -n net link set "$port" down
wait_for 5 all_on "$alive" && moved=true || moved=false
stations >"$work/after"
wait $ping || :
count_replies "$work/ping"
# A fifth of a second, with what a busy machine may do to it.
came_out "$(is "sent - received <= 20 && extra == 0")" \
	"few replies are lost, none comes twice" \
	"$((sent - received)) of $sent lost, $extra came twice"
came_out "$moved" "all stations are on $alive now" \
	"$(grep -c . "$work/after") of $(grep -c . "$work/before")"
came_out "$(is "$(comm -23 <(grep " $alive$" "$work/before") "$work/after" |
	wc -l) == 0")" "those that were there before have stayed" \
	"$(grep -c " $alive$" "$work/before")"
node vmbondctl fdb show br-phy
reaches far224 vm1 "the far host reaches vm1 the new way"

step "The cable of $dead is back"
echo "   (ip link set $port up, on the switch)"
ip -n net link set "$port" up
wait_for 20 member_is "$dead" up && wait_for 20 spread &&
	back=true || back=false
came_out "$back" "stations are spread over both NICs again" "$(shares)"
reaches vm1 vm2 "vm1 reaches vm2"
reaches vm2 far224 "vm2 reaches the far host on VLAN 224"
reaches vm3 far300 "vm3 reaches the far host on VLAN 300"
reaches node far100 "the node reaches the far host on VLAN 100"

step "What the bond counted"
node vmbondctl -s member show br-phy

echo
ended=yes
if [ $failed -eq 0 ]; then
	echo "Everything is as it should be."
else
	echo "$failed of these things are not as they should be."
	exit 1
fi
