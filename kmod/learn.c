// SPDX-License-Identifier: GPL-2.0
/*
 * How stations come and go: learned from frames of ports or set by hand; gone
 * with their port, moved out, evicted.
 */

#include <linux/if_vlan.h>
#include "announce.h"
#include "event.h"
#include "fdb.h"
#include "learn.h"
#include "pin.h"
#include "stats.h"
#include "trace.h"
#include "uplink.h"

/* What part of a full bond makes room at once. */
#define VMB_RECLAIM_PART	64

/**
 * vmb_station_remove - take a station out of the table
 * @bond: its bond; the fdb lock is held
 * @st: the station
 * @gone: put on this list, for vmb_stations_removed()
 */
void vmb_station_remove(struct vmb_bond *bond, struct vmb_station *st,
			struct list_head *gone)
{
	vmb_pin_clear(bond, st);
	vmb_fdb_unlink(&bond->fdb, st);
	/* No longer in the queue of announcements, and never to be again. */
	list_add_tail(&st->announce, gone);
}

/**
 * vmb_stations_changed - stations came or went
 * @bond: the bond
 *
 * Quiet NICs must hear of it; the work sees whether it matters to them.
 *
 * Context: any.
 */
void vmb_stations_changed(struct vmb_bond *bond)
{
	if (READ_ONCE(bond->quiet_wanted))
		mod_delayed_work(vmb_wq, &bond->link_work, 0);
}

/**
 * vmb_stations_removed - tell of the stations that were removed, and free them
 * @bond: the bond
 * @gone: the stations, from vmb_station_remove()
 * @cause: why
 *
 * Context: the fdb lock is not held.
 */
void vmb_stations_removed(struct vmb_bond *bond, struct list_head *gone,
			  enum vmbond_cause cause)
{
	struct vmb_station *st, *tmp;

	if (!list_empty(gone))
		vmb_stations_changed(bond);
	rcu_read_lock();
	list_for_each_entry_safe(st, tmp, gone, announce) {
		list_del(&st->announce);
		trace_vmbond_station(bond, st->key, 0, cause);
		vmb_event_station(bond, st, cause, true);
		vmb_fdb_free(st);
	}
	rcu_read_unlock();
}

/*
 * Stale stations of any port, when the bond is full: some, for those that stay
 * are still reached. Where no more are found, not before a second has passed.
 */
static void vmb_reclaim(struct vmb_bond *bond, struct list_head *gone)
{
	u32 left = max(bond->fdb.max / VMB_RECLAIM_PART, 1U);
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;

	if (vmb_within(bond->fdb.scanned, HZ))
		return;
	vmb_fdb_for_each(st, tmp, b, &bond->fdb)
		if (vmb_station_stale(bond, st)) {
			vmb_station_remove(bond, st, gone);
			if (!--left)
				return;
		}
	bond->fdb.scanned = jiffies;
}

/*
 * Room for one more station on a port: its own stalest go, never those of
 * another guest unless they are stale and the bond is full; and none goes where
 * that is not enough. Where a limit was lowered, the port's holds from here on;
 * in a bond that is over its own, one comes for one that goes.
 */
static bool vmb_make_room(struct vmb_port *port, struct list_head *gone)
{
	struct vmb_bond *bond = port->bond;
	struct vmb_fdb *fdb = &bond->fdb;
	u32 n = 0, count = fdb->count;

	if (port->stations >= port->max) {
		n = port->stations - port->max + 1;
	} else if (count >= fdb->max) {
		vmb_reclaim(bond, gone);
		n = fdb->count == count;
	}
	if (n > port->learned)
		return false;
	while (n--)
		vmb_station_remove(bond, vmb_fdb_stalest(fdb, port), gone);
	return true;
}

