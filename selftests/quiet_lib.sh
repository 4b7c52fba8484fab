# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of quiet members share: what is in their filters.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

hip()
{
	ip -n "$host" "$@"
}

# receives DEV...: their receive modes
receives()
{
	local flags

	# shellcheck disable=SC2016 # another shell's
	ip netns exec "$host" sh -c '
		for dev; do
			cat "/sys/class/net/$dev/flags"
		done' sh "$@" |
		while read -r flags; do
			case $((flags & 0x300)) in
			0)   echo own ;;
			256) echo all ;;
			512) echo groups ;;
			*)   echo all+groups ;;
			esac
		done | xargs
}

# addresses DEV...: the test addresses in their unicast lists, as DEV:XX
addresses()
{
	bridge -n "$host" fdb show | awk -v devs="$*" '
		BEGIN { n = split(devs, d) }
		/^02:00:00:00:00:.* self/ {
			for (i = 1; i <= n; i++)
				if ($3 == d[i])
					print d[i] ":" substr($1, 16)
		}' | sort -u | xargs
}

# nic: which addresses and VLANs the device under bond0 was told of
nic()
{
	vb -j fdb show nic | jq -r '[.[] | select(.state == "local")] |
		([.[] | select(.vid == 0) | .mac |
			select(startswith("02:00:00:00:00")) | .[15:]] |
			sort | join(" ")) + " on " +
		([.[].vid] | unique | map(tostring) | join(" "))'
}

# all_is RECEIVES ADDRESSES VLANS: on all members. Where a device has no filter,
# as m0, the kernel makes it promiscuous for the addresses' sake.
all_is()
{
	local in_lists

	# shellcheck disable=SC2086 # words
	in_lists=$(printf 'bond0:%s ' $2; printf 'm0:%s ' $2)
	[ -n "$2" ] || in_lists=
	check "receive modes" wait_for 5 equals "$1" receives bond0 m0
	check "addresses" wait_for 5 equals "${in_lists% }" addresses bond0 m0
	check "addresses and VLANs of nic" wait_for 5 equals "$2 on $3" nic
}

# quiet ADDRESSES VLANS
quiet()
{
	all_is "groups all+groups" "$1" "$2"
}

# With nothing in their filters
promiscuous()
{
	all_is "all all" "" 0
}

# quiet_topology: as drawn in quiet.sh
quiet_topology()
{
	topology members=1
	hip link add bond0 type bond mode balance-xor || skip_all "no bonding"
	hip link add nic type vmbond
	hip link set nic master bond0
	vb member add br-phy bond0
	# The other one leads nowhere.
	vb bond set br-phy mode active-backup primary m0
}
