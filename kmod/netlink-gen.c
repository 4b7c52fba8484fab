// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vmbond.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: Documentation/netlink/regen.sh */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/vmbond.h>

/* Integer value ranges */
static const struct netlink_range_validation vmbond_a_bond_ifindex_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_bond_rebalance_interval_range = {
	.max	= 86400000ULL,
};

static const struct netlink_range_validation vmbond_a_bond_max_moves_range = {
	.min	= 1ULL,
	.max	= 65536ULL,
};

static const struct netlink_range_validation vmbond_a_bond_updelay_range = {
	.max	= 3600000ULL,
};

static const struct netlink_range_validation vmbond_a_bond_downdelay_range = {
	.max	= 3600000ULL,
};

static const struct netlink_range_validation vmbond_a_bond_primary_range = {
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_bond_ageing_range = {
	.min	= 1ULL,
	.max	= 86400ULL,
};

static const struct netlink_range_validation vmbond_a_bond_max_macs_range = {
	.min	= 1ULL,
	.max	= 65536ULL,
};

static const struct netlink_range_validation vmbond_a_member_bond_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_member_ifindex_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_port_bond_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_port_ifindex_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_port_max_macs_range = {
	.min	= 1ULL,
	.max	= 65536ULL,
};

static const struct netlink_range_validation vmbond_a_port_bum_limit_range = {
	.max	= 10000000ULL,
};

static const struct netlink_range_validation vmbond_a_fdb_bond_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_fdb_port_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_fdb_member_range = {
	.max	= S32_MAX,
};

static const struct netlink_range_validation vmbond_a_rebalance_bond_range = {
	.min	= 1ULL,
	.max	= S32_MAX,
};

/* Common nested types */
const struct nla_policy vmbond_vlan_range_nl_policy[VMBOND_A_VLAN_RANGE_LAST + 1] = {
	[VMBOND_A_VLAN_RANGE_FIRST] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_VLAN_RANGE_LAST] = NLA_POLICY_MAX(NLA_U32, 4094),
};

/* VMBOND_CMD_BOND_GET - do */
static const struct nla_policy vmbond_bond_get_do_nl_policy[VMBOND_A_BOND_IFINDEX + 1] = {
	[VMBOND_A_BOND_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_ifindex_range),
};

/* VMBOND_CMD_BOND_GET - dump */
static const struct nla_policy vmbond_bond_get_dump_nl_policy[VMBOND_A_BOND_IFINDEX + 1] = {
	[VMBOND_A_BOND_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_ifindex_range),
};

/* VMBOND_CMD_BOND_NEW - do */
static const struct nla_policy vmbond_bond_new_nl_policy[VMBOND_A_BOND_ANNOUNCE_COUNT + 1] = {
	[VMBOND_A_BOND_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[VMBOND_A_BOND_MODE] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_BOND_RX_CHECK] = NLA_POLICY_MAX(NLA_U32, 2),
	[VMBOND_A_BOND_NATIVE] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_BOND_VLANS] = NLA_POLICY_NESTED(vmbond_vlan_range_nl_policy),
	[VMBOND_A_BOND_REBALANCE_INTERVAL] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_rebalance_interval_range),
	[VMBOND_A_BOND_MAX_MOVES] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_max_moves_range),
	[VMBOND_A_BOND_UPDELAY] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_updelay_range),
	[VMBOND_A_BOND_DOWNDELAY] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_downdelay_range),
	[VMBOND_A_BOND_MIN_LINKS] = NLA_POLICY_MAX(NLA_U32, 16),
	[VMBOND_A_BOND_PRIMARY] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_primary_range),
	[VMBOND_A_BOND_AGEING] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_ageing_range),
	[VMBOND_A_BOND_MAX_MACS] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_max_macs_range),
	[VMBOND_A_BOND_ANNOUNCE_COUNT] = NLA_POLICY_MAX(NLA_U32, 255),
};

