#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Replacing the module on a live host, as Documentation/upgrade.rst says: what
# was configured comes back, how long traffic stands still, and what a tool that
# is older or newer than the module can do.
#
#      v1(10)   v2(10)
#      |p1      |p2
#    +-+--------+-+
#    |   br-phy   |  self, br-phy.10: 192.0.2.10
#    +--+------+--+
#       |m0    |m1
#       |s0    |s1
#    +--+------+--+
#    |    sw0     |-- f0
#    +------------+

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# How long traffic may stand still, in milliseconds
most=3000
! slow || most=30000
tmp=$(mktemp -d)
defer rm -rf "$tmp"

state()
{
	printf '%s show\n' bond member port | vb -j -b - |
		jq -c '.[] | del(.stats, .ifindex, .stations, .tx_bps, .rx_bps,
			.receiver)' | sort
	vb -j fdb show | jq -c '.[] | select(.state == "static") |
		[.mac, .vid, .service, .port, .wanted]' | sort
}

# Each setting has another value than a new object's.
configure()
{
	vb_all <<-END
	bond set br-phy mode active-backup native 7 vlans 7,10-50,100
	bond set br-phy rx-check strict rebalance-interval 2500 max-moves 3
	bond set br-phy updelay 250 downdelay 1500ms min-links 2
	bond set br-phy ageing 60 max-macs 1000 announce-count 5
	bond set br-phy networks vmnet,storage primary m1
	member set m0 weight 3 state drain
	port set br-phy trunk 7,10,100 native 7 flood on max-macs 99
	port set p1 access 10 mac-lock on max-macs 9 isolated on
	port set p2 trunk 10,20-30 native 20 tagged flood on bum-limit 500
	port set p2 priority-tags on standby on
	port add br-phy p3 tunnel 40 inner 5-9
	port add br-phy p4 trunk all native 9
	fdb add br-phy $(mac 11) vlan 10 port p1
	fdb pin br-phy $(mac 11) vlan 10 member m1
	fdb add br-phy $(mac 12) vlan 20 port p2
	END
	if vb fdb add br-phy "$(mac 13)" vlan 40 service port p3; then
		vb fdb pin br-phy "$(mac 13)" vlan 40 service member m0
	fi
	vb bond add br-two updelay 5
}

# As after a boot, without the devices of VMs; the bonds are deleted at the end.
at_boot()
{
	local saved

	vb fdb add br-phy "$(mac 14)" vlan 7 port br-phy
	saved=$(vb save node)
	vb bond del br-phy
	vb bond del br-two
	ip -n "$host" link del p4
	check "load" vb -b - <<<"$saved"
	check_eq "saved again" "$(vb save)" "$saved"
	check_eq "what there is" "$(cut -d' ' -f1,2 <<<"$saved" | uniq -c |
		awk '{ print $1, $2, $3 }' | paste -sd,)" \
		"1 bond add,2 member add,1 port set,1 fdb add,1 bond add,1 port set"
	check_eq "members" "$(vb -j member show br-phy | jq length)" 2
	ip -n "$host" link add p4 type veth peer name v4 netns "$net"
	vb bond del br-phy
	vb bond del br-two
	log_test "save node: what there is without VMs"
}

