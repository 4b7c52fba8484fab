// SPDX-License-Identifier: GPL-2.0
/*
 * A device like dummy, but honest about its link: what it is given while it
 * has no carrier is lost, and not counted as sent.
 *
 *   ip link add NAME type sink
 *   ip link set NAME carrier off
 */

#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <net/rtnetlink.h>

static netdev_tx_t sink_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (likely(netif_carrier_ok(dev)))
		dev_lstats_add(dev, skb->len);
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static void sink_get_stats64(struct net_device *dev,
			     struct rtnl_link_stats64 *stats)
{
	dev_lstats_read(dev, &stats->tx_packets, &stats->tx_bytes);
}

static int sink_change_carrier(struct net_device *dev, bool on)
{
	if (on)
		netif_carrier_on(dev);
	else
		netif_carrier_off(dev);
	return 0;
}

static const struct net_device_ops sink_netdev_ops = {
	.ndo_start_xmit		= sink_xmit,
	.ndo_get_stats64	= sink_get_stats64,
	.ndo_change_carrier	= sink_change_carrier,
	.ndo_set_mac_address	= eth_mac_addr,
};

static void sink_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &sink_netdev_ops;
	dev->needs_free_netdev = true;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_LSTATS;
	dev->flags |= IFF_NOARP;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_NO_QUEUE;
	dev->lltx = true;
	dev->features |= NETIF_F_HW_VLAN_CTAG_TX;
	eth_hw_addr_random(dev);
}

static struct rtnl_link_ops sink_link_ops = {
	.kind	= "sink",
	.setup	= sink_setup,
};

static int __init sink_init(void)
{
	return rtnl_link_register(&sink_link_ops);
}

static void __exit sink_exit(void)
{
	rtnl_link_unregister(&sink_link_ops);
}

module_init(sink_init);
module_exit(sink_exit);
MODULE_DESCRIPTION("Network device that loses frames without carrier");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK("sink");
