#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Requests and frames at random, together and alone, from those who may and
# those who may not. The kernel must not complain, who may not must change
# nothing, and afterwards the bond must still do its work.
#
# FUZZ_SECONDS is how long each part may take, "make fuzz" sets it.
#
#      v1(10)   v2(10)   tap3  tap4f     into these frames go
#      |p1      |p2      |     |
#    +-+--------+--------+-----+--+
#    |           br-phy           |  self
#    +--+-------+------+-----+----+
#       |m0     |m1    |     |
#       |s0     |s1    tap1  tap2f   mirror: clones of its frames go to all
#    +--+-------+------+
#    |       sw0       |-- f0
#    +-----------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

seconds=${FUZZ_SECONDS-9}
requests=0
frames=0

# Frames from the tap "mirror" are cloned to the others, those from "push" come
# there with ten more tags, and so with hardly any headroom.
mirrors()
{
	local dev pushes="" i

	for ((i = 0; i < 10; i++)); do
		pushes+=" action vlan push id 10"
	done
	for dev in tap5 tap6; do
		tc -n "$host" qdisc add dev $dev clsact || return
	done
	tc -n "$host" filter add dev tap5 ingress matchall \
		action mirred ingress mirror dev tap1 \
		action mirred ingress mirror dev tap3 action drop || return
	# shellcheck disable=SC2086
	tc -n "$host" filter add dev tap6 ingress matchall \
		$pushes action mirred ingress mirror dev tap4f \
		action mirred ingress redirect dev tap2f
}

taps_start()
{
	local err

	# bash warns of a second coprocess.
	exec {err}>&2
	{ coproc TAPS { exec ip netns exec "$host" "$selftests/fuzz/frames" \
		-t "$seconds" tap1 tap2f tap3 tap4f tap5 tap6 2>&"$err"; }; } \
		2>/dev/null
	exec {err}>&-
	exec {taps_in}>&"${TAPS[1]}" {taps_out}<&"${TAPS[0]}"
	# shellcheck disable=SC2153 # coproc sets it
	taps_pid=$TAPS_PID
	read -rt 20 -u "$taps_out" REPLY || skip_all "no tap devices"
	note "$REPLY"
	for dev in tap1 tap2f tap3 tap4f tap5 tap6; do
		ip -n "$host" link set $dev up
	done
	mirrors || note "without clones: no tc here"
	vb_all <<-END
	member add br-phy tap1
	member add br-phy tap2f
	port add br-phy tap3 trunk all flood on
	port add br-phy tap4f tunnel 30
	END
	echo >&"$taps_in"
}

taps_end()
{
	read -rt $((seconds * 5 + 60)) -u "$taps_out" REPLY ||
		failed "no end of the frames"
	note "$REPLY"
	frames=$((frames + $(cut -d ' ' -f 2 <<<"$REPLY")))
	exec {taps_in}>&- {taps_out}<&-
	wait "$taps_pid" || failed "frames: status $?"
}

# ask COMMAND...: requests at random, by way of it
ask()
{
	local said

	said=$("$@" "$selftests/fuzz/requests" -t "$seconds") ||
		failed "requests: status $?"
	said=${said//$'\n'/, }
	note "$said"
	requests=$((requests + ${said##* }))
}

configuration()
{
	vb -j bond show
	vb -j member show
	vb -j port show
	vb -j fdb show | jq '[.[] | select(.state == "static")]'
}

normalised()
{
	configuration | jq -c 'del(.. | .stats?, .age_ms?, .stations?, .tx_bps?,
		.rx_bps?, .tx_bytes?, .rx_bytes?, .pin_age_ms?)'
}

start()
{
	topology ports=2
	vb port set p1 access 10
	vb port set p2 access 10
	vb fdb add br-phy "$(mac 77)" vlan 10 port p2
	ip -n "$host" link add d1 type dummy
	ip -n "$host" link add d2 type dummy
}

works()
{
	try v1 "s=11 d=12" "*"
	try v2 "s=12 d=11" "v1:-"
	try v1 "s=11 d=12" "v2:-"
}

# Frames change what is learned and counted and nothing else.
frames_alone()
{
	taps_start
	taps_end
	works
	log_test "frames"
}

unprivileged()
{
	local before

	before=$(normalised)
	ask ip netns exec "$host" \
		setpriv --reuid 65534 --regid 65534 --clear-groups
	check_eq "the configuration" "$(normalised)" "$before"
	works
	log_test "requests without privilege"

	# A namespace of one's own: all is allowed there, nothing elsewhere.
	if ! unshare -Urn true 2>/dev/null; then
		log_skip "requests in a user namespace" "there are none here"
		return
	fi
	# shellcheck disable=SC2016 # that shell expands it
	ask unshare -Urn bash -c '
		for i in 1 2 3; do ip link add d$i type dummy; done
		ip link add v0 type veth peer name v1
		exec "$@"' --
	check_eq "the configuration" "$(normalised)" "$before"
	works
	log_test "requests in a user namespace"
}

together()
{
	taps_start
	ask ip netns exec "$host"
	taps_end
	check "the module still answers" vb -j -s bond show >/dev/null
	log_test "requests and frames together"
}

start
unprivileged
frames_alone
together
note "requests $requests frames $frames"
cleanup
name="nothing holds a device: the module goes"
if [ "$(vmbondctl -j bond show)" = "[]" ]; then
	check "it goes" wait_for 10 rmmod vmbond
	load_module
	log_test "$name"
else
	log_skip "$name" "there are bonds on this machine that it would remove"
fi
