// SPDX-License-Identifier: GPL-2.0
/* Ports: attach, detach, VLAN mode, guest policy; the self port among them. */

#include <linux/log2.h>
#include <linux/slab.h>
#include "announce.h"
#include "dev.h"
#include "event.h"
#include "learn.h"
#include "lower.h"
#include "port.h"
#include "quiet.h"
#include "rx.h"
#include "self.h"
#include "stats.h"
#include "tx.h"

#define VMB_PORT_MAX_MACS	256

/* What an administrator may set, one bit each. */
#define VMB_PORT_POLICY	(VMB_PORT_MAC_LOCK | VMB_PORT_ISOLATED | \
			 VMB_PORT_FLOOD | VMB_PORT_STANDBY)

/**
 * vmb_port_conf_default - what a new port is unless told otherwise
 * @conf: filled in; its VLAN mode is none
 */
void vmb_port_conf_default(struct vmb_port_conf *conf)
{
	*conf = (struct vmb_port_conf){ .max_macs = VMB_PORT_MAX_MACS };
}

/**
 * vmb_port_conf_get - what was asked of a port
 * @port: the port
 * @conf: filled in, to be changed and given to vmb_port_set()
 *
 * Context: RTNL.
 */
void vmb_port_conf_get(const struct vmb_port *port, struct vmb_port_conf *conf)
{
	ASSERT_RTNL();
	conf->vlan = rtnl_dereference(port->vlan);
	conf->flags = READ_ONCE(port->flags) & VMB_PORT_POLICY;
	conf->bum_limit = port->bum_limit;
	conf->max_macs = port->max;
}

/* Is a port in the set of one VLAN, rather than in that of all or in none? */
static bool vmb_in_set(const struct vmb_vlan_conf *c, u16 vlan)
{
	return c && !c->all && vmb_vlan_carries(c, vlan);
}

/* A copy of a set with a port more, or less; NULL for an empty one. */
static int vmb_set_change(struct vmb_port_set __rcu **where,
			  struct vmb_port *port, bool add,
			  struct vmb_port_set **changed)
{
	struct vmb_port_set *old = rtnl_dereference(*where);
	u32 i, n = old ? old->n : 0;
	struct vmb_port_set *set;

	*changed = NULL;
	set = kmalloc(struct_size(set, port, n + 1), GFP_KERNEL_ACCOUNT);
	if (!set)
		return -ENOMEM;
	set->n = 0;
	for (i = 0; i < n; i++)
		if (old->port[i] && old->port[i] != port)
			set->port[set->n++] = old->port[i];
	if (add)
		set->port[set->n++] = port;
	if (set->n)
		*changed = set;
	else
		kfree(set);
	return 0;
}

static void vmb_set_publish(struct vmb_port_set __rcu **where,
			    struct vmb_port_set *set)
{
	struct vmb_port_set *old = rtnl_dereference(*where);

	rcu_assign_pointer(*where, set);
	if (old)
		kfree_rcu(old, rcu);
}

/*
 * The sets of ports by VLAN follow a port's VLAN mode: all of them or, for
 * want of memory, none.
 */
static int vmb_sets_change(struct vmb_port *port,
			   const struct vmb_vlan_conf *old,
			   const struct vmb_vlan_conf *new)
{
	bool was_all = old && old->all, is_all = new && new->all;
	struct vmb_bond *bond = port->bond;
	struct vmb_port_set **sets, *all = NULL;
	int v, err = 0;

	sets = kvcalloc(VMB_VLAN_N, sizeof(*sets), GFP_KERNEL);
	if (!sets)
		return -ENOMEM;
	for (v = 0; v < VMB_VLAN_N && !err; v++)
		if (vmb_in_set(old, v) != vmb_in_set(new, v))
			err = vmb_set_change(&bond->vlan_ports[v], port,
					     vmb_in_set(new, v), &sets[v]);
	if (!err && was_all != is_all)
		err = vmb_set_change(&bond->all_ports, port, is_all, &all);
	if (err) {
		while (v--)
			kfree(sets[v]);
		goto out;
	}

	/*
	 * A flood that found a port in one must not find it in the other too,
	 * and send it two copies: it misses the port for a moment instead.
	 */
	if (was_all && !is_all) {
		vmb_set_publish(&bond->all_ports, all);
		if (new)
			synchronize_net();
	}
	for (v = 0; v < VMB_VLAN_N; v++)
		if (vmb_in_set(old, v) != vmb_in_set(new, v))
			vmb_set_publish(&bond->vlan_ports[v], sets[v]);
	if (is_all && !was_all) {
		if (old)
			synchronize_net();
		vmb_set_publish(&bond->all_ports, all);
	}
out:
	kvfree(sets);
	return err;
}

