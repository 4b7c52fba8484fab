#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who may do what, and what nobody can make the node spend: users without
# privilege, roots of user namespaces, containers that own a network namespace,
# guests. Documentation/security.rst names a case for each threat; that these
# are there is tested first. What guests may send is in guests.sh.
#
#   host                       net
#      br-phy -- m0 -----------s0 sw0 -- f0
#             -- m1 -----------s1
#             -- p1 -----------v1
#             -- p2 -----------v2

# shellcheck disable=SC2016 # the programs of sed and awk have dollars of their own
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=netlink/part.sh
. "$selftests/netlink/part.sh"

threats=$selftests/../Documentation/security.rst
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs)

# Each line "   - ``script.sh``: case" of the document is the name of a case, or
# the beginning of one that the script completes.
documented()
{
	local n=0 script name

	while read -r script name; do
		n=$((n + 1))
		grep -qF "$name" "$selftests/$script" "$selftests/netlink/"*.py ||
			failed "$script has no case \"$name\""
	done < <(sed -n 's/^ *[-*] *``\([a-z_]*\.sh\)``: /\1 /p' "$threats")
	check_between "tests in security.rst" $n 15 200
	log_test "each threat in security.rst names tests that exist"
}

# as_nobody COMMAND...: without privilege, in the namespace host
as_nobody()
{
	ip netns exec "$host" "${nobody[@]}" "$@"
}

state()
{
	printf '%s show\n' bond member port fdb | vb -j -b - |
		sed -E 's/"stats":\{[^}]*\}+//g
			s/"(age_ms|pin_age_ms|[rt]x_bps|[rt]x_bytes)":[0-9]+//g'
}

# Whatever changes something
changes()
{
	cat <<-END
	bond add br-new
	bond set br-phy updelay 1
	bond del br-phy
	bond rebalance br-phy
	member add br-phy spare
	member set m0 weight 2
	member set m0 state drain
	member del m0
	port add br-phy spare access 10
	port set p1 access 20
	port set br-phy vlan none
	port del p1
	fdb add br-phy 02:00:00:00:00:55 vlan 10 port p1
	fdb del br-phy 02:00:00:00:00:11 vlan 10
	fdb pin br-phy 02:00:00:00:00:11 vlan 10 member m1
	fdb flush br-phy
	END
}

# refused_all COMMAND...: all of these changes, made by way of it
refused_all()
{
	local before line

	before=$(state)
	while read -ru 3 line; do
		# shellcheck disable=SC2086
		refused 2 'CAP_NET_ADMIN|not permitted' "$@" vmbondctl $line
	done 3< <(changes)
	refused 2 'not permitted' "$@" ip link add br-new type vmbond
	refused 2 'not permitted' "$@" ip link set spare master br-phy
	refused 2 'not permitted' "$@" ip link set p1 nomaster
	refused 2 'not permitted' "$@" ip link del br-phy
	check_eq "state" "$(state)" "$before"
}

users()
{
	local what

	refused_all as_nobody
	log_test "a user without privilege changes nothing"

	for what in bond member port fdb; do
		check_eq "$what" "$(as_nobody vmbondctl -j $what show |
			jq length)" "$(vb -j $what show | jq length)"
	done
	check_eq "stations" "$(as_nobody vmbondctl -j fdb show br-phy |
		jq '[.[] | select(.state == "learned")] | length')" 1
	# as with these
	as_nobody bridge fdb show >/dev/null
	as_nobody ip -s link show br-phy >/dev/null
	log_test "a user reads what ip and bridge let a user read"

	# The capability counts where the network namespace belongs.
	refused_all as_nobody unshare -Ur
	log_test "root of a user namespace changes nothing of its host"
}

# A container: root of a user namespace that owns a network namespace
in_container()
{
	"${nobody[@]}" unshare -Urn sh -ec "$1"
}

containers()
{
	local before

	before=$(state)
	# shellcheck disable=SC2016 # for the other shell
	check "its own bond" in_container '
		ip link add m0 type veth peer name s0
		ip link add p1 type veth peer name v1
		ip link set s0 up
		vmbondctl bond add br-phy
		vmbondctl member add br-phy m0
		vmbondctl port add br-phy p1 access 10
		ip link set br-phy up
		vmbondctl fdb add br-phy 02:00:00:00:00:11 vlan 10 port p1
		test "$(vmbondctl -j bond show | jq length)" = 1
		vmbondctl -j fdb show |
			jq -e "[.[] | select(.state == \"static\")] |
				length == 1" >/dev/null
		vmbondctl bond del br-phy'
	check_eq "state of the host" "$(state)" "$before"
	log_test "a container has bonds of its own in its own namespace"

	check_not "entered" "${nobody[@]}" unshare -Urn \
		vmbondctl -n "$host" bond show 2>/dev/null
	check_eq "state of the host" "$(state)" "$before"
	log_test "a container does not get into the host's namespace"
}

foreign()
{
	local here=

	setup_ns here OTHER
	ip -n "$OTHER" -batch - <<-END
	link add br-foreign index 4711 type vmbond
	link add m0 index 4712 type dummy
	link add p1 index 4713 type dummy
	END
	vmbondctl -n "$OTHER" member add br-foreign m0
	vmbondctl -n "$OTHER" port add br-foreign p1 access 10
	if ! LINUX=$("$selftests/vm/kernel.sh" source 2>/dev/null) ||
	   ! /usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null; then
		log_skip "devices of another namespace are as good as none" \
			"no YNL"
		return 0
	fi
	export LINUX OTHER
	check "foreign.py" ip netns exec "$here" /usr/bin/python3 \
		"$selftests/netlink/foreign.py"
	check_eq "ports there" \
		"$(vmbondctl -n "$OTHER" -j port show br-foreign | jq length)" 2
	log_test "devices of another namespace are as good as none"
}

