/* SPDX-License-Identifier: GPL-2.0 */
#ifdef VMB_HAVE_NETDEV_LOCK
#include_next <net/netdev_lock.h>
#else
#include <linux/netdevice.h>
#endif
