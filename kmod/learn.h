/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_LEARN_H
#define VMBOND_LEARN_H

#include <linux/types.h>
#include <linux/vmbond.h>

struct list_head;
struct netlink_ext_ack;
struct vmb_bond;
struct vmb_member;
struct vmb_port;
struct vmb_station;

void vmb_station_remove(struct vmb_bond *bond, struct vmb_station *st,
			struct list_head *gone);
void vmb_stations_removed(struct vmb_bond *bond, struct list_head *gone,
			  enum vmbond_cause cause);
void vmb_stations_changed(struct vmb_bond *bond);
int vmb_learn(struct vmb_port *port, u64 key, bool announce,
	      struct vmb_station **learned);
void vmb_forget(struct vmb_bond *bond, u64 key);
void vmb_flush(struct vmb_bond *bond, const struct vmb_port *port, u16 vlan,
	       bool learned_only);
void vmb_flush_vlans(struct vmb_port *port);
int vmb_static_add(struct vmb_port *port, u64 key,
		   struct netlink_ext_ack *extack);
int vmb_station_del(struct vmb_bond *bond, u64 key,
		    struct netlink_ext_ack *extack);
int vmb_station_pin(struct vmb_bond *bond, u64 key, struct vmb_member *m,
		    struct netlink_ext_ack *extack);

#endif