# seen FILE TEXT
in_file()
{
	grep -q "$2" "$1"
}

# watcher FILE COMMAND...: a monitor in the background; no function, so that the
# process is the monitor's own
watcher()
{
	local file=$1
	shift

	"$@" >"$file" 2>&1 &
	watcher_pid=$!
	defer kill $watcher_pid
}

events()
{
	local other tmp

	tmp=$(mktemp -d)
	defer rm -rf "$tmp"
	setup_ns other
	vmbondctl -n "$other" bond add br-phy
	watcher "$tmp/other" ip netns exec "$other" \
		vmbondctl -j monitor
	watcher "$tmp/user" ip netns exec "$host" "${nobody[@]}" \
		vmbondctl -j monitor
	# What there is comes first.
	check "both are ready" wait_for 20 in_file "$tmp/other" br-phy
	check "both are ready" wait_for 20 in_file "$tmp/user" p2
	xf "try v1 s=77 d=99"
	vb port set p2 isolated on
	vb port set p2 isolated off
	check "the user sees it" wait_for 20 in_file "$tmp/user" "$(mac 77)"
	vmbondctl -n "$other" bond set br-phy max-moves 9
	check "the other sees its own" wait_for 20 in_file "$tmp/other" \
		'"max_moves":9'
	check_eq "of the host it sees" "$(grep -cE \
		"$(mac 77)|\"(m0|p1|p2)\"" "$tmp/other" || :)" 0
	log_test "events of a namespace stay in it"
}

# The memory that sockets of this kind hold, in bytes
netlink_memory()
{
	ip netns exec "$host" awk '$2 == 16 { n += $5 } END { print n + 0 }' \
		/proc/net/netlink
}

rmem_max()
{
	cat /proc/sys/net/core/rmem_max
}

# Who subscribes and does not read
deaf_listener()
{
	local most

	watcher /dev/null ip netns exec "$host" "${nobody[@]}" \
		vmbondctl -j monitor
	check "it listens" wait_for 20 listener_is_there
	kill -STOP "$watcher_pid"
	defer kill -CONT "$watcher_pid"
	vb port set p1 max-macs 200
	# Each new station is an event, and so is that which gives way to it.
	xf "try v1 s=02:00:00:01:00:00+ d=98 n=3000"
	most=$(netlink_memory)
	note "$most bytes wait for who does not read"
	# An skb more than the limit, of twice what was asked for.
	check_between "bytes waiting" "$most" 1 $((3 * $(rmem_max)))
	try v1 "s=11 d=99" "s?:10 f0:10"
	kill -CONT "$watcher_pid"
	kill "$watcher_pid"
	log_test "a listener that does not read costs its buffer and no more"
	vb fdb flush br-phy
	vb port set p1 max-macs 256
}

listener_is_there()
{
	[ "$(ip netns exec "$host" awk '$2 == 16 && $4 != "00000000"' \
		/proc/net/netlink | wc -l)" -gt "$listeners" ]
}

# One guest, all VLANs, and as many MACs as it likes
guest_memory()
{
	local vid others

	vb port set p1 trunk all
	xf "try v2 s=12 d=99"
	others=$(port p2 .stations)
	for vid in 1 2 3 5 8 10 13 21 34 55 89 144 233 377 610 987 1597 2584; do
		xf "try v1 s=02:00:00:01:00:00+ d=98 t=$vid n=40"
	done
	check_eq "stations of p1" "$(port p1 .stations)" 256
	check_eq "stations of p2" "$(port p2 .stations)" "$others"
	check_between "counted as mac_limit" \
		"$(port p1 .stats.drops.mac_limit)" 464 100000
	vb bond set br-phy max-macs 100
	for vid in 1 2 3 5; do
		xf "try v1 s=02:00:00:02:00:00+ d=98 t=$vid n=90"
	done
	check_between "stations of the bond" "$(bond .stations)" 1 259
	log_test "a guest's stations are bounded, however many VLANs it has"
	vb bond set br-phy max-macs 8192
	vb fdb flush br-phy
	vb port set p1 access 10
}

# What a container's bonds take is charged to it.
charged()
{
	local group used

	group=/sys/fs/cgroup/vmbond-$$
	# Unless a service manager has done so
	echo +memory 2>/dev/null >/sys/fs/cgroup/cgroup.subtree_control || :
	if ! mkdir "$group" 2>/dev/null || [ ! -e "$group/memory.current" ]; then
		rmdir "$group" 2>/dev/null || :
		log_skip "the memory of a container's bonds is charged to it" \
			"no memory controller"
		return 0
	fi
	defer rmdir "$group"
	# shellcheck disable=SC2016 # for the other shell
	used=$(sh -c 'echo $$ >"$0/cgroup.procs"
		unshare -Urn sh -c "
			a=\$(cat $0/memory.current)
			for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
				ip link add br\$i type vmbond
			done
			b=\$(cat $0/memory.current)
			echo \$(((b - a) / 16384))"' "$group")
	note "a bond takes $used KiB of its container's memory"
	check_between "KiB charged for a bond" "$used" 150 4000
	log_test "the memory of a container's bonds is charged to it"
}

require_command setpriv unshare
documented
topology members=2 ports=2
vb port set p1 access 10
vb port set p2 access 10
ip -n "$host" link add spare type veth peer name spare2
xf "try v1 s=11 d=99"
if "${nobody[@]}" unshare -Ur true 2>/dev/null; then
	users
	containers
else
	log_skip "users and containers" "no user namespaces for users"
fi
foreign
events
listeners=$(ip netns exec "$host" awk '$2 == 16 && $4 != "00000000"' \
	/proc/net/netlink | wc -l)
deaf_listener
guest_memory
charged
