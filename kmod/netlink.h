/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_NETLINK_H
#define VMBOND_NETLINK_H

#include <net/genetlink.h>
#include "netlink-gen.h"

struct vmb_bond;
struct vmb_member;
struct vmb_port;

/* Refuse a request for what one of its attributes says. */
#define VMB_NL_REFUSE(info, attr, msg) ({				\
	NL_SET_ERR_MSG_ATTR((info)->extack, (info)->attrs[attr], msg);	\
	-EINVAL;							\
})

extern bool vmb_netlink_there;

int vmb_netlink_init(void);
void vmb_netlink_exit(void);

struct net_device *vmb_nl_dev(struct net *net, const struct nlattr *attr,
			      struct netlink_ext_ack *extack);
struct vmb_bond *vmb_nl_bond(struct net *net, const struct nlattr *attr,
			     struct netlink_ext_ack *extack);
struct vmb_port *vmb_nl_port(struct net *net, const struct nlattr *attr,
			     struct netlink_ext_ack *extack);

int vmb_nl_need(struct genl_info *info, int attr);
struct net_device *vmb_nl_get_dev(struct genl_info *info, int attr);
struct vmb_bond *vmb_nl_get_bond(struct genl_info *info, int attr);
struct vmb_member *vmb_nl_get_member(struct genl_info *info, int attr);
struct vmb_port *vmb_nl_get_port(struct genl_info *info, int attr);
void vmb_nl_get_u32(struct genl_info *info, int attr, u32 *val);
int vmb_nl_get_vlans(struct genl_info *info, int attr, unsigned long *set);

int vmb_nl_refused(struct genl_info *info, int attr, int err);
struct sk_buff *vmb_nl_reply_new(struct genl_info *info, size_t size);
int vmb_nl_reply(struct genl_info *info, struct sk_buff *reply, int err);

#endif