save_and_load()
{
	local before saved

	ip -n "$host" -batch - <<-END
	link add p3 type veth peer name v3 netns $net
	link add p4 type veth peer name v4 netns $net
	END
	configure
	before=$(state)
	vb save >"$tmp/saved"
	saved=$(<"$tmp/saved")
	vb bond del br-phy
	vb bond del br-two
	check_eq "nothing is left" "$(vb save)" ""
	check "load" vb -b "$tmp/saved"
	# the bond has carrier again when updelay has passed
	wait_for 5 equals "$before" state || :
	check_eq "state" "$(state)" "$before"
	check_eq "saved again" "$(vb save | sort)" "$(sort <<<"$saved")"
	check_eq "one of them" "$(vb save br-two)" "$(grep br-two <<<"$saved")"
	log_test "what was saved is what is loaded"

	at_boot
	vb -b "$tmp/saved"
	wait_for 5 equals "$before" state || :

	refused 1 'no JSON' vb -j save
	refused 2 'no bond' vb save br-three
	refused 1 '.' vb save br-two br-phy
	refused 2 . vb -b "$tmp/saved"
	check_eq "state" "$(state)" "$before"
	log_test "what cannot be saved or loaded is refused"

	# A member that has gone, a primary that is yet to come, and a limit
	# below what there is
	ip -n "$host" link add q1 type dummy
	vb_all <<-END
	member add br-two q1
	port del p3
	port add br-two p3 access 10 max-macs 2
	fdb add br-two $(mac 31) vlan 10 port p3
	fdb add br-two $(mac 32) vlan 10 port p3
	fdb pin br-two $(mac 31) vlan 10 member q1
	member del q1
	port set p3 max-macs 1
	bond set br-two max-macs 1
	bond add br-three primary q1
	END
	vb save >"$tmp/odd"
	vb bond del br-two
	vb bond del br-three
	vb bond del br-phy
	check "load" vb -b "$tmp/odd"
	check_eq "saved again" "$(vb save | sort)" "$(sort "$tmp/odd")"
	check_eq "stations" "$(BOND=br-two station 31 10 .port) $(
		BOND=br-two station 32 10 .port)" "p3 p3"
	check_eq "primary" "$(BOND=br-three bond .primary)" q1
	log_test "what is asked of devices that are not there is saved, too"
	vb bond del br-three
	ip -n "$host" link del q1

	xf "close self"
	vb bond del br-two
	vb bond del br-phy
	ip -n "$host" link del p3
	ip -n "$host" link del p4
}

# The node's part, which the tool does not save: see upgrade.rst
node_up()
{
	ip -n "$host" -batch - <<-END
	link set br-phy address $(mac fe)
	link set br-phy up
	link add link br-phy name br-phy.10 type vlan id 10
	address add 192.0.2.10/24 dev br-phy.10
	link set br-phy.10 up
	END
}

live_bond()
{
	vb_all <<-END
	bond add br-phy announce-count 3
	member add br-phy m0
	member add br-phy m1
	port add br-phy p1 access 10
	port add br-phy p2 access 10
	END
	node_up
	wait_for 10 all_up
	xf "try v2 s=12 d=all"
	xf "try f0 s=22 d=all t=10"
	stream 1 v1 "s=11 d=12 gap=1000"
	stream 2 v1 "s=11 d=22 gap=1000"
	stream 3 f0 "s=22 d=11 t=10 gap=1000"
	stream 4 f0 "s=22 d=fe t=10 gap=1000"
	# A VM that is silent is not known again until it sends.
	stream 5 v2 "s=12 d=11 gap=10000"
	xf "open node $host br-phy.10"
	flows
}

flows()
{
	check "VM to VM" arrive 1 v2 50 20
	check "VM to far host" arrive 2 f0 50 20
	check "far host to VM" arrive 3 v1 50 20
}

# stood_still STREAM POINT WHAT
stood_still()
{
	stop "$1"
	note "$3: stood still for ${STAT[$2.gap]} ms, $(lost_at "$2") of" \
	     "${STAT[sent]} frames lost"
	check_between "$3: milliseconds" "${STAT[$2.gap]}" 0 $most
	check_eq "$3: twice" "${STAT[$2.twice]-0}" 0
}

replace_module()
{
	local begun monitor status=0

	live_bond
	vb save >"$tmp/live"
	vb -j monitor >"$tmp/events" 2>"$tmp/why" &
	monitor=$!
	defer kill $monitor
	check "it listens" wait_for 10 grep -q synced "$tmp/events"
	begun=$(now_ms)
	xf "close node"
	check "unload" rmmod vmbond
	load_module
	check "load" vb -b "$tmp/live"
	node_up
	note "replaced in $(($(now_ms) - begun)) ms"
	flows
	stood_still 1 v2 "VM to VM"
	stood_still 2 f0 "VM to far host"
	stood_still 3 v1 "far host to VM"
	stop 4
	stop 5
	check_eq "saved again" "$(vb save | sort)" "$(sort "$tmp/live")"
	check "the node is reached" ping_node
	log_test "the module is replaced under traffic"
	wait $monitor || status=$?
	check_eq "status" $status 2
	check "it says why" grep -q "module was removed" "$tmp/why"
	log_test "who listens for events hears of it"
}

