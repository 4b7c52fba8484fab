/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vmbond.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: Documentation/netlink/regen.sh */

#ifndef _LINUX_VMBOND_GEN_H
#define _LINUX_VMBOND_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/vmbond.h>

/* Common nested types */
extern const struct nla_policy vmbond_vlan_range_nl_policy[VMBOND_A_VLAN_RANGE_LAST + 1];

int vmbond_nl_lock(const struct genl_split_ops *ops, struct sk_buff *skb,
		   struct genl_info *info);
void
vmbond_nl_unlock(const struct genl_split_ops *ops, struct sk_buff *skb,
		 struct genl_info *info);
int vmbond_nl_dump_start(struct netlink_callback *cb);

int vmbond_nl_bond_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_bond_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmbond_nl_bond_new_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_bond_set_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_bond_del_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_member_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_member_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int vmbond_nl_member_new_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_member_set_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_member_del_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_port_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmbond_nl_port_new_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_port_set_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_fdb_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_fdb_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmbond_nl_fdb_new_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_fdb_set_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_fdb_del_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_fdb_flush_doit(struct sk_buff *skb, struct genl_info *info);
int vmbond_nl_bond_rebalance_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	VMBOND_NLGRP_EVENTS,
};

extern struct genl_family vmbond_nl_family;

#endif /* _LINUX_VMBOND_GEN_H */
