// SPDX-License-Identifier: GPL-2.0
/*
 * Local stations: what the addresses of the bond's netdev are, on the VLANs of
 * the devices above it.
 */

#include <linux/if_vlan.h>
#include "announce.h"
#include "fdb.h"
#include "learn.h"
#include "pin.h"
#include "self.h"
#include "trace.h"

static struct vmb_station *vmb_self_new(struct vmb_bond *bond, u64 key,
					bool primary_mac)
{
	struct vmb_station *st = vmb_fdb_alloc(key, VMB_KIND_LOCAL);

	if (!st) {
		WRITE_ONCE(bond->self_dirty, true);
		return NULL;
	}
	st->primary_mac = primary_mac;
	st->last_tx = jiffies - 2 * HZ;
	vmb_pin_first(bond, st);
	vmb_fdb_link(&bond->fdb, st, &bond->self);
	vmb_announce(bond, st);
	return st;
}

/* Whoever used the node's address before: it is the node's. */
static void vmb_self_take(struct vmb_bond *bond, struct vmb_station *st)
{
	vmb_fdb_set_kind(&bond->fdb, st, VMB_KIND_LOCAL);
	if (vmb_station_port(&bond->fdb, st) != &bond->self)
		vmb_fdb_set_port(&bond->fdb, st, &bond->self);
}

/*
 * One address of the bond itself, on one VLAN; vmb_self_tell() is to be called
 * once the lock is released. NULL if there is no memory.
 */
static struct vmb_station *vmb_self_add(struct vmb_bond *bond, u64 mac,
					u16 vlan)
{
	bool primary_mac = mac == vmb_mac(bond->dev->dev_addr);
	u64 key = vmb_key(mac, vlan);
	struct vmb_station *st;
	bool was_local;

	st = vmb_fdb_find(&bond->fdb, key);
	was_local = st && st->kind == VMB_KIND_LOCAL;
	if (st) {
		if (!was_local)
			vmb_self_take(bond, st);
		WRITE_ONCE(st->primary_mac, primary_mac);
	} else {
		st = vmb_self_new(bond, key, primary_mac);
	}
	if (!st || was_local)
		return st;
	WRITE_ONCE(st->untold, VMBOND_CAUSE_CONFIG + 1);
	trace_vmbond_station(bond, key, bond->dev->ifindex,
			     VMBOND_CAUSE_CONFIG);
	return st;
}

/* The fdb lock is not held any more; RCU is. */
static void vmb_self_tell(struct vmb_bond *bond, u64 mac, u16 vlan)
{
	struct vmb_station *st;

	if (vlan == VMB_VLAN_NONE)
		return;
	st = vmb_fdb_find(&bond->fdb, vmb_key(mac, vlan));
	if (st)
		vmb_pin_tell_one(bond, st);
}

/* It stays in the sweep that follows. */
static void vmb_self_mark(struct vmb_bond *bond, u64 mac, u16 vlan)
{
	struct vmb_station *st;

	if (vlan == VMB_VLAN_NONE)
		return;
	st = vmb_self_add(bond, mac, vlan);
	if (st)
		st->mark = true;
}

static void vmb_self_mark_vlans(struct vmb_bond *bond,
				const struct vmb_vlan_conf *c, u64 mac)
{
	unsigned int vid;

	vmb_self_mark(bond, mac, vmb_vlan_in(c, VMB_TAG_NONE, 0));
	for_each_set_bit(vid, bond->self_vids, VLAN_N_VID)
		vmb_self_mark(bond, mac, vmb_vlan_in(c, VMB_TAG_C, vid));
}

/**
 * vmb_self_sync - make the local stations what the bond's addresses are
 * @bond: the bond
 *
 * Its MAC and, while it is up, its unicast list, each on the VLAN of its
 * untagged frames and on those of the VLAN devices above it.
 *
 * Context: the address lock of the bond's netdev is held, as it is when the
 * stack calls ndo_set_rx_mode().
 */
