// SPDX-License-Identifier: GPL-2.0
/* The bond as a netdev: how it comes, what may be set, how it goes. */

#include <linux/if_vlan.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <net/netdev_lock.h>
#include <net/rtnetlink.h>
#include "announce.h"
#include "dedup.h"
#include "dev.h"
#include "ethtool.h"
#include "event.h"
#include "fdb.h"
#include "learn.h"
#include "mcast.h"
#include "member.h"
#include "port.h"
#include "quiet.h"
#include "rebalance.h"
#include "rx.h"
#include "self.h"
#include "stats.h"
#include "uplink.h"

/* Whatever a lower device cannot do is done in software in front of it. */
#define VMB_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | \
			 NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE | \
			 NETIF_F_GSO_ENCAP_ALL)
#define VMB_VLAN_FEATURES (NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX)

LIST_HEAD(vmb_bonds);

/* Changes with every change of bonds, members and ports; RTNL. */
u32 vmb_config_gen;

/**
 * vmb_conf_default - what a new bond is unless told otherwise
 * @conf: filled in
 */
void vmb_conf_default(struct vmb_bond_conf *conf)
{
	*conf = (struct vmb_bond_conf){
		.mode = VMBOND_MODE_BALANCE_SLB,
		.rx_check = VMBOND_RX_CHECK_ADAPTIVE,
		.rebalance_interval = 10000,
		.max_moves = 8,
		.min_links = 1,
		.ageing = 300,
		.max_macs = 8192,
		.announce_count = 3,
	};
	bitmap_fill(conf->vlans, VLAN_N_VID);
	clear_bit(VLAN_VID_MASK, conf->vlans);
}

