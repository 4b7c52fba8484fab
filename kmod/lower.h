/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_LOWER_H
#define VMBOND_LOWER_H

#include <linux/netdevice.h>

struct netlink_ext_ack;
struct vmb_bond;

int vmb_lower_check(const struct vmb_bond *bond, struct net_device *dev,
		    struct netlink_ext_ack *extack);
int vmb_lower_attach(struct vmb_bond *bond, struct net_device *dev,
		     rx_handler_func_t *handler, void *data,
		     struct netlink_ext_ack *extack);
void vmb_lower_detach(struct vmb_bond *bond, struct net_device *dev);
void *vmb_lower_data(const struct net_device *dev, rx_handler_func_t *handler);

#endif
