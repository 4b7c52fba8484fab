/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_QUIET_H
#define VMBOND_QUIET_H

struct vmb_bond;
struct vmb_member;

void vmb_quiet_update(struct vmb_bond *bond);
void vmb_quiet_leave(struct vmb_member *m);

#endif