static void vmb_set_strike(struct vmb_port_set *set,
			   const struct vmb_port *port)
{
	u32 i;

	for (i = 0; set && i < set->n; i++)
		if (set->port[i] == port)
			WRITE_ONCE(set->port[i], NULL);
}

/* A port that goes is struck out where no smaller set can be had. */
static void vmb_sets_leave(struct vmb_port *port)
{
	const struct vmb_vlan_conf *vlan = rtnl_dereference(port->vlan);
	struct vmb_bond *bond = port->bond;
	int v;

	if (!vmb_sets_change(port, vlan, NULL))
		return;
	for (v = 0; v < VMB_VLAN_N; v++)
		vmb_set_strike(rtnl_dereference(bond->vlan_ports[v]), port);
	vmb_set_strike(rtnl_dereference(bond->all_ports), port);
}

static int vmb_port_set_vlan(struct vmb_port *port,
			     const struct vmb_vlan_conf *vlan)
{
	struct vmb_vlan_conf *old = rtnl_dereference(port->vlan);
	struct vmb_vlan_conf *new;
	int err;

	new = kmemdup(vlan, sizeof(*vlan), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	/* A new port has its mode before a flood can find it in a set. */
	if (!old)
		rcu_assign_pointer(port->vlan, new);
	err = vmb_sets_change(port, old, new);
	if (err) {
		RCU_INIT_POINTER(port->vlan, old);
		kfree(new);
		return err;
	}
	rcu_assign_pointer(port->vlan, new);
	if (!old)
		return 0;
	if (old->mode != VMBOND_VLAN_MODE_NONE) {
		/* No frame still learns on a VLAN that was just lost. */
		synchronize_net();
		vmb_flush_vlans(port);
	}
	kfree_rcu(old, rcu);
	return 0;
}

static void vmb_port_set_flag(struct vmb_port *port, unsigned long flag,
			      bool on)
{
	if (on)
		set_bit(ilog2(flag), &port->flags);
	else
		clear_bit(ilog2(flag), &port->flags);
}

/* Does a port get unknown unicast, for this reason; under the fdb lock. */
static bool vmb_port_set_flooded(struct vmb_port *port, unsigned long flag,
				 bool on)
{
	struct vmb_bond *bond = port->bond;
	unsigned long was = READ_ONCE(port->flags);
	int change;

	lockdep_assert_held(&bond->fdb.lock);
	if (on == !!(was & flag))
		return false;
	vmb_port_set_flag(port, flag, on);
	change = !!(READ_ONCE(port->flags) & VMB_PORT_FLOODED) -
		 !!(was & VMB_PORT_FLOODED);
	WRITE_ONCE(bond->flood_ports, bond->flood_ports + change);
	return true;
}

static void vmb_port_unflood(struct vmb_port *port)
{
	spin_lock_bh(&port->bond->fdb.lock);
	vmb_port_set_flooded(port, VMB_PORT_FLOOD, false);
	spin_unlock_bh(&port->bond->fdb.lock);
}

/* What is to hold in another VLAN from the first frame on. */
#define VMB_PORT_RESTRICTIONS	(VMB_PORT_MAC_LOCK | VMB_PORT_ISOLATED)

static void vmb_port_restrict(struct vmb_port *port, unsigned long flags,
			      bool on)
{
	if (flags & VMB_PORT_MAC_LOCK)
		vmb_port_set_flag(port, VMB_PORT_MAC_LOCK, on);
	if (flags & VMB_PORT_ISOLATED)
		vmb_port_set_flag(port, VMB_PORT_ISOLATED, on);
}

/* @was: its flags before anything of this was set. */
static void vmb_port_set_policy(struct vmb_port *port,
				const struct vmb_port_conf *conf,
				unsigned long was)
{
	struct vmb_bond *bond = port->bond;
	unsigned long now;

	spin_lock_bh(&bond->fdb.lock);
	WRITE_ONCE(port->max, conf->max_macs);
	vmb_port_set_flooded(port, VMB_PORT_FLOOD,
			     conf->flags & VMB_PORT_FLOOD);
	spin_unlock_bh(&bond->fdb.lock);

	WRITE_ONCE(port->bum_limit, conf->bum_limit);
	vmb_port_set_flag(port, VMB_PORT_BUM, conf->bum_limit);
	vmb_port_set_flag(port, VMB_PORT_MAC_LOCK,
			  conf->flags & VMB_PORT_MAC_LOCK);
	vmb_port_set_flag(port, VMB_PORT_ISOLATED,
			  conf->flags & VMB_PORT_ISOLATED);
	/* The guest may have ended it meanwhile. */
	if (conf->set_standby)
		vmb_port_set_flag(port, VMB_PORT_STANDBY,
				  conf->flags & VMB_PORT_STANDBY);

	/*
	 * What was learned before the lock is none of the port's own, and a
	 * guest that waits elsewhere has no stations here yet. No frame that
	 * saw the port as it was still learns.
	 */
	now = READ_ONCE(port->flags);
	if (now & ~was & (VMB_PORT_MAC_LOCK | VMB_PORT_STANDBY)) {
		synchronize_net();
		vmb_flush(bond, port, VMB_VLAN_NONE, true);
	}
	if (was & ~now & VMB_PORT_STANDBY)
		vmb_announce_port(port);
}

static void vmb_port_init(struct vmb_port *port, struct vmb_bond *bond,
			  struct net_device *dev)
{
	port->bond = bond;
	port->dev = dev;
	port->lru = RB_ROOT_CACHED;
	port->max = VMB_PORT_MAX_MACS;
	port->bum.at = jiffies;
	port->flooded.at = jiffies;
	spin_lock_init(&port->bum_lock);
}

static void vmb_port_free_rcu(struct rcu_head *rcu)
{
	struct vmb_port *port = container_of(rcu, struct vmb_port, rcu);

	free_percpu(port->stats);
	kfree(rcu_dereference_protected(port->vlan, true));
	kfree(port);
}

/**
 * vmb_port_add - attach a port
 * @bond: the bond
 * @dev: the device
 * @conf: what is asked of it
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0; -ENOMEM, or what vmb_lower_check() says.
 */
int vmb_port_add(struct vmb_bond *bond, struct net_device *dev,
		 const struct vmb_port_conf *conf,
		 struct netlink_ext_ack *extack)
{
	struct vmb_vlan_conf *none = NULL;
	struct vmb_port *port;
	int err;

	ASSERT_RTNL();
	err = vmb_lower_check(bond, dev, extack);
	if (err)
		return err;

	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		return -ENOMEM;
	vmb_port_init(port, bond, dev);
	err = -ENOMEM;
	port->stats = vmb_stats_alloc();
	if (!port->stats)
		goto err_port;
	if (!conf->vlan) {
		none = kzalloc(sizeof(*none), GFP_KERNEL);
		if (!none)
			goto err_stats;
		vmb_vlan_none(none);
	}
	/* before a flood finds it */
	vmb_port_set_policy(port, conf, 0);
	err = vmb_port_set_vlan(port, conf->vlan ?: none);
	kfree(none);
	if (err)
		goto err_policy;
	err = vmb_lower_attach(bond, dev, vmb_rx_port, port, extack);
	if (err)
		goto err_vlan;

	netdev_hold(dev, &port->tracker, GFP_KERNEL);
	list_add_tail(&port->list, &bond->ports);
	bond->n_ports++;
	vmb_quiet_update(bond);
	mod_delayed_work(vmb_wq, &bond->link_work, 0);
	vmb_config_changed();
	vmb_event_port(port, VMBOND_CAUSE_CONFIG, false);
	return 0;

err_vlan:
	vmb_port_unflood(port);
	vmb_sets_leave(port);
	/* A flood may be on its way to it. */
	call_rcu(&port->rcu, vmb_port_free_rcu);
	return err;
err_policy:
	vmb_port_unflood(port);
err_stats:
	free_percpu(port->stats);
err_port:
	kfree(port);
	return err;
}

/**
 * vmb_port_set - change a port, or the self port
 * @port: the port
 * @conf: what is asked of it
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0 or -ENOMEM, with everything as it was.
 */
int vmb_port_set(struct vmb_port *port, const struct vmb_port_conf *conf,
		 struct netlink_ext_ack *extack)
{
	unsigned long was = READ_ONCE(port->flags), new;
	struct vmb_bond *bond = port->bond;
	int err;

	ASSERT_RTNL();
	if (conf->vlan != rtnl_dereference(port->vlan)) {
		new = conf->flags & ~was & VMB_PORT_RESTRICTIONS;
		vmb_port_restrict(port, new, true);
		err = vmb_port_set_vlan(port, conf->vlan);
		if (err) {
			vmb_port_restrict(port, new, false);
			NL_SET_ERR_MSG(extack, "no memory for the VLANs");
			return err;
		}
	}
	vmb_port_set_policy(port, conf, was);
	if (port == &bond->self) {
		netif_addr_lock_bh(bond->dev);
		vmb_self_sync(bond);
		netif_addr_unlock_bh(bond->dev);
	}
	vmb_quiet_update(bond);
	mod_delayed_work(vmb_wq, &bond->link_work, 0);
	vmb_config_changed();
	vmb_event_port(port, VMBOND_CAUSE_CONFIG, false);
	return 0;
}

/**
 * vmb_port_del - detach a port; its stations are forgotten at once
 * @port: the port, not the self port
 *
 * Context: RTNL.
 */
void vmb_port_del(struct vmb_port *port)
{
	struct vmb_bond *bond = port->bond;

	ASSERT_RTNL();
	list_del(&port->list);
	bond->n_ports--;
	vmb_config_changed();
	vmb_port_unflood(port);
	/*
	 * First nothing leads to it any more; then, a grace period later, no
	 * frame is under way to or from it, and its counters are final.
	 */
	vmb_sets_leave(port);
	vmb_port_set_flag(port, VMB_PORT_LEAVING, true);
	vmb_flush(bond, port, VMB_VLAN_NONE, false);
	vmb_lower_detach(bond, port->dev);
	vmb_quiet_update(bond);
	mod_delayed_work(vmb_wq, &bond->link_work, 0);
	vmb_event_port(port, VMBOND_CAUSE_CONFIG, true);
	netdev_put(port->dev, &port->tracker);
	call_rcu(&port->rcu, vmb_port_free_rcu);
}

/**
 * vmb_port_get_rtnl - the port that a device is
 * @dev: the device; a bond is its own self port
 *
 * Context: RTNL.
 * Return: the port, or NULL.
 */
struct vmb_port *vmb_port_get_rtnl(const struct net_device *dev)
{
	if (vmb_is_bond(dev))
		return &((struct vmb_bond *)netdev_priv(dev))->self;
	return vmb_lower_data(dev, vmb_rx_port);
}

/**
 * vmb_self_init - make the self port of a new bond: a trunk of all VLANs
 * @bond: the bond
 *
 * Context: RTNL.
 * Return: 0 or -ENOMEM.
 */
int vmb_self_init(struct vmb_bond *bond)
{
	struct vmb_port *self = &bond->self;
	DECLARE_BITMAP(vids, VLAN_N_VID);
	struct vmb_vlan_conf *all;
	int err = -ENOMEM;

	vmb_port_init(self, bond, bond->dev);
	self->flags = VMB_PORT_SELF;
	/* Its own addresses count too, one for each VLAN device above it. */
	self->max = bond->conf.max_macs;
	self->stats = vmb_stats_alloc();
	if (!self->stats)
		return -ENOMEM;

	all = kzalloc(sizeof(*all), GFP_KERNEL);
	if (!all)
		goto err_stats;
	bitmap_fill(vids, VLAN_N_VID);
	vmb_vlan_trunk(all, vids, 0, false);
	err = vmb_port_set_vlan(self, all);
	kfree(all);
	if (err)
		goto err_stats;
	return 0;

err_stats:
	free_percpu(self->stats);
	return err;
}

/**
 * vmb_self_promisc - the bond's netdev became promiscuous, or no longer is
 * @bond: the bond
 * @promisc: it is
 *
 * As on a NIC, unknown unicast comes in then, and NICs must not be quiet.
 *
 * Context: BH disabled.
 */
void vmb_self_promisc(struct vmb_bond *bond, bool promisc)
{
	bool changed;

	spin_lock(&bond->fdb.lock);
	changed = vmb_port_set_flooded(&bond->self, VMB_PORT_PROMISC, promisc);
	spin_unlock(&bond->fdb.lock);
	if (changed)
		mod_delayed_work(vmb_wq, &bond->link_work, 0);
}

/**
 * vmb_self_uninit - free what vmb_self_init() made, and the sets it is in
 * @bond: the bond, which no frame and no other port is in any more
 */
void vmb_self_uninit(struct vmb_bond *bond)
{
	int v;

	for (v = 0; v < VMB_VLAN_N; v++)
		kfree(rcu_dereference_protected(bond->vlan_ports[v], true));
	kfree(rcu_dereference_protected(bond->all_ports, true));
	free_percpu(bond->self.stats);
	kfree(rcu_dereference_protected(bond->self.vlan, true));
}
