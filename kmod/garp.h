/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_GARP_H
#define VMBOND_GARP_H

#include <linux/types.h>

struct sk_buff;

bool vmb_is_announcement(const struct sk_buff *skb);

#endif
