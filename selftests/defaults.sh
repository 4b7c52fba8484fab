#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a bond, a member and a port are that nobody has said anything about: as
# design.md and the manual pages have it.
#
#      p1
#    +-+--------+
#    |  br-phy  |  self
#    +-+--------+
#      m0

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

# is OBJECT WHAT WANTED FILTER: of what vmbondctl shows
is()
{
	check_eq "$2" "$(vb -j "$1" show | jq -c "$4")" "$3"
}

require_command ip jq vmbondctl
load_module
setup_ns host
for name in m0 p1; do
	ip -n "$host" link add $name type veth peer name $name-peer
done
vb bond add br-phy
vb member add br-phy m0
vb port add br-phy p1

is bond "a bond" \
   '["balance-slb","adaptive",0,"all",10000,8,0,0,1,null,300,8192,3,[]]' \
   '.[] | [.mode, .rx_check, .native, .vlans, .rebalance_interval_ms,
	   .max_moves, .updelay_ms, .downdelay_ms, .min_links, .primary,
	   .ageing_s, .max_macs, .announce_count, .networks]'
log_test "a bond"

is member "a member" '["m0","up",1]' \
   '.[] | [.ifname, .admin_state, .weight]'
log_test "a member"

# No limit is a number of 0 or none at all, and so is no VLAN.
is port "a port" \
   '["none",null,"",null,false,256,false,false,0,false,false]' \
   '.[] | select(.ifname == "p1") | [.mode, .vid, .vlans // "", .native,
	   .mac_lock, .max_macs, .isolated, .flood, .bum_limit // 0,
	   .priority_tags, .standby]'
log_test "a port"

is port "the self port" \
   '["trunk","all",null,false,8192,false,false,0,false,false]' \
   '.[] | select(.ifname == "br-phy") | [.mode, .vlans, .native, .mac_lock,
	   .max_macs, .isolated, .flood, .bum_limit // 0, .priority_tags,
	   .standby]'
log_test "the self port"
