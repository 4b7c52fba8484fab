/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_EVENT_H
#define VMBOND_EVENT_H

#include <linux/types.h>
#include <linux/vmbond.h>

struct vmb_bond;
struct vmb_member;
struct vmb_port;
struct vmb_station;

void vmb_event_bond(const struct vmb_bond *bond, enum vmbond_cause cause,
		    bool del);
void vmb_event_member(const struct vmb_member *m, enum vmbond_cause cause,
		      bool del);
void vmb_event_port(const struct vmb_port *port, enum vmbond_cause cause,
		    bool del);
void vmb_event_station(struct vmb_bond *bond,
		       const struct vmb_station *st, enum vmbond_cause cause,
		       bool del);

#endif
