/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_NOTIFY_H
#define VMBOND_NOTIFY_H

int vmb_notify_init(void);
void vmb_notify_exit(void);

#endif
