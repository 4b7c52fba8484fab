// SPDX-License-Identifier: GPL-2.0
/* Members: attach, detach, the state of their links, draining. */

#include <linux/ethtool.h>
#include <linux/slab.h>
#include <linux/hash.h>
#include "announce.h"
#include "dev.h"
#include "event.h"
#include "lower.h"
#include "mcast.h"
#include "member.h"
#include "pin.h"
#include "quiet.h"
#include "rebalance.h"
#include "rx.h"
#include "self.h"
#include "stats.h"
#include "trace.h"
#include "uplink.h"

static bool vmb_member_has_link(const struct vmb_member *m)
{
	return !m->going_down && netif_running(m->dev) &&
	       netif_carrier_ok(m->dev);
}

static u32 vmb_count_usable(const struct vmb_bond *bond)
{
	struct vmb_member *m;
	u32 n = 0;

	list_for_each_entry(m, &bond->members, list)
		n += vmb_member_usable(m);
	return n;
}

static void vmb_update_carrier(struct vmb_bond *bond)
{
	struct vmb_member *m;
	bool carrier;
	u32 up = 0;

	list_for_each_entry(m, &bond->members, list)
		up += m->up;
	carrier = up >= bond->conf.min_links;
	if (carrier == netif_carrier_ok(bond->dev))
		return;
	if (carrier)
		netif_carrier_on(bond->dev);
	else
		netif_carrier_off(bond->dev);
	vmb_config_changed();
	if (bond->told)
		vmb_event_bond(bond, VMBOND_CAUSE_LINK, false);
}

/**
 * vmb_members_changed - the usable members are others than before
 * @bond: the bond
 * @cause: why
 *
 * Frames see them first; then the stations that must move do, and those that
 * even out the load if a member came.
 *
 * Context: RTNL.
 */
void vmb_members_changed(struct vmb_bond *bond, enum vmbond_cause cause)
{
	struct vmb_member *m;

	ASSERT_RTNL();
	vmb_uplink_publish(bond);
	vmb_mcast_ask(bond);
	trace_vmbond_uplink(bond, vmb_count_usable(bond), cause);
	vmb_pin_evacuate(bond, cause);
	vmb_pin_tell(bond);
	if (cause == VMBOND_CAUSE_RETURNED)
		vmb_rebalance(bond, true, false, cause, NULL);
	vmb_update_carrier(bond);
	vmb_config_changed();
	list_for_each_entry(m, &bond->members, list)
		vmb_event_member(m, VMBOND_CAUSE_RECEIVER, false);
}

/*
 * Tells of the receivers if other VLANs are in use. From the work and not where
 * VLANs come and go: a bridge above brings 4094 of them one by one.
 */
static void vmb_members_vlans_changed(struct vmb_bond *bond)
{
	DECLARE_BITMAP(now, VLAN_N_VID);
	struct vmb_member *m;

	vmb_uplink_vlans(bond, now);
	if (bitmap_equal(now, bond->used_vids, VLAN_N_VID))
		return;
	bitmap_copy(bond->used_vids, now, VLAN_N_VID);
	vmb_config_changed();
	list_for_each_entry(m, &bond->members, list)
		vmb_event_member(m, VMBOND_CAUSE_RECEIVER, false);
}

/* A member is up or down now. */
static void vmb_member_tell(const struct vmb_member *m)
{
	trace_vmbond_member(m->bond, m->dev->ifindex, vmb_member_state(m));
	vmb_event_member(m, VMBOND_CAUSE_LINK, false);
}

/* How long @up waits to follow @link, in jiffies, as it is set now. */
static unsigned long vmb_member_delay(const struct vmb_member *m)
{
	const struct vmb_bond_conf *conf = &m->bond->conf;

	/* Who takes a device down does not mean a flap. */
	if (!m->link && (m->going_down || !netif_running(m->dev)))
		return 0;
	return msecs_to_jiffies(m->link ? conf->updelay : conf->downdelay);
}

/* A delay that runs is left alone, so that a flap does not prolong it. */
static bool vmb_member_step(struct vmb_member *m)
{
	unsigned long delay;

	m->link = vmb_member_has_link(m);
	if (m->up == m->link) {
		m->waits_since = 0;
		return false;
	}
	delay = vmb_member_delay(m);
	if (!m->waits_since)
		m->waits_since = jiffies ?: 1;
	if (delay && time_before(jiffies, m->waits_since + delay))
		return false;
	m->up = m->link;
	m->waits_since = 0;
	return true;
}