static int vmb_set_uplink_vlan(struct vmb_bond *bond,
			       const struct vmb_bond_conf *conf)
{
	struct vmb_vlan_conf *old = rtnl_dereference(bond->uplink_vlan);
	struct vmb_vlan_conf *new;

	if (old && conf->native == bond->conf.native &&
	    bitmap_equal(conf->vlans, bond->conf.vlans, VLAN_N_VID))
		return 0;
	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	vmb_vlan_uplink(new, conf->vlans, conf->native);
	rcu_assign_pointer(bond->uplink_vlan, new);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

/* What is left of a new configuration once nothing can go wrong any more. */
static void vmb_apply(struct vmb_bond *bond, const struct vmb_bond_conf *conf)
{
	/* Who sets other things, again and again, must not put it off. */
	if (conf->rebalance_interval != bond->conf.rebalance_interval)
		WRITE_ONCE(bond->rebalance_at, jiffies +
			   msecs_to_jiffies(conf->rebalance_interval));
	bond->conf = *conf;
	WRITE_ONCE(bond->rx_check, conf->rx_check);
	WRITE_ONCE(bond->announce_count, conf->announce_count);
	WRITE_ONCE(bond->rebalance_interval, conf->rebalance_interval);
	WRITE_ONCE(bond->max_moves, conf->max_moves);
	WRITE_ONCE(bond->ageing, conf->ageing * (unsigned long)HZ);
	spin_lock_bh(&bond->fdb.lock);
	bond->fdb.max = conf->max_macs;
	spin_unlock_bh(&bond->fdb.lock);
}

static bool vmb_has_member(const struct vmb_bond *bond, int ifindex)
{
	struct vmb_member *m;

	list_for_each_entry(m, &bond->members, list)
		if (m->dev->ifindex == ifindex)
			return true;
	return false;
}

static void vmb_tell(struct vmb_bond *bond)
{
	bond->told = true;
	vmb_event_bond(bond, VMBOND_CAUSE_CONFIG, false);
}

/**
 * vmb_bond_set - change a bond
 * @bond: the bond
 * @conf: all that is wanted of it; a changed copy of &struct vmb_bond.conf
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, or -EINVAL or -ENOMEM with everything as it was.
 */
int vmb_bond_set(struct vmb_bond *bond, const struct vmb_bond_conf *conf,
		 struct netlink_ext_ack *extack)
{
	bool members;
	int err;

	ASSERT_RTNL();
	if (conf->primary && conf->primary != bond->conf.primary &&
	    !vmb_has_member(bond, conf->primary)) {
		NL_SET_ERR_MSG(extack, "the primary is not a member");
		return -EINVAL;
	}
	err = vmb_set_uplink_vlan(bond, conf);
	if (err) {
		NL_SET_ERR_MSG(extack, "no memory for the VLANs");
		return err;
	}
	members = conf->mode != bond->conf.mode ||
		  conf->primary != bond->conf.primary ||
		  conf->min_links != bond->conf.min_links;
	vmb_apply(bond, conf);
	if (members)
		vmb_members_changed(bond, VMBOND_CAUSE_CONFIG);
	vmb_quiet_update(bond);
	mod_delayed_work(vmb_wq, &bond->link_work, 0);
	vmb_config_changed();
	vmb_tell(bond);
	return 0;
}

static void vmb_bond_free(struct net_device *dev)
{
	struct vmb_bond *bond = netdev_priv(dev);

	vmb_self_uninit(bond);
	vmb_uplink_free(bond);
	kfree(rcu_dereference_protected(bond->uplink_vlan, true));
	kvfree(bond->quiet);
	kvfree(bond->handover);
	kvfree(bond->dedup);
	kvfree(bond->vlan_ports);
	vmb_fdb_exit(&bond->fdb);
}

static struct vmb_dedup *vmb_dedup_new(void)
{
	struct vmb_dedup *d = kvzalloc(sizeof(*d), GFP_KERNEL_ACCOUNT);

	if (d)
		vmb_dedup_init(d);
	return d;
}

static int vmb_init(struct net_device *dev)
{
	struct vmb_bond *bond = netdev_priv(dev);
	struct vmb_bond_conf conf;
	int err = -ENOMEM;

	netdev_lockdep_set_classes(dev);
	bond->dev = dev;
	vmb_conf_default(&conf);
	bond->conf = conf;
	INIT_LIST_HEAD(&bond->members);
	INIT_LIST_HEAD(&bond->ports);
	INIT_DELAYED_WORK(&bond->link_work, vmb_member_link_work);
	INIT_DELAYED_WORK(&bond->rebalance_work, vmb_rebalance_work);
	INIT_DELAYED_WORK(&bond->announce_work, vmb_announce_work);
	INIT_DELAYED_WORK(&bond->mcast_work, vmb_mcast_work);
	bond->sampled = jiffies;
	bond->rebalance_at = jiffies +
			     msecs_to_jiffies(conf.rebalance_interval);
	/* 0 is what a station has that no run has moved */
	bond->run = 1;

	if (vmb_fdb_init(&bond->fdb, conf.max_macs))
		return -ENOMEM;
	bond->vlan_ports = kvcalloc(VMB_VLAN_N, sizeof(*bond->vlan_ports),
				    GFP_KERNEL_ACCOUNT);
	if (!bond->vlan_ports)
		goto err_fdb;
	bond->dedup = vmb_dedup_new();
	bond->handover = vmb_dedup_new();
	if (!bond->dedup || !bond->handover)
		goto err_dedup;
	err = vmb_set_uplink_vlan(bond, &conf);
	if (err)
		goto err_dedup;
	err = vmb_self_init(bond);
	if (err)
		goto err_uplink_vlan;
	vmb_uplink_publish(bond);

	vmb_apply(bond, &conf);
	netif_carrier_off(dev);
	list_add_tail(&bond->list, &vmb_bonds);
	vmb_config_changed();
	queue_delayed_work(vmb_wq, &bond->rebalance_work, HZ);
	return 0;

err_uplink_vlan:
	kfree(rtnl_dereference(bond->uplink_vlan));
err_dedup:
	kvfree(bond->handover);
	kvfree(bond->dedup);
	kvfree(bond->vlan_ports);
err_fdb:
	vmb_fdb_exit(&bond->fdb);
	return err;
}

/* Lets go of whatever is attached, and of all stations. */
static void vmb_let_go(struct vmb_bond *bond)
{
	struct vmb_member *m, *next_m;
	struct vmb_port *port, *next;

	list_for_each_entry_safe(port, next, &bond->ports, list)
		vmb_port_del(port);
	list_for_each_entry_safe(m, next_m, &bond->members, list)
		vmb_member_del(m, false);
	vmb_flush(bond, NULL, VMB_VLAN_NONE, false);
}

static void vmb_uninit(struct net_device *dev)
{
	struct vmb_bond *bond = netdev_priv(dev);

	vmb_let_go(bond);
	list_del(&bond->list);
	/* The sum that tells a dump of stations of changes never goes back. */
	WRITE_ONCE(vmb_config_gen, vmb_config_gen + bond->fdb.gen);
	vmb_config_changed();
	cancel_delayed_work_sync(&bond->rebalance_work);
	cancel_delayed_work_sync(&bond->announce_work);
	cancel_delayed_work_sync(&bond->mcast_work);
	cancel_delayed_work_sync(&bond->link_work);
	/* Not of one that was refused: the stack, too, may do that late. */
	if (bond->told)
		vmb_event_bond(bond, VMBOND_CAUSE_CONFIG, true);
}

static netdev_tx_t vmb_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct vmb_bond *bond = netdev_priv(dev);

	rcu_read_lock();
	vmb_rx_self(&bond->self, skb);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

static void vmb_get_stats64(struct net_device *dev,
			    struct rtnl_link_stats64 *stats)
{
	struct vmb_bond *bond = netdev_priv(dev);
	struct vmb_stats sum = {};
	int i;

	/* What comes from the node is what its netdev has sent. */
	vmb_stats_add(&sum, bond->self.stats);
	stats->tx_packets = sum.rx_packets;
	stats->tx_bytes = sum.rx_bytes;
	stats->rx_packets = sum.tx_packets;
	stats->rx_bytes = sum.tx_bytes;
	for (i = 0; i < VMB_DROP_N; i++)
		if (i != VMB_DROP_MAC_LIMIT)
			stats->tx_dropped += sum.drops[i];
}

static int vmb_change_mtu(struct net_device *dev, int mtu)
{
	struct vmb_bond *bond = netdev_priv(dev);
	int old[VMB_MEMBERS_MAX], n = 0, err;
	struct vmb_member *m;

	list_for_each_entry(m, &bond->members, list) {
		old[n] = m->dev->mtu;
		err = dev_set_mtu(m->dev, mtu);
		if (err)
			goto unwind;
		n++;
	}
	WRITE_ONCE(dev->mtu, mtu);
	return 0;

unwind:
	/* Not the bond's: somebody may have given a member another. */
	list_for_each_entry_continue_reverse(m, &bond->members, list)
		dev_set_mtu(m->dev, old[--n]);
	return err;
}

static int vmb_uc_add(struct net_device *dev, const unsigned char *addr)
{
	vmb_self_sync_addr(netdev_priv(dev), vmb_mac(addr), true);
	return 0;
}

static int vmb_uc_del(struct net_device *dev, const unsigned char *addr)
{
	vmb_self_sync_addr(netdev_priv(dev), vmb_mac(addr), false);
	return 0;
}

/* Called for each VLAN of a bridge above, so it looks at what is new only. */
static void vmb_set_rx_mode(struct net_device *dev)
{
	__dev_uc_sync(dev, vmb_uc_add, vmb_uc_del);
	vmb_self_promisc(netdev_priv(dev), dev->flags & IFF_PROMISC);
}

static void vmb_sync_addresses(struct net_device *dev)
{
	netif_addr_lock_bh(dev);
	vmb_self_sync(netdev_priv(dev));
	netif_addr_unlock_bh(dev);
}

/* What the address lists had while it was down. */
static int vmb_open(struct net_device *dev)
{
	vmb_sync_addresses(dev);
	return 0;
}

/*
 * The stack does not tell a device that is down of addresses that go: those
 * beside its own, and whoever is behind it, are not here until it is up again.
 */
static int vmb_stop(struct net_device *dev)
{
	struct vmb_bond *bond = netdev_priv(dev);

	netif_addr_lock_bh(dev);
	__dev_uc_unsync(dev, vmb_uc_del);
	vmb_self_promisc(bond, false);
	netif_addr_unlock_bh(dev);
	vmb_flush(bond, &bond->self, VMB_VLAN_NONE, true);
	return 0;
}

static int vmb_set_mac_address(struct net_device *dev, void *addr)
{
	int err = eth_mac_addr(dev, addr);

	if (!err) {
		vmb_sync_addresses(dev);
		/* what its members send themselves may not have its MAC */
		vmb_uplink_publish(netdev_priv(dev));
	}
	return err;
}

static void vmb_set_vid(struct net_device *dev, u16 vid, bool on)
{
	struct vmb_bond *bond = netdev_priv(dev);

	/* VID 0 is the stack's wish for priority tags: untagged to us. */
	if (!vid)
		return;
	netif_addr_lock_bh(dev);
	spin_lock(&bond->fdb.lock);
	assign_bit(vid, bond->self_vids, on);
	spin_unlock(&bond->fdb.lock);
	vmb_self_sync_vid(bond, vid);
	netif_addr_unlock_bh(dev);
	mod_delayed_work(vmb_wq, &bond->link_work, 0);
}

static int vmb_vlan_rx_add_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	vmb_set_vid(dev, vid, true);
	return 0;
}