/* Addresses that no port but the self port may send from. */
static bool vmb_is_ours(const struct vmb_bond *bond, u64 key)
{
	u64 mac = vmb_key_mac(key);

	if (vmb_uplink_owns(rcu_dereference(bond->uplink), mac))
		return true;
	/* An address that is just being changed may be neither. */
	return mac == data_race(vmb_mac(bond->dev->dev_addr)) &&
	       vmb_vlan_carries(rcu_dereference(bond->self.vlan),
				vmb_key_vlan(key));
}

/* At most one event a second: a guest chooses how often it comes here. */
static bool vmb_limit_tell(struct vmb_port *port)
{
	if (port->limit_at && time_before(jiffies, port->limit_at + HZ))
		return false;
	port->limit_at = jiffies ?: 1;
	return true;
}

/* Taken down or detached, it must not learn what was flushed (see port.c). */
static bool vmb_may_learn(const struct vmb_port *port)
{
	return READ_ONCE(port->dev->flags) & IFF_UP &&
	       !(READ_ONCE(port->flags) & VMB_PORT_LEAVING);
}

/**
 * vmb_learn - a frame came from a station that is new, or was elsewhere
 * @port: the port it came from
 * @key: the station
 * @announce: the frame is seen by few switches, so tell them of an arrival
 * @learned: set to the station, or NULL if there is no room for it
 *
 * Context: BH disabled, RCU.
 * Return: -1, or why the frame is to be dropped: enum vmb_drop.
 */
int vmb_learn(struct vmb_port *port, u64 key, bool announce,
	      struct vmb_station **learned)
{
	struct vmb_bond *bond = port->bond;
	struct vmb_fdb *fdb = &bond->fdb;
	enum vmbond_cause cause = VMBOND_CAUSE_ROAMED;
	bool full = false, tell = false;
	struct vmb_station *st;
	LIST_HEAD(gone);
	int why = -1;

	*learned = NULL;
	if (port != &bond->self && vmb_is_ours(bond, key))
		return VMB_DROP_SPOOF;

	spin_lock(&fdb->lock);
	st = vmb_fdb_find(fdb, key);
	if (st && vmb_station_port(fdb, st) == port)
		goto known;
	if (st && st->kind != VMB_KIND_LEARNED) {
		why = VMB_DROP_SPOOF;
		goto unlock;
	}
	/* By whichever member it left, the switch would take it for a move. */
	if (!vmb_may_learn(port)) {
		why = VMB_DROP_DOWN;
		goto unlock;
	}
	full = port->stations >= port->max || (!st && fdb->count >= fdb->max);
	if (full) {
		if (!vmb_make_room(port, &gone)) {
			tell = vmb_limit_tell(port);
			goto unlock;
		}
		/* the room may have been that of the station itself */
		st = vmb_fdb_find(fdb, key);
	}
	if (st) {
		vmb_fdb_set_port(fdb, st, port);
	} else {
		cause = VMBOND_CAUSE_LEARNED;
		st = vmb_fdb_alloc(key, VMB_KIND_LEARNED);
		if (!st)
			goto unlock;
		vmb_pin_first(bond, st);
		vmb_fdb_link(fdb, st, port);
		if (announce)
			vmb_announce(bond, st);
	}
	tell = full ? vmb_limit_tell(port) : false;
	*learned = st;
	spin_unlock(&fdb->lock);

	vmb_stations_changed(bond);
	trace_vmbond_station(bond, key, port->dev->ifindex, cause);
	vmb_event_station(bond, st, cause, false);
	goto done;

known:
	*learned = st;
unlock:
	spin_unlock(&fdb->lock);
done:
	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_EVICTED);
	if (full)
		vmb_count_drop(port->stats, VMB_DROP_MAC_LIMIT);
	if (tell)
		vmb_event_port(port, VMBOND_CAUSE_LIMIT, false);
	return why;
}

/* It is another node's for now: no round of announcements may take it back. */
static void vmb_away(struct vmb_station *st)
{
	WRITE_ONCE(st->away, true);
	list_del_init(&st->announce);
	st->announce_left = 0;
}

