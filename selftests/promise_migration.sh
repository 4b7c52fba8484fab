#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A VM moves from node a to node b and back while it is pinged by a far host, by
# a neighbour on node a and by one on node b. It says where it is by RARP, as
# QEMU does for it, by gratuitous ARP, by an unsolicited neighbour
# advertisement, or not at all.
#
#   nba   vm    . . . . vm    nbb
#    |na   |va           |vb   |nb
#    |     |             |     |
#    |p2   |p1           |p1   |p2
#   +-------+           +-------+
#   | a     |           |     b |
#   +--+-+--+           +--+-+--+
#    m0| |m1             m0| |m1
#      | +---------+  +----|-+
#      | +---------|--|----+
#    +-+-+-+     +-+--+-+
#    | sw0 +-----+ sw1  |
#    +--+--+     +------+
#      far

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

# The VM's address, and those who ping it
target=192.0.2.11
pingers=(far nba nbb)

require_command ping awk
load_module
setup_ns a b net vm far nba nbb
# shellcheck disable=SC2154 # setup_ns sets them
declare -A ns=([a]=$a [b]=$b [vm]=$vm [far]=$far [nba]=$nba [nbb]=$nbb)
logs=$(mktemp -d)
defer rm -r "$logs"

# on NODE COMMAND...: with that node's bond
on()
{
	local host=${ns[$1]}
	shift

	"$@"
}

# node NAME XX: its bond, two ports, the guests' ends of which are vNAME and
# nNAME, and its wires to the switches
node()
{
	local n=$1 i

	for i in 0 1; do
		ip -n "$net" link add "$n$i" type veth \
			peer name "m$i" netns "${ns[$n]}"
		ip -n "$net" link set "$n$i" master "sw$i" up
		bridge -n "$net" vlan add vid 10 dev "$n$i"
	done
	ip -n "$vm" link add "v$n" address "$(mac 11)" type veth \
		peer name p1 netns "${ns[$n]}"
	ip -n "${ns[nb$n]}" link add eth0 address "$(mac "$2")" type veth \
		peer name p2 netns "${ns[$n]}"
	on "$n" vb_all <<-END
		bond add br-phy
		member add br-phy m0
		member add br-phy m1
		port add br-phy p1 access 10
		port add br-phy p2 access 10
	END
	for i in br-phy p1 p2; do
		ip -n "${ns[$n]}" link set $i up
	done
	on "$n" wait_for 10 all_up
}

# guest NETNS DEV ADDRESS: an end of a wire with an address
guest()
{
	ip -n "$1" addr add "$3/24" dev "$2"
	ip -n "$1" link set "$2" up
}

build()
{
	local i

	for i in 0 1; do
		ip -n "$net" link add sw$i type bridge vlan_filtering 1 \
			mcast_snooping 0
		ip -n "$net" link set sw$i up
	done
	ip -n "$net" link add x0 type veth peer name x1
	ip -n "$net" link add t0 type veth peer name eth0 netns "$far"
	ip -n "$far" link set eth0 address "$(mac 22)"
	for i in x0:sw0 x1:sw1 t0:sw0; do
		ip -n "$net" link set "${i%:*}" master "${i#*:}" up
		bridge -n "$net" vlan add vid 10 dev "${i%:*}"
	done
	bridge -n "$net" vlan add vid 10 dev t0 pvid untagged
	node a 12
	node b 13
	guest "$far" eth0 192.0.2.22
	guest "$nba" eth0 192.0.2.12
	guest "$nbb" eth0 192.0.2.13
	for i in va vb; do
		ip -n "$vm" addr add $target/24 dev $i
	done
	wait_for 10 switches_ready
	frames_start
	xf "open va $vm va"
	xf "open vb $vm vb"
}