/* VMBOND_CMD_BOND_SET - do */
static const struct nla_policy vmbond_bond_set_nl_policy[VMBOND_A_BOND_ANNOUNCE_COUNT + 1] = {
	[VMBOND_A_BOND_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_ifindex_range),
	[VMBOND_A_BOND_MODE] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_BOND_RX_CHECK] = NLA_POLICY_MAX(NLA_U32, 2),
	[VMBOND_A_BOND_NATIVE] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_BOND_VLANS] = NLA_POLICY_NESTED(vmbond_vlan_range_nl_policy),
	[VMBOND_A_BOND_REBALANCE_INTERVAL] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_rebalance_interval_range),
	[VMBOND_A_BOND_MAX_MOVES] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_max_moves_range),
	[VMBOND_A_BOND_UPDELAY] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_updelay_range),
	[VMBOND_A_BOND_DOWNDELAY] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_downdelay_range),
	[VMBOND_A_BOND_MIN_LINKS] = NLA_POLICY_MAX(NLA_U32, 16),
	[VMBOND_A_BOND_PRIMARY] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_primary_range),
	[VMBOND_A_BOND_AGEING] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_ageing_range),
	[VMBOND_A_BOND_MAX_MACS] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_max_macs_range),
	[VMBOND_A_BOND_ANNOUNCE_COUNT] = NLA_POLICY_MAX(NLA_U32, 255),
};

/* VMBOND_CMD_BOND_DEL - do */
static const struct nla_policy vmbond_bond_del_nl_policy[VMBOND_A_BOND_IFINDEX + 1] = {
	[VMBOND_A_BOND_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_bond_ifindex_range),
};

/* VMBOND_CMD_MEMBER_GET - do */
static const struct nla_policy vmbond_member_get_do_nl_policy[VMBOND_A_MEMBER_IFINDEX + 1] = {
	[VMBOND_A_MEMBER_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_member_ifindex_range),
};

/* VMBOND_CMD_MEMBER_GET - dump */
static const struct nla_policy vmbond_member_get_dump_nl_policy[VMBOND_A_MEMBER_BOND + 1] = {
	[VMBOND_A_MEMBER_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_member_bond_range),
};

/* VMBOND_CMD_MEMBER_NEW - do */
static const struct nla_policy vmbond_member_new_nl_policy[VMBOND_A_MEMBER_ADMIN_STATE + 1] = {
	[VMBOND_A_MEMBER_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_member_bond_range),
	[VMBOND_A_MEMBER_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_member_ifindex_range),
	[VMBOND_A_MEMBER_WEIGHT] = NLA_POLICY_RANGE(NLA_U32, 1, 256),
	[VMBOND_A_MEMBER_ADMIN_STATE] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMBOND_CMD_MEMBER_SET - do */
static const struct nla_policy vmbond_member_set_nl_policy[VMBOND_A_MEMBER_ADMIN_STATE + 1] = {
	[VMBOND_A_MEMBER_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_member_ifindex_range),
	[VMBOND_A_MEMBER_WEIGHT] = NLA_POLICY_RANGE(NLA_U32, 1, 256),
	[VMBOND_A_MEMBER_ADMIN_STATE] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMBOND_CMD_MEMBER_DEL - do */
static const struct nla_policy vmbond_member_del_nl_policy[VMBOND_A_MEMBER_IFINDEX + 1] = {
	[VMBOND_A_MEMBER_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_member_ifindex_range),
};

/* VMBOND_CMD_PORT_GET - do */
static const struct nla_policy vmbond_port_get_do_nl_policy[VMBOND_A_PORT_IFINDEX + 1] = {
	[VMBOND_A_PORT_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_ifindex_range),
};

/* VMBOND_CMD_PORT_GET - dump */
static const struct nla_policy vmbond_port_get_dump_nl_policy[VMBOND_A_PORT_BOND + 1] = {
	[VMBOND_A_PORT_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_bond_range),
};

/* VMBOND_CMD_PORT_NEW - do */
static const struct nla_policy vmbond_port_new_nl_policy[VMBOND_A_PORT_DOT1Q + 1] = {
	[VMBOND_A_PORT_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_bond_range),
	[VMBOND_A_PORT_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_ifindex_range),
	[VMBOND_A_PORT_VLAN_MODE] = NLA_POLICY_MAX(NLA_U32, 3),
	[VMBOND_A_PORT_VID] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_PORT_VLANS] = NLA_POLICY_NESTED(vmbond_vlan_range_nl_policy),
	[VMBOND_A_PORT_NATIVE] = NLA_POLICY_RANGE(NLA_U32, 1, 4094),
	[VMBOND_A_PORT_NATIVE_TAGGED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_MAC_LOCK] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_MAX_MACS] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_max_macs_range),
	[VMBOND_A_PORT_ISOLATED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_FLOOD] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_BUM_LIMIT] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_bum_limit_range),
	[VMBOND_A_PORT_PRIORITY_TAGS] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_STANDBY] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_DOT1Q] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMBOND_CMD_PORT_SET - do */
