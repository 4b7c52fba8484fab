// SPDX-License-Identifier: GPL-2.0
/* What members and ports have in common: being a lower device of the bond. */

#include <linux/if_arp.h>
#include <linux/if_macvlan.h>
#include "lower.h"
#include "vmbond.h"

static int vmb_has_master(struct net_device *dev,
			  struct netdev_nested_priv *master)
{
	return netdev_master_upper_dev_get(dev) == master->data;
}

/*
 * Is a device above or below another of the bond's, as VLAN devices are? Its
 * frames would come in twice, and go round: what a member floods would be a
 * port's.
 */
static bool vmb_lower_stacked(const struct vmb_bond *bond,
			      struct net_device *dev)
{
	struct netdev_nested_priv master = { .data = bond->dev };
	bool stacked;

	rcu_read_lock();
	stacked = netdev_walk_all_lower_dev_rcu(dev, vmb_has_master, &master) ||
		  netdev_walk_all_upper_dev_rcu(dev, vmb_has_master, &master);
	rcu_read_unlock();
	return stacked;
}

/* Does a device get what is for its own address only, promiscuous or not? */
static bool vmb_one_address(const struct net_device *dev)
{
	const char *kind = dev->rtnl_link_ops ? dev->rtnl_link_ops->kind : "";

	if (netif_is_macvlan(dev))
		return ((struct macvlan_dev *)netdev_priv(dev))->mode !=
		       MACVLAN_MODE_PASSTHRU;
	return !strcmp(kind, "ipvlan");
}

/**
 * vmb_lower_check - can a device be a member or a port of a bond
 * @bond: the bond
 * @dev: the device
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, -EINVAL, -EBUSY or -ELOOP.
 */
int vmb_lower_check(const struct vmb_bond *bond, struct net_device *dev,
		    struct netlink_ext_ack *extack)
{
	bool above;

	ASSERT_RTNL();
	if (vmb_is_bond(dev)) {
		NL_SET_ERR_MSG(extack, "a vmbond device cannot be in a bond");
		return -ELOOP;
	}
	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "a loopback device cannot be in a bond");
		return -EINVAL;
	}
	if (dev->type != ARPHRD_ETHER || dev->addr_len != ETH_ALEN ||
	    !is_valid_ether_addr(dev->dev_addr)) {
		NL_SET_ERR_MSG(extack, "not an Ethernet device");
		return -EINVAL;
	}
	if (dev->priv_flags & IFF_DONT_BRIDGE || vmb_one_address(dev)) {
		NL_SET_ERR_MSG(extack,
			       "the device cannot carry other hosts' frames");
		return -EINVAL;
	}
	if (netdev_master_upper_dev_get(dev)) {
		NL_SET_ERR_MSG(extack, "the device has a master already");
		return -EBUSY;
	}
	if (netdev_is_rx_handler_busy(dev)) {
		NL_SET_ERR_MSG(extack,
			       "the device's frames go elsewhere already (macvlan, ipvlan or the like)");
		return -EBUSY;
	}
	rcu_read_lock();
	above = netdev_has_upper_dev_all_rcu(bond->dev, dev);
	rcu_read_unlock();
	if (above) {
		NL_SET_ERR_MSG(extack, "the device is on top of the bond");
		return -ELOOP;
	}
	if (vmb_lower_stacked(bond, dev)) {
		NL_SET_ERR_MSG(extack,
			       "the device is above or below another of the bond");
		return -ELOOP;
	}
	return 0;
}

/*
 * What the node's stack has to know of the devices that its frames leave by:
 * the room for headers that they need, and the largest GSO frames they take.
 */
static void vmb_lower_limits(struct net_device *dev)
{
	unsigned int size = TSO_LEGACY_MAX_SIZE, segs = TSO_MAX_SEGS;
	unsigned int head = 0, tail = 0;
	struct net_device *lower;
	struct list_head *i;
	bool first = true;

	netdev_for_each_lower_dev(dev, lower, i) {
		size = first ? lower->tso_max_size :
			       min(size, lower->tso_max_size);
		first = false;
		segs = min_t(unsigned int, segs, lower->tso_max_segs);
		head = max_t(unsigned int, head, lower->needed_headroom +
			     lower->hard_header_len - ETH_HLEN);
		tail = max_t(unsigned int, tail, lower->needed_tailroom);
	}
	WRITE_ONCE(dev->needed_headroom, head);
	WRITE_ONCE(dev->needed_tailroom, tail);
	if (size == dev->tso_max_size && segs == dev->tso_max_segs)
		return;
	netif_set_tso_max_size(dev, size);
	netif_set_tso_max_segs(dev, segs);
	/* VLAN devices above the bond have the same limits. */
	if (dev->reg_state == NETREG_REGISTERED)
		netdev_features_change(dev);
}

/**
 * vmb_lower_attach - put a device under a bond and take its frames
 * @bond: the bond
 * @dev: the device, for which vmb_lower_check() had no objection
 * @handler: gets its frames
 * @data: of the handler
 * @extack: says why not
 *
 * Context: RTNL.
 */
int vmb_lower_attach(struct vmb_bond *bond, struct net_device *dev,
		     rx_handler_func_t *handler, void *data,
		     struct netlink_ext_ack *extack)
{
	int err;

	ASSERT_RTNL();
	err = dev_set_promiscuity(dev, 1);
	if (err) {
		NL_SET_ERR_MSG(extack, "the device cannot be promiscuous");
		return err;
	}
	err = netdev_master_upper_dev_link(dev, bond->dev, NULL, NULL, extack);
	if (err) {
		if (extack && !extack->_msg)
			NL_SET_ERR_MSG(extack,
				       "the device cannot be below the bond, where no more than 8 are stacked");
		goto err_promisc;
	}
	err = netdev_rx_handler_register(dev, handler, data);
	if (err) {
		NL_SET_ERR_MSG(extack, "the device's frames go elsewhere");
		goto err_link;
	}
	/* What LRO has merged cannot be sent on. */
	dev_disable_lro(dev);
	vmb_lower_limits(bond->dev);
	return 0;

err_link:
	netdev_upper_dev_unlink(dev, bond->dev);
err_promisc:
	dev_set_promiscuity(dev, -1);
	return err;
}

/**
 * vmb_lower_detach - undo vmb_lower_attach()
 * @bond: the bond
 * @dev: the device
 *
 * No frame of the device is under way to its handler afterwards.
 *
 * Context: RTNL.
 */
void vmb_lower_detach(struct vmb_bond *bond, struct net_device *dev)
{
	ASSERT_RTNL();
	netdev_rx_handler_unregister(dev);
	netdev_upper_dev_unlink(dev, bond->dev);
	dev_set_promiscuity(dev, -1);
	vmb_lower_limits(bond->dev);
}

/**
 * vmb_lower_data - the member or port that a device is
 * @dev: the device
 * @handler: vmb_rx_member() or vmb_rx_port()
 *
 * Context: RTNL.
 * Return: the member or port, or NULL if the device is none.
 */
void *vmb_lower_data(const struct net_device *dev, rx_handler_func_t *handler)
{
	ASSERT_RTNL();
	if (rtnl_dereference(dev->rx_handler) != handler)
		return NULL;
	return rtnl_dereference(dev->rx_handler_data);
}
