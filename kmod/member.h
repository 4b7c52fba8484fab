/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_MEMBER_H
#define VMBOND_MEMBER_H

#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/vmbond.h>

struct net_device;
struct netlink_ext_ack;
struct vmb_bond;
struct vmb_member;

int vmb_member_add(struct vmb_bond *bond, struct net_device *dev, u32 weight,
		   bool drain, struct netlink_ext_ack *extack);
void vmb_member_set(struct vmb_member *m, u32 weight, bool drain);
void vmb_primary_forget(struct vmb_bond *bond, const struct net_device *dev);
void vmb_member_del(struct vmb_member *m, bool goes);
struct vmb_member *vmb_member_get_rtnl(const struct net_device *dev);
void vmb_member_link_changed(struct vmb_member *m, bool going_down);
void vmb_member_link_work(struct work_struct *work);
void vmb_members_changed(struct vmb_bond *bond, enum vmbond_cause cause);

#endif
