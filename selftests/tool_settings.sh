#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vmbondctl and the module agree: what is set is what is shown, and what is
# refused leaves no trace. What the tool makes of its words is tested without
# the module, in tool/.

. "${0%/*}/lib.sh"

# set_bond OPTION VALUE KEY WANTED
set_bond()
{
	check "bond set $1 $2" vb bond set br-phy "$1" "$2"
	check_eq "bond set $1 $2" "$(bond ".$3")" "$4"
}

set_member()
{
	check "member set $1 $2" vb member set m0 "$1" "$2"
	check_eq "member set $1 $2" "$(member m0 ".$3")" "$4"
}

# set_port OPTIONS FILTER WANTED
set_port()
{
	# shellcheck disable=SC2086 # they are several
	check "port set $1" vb port set p1 $1
	check_eq "port set $1" "$(port p1 "$2")" "$3"
}

# Everything but what changes by itself.
state()
{
	printf '%s show\n' bond member port fdb | vb -j -b - |
		jq 'del(.[] | .stats, .tx_bps, .rx_bps, .tx_bytes, .rx_bytes,
			.age_ms, .pin_age_ms)'
}

# no_trace PATTERN COMMAND...
no_trace()
{
	local before after
	local pattern=$1
	shift

	before=$(state)
	refused 2 "$pattern" vb "$@"
	after=$(state)
	[ "$before" = "$after" ] ||
		failed "$*: left $(diff <(echo "$before") <(echo "$after"))"
}

require_command setpriv
topology members=2 ports=2

set_bond mode active-backup mode active-backup
set_bond mode balance-slb mode balance-slb
set_bond native 5 native 5
set_bond native 0 native 0
set_bond vlans 10,20-30 vlans 10,20-30
set_bond vlans all vlans all
set_bond rx-check strict rx_check strict
set_bond rx-check off rx_check off
set_bond rx-check adaptive rx_check adaptive
set_bond rebalance-interval 15s rebalance_interval_ms 15000
set_bond rebalance-interval 0 rebalance_interval_ms 0
set_bond max-moves 3 max_moves 3
set_bond updelay 250ms updelay_ms 250
set_bond updelay 0 updelay_ms 0
set_bond downdelay 1s downdelay_ms 1000
set_bond downdelay 0 downdelay_ms 0
set_bond min-links 2 min_links 2
set_bond min-links 1 min_links 1
set_bond primary m1 primary m1
set_bond primary none primary null
set_bond ageing 60 ageing_s 60
set_bond max-macs 100 max_macs 100
set_bond announce-count 5 announce_count 5
set_bond announce-count 0 announce_count 0
log_test "bond: what is set is shown"

set_member weight 7 weight 7
set_member state drain admin_state drain
set_member state up admin_state up
log_test "member: what is set is shown"

vlan='[.mode, .vid, .vlans, .native, .native_tagged] | @json'
set_port "access 7" "$vlan" '["access",7,"",null,false]'
set_port "trunk 3,5-9" "$vlan" '["trunk",null,"3,5-9",null,false]'
set_port "trunk 3,5 native 5 tagged" "$vlan" '["trunk",null,"3,5",5,true]'
set_port "trunk 3,5 native 3" "$vlan" '["trunk",null,"3,5",3,false]'
set_port "trunk all" "$vlan" '["trunk",null,"all",null,false]'
set_port "tunnel 100 inner 1-9" "$vlan" '["tunnel",100,"1-9",null,false]'
set_port "tunnel 100" "$vlan" '["tunnel",100,"all",null,false]'
set_port "vlan none" "$vlan" '["none",null,"",null,false]'
for option in mac-lock isolated flood priority-tags standby; do
	set_port "$option on" ".${option//-/_}" true
	set_port "$option off" ".${option//-/_}" false
done
set_port "max-macs 9" .max_macs 9
set_port "bum-limit 500" .bum_limit 500
set_port "bum-limit none" .bum_limit 0
odd=$(seq -s, 1 2 4093)
set_port "trunk $odd" .vlans "$odd"
log_test "port: what is set is shown"

check "access 7" vb port set p1 access 7
check "add" vb fdb add br-phy "$(mac 01)" vlan 7 port p1
check_eq "add" "$(station 01 7 '[.port, .state] | @json')" '["p1","static"]'
check "pin" vb fdb pin br-phy "$(mac 01)" vlan 7 member m1
check_eq "pin" "$(station 01 7 '[.member, .wanted, .pin_cause] | @json')" \
	'["m1","m1","manual"]'
check "auto" vb fdb pin br-phy "$(mac 01)" vlan 7 member auto
check_eq "auto" "$(station 01 7 .wanted)" null
check "del" vb fdb del br-phy "$(mac 01)" vlan 7
check_eq "del" "$(station 01 7 .mac)" ""
log_test "fdb: what is set is shown"

check "two" vb bond set br-phy networks vmnet,storage
check_eq "two" "$(bond '.networks | @json')" '["vmnet","storage"]'
check "by network" vb bond set vmnet max-moves 4
check_eq "by network" "$(BOND=storage bond .max_moves)" 4
check "another" vb bond set br-phy networks storage,far
check_eq "another" "$(bond '.networks | sort | @json')" '["far","storage"]'
no_trace 'network "m0": a device has this name already' \
	bond set br-phy networks a,m0,b
no_trace max-moves bond set br-phy networks a,b max-moves 0
no_trace 'network "far": a device has this name' \
	bond add br1 networks far
check "none" vb bond set br-phy networks none
check_eq "none" "$(bond '.networks | length')" 0
log_test "networks: the bond's other names"

ip -n "$host" link add plain type dummy
no_trace 'integer out of range \(max-moves, 1 to 65536\)' \
	bond set br-phy max-moves 0 updelay 5s
no_trace '\(primary\)' bond set br-phy updelay 5s primary p1
no_trace '\(ifname\)' bond add br-phy
no_trace '\(ifindex\)' member add br-phy p1 weight 3
no_trace '\(ifindex\)' member add br-phy lo
no_trace '\(ifindex\)' member set p1 weight 3
no_trace '\(ifindex\)' member del p1
no_trace '\(weight, 1 to 256\)' member set m0 weight 257 state drain
no_trace '\(ifindex\)' port add br-phy m0 access 5
no_trace '\(native, 1 to 4094\)' port add br-phy plain trunk 5 native 0
no_trace '\(max-macs' port set p1 access 9 max-macs 0
no_trace '\(ifindex\)' port set m0 access 5
no_trace '\(vid\)' fdb add br-phy "$(mac 01)" vlan 9 port p1
no_trace '\(port\)' fdb add br-phy "$(mac 01)" vlan 7 port m0
no_trace '\(mac\)' fdb add br-phy 01:00:5e:00:00:01 vlan 7 port p1
no_trace '\(mac\)' fdb del br-phy "$(mac 09)" vlan 7
no_trace 'there is no device "nic9"' member add br-phy nic9
no_trace 'plain is not a vmbond, it is of kind dummy' bond del plain
no_trace 'there is no bond "nic9"' bond del nic9
log_test "what is refused leaves no trace and names what is at fault"

# Root without the capability is as good as a user.
refused 2 CAP_NET_ADMIN setpriv --bounding-set=-net_admin \
	ip netns exec "$host" vmbondctl bond set br-phy max-moves 4
log_test "without the privilege: it says which one"
