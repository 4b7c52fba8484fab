/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_PORT_H
#define VMBOND_PORT_H

#include <linux/types.h>
#include <linux/vmbond.h>

struct net_device;
struct netlink_ext_ack;
struct vmb_bond;
struct vmb_port;
struct vmb_vlan_conf;

/**
 * struct vmb_port_conf - what the administrator wants of a port
 */
struct vmb_port_conf {
	/** @vlan: its VLAN mode; NULL: as it is; copied */
	const struct vmb_vlan_conf *vlan;
	/** @flags: enum vmb_port_flags, but for VMB_PORT_SELF and _BUM */
	u32 flags;
	/** @set_standby: change VMB_PORT_STANDBY, which frames change too */
	bool set_standby;
	/** @bum_limit: frames a second, 0: none */
	u32 bum_limit;
	/** @max_macs: stations it may have */
	u32 max_macs;
};

void vmb_port_conf_get(const struct vmb_port *port, struct vmb_port_conf *conf);
void vmb_port_conf_default(struct vmb_port_conf *conf);
int vmb_port_add(struct vmb_bond *bond, struct net_device *dev,
		 const struct vmb_port_conf *conf,
		 struct netlink_ext_ack *extack);
int vmb_port_set(struct vmb_port *port, const struct vmb_port_conf *conf,
		 struct netlink_ext_ack *extack);
void vmb_port_del(struct vmb_port *port);
struct vmb_port *vmb_port_get_rtnl(const struct net_device *dev);
void vmb_self_promisc(struct vmb_bond *bond, bool promisc);
int vmb_self_init(struct vmb_bond *bond);
void vmb_self_uninit(struct vmb_bond *bond);

#endif