static int vmb_vlan_rx_kill_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	vmb_set_vid(dev, vid, false);
	return 0;
}

static int vmb_add_slave(struct net_device *dev, struct net_device *lower,
			 struct netlink_ext_ack *extack)
{
	struct vmb_port_conf conf;

	vmb_port_conf_default(&conf);
	return vmb_port_add(netdev_priv(dev), lower, &conf, extack);
}

static int vmb_del_slave(struct net_device *dev, struct net_device *lower)
{
	struct vmb_member *m = vmb_member_get_rtnl(lower);
	struct vmb_port *port;

	if (m) {
		vmb_member_del(m, false);
		return 0;
	}
	port = vmb_port_get_rtnl(lower);
	if (!port)
		return -EINVAL;
	vmb_port_del(port);
	return 0;
}

const struct net_device_ops vmb_netdev_ops = {
	.ndo_init		= vmb_init,
	.ndo_open		= vmb_open,
	.ndo_stop		= vmb_stop,
	.ndo_uninit		= vmb_uninit,
	.ndo_start_xmit		= vmb_start_xmit,
	.ndo_get_stats64	= vmb_get_stats64,
	.ndo_change_mtu		= vmb_change_mtu,
	.ndo_set_rx_mode	= vmb_set_rx_mode,
	.ndo_set_mac_address	= vmb_set_mac_address,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_vlan_rx_add_vid	= vmb_vlan_rx_add_vid,
	.ndo_vlan_rx_kill_vid	= vmb_vlan_rx_kill_vid,
	.ndo_add_slave		= vmb_add_slave,
	.ndo_del_slave		= vmb_del_slave,
	.ndo_features_check	= passthru_features_check,
};