/*
 * Waiting is worse than flapping where nothing else is up, or only for as long
 * as its downdelay runs.
 */
static struct vmb_member *vmb_skip_updelay(struct vmb_bond *bond)
{
	struct vmb_member *m, *soonest = NULL;

	list_for_each_entry(m, &bond->members, list)
		if (vmb_member_usable(m) && m->link)
			return NULL;
	list_for_each_entry(m, &bond->members, list)
		if (m->link && !m->up && !m->drain &&
		    (!soonest ||
		     time_before(m->waits_since, soonest->waits_since)))
			soonest = m;
	if (soonest) {
		soonest->up = true;
		soonest->waits_since = 0;
		vmb_member_tell(soonest);
	}
	return soonest;
}

/* Brings the members' states up to date; sets *@next where one waits. */
static void vmb_members_step(struct vmb_bond *bond, unsigned long *next)
{
	bool came = false, went = false, flapped = false;
	struct vmb_member *m;

	list_for_each_entry(m, &bond->members, list) {
		bool link = m->link, stepped = vmb_member_step(m);

		flapped |= m->link != link;
		if (!stepped) {
			/* A delay began, or what it was for is over. */
			if (m->link != link)
				vmb_event_member(m, VMBOND_CAUSE_LINK, false);
			continue;
		}
		/* One that is drained takes nothing when it comes. */
		came |= vmb_member_usable(m);
		went |= !m->up;
		vmb_member_tell(m);
	}
	if (vmb_skip_updelay(bond))
		came = true;
	/* Not before: the one that came may be instead of one that went. */
	vmb_update_carrier(bond);
	if (went)
		vmb_members_changed(bond, VMBOND_CAUSE_FAILOVER);
	if (came)
		vmb_members_changed(bond, VMBOND_CAUSE_RETURNED);
	/* While downdelay runs a receiver is not one without carrier. */
	if (flapped && !went && !came)
		vmb_mcast_ask(bond);

	list_for_each_entry(m, &bond->members, list) {
		unsigned long end = m->waits_since + vmb_member_delay(m);

		if (m->waits_since && time_before(end, *next))
			*next = end;
	}
}

/**
 * vmb_member_link_changed - a member's carrier or state changed
 * @m: the member
 * @going_down: it is being taken down
 *
 * Failover happens here, in the notifier; what can wait is left to the work.
 *
 * Context: RTNL. The lock of the member's device may be held, so that its
 * driver cannot be asked for the speed.
 */
void vmb_member_link_changed(struct vmb_member *m, bool going_down)
{
	struct vmb_bond *bond = m->bond;
	unsigned long next = jiffies + MAX_JIFFY_OFFSET / 2;

	ASSERT_RTNL();
	m->going_down = going_down;
	vmb_members_step(bond, &next);
	mod_delayed_work(vmb_wq, &bond->link_work, 0);
}

static u32 vmb_member_speed(const struct vmb_member *m)
{
	struct ethtool_link_ksettings link;

	if (!netif_running(m->dev) ||
	    __ethtool_get_link_ksettings(m->dev, &link) ||
	    link.base.speed == (u32)SPEED_UNKNOWN)
		return 0;
	return link.base.speed;
}

static void vmb_members_speed(struct vmb_bond *bond)
{
	struct vmb_member *m;
	u32 speed;

	list_for_each_entry(m, &bond->members, list) {
		if (!m->link)
			continue;
		speed = vmb_member_speed(m);
		if (speed == m->speed)
			continue;
		WRITE_ONCE(m->speed, speed);
		vmb_event_member(m, VMBOND_CAUSE_LINK, false);
	}
}

/**
 * vmb_member_link_work - delays that have passed, speeds, VLANs that came, and
 *			  announcements of the node's own addresses
 * @work: &struct vmb_bond.link_work
 *
 * RTNL is tried, not waited for: who removes the bond holds it and waits for
 * us.
 */
