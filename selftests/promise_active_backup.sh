#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# active-backup: multicast and broadcast are received on the active member, and
# when that fails on the one that takes its place, each frame once.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |  self
#    +--+---+---+--+
#     m0|   |m1 :m2
#     s0|   |s1 :s2
#    +--+--+ +--+--+
#    | sw0 |-| sw1 |      or one switch with all of them
#    +--+--+ +--+--+
#       f0      f1

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

groups="all 01:00:5e:7f:01:02 33:33:00:00:00:fb"

# start MEMBERS SWITCHES
start()
{
	shape="$1 members, $2 switch"
	[ "$2" -eq 1 ] || shape+=es
	far=
	[ "$2" -eq 1 ] || far=f1:10
	cleanup
	topology members="$1" switches="$2"
	all=$(numbers m 0 $(($1 - 1)) | paste -sd ' ')
	vb_all <<-END
		port set p1 access 10
		port set p2 access 10
		bond set br-phy mode active-backup
	END
	learn v1 11
	learn v2 12
	active=$(pin 11 10)
}

# once [N]: what f0 sends to all comes to each port once
once()
{
	local d times=${1:+x$1}

	for d in $groups; do
		try f0 "s=22 d=$d t=10 n=${1-1}" \
			"${far:+$far$times }v1:-$times v2:-$times self:10$times"
	done
}

# others_silent: nothing is taken from the wires of the other members
others_silent()
{
	local m

	for m in $all; do
		[ "$m" != "$active" ] || continue
		# there is nothing to say on a wire that is cut
		xf "try s${m#m} s=22 d=all t=10" || continue
		[ -z "$REPLY" ] || return
	done
}

# receives MEMBER: it is the active one: all that is sent and received is there
receives()
{
	local d m

	active=$1
	for m in $all; do
		[ "$m" = "$1" ] ||
			check_eq "stations on $m" "$(stations_on "$m")" ""
	done
	# for a moment both are listened to
	check "the others are not heard" wait_for 5 others_silent
	for d in $groups; do
		try "s${1#m}" "s=22 d=$d t=10" "v1:- v2:- self:10"
	done
	once
	once 100
}

# change WHAT LOST COMMAND...: while broadcast comes
change()
{
	local what=$1 lost=$2
	shift 2

	stream 1 f0 "s=22 d=all t=10 gap=1000"
	check "it comes" arrive 1 v1 200 20
	"$@"
	check "it goes on" arrive 1 v1 300 20
	stop 1
	survived "$what" v1 "$lost"
	check_eq "$what: twice" "${STAT[v2.twice]-0}" 0
}

reception()
{
	receives "$active"
	log_test "received on the active member, each frame once ($shape)"
}

failover()
{
	local first=$active

	change "the active member fails" 50 link_is "$first" down
	check_not "still on $first" pinned 11 10 "$first"
	receives "$(pin 11 10)"
	log_test "after failover on the new one, each frame once ($shape)"

	change "the first is back" 0 link_is "$first" up
	check_not "back on $first" pinned 11 10 "$first"
	receives "$active"
	log_test "there is no way back without a primary ($shape)"
}

primary()
{
	local m

	for m in m0 m1; do
		change "primary $m" 0 vb bond set br-phy primary "$m"
		receives "$m"
	done
	change "the primary fails" 50 link_is m1 down
	check_not "still on m1" pinned 11 10 m1
	receives "$(pin 11 10)"
	change "the primary is back" 0 link_is m1 up
	receives m1
	log_test "a primary is the active member while it is up ($shape)"
	vb bond set br-phy primary none
}

# The switch's ports are ready a moment after their carrier.
for size in "2 1" "3 2"; do
	# shellcheck disable=SC2086 # two words
	start $size
	vb bond set br-phy updelay 1000
	reception
	failover
	primary
done
