/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_DEV_H
#define VMBOND_DEV_H

#include <linux/compiler.h>
#include <linux/types.h>

struct net;
struct net_device;
struct netlink_ext_ack;
struct vmb_bond;
struct vmb_bond_conf;

extern struct rtnl_link_ops vmb_link_ops;
extern struct list_head vmb_bonds;
extern u32 vmb_config_gen;

/* RTNL writes; a dump of stations reads it without. */
static inline void vmb_config_changed(void)
{
	WRITE_ONCE(vmb_config_gen, vmb_config_gen + 1);
}

void vmb_conf_default(struct vmb_bond_conf *conf);
int vmb_bond_add(struct net *net, const char *name,
		 const struct vmb_bond_conf *conf, struct vmb_bond **bond,
		 struct netlink_ext_ack *extack);
int vmb_bond_set(struct vmb_bond *bond, const struct vmb_bond_conf *conf,
		 struct netlink_ext_ack *extack);
void vmb_bonds_forget(const struct net_device *dev);
void vmb_bond_del(struct vmb_bond *bond);

#endif