static void vmb_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &vmb_netdev_ops;
	dev->ethtool_ops = &vmb_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = vmb_bond_free;
	/* netpoll sends with interrupts off, which the members' queues bar. */
	dev->priv_flags |= IFF_NO_QUEUE | IFF_UNICAST_FLT |
			   IFF_LIVE_ADDR_CHANGE | IFF_DISABLE_NETPOLL;
	/* Frames are changed on their way. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* A member's filters may look at the route of the node's frames. */
	netif_keep_dst(dev);
	dev->max_mtu = ETH_MAX_MTU;
	dev->hw_features = VMB_FEATURES;
	dev->features = VMB_FEATURES | VMB_VLAN_FEATURES |
			NETIF_F_HW_VLAN_CTAG_FILTER;
	dev->vlan_features = VMB_FEATURES;
	dev->hw_enc_features = VMB_FEATURES;
	vmb_dev_set_lltx(dev);
	/* Every member and port is in the bond's network namespace. */
	vmb_dev_set_netns_immutable(dev);
	eth_hw_addr_random(dev);
}

static int vmb_newlink(struct net_device *dev,
		       struct rtnl_newlink_params *params,
		       struct netlink_ext_ack *extack)
{
	int err = register_netdevice(dev);

	if (!err)
		vmb_tell(netdev_priv(dev));
	return err;
}

