/* SPDX-License-Identifier: GPL-2.0 */
#ifdef VMB_HAVE_NET_GSO
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif
