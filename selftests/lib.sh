# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests share. A test is a script that sources this file, does things,
# says with check_... what should have come of them, and closes each case with
# log_test. Whatever fails outside of a check ends the script.

set -Eeuo pipefail

selftests=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
PATH=$selftests/../tools/vmbondctl:$PATH:/usr/sbin:/sbin
ksft_skip=4

# Cases so far, those that failed and those that were skipped.
n_cases=0
n_failed=0
n_skipped=0
# Whether a check of the current case failed.
RET=0

# Milliseconds in a second of waiting for something that should be soon.
patience=1000

deferred=()
# The namespaces of topology()
host=
net=
# Everything that topology() lets frames be sent and seen on
points=
n_namespaces=0

# Machines without KVM and debug kernels take their time.
slow()
{
	[ "${KSFT_MACHINE_SLOW-no}" = yes ]
}

! slow || patience=4000

# --- results

note()
{
	printf '# %s\n' "$*"
}

failed()
{
	RET=1
	note "FAIL: $*"
}

log_test()
{
	n_cases=$((n_cases + 1))
	if [ $RET -eq 0 ]; then
		echo "ok $n_cases $*"
	else
		echo "not ok $n_cases $*"
		n_failed=$((n_failed + 1))
	fi
	RET=0
}

# log_skip NAME WHY: but what has failed before that has failed
log_skip()
{
	if [ $RET -ne 0 ]; then
		log_test "$1"
		return
	fi
	n_cases=$((n_cases + 1))
	n_skipped=$((n_skipped + 1))
	echo "ok $n_cases $1 # SKIP $2"
}

skip_all()
{
	echo "1..0 # SKIP $*"
	n_skipped=1
	exit $ksft_skip
}

# check WHAT COMMAND...: it should succeed
check()
{
	local what=$1
	shift

	"$@" || failed "$what: $*"
}

# check_not WHAT COMMAND...
check_not()
{
	local what=$1
	shift

	! "$@" || failed "$what: not $*"
}

# check_eq WHAT GOT WANTED
check_eq()
{
	[ "$2" = "$3" ] || failed "$1: got '$2', wanted '$3'"
}

# check_between WHAT GOT LEAST MOST
check_between()
{
	if ! [ "$2" -ge "$3" ] || ! [ "$2" -le "$4" ]; then
		failed "$1: got $2, wanted $3 to $4"
	fi
}

# refused STATUS PATTERN COMMAND...: it should end with that exit status and
# say something that the extended regular expression matches.
refused()
{
	local status=$1 pattern=$2 said rc=0
	shift 2

	said=$("$@" 2>&1) || rc=$?
	check_eq "$* ($said)" "$rc" "$status"
	[[ $said =~ $pattern ]] ||
		failed "$*: said '$said', wanted something like '$pattern'"
}

# --- cleaning up

# defer COMMAND...: run it when the script ends, last come first
defer()
{
	deferred+=("$(printf '%q ' "$@")")
}

