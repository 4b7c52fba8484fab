/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_FILL_H
#define VMBOND_FILL_H

#include <linux/types.h>

struct sk_buff;
struct vmb_bond;
struct vmb_member;
struct vmb_move;
struct vmb_port;
struct vmb_station;
struct vmb_vlan_conf;

size_t vmb_bond_size(const unsigned long *vlans);
int vmb_fill_bond(struct sk_buff *skb, const struct vmb_bond *bond);
size_t vmb_member_size(const struct vmb_bond *bond);
int vmb_fill_member(struct sk_buff *skb, const struct vmb_member *m);
size_t vmb_port_size(const struct vmb_vlan_conf *c);
int vmb_fill_port(struct sk_buff *skb, const struct vmb_port *port,
		  const struct vmb_vlan_conf *c);
size_t vmb_station_size(void);
int vmb_fill_station(struct sk_buff *skb, const struct vmb_bond *bond,
		     const struct vmb_station *st);
size_t vmb_move_size(void);
int vmb_fill_move(struct sk_buff *skb, int type, const struct vmb_move *move);

#endif