static const struct nla_policy vmbond_port_set_nl_policy[VMBOND_A_PORT_DOT1Q + 1] = {
	[VMBOND_A_PORT_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_ifindex_range),
	[VMBOND_A_PORT_VLAN_MODE] = NLA_POLICY_MAX(NLA_U32, 3),
	[VMBOND_A_PORT_VID] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_PORT_VLANS] = NLA_POLICY_NESTED(vmbond_vlan_range_nl_policy),
	[VMBOND_A_PORT_NATIVE] = NLA_POLICY_RANGE(NLA_U32, 1, 4094),
	[VMBOND_A_PORT_NATIVE_TAGGED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_MAC_LOCK] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_MAX_MACS] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_max_macs_range),
	[VMBOND_A_PORT_ISOLATED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_FLOOD] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_BUM_LIMIT] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_bum_limit_range),
	[VMBOND_A_PORT_PRIORITY_TAGS] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_STANDBY] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_PORT_DOT1Q] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMBOND_CMD_PORT_DEL - do */
static const struct nla_policy vmbond_port_del_nl_policy[VMBOND_A_PORT_IFINDEX + 1] = {
	[VMBOND_A_PORT_IFINDEX] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_port_ifindex_range),
};

/* VMBOND_CMD_FDB_GET - do */
static const struct nla_policy vmbond_fdb_get_do_nl_policy[VMBOND_A_FDB_SERVICE + 1] = {
	[VMBOND_A_FDB_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_bond_range),
	[VMBOND_A_FDB_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VMBOND_A_FDB_VID] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_FDB_SERVICE] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMBOND_CMD_FDB_GET - dump */
static const struct nla_policy vmbond_fdb_get_dump_nl_policy[VMBOND_A_FDB_PORT + 1] = {
	[VMBOND_A_FDB_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_bond_range),
	[VMBOND_A_FDB_PORT] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_port_range),
	[VMBOND_A_FDB_VID] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_FDB_SERVICE] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMBOND_CMD_FDB_NEW - do */
static const struct nla_policy vmbond_fdb_new_nl_policy[VMBOND_A_FDB_PORT + 1] = {
	[VMBOND_A_FDB_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_bond_range),
	[VMBOND_A_FDB_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VMBOND_A_FDB_VID] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_FDB_SERVICE] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_FDB_PORT] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_port_range),
};

/* VMBOND_CMD_FDB_SET - do */
static const struct nla_policy vmbond_fdb_set_nl_policy[VMBOND_A_FDB_MEMBER + 1] = {
	[VMBOND_A_FDB_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_bond_range),
	[VMBOND_A_FDB_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VMBOND_A_FDB_VID] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_FDB_SERVICE] = NLA_POLICY_MAX(NLA_U32, 1),
	[VMBOND_A_FDB_MEMBER] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_member_range),
};

/* VMBOND_CMD_FDB_DEL - do */
static const struct nla_policy vmbond_fdb_del_nl_policy[VMBOND_A_FDB_SERVICE + 1] = {
	[VMBOND_A_FDB_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_bond_range),
	[VMBOND_A_FDB_MAC] = NLA_POLICY_EXACT_LEN(6),
	[VMBOND_A_FDB_VID] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_FDB_SERVICE] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMBOND_CMD_FDB_FLUSH - do */
static const struct nla_policy vmbond_fdb_flush_nl_policy[VMBOND_A_FDB_PORT + 1] = {
	[VMBOND_A_FDB_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_bond_range),
	[VMBOND_A_FDB_PORT] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_fdb_port_range),
	[VMBOND_A_FDB_VID] = NLA_POLICY_MAX(NLA_U32, 4094),
	[VMBOND_A_FDB_SERVICE] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMBOND_CMD_BOND_REBALANCE - do */
static const struct nla_policy vmbond_bond_rebalance_nl_policy[VMBOND_A_REBALANCE_DRY_RUN + 1] = {
	[VMBOND_A_REBALANCE_BOND] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmbond_a_rebalance_bond_range),
	[VMBOND_A_REBALANCE_DRY_RUN] = { .type = NLA_FLAG, },
};

