/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_MCAST_H
#define VMBOND_MCAST_H

#include "tx.h"

void vmb_mcast_steer(const struct vmb_frame *f, const struct vmb_member *pin);
void vmb_mcast_ask(struct vmb_bond *bond);
void vmb_mcast_work(struct work_struct *work);

#endif
