/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_PIN_H
#define VMBOND_PIN_H

#include "balance.h"
#include "vmbond.h"

void vmb_pin_loads(const struct vmb_uplink *u, struct vmb_bal_member *loads);
void vmb_pin_first(struct vmb_bond *bond, struct vmb_station *st);
void vmb_pin_clear(struct vmb_bond *bond, struct vmb_station *st);
void vmb_pin_move(struct vmb_bond *bond, struct vmb_station *st,
		  struct vmb_member *m, enum vmbond_cause cause);
void vmb_pin_want(struct vmb_bond *bond, struct vmb_station *st, int ifindex);
void vmb_pin_evacuate(struct vmb_bond *bond, enum vmbond_cause cause);
void vmb_pin_tell_one(struct vmb_bond *bond, struct vmb_station *st);
void vmb_pin_tell(struct vmb_bond *bond);

#endif