# The far host asks for the node's address.
ping_node()
{
	ip -n "$net" link add link f0 name f0.10 type vlan id 10
	ip -n "$net" address add 192.0.2.22/24 dev f0.10
	ip -n "$net" link set f0.10 up
	wait_for 10 ip netns exec "$net" ping -qc 1 -W 1 192.0.2.10 >/dev/null
}

# build_tool NAME SED-FOR-THE-SOURCES: another version of the tool
build_tool()
{
	local src=$selftests/../tools/vmbondctl dir=$tmp/$1

	mkdir -p "$dir/include"
	cp "$src"/*.[ch] "$dir/"
	cp -r "$selftests/../kmod/include/uapi/." "$dir/include/"
	sed -i -e "$2" "$dir"/*.[ch] "$dir"/include/linux/*.h
	# shellcheck disable=SC2046
	gcc -std=gnu11 -w -I"$dir/include" -DVERSION="\"$1\"" \
		-o "$dir/vmbondctl" "$dir"/*.c \
		$(pkg-config --cflags --libs libmnl jansson ncurses)
}

# other TOOL ARG...: work with another version
other()
{
	local tool=$tmp/$1/vmbondctl
	shift

	"$tool" -n "$host" "$@"
}

# What both versions know
works_with()
{
	check "set" other "$1" bond set br-phy updelay 42 max-moves 5
	check_eq "shown" "$(other "$1" -j bond show br-phy |
		jq -c '.[0] | [.updelay_ms, .max_moves]')" "[42,5]"
	check "port" other "$1" port set p2 trunk 10,20 native 10
	check "fdb" other "$1" fdb add br-phy "$(mac 44)" vlan 10 port p1
	check "stats" other "$1" -s -j member show >/dev/null
	check "text" other "$1" -s bond show >/dev/null
	check "fdb" other "$1" fdb del br-phy "$(mac 44)" vlan 10
	check "port" other "$1" port set p2 access 10
}

versions()
{
	local before

	if slow || ! command -v gcc pkg-config >/dev/null; then
		log_skip "an older and a newer tool" "too slow to build them"
		return 0
	fi
	# Before there was a counter and a reason to drop
	check "build" build_tool older \
		'/case VMBOND_A_STATS_MADE_PACKETS/,/break;/d
		 /MADE_PACKETS/d; /made_packets/d; /MALFORMED/d
		 s/s:o,s:o,s:o,s:o,s:o,s:o/s:o,s:o,s:o,s:o,s:o/'
	works_with older
	check_eq "what it does not know" "$(other older -j -s port show |
		jq 'map(.stats | has("made_packets")) | any')" false
	check_eq "what it knows" "$(other older -j -s port show |
		jq 'map(.stats | has("tx_packets")) | all')" true
	log_test "a tool that is older than the module works"

	# One setting and one command more than the module has
	check "build" build_tool newer \
		's/{ "max-moves", ARG_NUMBER,/{ "frob", ARG_NUMBER, VMBOND_A_BOND_MAX + 1 }, &/
		 s/\(nl_cmd = \)VMBOND_CMD_FDB_FLUSH,/\1VMBOND_CMD_MAX + 1,/'
	works_with newer
	before=$(state)
	refused 2 'unknown attribute|Unknown attribute|does not know' \
		other newer bond set br-phy frob 1 updelay 7
	refused 2 'not supported|does not know' other newer fdb flush br-phy
	check_eq "state" "$(state)" "$before"
	log_test "a newer tool works but for what is new, and says so"
}

require_command vmbondctl ping
load_module
[ "$(vmbondctl -j bond show)" = "[]" ] ||
	skip_all "there are bonds on this machine that the test would remove"
topology members=2 ports=2
save_and_load
replace_module
versions