# cleanup: run what was deferred now
cleanup()
{
	local i

	for ((i = ${#deferred[@]} - 1; i >= 0; i--)); do
		eval "${deferred[i]}" || :
	done
	deferred=()
}

finish()
{
	local status=$?

	trap - EXIT ERR
	set +e
	if [ $status -ne 0 ] && [ $status -ne $ksft_skip ]; then
		RET=1
		log_test "the script ended early, status $status"
	elif [ $RET -ne 0 ]; then
		log_test "after the last case"
	fi
	cleanup
	[ $n_cases -eq 0 ] || echo "1..$n_cases"
	[ $n_failed -eq 0 ] || exit 1
	[ $n_skipped -lt $n_cases ] || [ $n_skipped -eq 0 ] || exit $ksft_skip
	exit $status
}

trap finish EXIT
trap 'note "line $LINENO: $BASH_COMMAND: status $?" >&2' ERR
trap 'exit 143' TERM
trap 'exit 130' INT

# --- waiting

# A pipe that nothing is ever written to.
exec {silence}<> <(:)

# nap SECONDS: without a process
nap()
{
	read -rt "$1" -u "$silence" || :
}

now_ms()
{
	local now=$EPOCHREALTIME

	echo $((${now/[.,]/} / 1000))
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for()
{
	local end=$((${EPOCHREALTIME/[.,]/} / 1000 + $1 * patience))
	shift

	until "$@"; do
		[ $((${EPOCHREALTIME/[.,]/} / 1000)) -lt $end ] || return 1
		nap 0.05
	done
}

# equals WANTED COMMAND...: does it print that
equals()
{
	local wanted=$1
	shift

	[ "$("$@")" = "$wanted" ]
}

# like TEXT PATTERN
like()
{
	# shellcheck disable=SC2053 # it is a pattern
	[[ $1 == $2 ]]
}

# --- what a test needs

require_command()
{
	local name

	for name; do
		command -v "$name" >/dev/null || skip_all "$name is not installed"
	done
}

# can_add TYPE...: can this kernel make such a device
can_add()
{
	ip link add vmb-probe type "$@" 2>/dev/null || return
	ip link del vmb-probe
}

load_module()
{
	[ -d /sys/module/vmbond ] || modprobe -q vmbond ||
		insmod "$selftests/../kmod/vmbond.ko" 2>/dev/null ||
		skip_all "the module vmbond cannot be loaded"
}

# --- namespaces

# setup_ns NAME...: make namespaces and put their names into these variables.
# IPv6 is off in them: its own frames would be counted and learned from.
setup_ns()
{
	local name ns

	for name; do
		n_namespaces=$((n_namespaces + 1))
		ns=vmb-$name-$$-$n_namespaces
		ip netns add "$ns"
		defer ip netns del "$ns"
		ip netns exec "$ns" sh -c '
			ip link set lo up
			cd /proc/sys/net/ipv6/conf || exit 0
			echo 1 >all/disable_ipv6
			echo 1 >default/disable_ipv6'
		printf -v "$name" %s "$ns"
	done
}

# ipv6_on NETNS DEV
ipv6_on()
{
	ip netns exec "$1" sh -c "
		echo 0 >/proc/sys/net/ipv6/conf/$2/accept_dad
		echo 0 >/proc/sys/net/ipv6/conf/$2/disable_ipv6"
}

# --- the bond

vb()
{
	vmbondctl -n "$host" "$@"
}

# vb_all: many commands, from standard input
vb_all()
{
	vmbondctl -n "$host" -b -
}

# bond FILTER, member DEV FILTER, port DEV FILTER: ask with jq
bond()
{
	vb -j -s bond show "${BOND-br-phy}" | jq -r ".[] | $1"
}

member()
{
	vb -j -s member show |
		jq -r ".[] | select(.ifname == \"$1\") | $2"
}

port()
{
	vb -j -s port show | jq -r ".[] | select(.ifname == \"$1\") | $2"
}

# In KiB, of the kernel's own data structures.
memory_used()
{
	awk '/^(SUnreclaim|Percpu|VmallocUsed):/ { n += $2 }
	     END { print n }' /proc/meminfo
}

# mac XX: the address that test frames call XX
mac()
{
	echo "02:00:00:00:00:$1"
}

# station XX VID FILTER; prints nothing if there is no such station
station()
{
	vb -j fdb show "${BOND-br-phy}" | jq -r ".[] |
		select(.mac == \"$(mac "$1")\" and .vid == $2) | $3"
}

# pins: the learned stations and their members
pins()
{
	vb -j fdb show "${BOND-br-phy}" | jq -r '.[] |
		select(.state == "learned") | "\(.mac) \(.vid) \(.member)"' |
		sort
}

# switches_ready: do all their ports forward
switches_ready()
{
	[[ $(bridge -n "$net" link show) != *state\ disabled* ]]
}

all_up()
{
	equals 0 eval 'vb -j member show |
		jq "[.[] | select(.state == \"down\")] | length"'
}

# --- frames

# frames_start: the program that sends and watches, see xframe/xframe.c. It does
# not share a backlog with pressure, if there are two CPUs.
frames_start()
{
	[ -x "$selftests/xframe/xframe" ] || make -s -C "$selftests" >&2
	coproc XFRAME { exec "$selftests/xframe/xframe" 0; }
	# shellcheck disable=SC2153 # coproc sets it
	frames_pid=$XFRAME_PID
	# Copies, because subshells do not get a coprocess's own.
	exec {frames_in}>&"${XFRAME[1]}" {frames_out}<&"${XFRAME[0]}"
	defer frames_stop
}

frames_stop()
{
	exec {frames_in}>&- {frames_out}<&-
	kill "$frames_pid" 2>/dev/null || :
	wait "$frames_pid" 2>/dev/null || :
}

# xf COMMAND: have it carried out; the answer is in REPLY
xf()
{
	printf '%s\n' "$*" >&"$frames_in"
	# longer than anything waits there, slow machines included
	read -rt 300 -u "$frames_out" REPLY
	case $REPLY in
	ok*)
		REPLY=${REPLY#ok}
		REPLY=${REPLY# } ;;
	*)
		REPLY=${REPLY#error }
		return 1 ;;
	esac
}

# try FROM WORDS WANTED: send a frame there. WANTED is a pattern for all the
# places where it comes out, in the order in which they were opened, as
# NAME:TAGS.
try()
{
	xf "try $1 $2" || REPLY="($REPLY)"
	like "$REPLY" "${3% }" || failed "try $1 $2: got '$REPLY', wanted '$3'"
}

# came FROM WORDS: send a frame, print where it comes out
came()
{
	xf "try $1 $2" || REPLY="($REPLY)"
	echo "$REPLY"
}

# stream NUMBER FROM WORDS: send on and on
stream()
{
	xf "stream $*"
}

# stop NUMBER: results are in STAT, such as ${STAT[f0.got]}
declare -A STAT
# shellcheck disable=SC2034 # STAT is for the tests to read
stop()
{
	local word

	xf "stop $1"
	STAT=()
	for word in $REPLY; do
		STAT[${word%%=*}]=${word#*=}
	done
}

# lost_at POINT: how many of the stream that was stopped did not come there
lost_at()
{
	echo $((STAT[sent] - ${STAT[$1.got]-0}))
}

# arrive NUMBER POINT N SECONDS: wait until N more frames came there
arrive()
{
	xf "arrive $1 $2 $3 $(($4 * patience))"
}

# kept_at WORDS POINT...: how many frames like this were kept there, in REPLY
kept_at()
{
	local words=$1 point n=0

	for point in "${@:2}"; do
		xf "count $point $words"
		n=$((n + REPLY))
	done
	REPLY=$n
}

# seen POINT: print the frames that were kept there
seen()
{
	local lines line

	xf "seen $1"
	for ((lines = REPLY; lines > 0; lines--)); do
		read -rt 60 -u "$frames_out" line
		echo "$line"
	done
}

# pressure: a sender of its own on the last CPU; its streams come from standard
# input, as STREAM FROM WORDS, and go on until pressure_ends
pressure()
{
	local name

	{
		for name in $points; do
			echo "open $name $net $name"
		done
		sed 's/^/stream /'
	} | "$selftests/xframe/xframe" $(($(nproc) - 1)) >/dev/null &
	pressure_pid=$!
	defer pressure_ends
}

pressure_ends()
{
	kill "$pressure_pid" 2>/dev/null || :
	wait "$pressure_pid" 2>/dev/null || :
}

# announce KIND XX: the words of a frame in which XX says where it is. KIND is
# garp (a gratuitous ARP request), garp-reply, rarp or na (IPv6).
announce()
{
	local s=0200000000$2 all=ffffffffffff ip=c000020a
	local ether="s=$2 d=all"

	case $1 in
	garp)
		echo "$ether type=0806 data=0001080006040001$s$ip$all$ip" ;;
	garp-reply)
		echo "$ether type=0806 data=0001080006040002$s$ip$all$ip" ;;
	rarp)
		echo "$ether type=8035" \
		     "data=0001080006040003${s}00000000${s}00000000" ;;
	na)
		echo "s=$2 d=33:33:00:00:00:01 type=86dd data=$(na_packet "$s")" ;;
	esac
}

# na_packet MAC: an unsolicited neighbour advertisement, in hex
na_packet()
{
	local source=fe80000000000000020000fffe0000${1:10}
	local nodes=ff020000000000000000000000000001
	local head=8800 body=20000000${source}0201$1 sum=0 i words

	# The pseudo header, then the message with a checksum of 0.
	words=$source${nodes}000000200000003a${head}0000$body
	for ((i = 0; i < ${#words}; i += 4)); do
		sum=$((sum + 0x${words:i:4}))
	done
	sum=$(((sum & 0xffff) + (sum >> 16)))
	sum=$(((sum & 0xffff) + (sum >> 16)))
	printf '6000000000203aff%s%s%s%04x%s\n' "$source" "$nodes" $head \
		$((~sum & 0xffff)) "$body"
}

# --- topology

# topology [members=N] [switches=N] [ports=N] [announce=N]: a host with a bond,
# its switches, and what is behind them and behind its ports. In the namespace
# host:
#
#   br-phy   the bond, no VLAN on its ports yet; it neither rebalances by itself
#            nor, unless told, announces anything
#   m0 m1 .. its members
#   p1 p2 .. its ports
#
# and in the namespace net:
#
#   s0 s1 .. the other ends of the members, on the switches in turn
#   sw0 sw1  the switches: bridges with VLANs 2 to 63 tagged on all ports, and
#            what is untagged in VLAN 1; joined if there are two
#   f0 f1    a far host on each switch, getting what a trunk gets
#   v1 v2 .. the VM's ends of the ports
#
# Frames can be sent and are looked at on all s, f, v, and on br-phy as "self".
topology()
{
	local members=2 switches=1 ports=2 announce=0 name
	local "$@"

	require_command ip bridge jq vmbondctl
	load_module
	setup_ns host net
	frames_start
	make_links | ip -n "$host" -batch -
	make_switches | ip -n "$net" -batch -
	make_vlans | bridge -n "$net" -batch -
	make_bond | vb_all
	wait_for 10 all_up
	wait_for 10 switches_ready
	ip -n "$host" link set br-phy address "$(mac fe)" up
	points=$(outside)
	for name in $points; do
		xf "open $name $net $name"
	done
	xf "open self $host br-phy"
}

# numbers PREFIX FIRST LAST
numbers()
{
	local i

	for ((i = $2; i <= $3; i++)); do
		echo "$1$i"
	done
}

outside()
{
	numbers s 0 $((members - 1))
	numbers f 0 $((switches - 1))
	numbers v 1 "$ports"
}

make_links()
{
	local i

	for ((i = 0; i < members; i++)); do
		echo "link add m$i address $(mac "f$i") type veth" \
		     "peer name s$i netns $net"
	done
	for ((i = 1; i <= ports; i++)); do
		echo "link add p$i type veth peer name v$i netns $net"
		echo "link set p$i up"
	done
}

make_switches()
{
	local i

	for ((i = 0; i < switches; i++)); do
		echo "link add sw$i type bridge vlan_filtering 1 mcast_snooping 0"
		echo "link set sw$i up"
		echo "link add f$i type veth peer name t$i"
		echo "link set t$i master sw$i up"
	done
	if [ "$switches" -eq 2 ]; then
		echo "link add x0 type veth peer name x1"
		echo "link set x0 master sw0 up"
		echo "link set x1 master sw1 up"
	fi
	for ((i = 0; i < members; i++)); do
		echo "link set s$i master sw$((i % switches))"
	done
	outside | sed 's/.*/link set & up/'
}

# Bridge ports: all tagged VLANs the tests use.
make_vlans()
{
	{
		numbers s 0 $((members - 1))
		numbers t 0 $((switches - 1))
		[ "$switches" -ne 2 ] || numbers x 0 1
	} | sed 's/.*/vlan add vid 2-63 dev &/'
}

make_bond()
{
	echo "bond add br-phy rebalance-interval 0 announce-count $announce"
	numbers m 0 $((members - 1)) | sed 's/.*/member add br-phy &/'
	numbers p 1 "$ports" | sed 's/.*/port add br-phy &/'
}
