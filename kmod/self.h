/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_SELF_H
#define VMBOND_SELF_H

#include <linux/types.h>

struct vmb_bond;

void vmb_self_sync(struct vmb_bond *bond);
void vmb_self_sync_addr(struct vmb_bond *bond, u64 mac, bool has);
void vmb_self_sync_vid(struct vmb_bond *bond, u16 vid);

#endif
