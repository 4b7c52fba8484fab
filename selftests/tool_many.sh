#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vmbondctl with as many stations as a bond has room for: how long it takes,
# how much memory, and whether a list is whole while the table changes.

. "${0%/*}/lib.sh"

stations=8000

# stations FIRST LAST COMMAND ARGS: a batch line for each
each()
{
	seq -f '%06.0f' "$1" "$2" |
		sed "s/\(..\)\(..\)\(..\)/fdb $3 br-phy 02:01:00:\1:\2:\3 $4/"
}

measure()
{
	ip netns exec "$host" "$selftests/tool/measure.py" vmbondctl "$@"
}

# Stations that are always there, of those shown, and how often at most.
whole()
{
	vb fdb show br-phy | grep -o '^02:01:00:00:[0-9:]*' | sort |
		uniq -c | awk '{ n++; if ($1 > most) most = $1 }
			       END { print n, most }'
}

churn()
{
	local i

	for ((i = 0; i < 10; i++)); do
		each 990000 990099 add "vlan 8 port p1"
		each 990000 990099 del "vlan 8"
	done | vb_all
}

topology members=2 ports=1
vb port set p1 access 8 max-macs 8192
read -r _ little < <(measure fdb show)
each 1 $stations add "vlan 8 port p1" | vb_all

limit=1000
slow && limit=10000
for options in "" -j -s; do
	# shellcheck disable=SC2086 # there may be none
	read -r took used < <(measure $options fdb show)
	note "fdb show $options: $took ms, $((used - little)) KiB more than" \
	     "for no station"
	check_between "time $options" "$took" 0 $limit
	check_between "memory $options" $((used - little)) -1024 1024
	# shellcheck disable=SC2086
	check_between "lines $options" "$(vb $options fdb show | grep -o \
		'02:01:00:[0-9:]*' | wc -l)" $stations $stations
done
log_test "$stations stations: time and memory"

churn &
rounds=0
while kill -0 $! 2>/dev/null; do
	check_eq "a list while others come and go" "$(whole)" "$stations 1"
	rounds=$((rounds + 1))
done
wait $! || failed "the stations that come and go"
note "$rounds lists"
check_between "lists" $rounds 1 100000
log_test "a list is whole while the table changes"