void vmb_member_link_work(struct work_struct *work)
{
	struct vmb_bond *bond = container_of(to_delayed_work(work),
					     struct vmb_bond, link_work);
	unsigned long never = jiffies + MAX_JIFFY_OFFSET / 2;
	unsigned long next = never;

	if (!rtnl_trylock()) {
		queue_delayed_work(vmb_wq, &bond->link_work, 1);
		return;
	}
	vmb_members_speed(bond);
	vmb_members_step(bond, &next);
	if (READ_ONCE(bond->self_dirty)) {
		netif_addr_lock_bh(bond->dev);
		vmb_self_sync(bond);
		netif_addr_unlock_bh(bond->dev);
	}
	vmb_quiet_update(bond);
	vmb_members_vlans_changed(bond);
	vmb_announce_peers(bond, &next);
	if (bond->resend_igmp) {
		bond->resend_igmp = false;
		call_netdevice_notifiers(NETDEV_RESEND_IGMP, bond->dev);
	}
	rtnl_unlock();

	if (next != never)
		queue_delayed_work(vmb_wq, &bond->link_work,
				   time_after(next, jiffies) ?
				   next - jiffies : 1);
}

static void vmb_member_free_rcu(struct rcu_head *rcu)
{
	struct vmb_member *m = container_of(rcu, struct vmb_member, rcu);

	free_percpu(m->stats);
	kfree(m);
}

static struct vmb_member *vmb_member_alloc(struct vmb_bond *bond,
					   struct net_device *dev, u32 weight,
					   bool drain)
{
	struct vmb_member *m;

	m = kzalloc(sizeof(*m), GFP_KERNEL_ACCOUNT);
	if (!m)
		return NULL;
	m->stats = vmb_stats_alloc();
	if (!m->stats) {
		kfree(m);
		return NULL;
	}
	m->bond = bond;
	m->dev = dev;
	m->weight = weight;
	m->drain = drain;
	m->orig_mtu = dev->mtu;
	m->id = ffz(bond->member_ids);
	m->salt = vmb_mix(dev->ifindex);
	m->stamp = (u64)dev->ifindex << 32;
	return m;
}

/* A bond without an address of its own takes the first member's. */
static void vmb_take_address(struct vmb_bond *bond,
			     const struct net_device *dev)
{
	if (bond->n_members || bond->dev->addr_assign_type != NET_ADDR_RANDOM)
		return;
	eth_hw_addr_set(bond->dev, dev->dev_addr);
	bond->dev->addr_assign_type = NET_ADDR_STOLEN;
	netif_addr_lock_bh(bond->dev);
	vmb_self_sync(bond);
	netif_addr_unlock_bh(bond->dev);
	call_netdevice_notifiers(NETDEV_CHANGEADDR, bond->dev);
}

/**
 * vmb_member_add - attach a member
 * @bond: the bond
 * @dev: the device
 * @weight: share of the load relative to its speed
 * @drain: do not use it yet
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0; -ENOSPC, -ENOMEM, what vmb_lower_check() says, or what the
 * device says to the bond's MTU or to being opened.
 */
int vmb_member_add(struct vmb_bond *bond, struct net_device *dev, u32 weight,
		   bool drain, struct netlink_ext_ack *extack)
{
	bool was_open = dev->flags & IFF_UP;
	unsigned long next = jiffies;
	struct vmb_member *m;
	int err;

	ASSERT_RTNL();
	err = vmb_lower_check(bond, dev, extack);
	if (err)
		return err;
	if (dev->features & NETIF_F_VLAN_CHALLENGED) {
		NL_SET_ERR_MSG(extack, "the device cannot carry VLAN tags");
		return -EINVAL;
	}
	if (bond->n_members == VMB_MEMBERS_MAX) {
		NL_SET_ERR_MSG(extack, "the bond has 16 members already");
		return -ENOSPC;
	}
	m = vmb_member_alloc(bond, dev, weight, drain);
	if (!m)
		return -ENOMEM;

	err = dev_set_mtu(dev, bond->dev->mtu);
	if (err) {
		NL_SET_ERR_MSG(extack, "the device cannot have the bond's MTU");
		goto err_free;
	}
	/* Its own stack stays out of it: the node's address is the bond's. */
	vmb_dev_set_no_addrconf(dev, true);
	err = dev_open(dev, extack);
	if (err) {
		NL_SET_ERR_MSG(extack, "the device cannot be opened");
		goto err_mtu;
	}
	err = vmb_lower_attach(bond, dev, vmb_rx_member, m, extack);
	if (err)
		goto err_open;

	netdev_hold(dev, &m->tracker, GFP_KERNEL);
	vmb_take_address(bond, dev);
	list_add_tail_rcu(&m->list, &bond->members);
	bond->member_ids |= BIT(m->id);
	bond->n_members++;
	m->speed = vmb_member_speed(m);
	/* Its MAC counts as local from now on, whether it is usable or not. */
	vmb_uplink_publish(bond);
	vmb_members_step(bond, &next);
	vmb_quiet_update(bond);
	mod_delayed_work(vmb_wq, &bond->link_work, 0);
	vmb_config_changed();
	vmb_event_member(m, VMBOND_CAUSE_CONFIG, false);
	return 0;

err_open:
	if (!was_open)
		dev_close(dev);
err_mtu:
	vmb_dev_set_no_addrconf(dev, false);
	dev_set_mtu(dev, m->orig_mtu);
err_free:
	free_percpu(m->stats);
	kfree(m);
	return err;
}