/**
 * vmb_forget - a station was seen beyond the uplink: it has moved out
 * @bond: the bond
 * @key: the station
 *
 * An address that the node shares with others (VRRP) stays in the table for
 * the day on which the node has it again.
 *
 * Context: BH disabled, RCU.
 */
void vmb_forget(struct vmb_bond *bond, u64 key)
{
	struct vmb_station *st;
	LIST_HEAD(gone);

	spin_lock(&bond->fdb.lock);
	st = vmb_fdb_find(&bond->fdb, key);
	if (st && st->kind == VMB_KIND_LEARNED)
		vmb_station_remove(bond, st, &gone);
	else if (st && st->kind == VMB_KIND_LOCAL)
		vmb_away(st);
	spin_unlock(&bond->fdb.lock);
	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_MOVED_OUT);
}

/**
 * vmb_flush - forget stations
 * @bond: the bond
 * @port: only those of this port, unless NULL
 * @vlan: only those of this VLAN, unless VMB_VLAN_NONE
 * @learned_only: leave static and local ones
 *
 * Context: process or BH.
 */
void vmb_flush(struct vmb_bond *bond, const struct vmb_port *port, u16 vlan,
	       bool learned_only)
{
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;
	LIST_HEAD(gone);

	spin_lock_bh(&bond->fdb.lock);
	vmb_fdb_for_each(st, tmp, b, &bond->fdb) {
		if (port && vmb_station_port(&bond->fdb, st) != port)
			continue;
		if (vlan != VMB_VLAN_NONE && vmb_key_vlan(st->key) != vlan)
			continue;
		if (learned_only && st->kind != VMB_KIND_LEARNED)
			continue;
		vmb_station_remove(bond, st, &gone);
	}
	spin_unlock_bh(&bond->fdb.lock);
	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_FLUSHED);
}

/**
 * vmb_flush_vlans - forget a port's stations on VLANs it no longer carries
 * @port: the port, whose new VLAN mode is published
 *
 * Context: RTNL.
 */
void vmb_flush_vlans(struct vmb_port *port)
{
	const struct vmb_vlan_conf *vlan = rtnl_dereference(port->vlan);
	struct vmb_bond *bond = port->bond;
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;
	LIST_HEAD(gone);

	spin_lock_bh(&bond->fdb.lock);
	vmb_fdb_for_each(st, tmp, b, &bond->fdb)
		if (vmb_station_port(&bond->fdb, st) == port &&
		    !vmb_vlan_carries(vlan, vmb_key_vlan(st->key)))
			vmb_station_remove(bond, st, &gone);
	spin_unlock_bh(&bond->fdb.lock);
	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_FLUSHED);
}

/* A static station where there was none; under the fdb lock. */
static struct vmb_station *vmb_static_new(struct vmb_port *port, u64 key,
					  struct list_head *gone,
					  struct netlink_ext_ack *extack)
{
	struct vmb_bond *bond = port->bond;
	struct vmb_station *st;

	/* Before any other goes for it. */
	st = vmb_fdb_alloc(key, VMB_KIND_STATIC);
	if (!st) {
		NL_SET_ERR_MSG(extack, "no memory for the station");
		return ERR_PTR(-ENOMEM);
	}
	if (!vmb_make_room(port, gone)) {
		NL_SET_ERR_MSG(extack,
			       "max-macs of the port or the bond is reached");
		vmb_fdb_free(st);
		return ERR_PTR(-ENOSPC);
	}
	vmb_pin_first(bond, st);
	vmb_fdb_link(&bond->fdb, st, port);
	vmb_announce(bond, st);
	return st;
}

/**
 * vmb_static_add - add a static station, or make a learned one static
 * @port: where it is, a port that carries the VLAN
 * @key: the station, a unicast address
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0; -EEXIST, -EADDRINUSE, -ENOSPC, -ENOMEM.
 */