VMB_DEFINE_NEWLINK(vmb_newlink)

static void vmb_dellink(struct net_device *dev, struct list_head *head)
{
	unregister_netdevice_queue(dev, head);
}

static int vmb_validate(struct nlattr *tb[], struct nlattr *data[],
			struct netlink_ext_ack *extack)
{
	struct nlattr *mac = tb[IFLA_ADDRESS];

	if (!mac || (nla_len(mac) == ETH_ALEN &&
		     is_valid_ether_addr(nla_data(mac))))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, mac, "this is no device's MAC");
	return -EADDRNOTAVAIL;
}

struct rtnl_link_ops vmb_link_ops = {
	.kind		= "vmbond",
	.priv_size	= sizeof(struct vmb_bond),
	.setup		= vmb_setup,
	.validate	= vmb_validate,
	.newlink	= VMB_NEWLINK(vmb_newlink),
	.dellink	= vmb_dellink,
};

/**
 * vmb_bond_add - create a bond
 * @net: its network namespace
 * @name: its name
 * @conf: what is wanted of it
 * @bond: set to the bond
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0; -EINVAL, -ENOMEM, or what register_netdevice() says.
 */
int vmb_bond_add(struct net *net, const char *name,
		 const struct vmb_bond_conf *conf, struct vmb_bond **bond,
		 struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	ASSERT_RTNL();
	dev = alloc_netdev(sizeof(struct vmb_bond), name, NET_NAME_USER,
			   vmb_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, net);
	dev->rtnl_link_ops = &vmb_link_ops;
	err = register_netdevice(dev);
	if (err) {
		if (err == -EEXIST)
			NL_SET_ERR_MSG(extack,
				       "there is a device of this name already");
		else
			NL_SET_ERR_MSG(extack,
				       "the device cannot be registered");
		free_netdev(dev);
		return err;
	}
	*bond = netdev_priv(dev);
	/* Its members are yet to come. */
	(*bond)->conf.primary = conf->primary;
	err = vmb_bond_set(*bond, conf, extack);
	if (err)
		unregister_netdevice(dev);
	return err;
}

/**
 * vmb_bonds_forget - a device goes that a bond may wait for as its primary
 * @dev: the device
 *
 * Context: RTNL.
 */
void vmb_bonds_forget(const struct net_device *dev)
{
	struct vmb_bond *bond;

	ASSERT_RTNL();
	list_for_each_entry(bond, &vmb_bonds, list)
		if (net_eq(dev_net(bond->dev), dev_net(dev)))
			vmb_primary_forget(bond, dev);
}

/**
 * vmb_bond_del - delete a bond; members and ports are let go
 * @bond: the bond
 *
 * Context: RTNL.
 */
void vmb_bond_del(struct vmb_bond *bond)
{
	ASSERT_RTNL();
	unregister_netdevice(bond->dev);
}
