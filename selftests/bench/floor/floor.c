// SPDX-License-Identifier: GPL-2.0
/*
 * The least that code can do with a frame between two devices: an rx_handler
 * that sets or removes the tag, picks a device by a MAC and transmits. No
 * table, no counter, no check. What a switch costs is measured above this.
 *
 *   echo "DEV src|dst VID TO [TO]" >/sys/module/floor/parameters/redirect
 *
 * sends what DEV receives to one of the TO devices, chosen by the last byte of
 * the source or destination MAC. VID: the tag to push; 0: pop the tag; -1:
 * leave it. A redirect ends when one of its devices goes.
 */

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>

/**
 * struct redirect - from one device to two others, which may be the same
 */
struct redirect {
	/** @mac: offset of the byte that chooses */
	u8 mac;
	/** @vid: see above */
	int vid;
	/** @to: where frames go */
	struct net_device *to[2];
	/** @dev: where they come from */
	struct net_device *dev;
	/** @tracker: of the references to the three */
	netdevice_tracker tracker[3];
	/** @list: in the list of all; RTNL */
	struct list_head list;
	/** @rcu: to free it after the last frame */
	struct rcu_head rcu;
};

static LIST_HEAD(redirects);

static rx_handler_result_t floor_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	const struct redirect *r;

	r = rcu_dereference(skb->dev->rx_handler_data);
	skb->dev = r->to[skb_mac_header(skb)[r->mac] & 1];
	if (r->vid > 0)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), r->vid);
	else if (!r->vid)
		__vlan_hwaccel_clear_tag(skb);
	skb_push(skb, ETH_HLEN);
	dev_queue_xmit(skb);
	return RX_HANDLER_CONSUMED;
}

static void floor_detach(struct redirect *r)
{
	ASSERT_RTNL();
	netdev_rx_handler_unregister(r->dev);
	list_del(&r->list);
	netdev_put(r->dev, &r->tracker[0]);
	netdev_put(r->to[0], &r->tracker[1]);
	netdev_put(r->to[1], &r->tracker[2]);
	kfree_rcu(r, rcu);
}

static int floor_attach(struct net *net, struct redirect *r, const char *dev,
			const char *to0, const char *to1)
{
	int err;

	ASSERT_RTNL();
	r->dev = __dev_get_by_name(net, dev);
	r->to[0] = __dev_get_by_name(net, to0);
	r->to[1] = __dev_get_by_name(net, to1);
	if (!r->dev || !r->to[0] || !r->to[1])
		return -ENODEV;
	err = netdev_rx_handler_register(r->dev, floor_rx, r);
	if (err)
		return err;
	netdev_hold(r->dev, &r->tracker[0], GFP_KERNEL);
	netdev_hold(r->to[0], &r->tracker[1], GFP_KERNEL);
	netdev_hold(r->to[1], &r->tracker[2], GFP_KERNEL);
	list_add(&r->list, &redirects);
	return 0;
}

static int floor_set(const char *val, const struct kernel_param *kp)
{
	char dev[IFNAMSIZ], by[4], to0[IFNAMSIZ], to1[IFNAMSIZ];
	struct redirect *r;
	int vid, n, err;

	n = sscanf(val, "%15s %3s %d %15s %15s", dev, by, &vid, to0, to1);
	if (n < 4 || vid < -1 || vid >= VLAN_VID_MASK)
		return -EINVAL;
	r = kzalloc_obj(*r);
	if (!r)
		return -ENOMEM;
	r->vid = vid;
	r->mac = (strcmp(by, "src") ? 0 : ETH_ALEN) + ETH_ALEN - 1;

	rtnl_lock();
	err = floor_attach(current->nsproxy->net_ns, r, dev, to0,
			   n < 5 ? to0 : to1);
	rtnl_unlock();
	if (err)
		kfree(r);
	return err;
}

static const struct kernel_param_ops floor_ops = {
	.set	= floor_set,
};
module_param_cb(redirect, &floor_ops, NULL, 0200);
MODULE_PARM_DESC(redirect, "DEV src|dst VID TO [TO]");

static int floor_event(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct redirect *r, *tmp;

	if (event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	list_for_each_entry_safe(r, tmp, &redirects, list)
		if (dev == r->dev || dev == r->to[0] || dev == r->to[1])
			floor_detach(r);
	return NOTIFY_DONE;
}

static struct notifier_block floor_notifier = {
	.notifier_call	= floor_event,
};

static int __init floor_init(void)
{
	return register_netdevice_notifier(&floor_notifier);
}

static void __exit floor_exit(void)
{
	struct redirect *r, *tmp;

	unregister_netdevice_notifier(&floor_notifier);
	rtnl_lock();
	list_for_each_entry_safe(r, tmp, &redirects, list)
		floor_detach(r);
	rtnl_unlock();
}

module_init(floor_init);
module_exit(floor_exit);
MODULE_DESCRIPTION("Bare redirect, to measure switches against");
MODULE_LICENSE("GPL");