/* Ops table for vmbond */
static const struct genl_split_ops vmbond_nl_ops[] = {
	{
		.cmd		= VMBOND_CMD_BOND_GET,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_bond_get_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_bond_get_do_nl_policy,
		.maxattr	= VMBOND_A_BOND_IFINDEX,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_BOND_GET,
		.start		= vmbond_nl_dump_start,
		.dumpit		= vmbond_nl_bond_get_dumpit,
		.policy		= vmbond_bond_get_dump_nl_policy,
		.maxattr	= VMBOND_A_BOND_IFINDEX,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMBOND_CMD_BOND_NEW,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_bond_new_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_bond_new_nl_policy,
		.maxattr	= VMBOND_A_BOND_ANNOUNCE_COUNT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_BOND_SET,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_bond_set_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_bond_set_nl_policy,
		.maxattr	= VMBOND_A_BOND_ANNOUNCE_COUNT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_BOND_DEL,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_bond_del_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_bond_del_nl_policy,
		.maxattr	= VMBOND_A_BOND_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_MEMBER_GET,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_member_get_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_member_get_do_nl_policy,
		.maxattr	= VMBOND_A_MEMBER_IFINDEX,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_MEMBER_GET,
		.start		= vmbond_nl_dump_start,
		.dumpit		= vmbond_nl_member_get_dumpit,
		.policy		= vmbond_member_get_dump_nl_policy,
		.maxattr	= VMBOND_A_MEMBER_BOND,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMBOND_CMD_MEMBER_NEW,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_member_new_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_member_new_nl_policy,
		.maxattr	= VMBOND_A_MEMBER_ADMIN_STATE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_MEMBER_SET,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_member_set_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_member_set_nl_policy,
		.maxattr	= VMBOND_A_MEMBER_ADMIN_STATE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_MEMBER_DEL,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_member_del_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_member_del_nl_policy,
		.maxattr	= VMBOND_A_MEMBER_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_PORT_GET,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_port_get_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_port_get_do_nl_policy,
		.maxattr	= VMBOND_A_PORT_IFINDEX,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_PORT_GET,
		.start		= vmbond_nl_dump_start,
		.dumpit		= vmbond_nl_port_get_dumpit,
		.policy		= vmbond_port_get_dump_nl_policy,
		.maxattr	= VMBOND_A_PORT_BOND,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMBOND_CMD_PORT_NEW,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_port_new_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_port_new_nl_policy,
		.maxattr	= VMBOND_A_PORT_DOT1Q,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_PORT_SET,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_port_set_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_port_set_nl_policy,
		.maxattr	= VMBOND_A_PORT_DOT1Q,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_PORT_DEL,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_port_del_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_port_del_nl_policy,
		.maxattr	= VMBOND_A_PORT_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_FDB_GET,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_fdb_get_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_fdb_get_do_nl_policy,
		.maxattr	= VMBOND_A_FDB_SERVICE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_FDB_GET,
		.dumpit		= vmbond_nl_fdb_get_dumpit,
		.policy		= vmbond_fdb_get_dump_nl_policy,
		.maxattr	= VMBOND_A_FDB_PORT,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMBOND_CMD_FDB_NEW,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_fdb_new_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_fdb_new_nl_policy,
		.maxattr	= VMBOND_A_FDB_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_FDB_SET,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_fdb_set_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_fdb_set_nl_policy,
		.maxattr	= VMBOND_A_FDB_MEMBER,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_FDB_DEL,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_fdb_del_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_fdb_del_nl_policy,
		.maxattr	= VMBOND_A_FDB_SERVICE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_FDB_FLUSH,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_fdb_flush_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_fdb_flush_nl_policy,
		.maxattr	= VMBOND_A_FDB_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMBOND_CMD_BOND_REBALANCE,
		.pre_doit	= vmbond_nl_lock,
		.doit		= vmbond_nl_bond_rebalance_doit,
		.post_doit	= vmbond_nl_unlock,
		.policy		= vmbond_bond_rebalance_nl_policy,
		.maxattr	= VMBOND_A_REBALANCE_DRY_RUN,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
};

static const struct genl_multicast_group vmbond_nl_mcgrps[] = {
	[VMBOND_NLGRP_EVENTS] = { "events", },
};

struct genl_family vmbond_nl_family __ro_after_init = {
	.name		= VMBOND_FAMILY_NAME,
	.version	= VMBOND_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= vmbond_nl_ops,
	.n_split_ops	= ARRAY_SIZE(vmbond_nl_ops),
	.mcgrps		= vmbond_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(vmbond_nl_mcgrps),
};