int vmb_static_add(struct vmb_port *port, u64 key,
		   struct netlink_ext_ack *extack)
{
	struct vmb_bond *bond = port->bond;
	struct vmb_fdb *fdb = &bond->fdb;
	struct vmb_station *st;
	LIST_HEAD(gone);
	int err = 0;

	ASSERT_RTNL();
	rcu_read_lock();
	spin_lock_bh(&fdb->lock);
	st = vmb_fdb_find(fdb, key);
	if (st && st->kind == VMB_KIND_LOCAL) {
		NL_SET_ERR_MSG(extack, "this is an address of the bond itself");
		err = -EADDRINUSE;
	} else if (st && st->kind == VMB_KIND_STATIC) {
		NL_SET_ERR_MSG(extack, "the static station exists already");
		err = -EEXIST;
	} else if (st && (vmb_station_port(fdb, st) == port ||
			  port->stations < port->max ||
			  vmb_make_room(port, &gone))) {
		vmb_fdb_set_kind(fdb, st, VMB_KIND_STATIC);
		vmb_fdb_set_port(fdb, st, port);
	} else if (st) {
		NL_SET_ERR_MSG(extack, "max-macs of the port is reached");
		err = -ENOSPC;
	} else {
		st = vmb_static_new(port, key, &gone, extack);
		err = PTR_ERR_OR_ZERO(st);
	}
	spin_unlock_bh(&fdb->lock);

	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_EVICTED);
	if (!err) {
		vmb_stations_changed(bond);
		trace_vmbond_station(bond, key, port->dev->ifindex,
				     VMBOND_CAUSE_CONFIG);
		vmb_event_station(bond, st, VMBOND_CAUSE_CONFIG, false);
	}
	rcu_read_unlock();
	return err;
}

/**
 * vmb_station_del - forget one station, learned or static
 * @bond: the bond
 * @key: the station
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0, -ENOENT, or -EPERM for an address of the bond itself.
 */
int vmb_station_del(struct vmb_bond *bond, u64 key,
		    struct netlink_ext_ack *extack)
{
	struct vmb_station *st;
	LIST_HEAD(gone);
	int err = 0;

	ASSERT_RTNL();
	spin_lock_bh(&bond->fdb.lock);
	st = vmb_fdb_find(&bond->fdb, key);
	if (!st) {
		NL_SET_ERR_MSG(extack, "there is no such station");
		err = -ENOENT;
	} else if (st->kind == VMB_KIND_LOCAL) {
		NL_SET_ERR_MSG(extack, "this is an address of the bond itself");
		err = -EPERM;
	} else {
		vmb_station_remove(bond, st, &gone);
	}
	spin_unlock_bh(&bond->fdb.lock);
	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_CONFIG);
	return err;
}

/**
 * vmb_station_pin - choose a station's pin by hand
 * @bond: the bond
 * @key: the station
 * @m: the member, or NULL to leave the choice to the bond again
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: 0 or -ENOENT.
 */
int vmb_station_pin(struct vmb_bond *bond, u64 key, struct vmb_member *m,
		    struct netlink_ext_ack *extack)
{
	struct vmb_station *st;
	bool stays = false;
	int err = 0;

	ASSERT_RTNL();
	rcu_read_lock();
	spin_lock_bh(&bond->fdb.lock);
	st = vmb_fdb_find(&bond->fdb, key);
	if (st) {
		vmb_pin_want(bond, st, m ? m->dev->ifindex : 0);
		stays = !READ_ONCE(st->untold);
	} else {
		NL_SET_ERR_MSG(extack, "there is no such station");
		err = -ENOENT;
	}
	spin_unlock_bh(&bond->fdb.lock);
	if (stays)
		vmb_event_station(bond, st, VMBOND_CAUSE_MANUAL, false);
	rcu_read_unlock();
	vmb_pin_tell(bond);
	return err;
}
