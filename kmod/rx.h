/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_RX_H
#define VMBOND_RX_H

#include <linux/netdevice.h>

struct vmb_port;

rx_handler_result_t vmb_rx_port(struct sk_buff **pskb);
rx_handler_result_t vmb_rx_member(struct sk_buff **pskb);
void vmb_rx_self(struct vmb_port *self, struct sk_buff *skb);

#endif