# A VM that has been moved remembers its neighbours.
resume()
{
	ip -n "$vm" -batch - <<-END
		link set v$1 up
		neigh replace 192.0.2.22 lladdr $(mac 22) dev v$1
		neigh replace 192.0.2.12 lladdr $(mac 12) dev v$1
		neigh replace 192.0.2.13 lladdr $(mac 13) dev v$1
	END
}

stop_vm()
{
	ip -n "$vm" link set "v$1" down
}

# --- pinging

declare -A pids

pings_start()
{
	local who

	for who in "${pingers[@]}"; do
		ip netns exec "${ns[$who]}" ping -D -n -i 0.02 $target \
			>"$logs/$who" &
		pids[$who]=$!
	done
}

pings_stop()
{
	local who

	for who in "${pingers[@]}"; do
		kill -INT "${pids[$who]}"
		wait "${pids[$who]}" || :
	done
}

# answers WHO SINCE: how many after that time
answers()
{
	awk -v since="$2" -F '[][]' '
		/bytes from/ && $2 >= since { n++ } END { print n + 0 }
		' "$logs/$1"
}

answered()
{
	local who

	for who in "${pingers[@]}"; do
		[ "$(answers "$who" "$1")" -ge "$2" ] || return
	done
}

# recovery WHO SINCE: ms from then to the first answer
recovery()
{
	awk -v since="$2" -F '[][]' '
		/bytes from/ && $2 >= since {
			printf "%d\n", ($2 - since) * 1000
			exit
		}' "$logs/$1"
}

# report WHO HOW SINCE LIMIT
report()
{
	local sent got ms

	read -r sent got < <(sed -nE \
		's/^([0-9]+) packets.*, ([0-9]+) received.*/\1 \2/p' "$logs/$1")
	ms=$(recovery "$1" "$3")
	note "$2, pinged by $1: $((sent - got)) of $sent lost," \
	     "recovered after ${ms:-?} ms"
	check_between "$1 recovers after ms" "${ms:--1}" 0 "$4"
	check_eq "$1 gets an answer twice" \
		 "$(awk '/DUP!/ { n++ } END { print n + 0 }' "$logs/$1")" 0
}

# --- moving

# chat ADDRESS...: it talks to these, which is how they can tell
chat()
{
	local address

	for address; do
		ip netns exec "$vm" ping -q -n -i 0.02 "$address" >/dev/null &
		chats+=($!)
	done
}

# tell KIND NODE: it says where it is, as often as QEMU does
tell()
{
	local kind=$1 n=$2 i

	for i in 1 2 3 4 5; do
		xf "try v$n $(announce "$kind" 11)"
		nap 0.05
	done
}

# move FROM TO HOW LIMIT: LIMIT is how many ms it may take on a fast machine; a
# slow one needs seconds for the commands alone
move()
{
	local from=$1 to=$2 how=$3 limit=$4 who since chats=()

	! slow || limit=$((limit + 4700))
	on "$to" vb port set p1 standby on
	pings_start
	check "all is well before" wait_for 10 answered 0 20
	stop_vm "$from"
	resume "$to"
	since=$EPOCHREALTIME
	if [ "$how" = silent ]; then
		on "$to" vb port set p1 standby off
		chat 192.0.2.22 192.0.2.12 192.0.2.13
	else
		tell "$how" "$to"
	fi
	check "all is well after" wait_for 10 answered "$since" 20
	[ ${#chats[@]} -eq 0 ] || kill "${chats[@]}"
	pings_stop
	for who in "${pingers[@]}"; do
		report "$who" "$how" "$since" "$limit"
	done
	check "node $from forgets it" on "$from" gone 11 10
	check_eq "where node $to sees it" \
		 "$(on "$to" station 11 10 .port)" p1
	log_test "from $from to $to, $how"
}

# A lock is held for so long after it has announced itself here.
settle()
{
	nap 5.2
}

build
resume a
on a learn va 11
move a b rarp 300
settle
move b a garp 300
settle
move a b na 300
settle
move b a silent 1300