void vmb_self_sync(struct vmb_bond *bond)
{
	struct vmb_fdb *fdb = &bond->fdb;
	struct netdev_hw_addr *ha;
	const struct vmb_vlan_conf *c;
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;
	LIST_HEAD(gone);

	lockdep_assert_held(&bond->dev->addr_list_lock);
	rcu_read_lock();
	spin_lock(&fdb->lock);
	c = rcu_dereference(bond->self.vlan);
	WRITE_ONCE(bond->self_dirty, false);
	vmb_self_mark_vlans(bond, c, vmb_mac(bond->dev->dev_addr));
	if (bond->dev->flags & IFF_UP)
		netdev_for_each_uc_addr(ha, bond->dev)
			vmb_self_mark_vlans(bond, c, vmb_mac(ha->addr));

	vmb_fdb_for_each(st, tmp, b, fdb) {
		if (st->kind == VMB_KIND_LOCAL && !st->mark)
			vmb_station_remove(bond, st, &gone);
		st->mark = false;
	}
	spin_unlock(&fdb->lock);
	vmb_stations_changed(bond);
	vmb_pin_tell(bond);
	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_CONFIG);
	rcu_read_unlock();
}

static void vmb_self_set(struct vmb_bond *bond, u64 mac, u16 vlan, bool has,
			 struct list_head *gone)
{
	struct vmb_station *st;

	if (vlan == VMB_VLAN_NONE)
		return;
	if (has) {
		vmb_self_add(bond, mac, vlan);
		return;
	}
	st = vmb_fdb_find(&bond->fdb, vmb_key(mac, vlan));
	if (st && st->kind == VMB_KIND_LOCAL)
		vmb_station_remove(bond, st, gone);
}

/**
 * vmb_self_sync_addr - the same for one address of the unicast list
 * @bond: the bond
 * @mac: vmb_mac() of it
 * @has: it came, or it went
 *
 * Context: as vmb_self_sync().
 */
void vmb_self_sync_addr(struct vmb_bond *bond, u64 mac, bool has)
{
	const struct vmb_vlan_conf *c;
	unsigned int vid;
	LIST_HEAD(gone);

	lockdep_assert_held(&bond->dev->addr_list_lock);
	if (mac == vmb_mac(bond->dev->dev_addr))
		return;
	rcu_read_lock();
	spin_lock(&bond->fdb.lock);
	c = rcu_dereference(bond->self.vlan);
	vmb_self_set(bond, mac, vmb_vlan_in(c, VMB_TAG_NONE, 0), has, &gone);
	for_each_set_bit(vid, bond->self_vids, VLAN_N_VID)
		vmb_self_set(bond, mac, vmb_vlan_in(c, VMB_TAG_C, vid), has,
			     &gone);
	spin_unlock(&bond->fdb.lock);
	vmb_stations_changed(bond);
	vmb_self_tell(bond, mac, vmb_vlan_in(c, VMB_TAG_NONE, 0));
	for_each_set_bit(vid, bond->self_vids, VLAN_N_VID)
		vmb_self_tell(bond, mac, vmb_vlan_in(c, VMB_TAG_C, vid));
	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_CONFIG);
	rcu_read_unlock();
}

/**
 * vmb_self_sync_vid - the same for one VID, which a device above gained or lost
 * @bond: the bond
 * @vid: the VID
 *
 * A bridge above the bond may have all of them, and brings one after the other.
 *
 * Context: as vmb_self_sync().
 */
void vmb_self_sync_vid(struct vmb_bond *bond, u16 vid)
{
	const struct vmb_vlan_conf *c;
	struct netdev_hw_addr *ha;
	LIST_HEAD(gone);
	bool has;
	u16 vlan;

	lockdep_assert_held(&bond->dev->addr_list_lock);
	rcu_read_lock();
	c = rcu_dereference(bond->self.vlan);
	/* All VIDs of a tunnel are one VLAN. */
	if (c->mode == VMBOND_VLAN_MODE_TUNNEL) {
		rcu_read_unlock();
		vmb_self_sync(bond);
		return;
	}
	spin_lock(&bond->fdb.lock);
	vlan = vmb_vlan_in(c, VMB_TAG_C, vid);
	has = test_bit(vid, bond->self_vids) ||
	      vlan == vmb_vlan_in(c, VMB_TAG_NONE, 0);
	vmb_self_set(bond, vmb_mac(bond->dev->dev_addr), vlan, has, &gone);
	if (bond->dev->flags & IFF_UP)
		netdev_for_each_uc_addr(ha, bond->dev)
			vmb_self_set(bond, vmb_mac(ha->addr), vlan, has,
				     &gone);
	spin_unlock(&bond->fdb.lock);
	vmb_stations_changed(bond);
	vmb_self_tell(bond, vmb_mac(bond->dev->dev_addr), vlan);
	netdev_for_each_uc_addr(ha, bond->dev)
		vmb_self_tell(bond, vmb_mac(ha->addr), vlan);
	vmb_stations_removed(bond, &gone, VMBOND_CAUSE_CONFIG);
	rcu_read_unlock();
}
