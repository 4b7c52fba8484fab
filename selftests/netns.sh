#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bonds and namespaces: names are each namespace's own, a bond stays in its own,
# and a namespace can go with all that is in it, under traffic.
#
#   host                       net
#      br-phy -- m0 -----------s0 sw0 -- f0
#             -- m1 -----------s1
#             -- p1 -----------v1
#             -- p2 -----------v2

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

names()
{
	local other

	setup_ns other
	vmbondctl -n "$other" bond add br-phy updelay 77
	check_eq "bonds there" \
		"$(vmbondctl -n "$other" -j bond show | jq length)" 1
	check_eq "updelay there" "$(vmbondctl -n "$other" -j bond show |
		jq '.[0].updelay_ms')" 77
	check_eq "updelay here" "$(bond .updelay_ms)" 0
	check_eq "members there" "$(vmbondctl -n "$other" -j member show)" "[]"
	vmbondctl -n "$other" bond del br-phy
	check_eq "bonds there" "$(vmbondctl -n "$other" -j bond show)" "[]"
	check_eq "bonds here" "$(bond .ifname)" br-phy
	log_test "a namespace has its own bonds"

	refused 2 . ip -n "$host" link set br-phy netns "$other"
	refused 2 . ip -n "$host" link set br-phy netns "$other" name br-other
	check_eq "bonds here" "$(bond .ifname)" br-phy
	log_test "a bond does not leave its namespace"

	refused 2 . vmbondctl -n "$other" port set p1 access 10
	refused 2 . vmbondctl -n "$other" bond set br-phy updelay 1
	log_test "nobody changes it from another"
}

# Devices that move away leave the bond.
moving_out()
{
	ip -n "$host" link set p2 netns "$net"
	check_eq "ports" "$(bond .ports)" 1
	# It cannot even be sent where v2 has noticed that p2 is down.
	check_eq "it comes out" "$(came v2 "s=12 d=99" |
		sed 's/(No buffer space available)//')" ""
	ip -n "$net" link set p2 netns "$host"
	check_eq "ports" "$(bond .ports)" 1
	log_test "a port moves to another namespace"

	ip -n "$host" link set m1 netns "$net"
	check_eq "members" "$(bond .members)" 1
	try v1 "s=11 d=99" "s0:10 f0:10"
	log_test "a member does"

	# IPv4 leaves a device when it goes. A change of its MTU at that moment
	# would bring it back, and the device would never be gone.
	ip -n "$net" link set m1 netns "$host"
	vb member add br-phy m1
	ip -n "$host" link set br-phy mtu 1400
	ip -n "$host" link set m1 netns "$net"
	check_eq "members" "$(bond .members)" 1
	check "it can be deleted" timeout 20 ip -n "$net" link del m1
	ip -n "$host" link set br-phy mtu 1500
	log_test "and with another MTU than it had before; it goes"
}

# Only the capability over the namespace counts.
capability()
{
	refused 2 . vb_without_capability bond set br-phy updelay 1
	refused 2 . vb_without_capability bond del br-phy
	check_eq "updelay" "$(bond .updelay_ms)" 0
	vb_without_capability bond show br-phy >/dev/null
	log_test "without CAP_NET_ADMIN one may look and change nothing"

	# shellcheck disable=SC2016 # for the other shell
	if unshare -Un true 2>/dev/null; then
		check "in a namespace of its own" unshare -Urn \
			setpriv --reuid 0 sh -c 'vmbondctl bond add br-own &&
				vmbondctl bond show br-own >/dev/null'
		log_test "root of a user namespace has bonds of its own"
	else
		log_skip "user namespaces" "this kernel has none"
	fi
}

vb_without_capability()
{
	ip netns exec "$host" setpriv --bounding-set -net_admin vmbondctl "$@"
}

links_there()
{
	ip -n "$net" -o link show | grep -cE ': (s0|s1|v1|v2)@' || :
}

# The namespace goes as it is.
deletion()
{
	local i

	pressure <<-END
	1 v1 s=11 d=22 gap=300
	2 f0 s=22 d=11 t=10 gap=300
	3 v2 s=02:00:00:01:00:00+ d=all gap=300
	4 f0 s=02:00:00:02:00:00+ d=all t=10 gap=300
	END
	check "frames come in" arrive 4 v1 20 20
	check "frames go out" arrive 1 f0 20 20
	# A socket in it would hold it.
	xf "close self"
	ip netns del "$host"
	check "its devices go" wait_for 30 equals 0 links_there
	pressure_ends
}

require_command setpriv unshare
topology ports=2
vb port set p1 access 10
vb port set p2 access 10
names
moving_out
capability
cleanup

rounds=2
! slow || rounds=1
for ((i = 1; i <= rounds; i++)); do
	topology ports=2
	vb port set p1 access 10
	vb port set p2 access 10
	deletion
	cleanup 2>/dev/null
done
log_test "namespaces go with their bonds, under traffic"
