#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vmbondctl and the module agree: what is set is what is shown, and what is
# refused leaves no trace. What the tool makes of its words is tested without
# the module, in tool/.

. "${0%/*}/lib.sh"

# shown KIND DEV: the input has lines OPTIONS;FILTER;WANTED. Set the options of
# each, one after the other, and see what is shown then.
shown()
{
	local batch='' filters='' all='' n=0 options filter wanted got

	while IFS=';' read -r options filter wanted; do
		batch+="$1 set $2 $options"$'\n'"$1 show"$'\n'
		filters+="${filters:+, }(.[$n][] | select(.ifname == \"$2\") |
			\"$options: \\($filter)\")"
		all+="${all:+$'\n'}$options: $wanted"
		n=$((n + 1))
	done
	got=$(vb -j -b - <<<"$batch" | jq -rs "$filters")
	[ "$got" = "$all" ] ||
		failed "$1 set: $(diff <(echo "$got") <(echo "$all"))"
}

# Everything but what changes by itself.
state()
{
	printf '%s show\n' bond member port fdb | vb -j -b - |
		sed -E 's/"stats":\{[^}]*\}+//g
			s/"(age_ms|pin_age_ms|[rt]x_bps|[rt]x_bytes)":[0-9]+//g'
}

# no_trace PATTERN COMMAND...: refused, and the state stays what "before" holds
no_trace()
{
	local pattern=$1 after
	shift

	refused 2 "$pattern" vb "$@"
	after=$(state)
	[ "$before" = "$after" ] ||
		failed "$*: left $(diff <(echo "$before") <(echo "$after"))"
}

require_command setpriv
topology members=2 ports=2

shown bond br-phy <<'END'
mode active-backup;.mode;active-backup
mode balance-slb;.mode;balance-slb
native 5;.native;5
native 0;.native;0
vlans 10,20-30;.vlans;10,20-30
vlans all;.vlans;all
rx-check strict;.rx_check;strict
rx-check off;.rx_check;off
rx-check adaptive;.rx_check;adaptive
rebalance-interval 15s;.rebalance_interval_ms;15000
rebalance-interval 0;.rebalance_interval_ms;0
max-moves 3;.max_moves;3
updelay 250ms;.updelay_ms;250
updelay 0;.updelay_ms;0
downdelay 1s;.downdelay_ms;1000
downdelay 0;.downdelay_ms;0
min-links 2;.min_links;2
min-links 1;.min_links;1
primary m1;.primary;m1
primary none;.primary;null
ageing 60;.ageing_s;60
max-macs 100;.max_macs;100
announce-count 5;.announce_count;5
announce-count 0;.announce_count;0
END
log_test "bond: what is set is shown"

ip -n "$host" link add nic type veth peer name wire
ip -n "$host" link set wire up
check "a device" vb bond add new mode active-backup primary nic
check_eq "before it is a member" "$(BOND=new bond .primary)" nic
check "member" vb member add new wire
check "member" vb member add new nic
check "it receives" wait_for 5 equals 0 member nic .receiver
vb bond del new
vb bond add new primary nic
ip -n "$host" link del nic
check_eq "a device that goes" "$(BOND=new bond .primary)" null
vb bond del new
log_test "primary: of a new bond, whose members are yet to come"

shown member m0 <<'END'
weight 7;.weight;7
state drain;.admin_state;drain
state up;.admin_state;up
END
log_test "member: what is set is shown"

vlan='[.mode, .vid, .vlans, .native, .native_tagged]'
odd=$(seq -s, 1 2 4093)
shown port p1 <<END
access 7;$vlan;["access",7,"",null,false]
trunk 3,5-9;$vlan;["trunk",null,"3,5-9",null,false]
trunk 3,5 native 5 tagged;$vlan;["trunk",null,"3,5",5,true]
trunk 3,5 native 3;$vlan;["trunk",null,"3,5",3,false]
trunk all;$vlan;["trunk",null,"all",null,false]
tunnel 100 inner 1-9;$vlan;["tunnel",100,"1-9",null,false]
tunnel 100;$vlan;["tunnel",100,"all",null,false]
tunnel 100;.dot1q;false
tunnel 100 inner 1-9 dot1q;[.vid, .vlans, .dot1q];[100,"1-9",true]
vlan none;$vlan;["none",null,"",null,false]
mac-lock on;.mac_lock;true
mac-lock off;.mac_lock;false
isolated on;.isolated;true
isolated off;.isolated;false
flood on;.flood;true
flood off;.flood;false
priority-tags on;.priority_tags;true
priority-tags off;.priority_tags;false
standby on;.standby;true
standby off;.standby;false
max-macs 9;.max_macs;9
bum-limit 500;.bum_limit;500
bum-limit none;.bum_limit;0
trunk $odd;.vlans;$odd
END
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
before=$(state)
no_trace 'network "m0": a device has this name already' \
	bond set br-phy networks a,m0,b
no_trace max-moves bond set br-phy networks a,b max-moves 0
no_trace 'network "far": a device has this name' \
	bond add br1 networks far
check "none" vb bond set br-phy networks none
check_eq "none" "$(bond '.networks | length')" 0
log_test "networks: the bond's other names"

ip -n "$host" link add plain type dummy
before=$(state)
no_trace 'integer out of range \(max-moves 0, 1 to 65536\)' \
	bond set br-phy max-moves 0 updelay 5s
no_trace '\(primary p1\)' bond set br-phy updelay 5s primary p1
no_trace '\(ifname\)' bond add br-phy
no_trace '\(ifindex\)' member add br-phy p1 weight 3
no_trace '\(ifindex\)' member add br-phy lo
no_trace 'a port, not a member \(ifindex\)' member set p1 weight 3
no_trace '\(ifindex\)' member del p1
no_trace '\(weight 257, 1 to 256\)' member set m0 weight 257 state drain
no_trace '\(ifindex\)' port add br-phy m0 access 5
no_trace '\(native 0, 1 to 4094\)' port add br-phy plain trunk 5 native 0
no_trace '\(max-macs' port set p1 access 9 max-macs 0
no_trace 'a member, not a port \(ifindex\)' port set m0 access 5
no_trace '\(vid 9\)' fdb add br-phy "$(mac 01)" vlan 9 port p1
no_trace 'a member, not a port \(port m0\)' \
	fdb add br-phy "$(mac 01)" vlan 7 port m0
no_trace '\(mac\)' fdb add br-phy 01:00:5e:00:00:01 vlan 7 port p1
no_trace '\(mac\)' fdb del br-phy "$(mac 09)" vlan 7
no_trace 'there is no device "nic9"' member add br-phy nic9
no_trace 'plain is not a vmbond, it is of kind dummy' bond del plain
no_trace 'device is not a port of a vmbond \(ifindex\)' \
	port set plain access 5
no_trace 'device is not a member of a vmbond \(ifindex\)' \
	member set plain weight 2
no_trace 'device is a port, not a member \(ifindex\)' \
	member set br-phy weight 2
no_trace 'device is a port, not a member \(member p1\)' \
	fdb pin br-phy "$(mac 01)" vlan 7 member p1
no_trace 'there is no bond "nic9"' bond del nic9
log_test "what is refused leaves no trace and names what is at fault"

# Root without the capability is as good as a user.
refused 2 CAP_NET_ADMIN setpriv --bounding-set=-net_admin \
	ip netns exec "$host" vmbondctl bond set br-phy max-moves 4
refused 2 CAP_NET_ADMIN setpriv --bounding-set=-net_admin \
	ip netns exec "$host" vmbondctl bond set br-phy networks far
log_test "without the privilege: it says which one"
