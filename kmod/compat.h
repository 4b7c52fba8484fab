/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What older kernels lack. All other code is written for the newest one. The
 * VMB_HAVE_ macros come from compat/Kbuild.include.
 */
#ifndef VMBOND_COMPAT_H
#define VMBOND_COMPAT_H

#include <linux/netdevice.h>
#include <linux/unaligned.h>
#include <net/rtnetlink.h>

/* VMB_NEWLINK(f): f() in the shape that rtnl_link_ops.newlink has */
#ifdef VMB_HAVE_NEWLINK_PARAMS
#define VMB_NEWLINK(f)		f
#define VMB_DEFINE_NEWLINK(f)
#else
struct rtnl_newlink_params {
	struct net *src_net;
	struct nlattr **tb;
	struct nlattr **data;
};

#define VMB_NEWLINK(f)		f##_compat
#define VMB_DEFINE_NEWLINK(f)						\
static int f##_compat(struct net *src_net, struct net_device *dev,	\
		      struct nlattr *tb[], struct nlattr *data[],	\
		      struct netlink_ext_ack *extack)			\
{									\
	struct rtnl_newlink_params params = {				\
		.src_net = src_net,					\
		.tb = tb,						\
		.data = data,						\
	};								\
									\
	return f(dev, &params, extack);					\
}
#endif

/**
 * vmb_dev_set_lltx - the device needs no transmit lock
 * @dev: the device
 */
static inline void vmb_dev_set_lltx(struct net_device *dev)
{
#ifdef VMB_HAVE_DEV_LLTX
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

/**
 * vmb_dev_set_netns_immutable - the device stays in its network namespace
 * @dev: the device
 */
static inline void vmb_dev_set_netns_immutable(struct net_device *dev)
{
#ifdef VMB_HAVE_DEV_NETNS_IMMUTABLE
	dev->netns_immutable = true;
#elif defined(VMB_HAVE_DEV_NETNS_LOCAL)
	dev->netns_local = true;
#else
	dev->features |= NETIF_F_NETNS_LOCAL;
#endif
}

/**
 * vmb_dev_set_no_addrconf - the device gets no IPv6 address of its own
 * @dev: the device
 * @on: from now on, or no longer
 *
 * Where the kernel cannot be told, the device has a link-local address that
 * nobody can reach.
 */
static inline void vmb_dev_set_no_addrconf(struct net_device *dev, bool on)
{
#ifdef VMB_HAVE_NO_ADDRCONF
	if (on)
		dev->priv_flags |= IFF_NO_ADDRCONF;
	else
		dev->priv_flags &= ~IFF_NO_ADDRCONF;
#endif
}

#endif