/**
 * vmb_member_set - change a member
 * @m: the member
 * @weight: share of the load relative to its speed
 * @drain: take no stations and be no receiver
 *
 * Context: RTNL.
 */
void vmb_member_set(struct vmb_member *m, u32 weight, bool drain)
{
	struct vmb_bond *bond = m->bond;
	bool was = m->drain;

	ASSERT_RTNL();
	WRITE_ONCE(m->weight, weight);
	m->drain = drain;
	if (was != drain)
		trace_vmbond_member(bond, m->dev->ifindex,
				    vmb_member_state(m));
	if (was != drain && m->up) {
		if (drain)
			vmb_skip_updelay(bond);
		vmb_members_changed(bond, drain ? VMBOND_CAUSE_DRAIN :
						  VMBOND_CAUSE_RETURNED);
	} else if (was != drain) {
		vmb_uplink_publish(bond);
	}
	mod_delayed_work(vmb_wq, &bond->link_work, 0);
	vmb_config_changed();
	vmb_event_member(m, VMBOND_CAUSE_CONFIG, false);
}

/**
 * vmb_primary_forget - a device goes that may be the bond's primary
 * @bond: the bond
 * @dev: the device
 *
 * Context: RTNL.
 */
void vmb_primary_forget(struct vmb_bond *bond, const struct net_device *dev)
{
	ASSERT_RTNL();
	if (bond->conf.primary != dev->ifindex)
		return;
	bond->conf.primary = 0;
	vmb_config_changed();
	vmb_event_bond(bond, VMBOND_CAUSE_CONFIG, false);
}

/**
 * vmb_member_del - detach a member; its stations move
 * @m: the member
 * @goes: its device is about to leave the network namespace
 *
 * Context: RTNL.
 */
void vmb_member_del(struct vmb_member *m, bool goes)
{
	struct vmb_bond *bond = m->bond;
	struct net_device *dev = m->dev;

	ASSERT_RTNL();
	list_del_rcu(&m->list);
	bond->member_ids &= ~BIT(m->id);
	bond->n_members--;
	vmb_primary_forget(bond, dev);
	m->up = false;
	vmb_skip_updelay(bond);
	vmb_members_changed(bond, VMBOND_CAUSE_FAILOVER);
	/* which asks the node's stack for what the new receiver must know */
	mod_delayed_work(vmb_wq, &bond->link_work, 0);

	vmb_quiet_leave(m);
	vmb_lower_detach(bond, dev);
	vmb_dev_set_no_addrconf(dev, false);
	/*
	 * The MTU of a device that goes stays as it is: IPv4 would take the
	 * change for a reason to come back, with references that nobody drops.
	 */
	if (!goes && dev->reg_state == NETREG_REGISTERED)
		dev_set_mtu(dev, m->orig_mtu);
	vmb_event_member(m, VMBOND_CAUSE_CONFIG, true);
	netdev_put(dev, &m->tracker);
	call_rcu(&m->rcu, vmb_member_free_rcu);
}

/**
 * vmb_member_get_rtnl - the member that a device is
 * @dev: the device
 *
 * Context: RTNL.
 * Return: the member, or NULL.
 */
struct vmb_member *vmb_member_get_rtnl(const struct net_device *dev)
{
	return vmb_lower_data(dev, vmb_rx_member);
}
