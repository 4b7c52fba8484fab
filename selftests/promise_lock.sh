#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# After an announcement, by a station or by the bond for it, one that comes from
# elsewhere is taken for an echo: for 5 s. What is an announcement of IPv6, and
# what only looks like one.
#
#      v1        v2
#      |p1       |p2
#    +-+---------+-+
#    |   br-phy    |
#    +--+-------+--+
#       |m0     |m1
#       |s0     |s1
#    +--+-------+--+
#    |     sw0     |-- f0
#    +-------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"
# shellcheck source-path=SCRIPTDIR source=promise_lib.sh
. "${0%/*}/promise_lib.sh"

lock=5000
# Clocks and ticks, in ms
tick=50

# A guest that is silent leaves after this time, in ms, without an announcement
window=1000

# solicited XX: the words of an advertisement that somebody asked for: as
# announce's, with the flag, which is in the checksum
solicited()
{
	local words packet sum

	words=$(announce na "$1")
	packet=${words##*data=}
	sum=$(((~0x${packet:84:4} & 0xffff) + 0x4000))
	sum=$((~((sum & 0xffff) + (sum >> 16)) & 0xffff))
	printf '%sdata=%s%04x6%s\n' "${words%data=*}" "${packet:0:84}" $sum \
		"${packet:89}"
}

# ends FIRST LAST: the lock does, 5 s after an announcement that was sent
# between these times. Announcements from elsewhere come all the time.
ends()
{
	local asked=$2 last=$2 now=$2

	while here 11 10 && [ $((now - $2)) -lt 20000 ]; do
		last=$asked
		asked=$(now_ms)
		xf "try f0 $(announce garp 11) t=10"
		now=$(now_ms)
		nap 0.1
	done
	note "followed $((asked - $2)) to $((now - $1)) ms after it"
	check "it is followed" gone 11 10
	check_between "ms that the lock was held, at most" $((now - $1)) \
		$((lock - tick)) 30000
	check_between "ms for which it was seen to be held" $((last - $2)) 0 \
		$((lock + tick))
}

bonds_lock()
{
	local first last

	anew
	listen
	vb bond set br-phy announce-count 1
	first=$(now_ms)
	fix 11 10 m1
	check "announced" rarps_reach m1 11 10 1 10
	last=$(now_ms)
	ends "$first" "$last"
	check_eq "announcements" "$(rarps m1 11 10)" 1
	unlisten
	try v2 "s=12 d=11" "s?:10 f0:10"
	log_test "the bond's announcement of a silent station: a lock of 5 s"
}

guests_lock()
{
	local first last

	anew
	first=$(now_ms)
	try v1 "$(announce na 11)" "s0:10 f0:10 v2:- self:10"
	last=$(now_ms)
	ends "$first" "$last"
	log_test "a guest's unsolicited advertisement: a lock of 5 s"
}

# What the guest sends itself makes a lock or makes none.
from_the_guest()
{
	anew
	try v1 "$(solicited 11)" "s0:10 f0:10 v2:- self:10"
	try f0 "$(announce garp 11) t=10" "v1:- v2:- self:10"
	check "it is followed" gone 11 10
	log_test "a guest's solicited advertisement is no announcement: no lock"

	anew
	try v1 "$(announce na 11)" "s0:10 f0:10 v2:- self:10"
	try f0 "$(announce garp 11) t=10" ""
	check "it stays" here 11 10
	log_test "an unsolicited one is"
}

# in_time: the advertisement comes from elsewhere while frames of 11 may come
# back
in_time()
{
	local begin

	anew
	begin=$(now_ms)
	learn v1 11
	xf "try f0 $1 t=10"
	[ $(($(now_ms) - begin)) -lt $((window - tick)) ]
}

from_elsewhere()
{
	if wait_for 10 in_time "$(solicited 11)"; then
		check_eq "came out" "$REPLY" ""
		check "it stays" here 11 10
	else
		note "this machine is too slow to tell"
		slow || failed "it did not come in time"
	fi
	log_test "a solicited advertisement from elsewhere: our own, reflected"

	anew
	learn v1 11
	try f0 "$(announce na 11) t=10" "v1:- v2:- self:10"
	check "it is followed" gone 11 10
	log_test "an unsolicited one: the station has moved"
}

standby()
{
	anew
	vb fdb flush br-phy vlan 10
	vb port set p1 standby on
	try v1 "$(solicited 11)" ""
	check "no station" gone 11 10
	check_eq "standby" "$(port p1 .standby)" true
	try v1 "$(announce na 11)" "s?:10 f0:10 v2:- self:10"
	check "a station" here 11 10
	check_eq "standby" "$(port p1 .standby)" false
	log_test "standby ends with an unsolicited one, no other"
}

topology members=2
vb port set p1 access 10
vb port set p2 access 10
from_the_guest
from_elsewhere
standby
bonds_lock
guests_lock
