// SPDX-License-Identifier: GPL-2.0
/*
 * Telling the switch where stations are: RARP as QEMU sends it, tagged as the
 * station's data is, on its pin. Only stations of this bond are announced, and
 * only those that moved; OVS announces all of them, once and in one burst.
 */

#include <linux/if_vlan.h>
#include <net/arp.h>
#include "announce.h"
#include "fdb.h"
#include "trace.h"
#include "tx.h"
#include "uplink.h"

/* Thousands of stations must not burst: 40 in 20 ms are 2000 a second. */
#define VMB_ANNOUNCE_BATCH	40
#define VMB_ANNOUNCE_TICK	max(HZ / 50, 1)
/* Rounds are a second apart. */
#define VMB_ANNOUNCE_ROUND	HZ

/*
 * An address beside the node's own that has never sent, or is in use elsewhere,
 * is another node's for now (VRRP's backup): announcing it would steal it. So
 * it would where a port waits for its guest, or the guest has left it.
 */
static bool vmb_announce_may(const struct vmb_bond *bond,
			     const struct vmb_station *st)
{
	const struct vmb_port *port = vmb_station_port(&bond->fdb, st);
	const struct vmb_vlan_conf *uplink;

	if (!READ_ONCE(bond->announce_count))
		return false;
	if (st->kind == VMB_KIND_LOCAL && !st->primary_mac &&
	    (!READ_ONCE(st->sent) || READ_ONCE(st->away)))
		return false;
	if (port != &bond->self &&
	    (READ_ONCE(port->flags) & VMB_PORT_STANDBY ||
	     !netif_carrier_ok(port->dev)))
		return false;
	uplink = rcu_dereference_check(bond->uplink_vlan,
				       lockdep_rtnl_is_held());
	return vmb_vlan_carries(uplink, vmb_key_vlan(st->key));
}

/**
 * vmb_announce - have a station announced where it is pinned now
 * @bond: its bond; the fdb lock is held, and RCU or RTNL
 * @st: the station
 *
 * For the node's own addresses its stack is asked, too, to send gratuitous
 * ARP and unsolicited neighbour advertisements.
 */
void vmb_announce(struct vmb_bond *bond, struct vmb_station *st)
{
	u32 count = READ_ONCE(bond->announce_count);

	lockdep_assert_held(&bond->fdb.lock);
	if (!count || !vmb_announce_may(bond, st))
		return;

	/* Whoever comes behind another in the queue has nobody to wake. */
	if (list_empty(&bond->fdb.announce))
		mod_delayed_work(vmb_wq, &bond->announce_work, 0);
	st->announce_left = count;
	list_move_tail(&st->announce, &bond->fdb.announce);

	if (st->kind != VMB_KIND_LOCAL)
		return;
	__set_bit(vmb_key_vlan(st->key) & VLAN_VID_MASK, bond->notify_vlans);
	if (bond->notify_left != count ||
	    time_before(jiffies, bond->notify_at)) {
		bond->notify_left = count;
		bond->notify_at = jiffies;
		mod_delayed_work(vmb_wq, &bond->link_work, 0);
	}
}

static bool vmb_moved_unseen(const struct vmb_station *st)
{
	return st->kind == VMB_KIND_STATIC ||
	       (st->pin_cause != VMBOND_CAUSE_LEARNED &&
		time_after(st->pinned, READ_ONCE(st->announced)));
}

/**
 * vmb_announce_port - have a port's stations announced that were not yet
 * @port: the port, whose guest has come
 *
 * Static ones, and what was learned there and has moved since: where nobody
 * was, nothing was announced.
 *
 * Context: RTNL, or BH disabled and RCU.
 */
void vmb_announce_port(struct vmb_port *port)
{
	struct vmb_bond *bond = port->bond;
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;

	spin_lock_bh(&bond->fdb.lock);
	if (!port->stations)
		goto unlock;
	vmb_fdb_for_each(st, tmp, b, &bond->fdb)
		if (vmb_station_port(&bond->fdb, st) == port &&
		    vmb_moved_unseen(st))
			vmb_announce(bond, st);
unlock:
	spin_unlock_bh(&bond->fdb.lock);
}

/**
 * vmb_announce_again - the switch cannot know, or seems not to know, where a
 *			station is: tell it
 * @bond: the bond
 * @key: the station
 *
 * At most one announcement a second: whoever sends the frames that bring us
 * here must not be able to have us send more.
 *
 * Context: BH disabled, RCU.
 */
void vmb_announce_again(struct vmb_bond *bond, u64 key)
{
	struct vmb_station *st;

	st = vmb_fdb_find(&bond->fdb, key);
	if (!st || !READ_ONCE(bond->announce_count) ||
	    vmb_within(READ_ONCE(st->announced), HZ))
		return;

	spin_lock(&bond->fdb.lock);
	st = vmb_fdb_find(&bond->fdb, key);
	if (st && !st->announce_left &&
	    !vmb_within(READ_ONCE(st->announced), HZ) &&
	    vmb_announce_may(bond, st)) {
		st->announce_left = 1;
		list_move_tail(&st->announce, &bond->fdb.announce);
		mod_delayed_work(vmb_wq, &bond->announce_work, 0);
	}
	spin_unlock(&bond->fdb.lock);
}

static void vmb_announce_send(struct vmb_bond *bond, u64 key,
			      struct vmb_member *m)
{
	struct vmb_frame f = { .bond = bond, .vlan = vmb_key_vlan(key) };
	u8 mac[ETH_ALEN];

	vmb_count_made(m->stats);
	u64_to_ether_addr(vmb_key_mac(key), mac);
	f.skb = arp_create(ARPOP_RREQUEST, ETH_P_RARP, 0, bond->dev, 0, NULL,
			   mac, mac);
	if (!f.skb) {
		vmb_count_drop(m->stats, VMB_DROP_NOMEM);
		return;
	}
	trace_vmbond_announce(bond, key, m->dev->ifindex);
	skb_reset_mac_header(f.skb);
	__skb_pull(f.skb, ETH_HLEN);
	vmb_tx_member(&f, m);
}

/* A batch a tick, however often somebody wants the work to run at once. */
static bool vmb_announce_paced(struct vmb_fdb *fdb)
{
	if (!vmb_within(fdb->announce_tick, VMB_ANNOUNCE_TICK - 1)) {
		fdb->announce_tick = jiffies;
		fdb->announce_sent = 0;
	}
	return fdb->announce_sent < VMB_ANNOUNCE_BATCH;
}

/*
 * The next station that is due, off its list; NULL: none, for @wait jiffies. A
 * guest that makes new ones all the time must not keep the rounds of others
 * from being sent, so those that are due are sent in turn with what is new.
 */
static struct vmb_station *vmb_announce_next(struct vmb_bond *bond, long *wait)
{
	struct vmb_fdb *fdb = &bond->fdb;
	struct vmb_station *st, *again;

	for (;;) {
		*wait = VMB_ANNOUNCE_TICK;
		if (!vmb_announce_paced(fdb))
			return NULL;
		st = list_first_entry_or_null(&fdb->announce,
					      struct vmb_station, announce);
		again = list_first_entry_or_null(&fdb->announce_again,
						 struct vmb_station, announce);
		*wait = again ? (s32)(again->announce_at - (u32)jiffies) : -1;
		if (again && *wait <= 0 && (!st || fdb->announce_sent % 2))
			st = again;
		if (!st)
			return NULL;
		fdb->announce_sent++;
		list_del_init(&st->announce);
		if (vmb_announce_may(bond, st))
			break;
		/* Its guest has left, or there are to be none any more. */
		st->announce_left = 0;
	}
	WRITE_ONCE(st->announced, jiffies);
	if (--st->announce_left) {
		st->announce_at = jiffies + VMB_ANNOUNCE_ROUND;
		list_add_tail(&st->announce, &fdb->announce_again);
	}
	return st;
}

/**
 * vmb_announce_work - send what is due, up to a batch
 * @work: &struct vmb_bond.announce_work
 */
void vmb_announce_work(struct work_struct *work)
{
	struct vmb_bond *bond = container_of(to_delayed_work(work),
					     struct vmb_bond, announce_work);
	struct vmb_station *st;
	struct vmb_member *m;
	long wait = 0;
	int i;

	rcu_read_lock();
	local_bh_disable();
	for (i = 0; i < VMB_ANNOUNCE_BATCH; i++) {
		spin_lock(&bond->fdb.lock);
		st = vmb_announce_next(bond, &wait);
		spin_unlock(&bond->fdb.lock);
		if (!st)
			break;
		m = vmb_pin_member(bond, st, st->key);
		/* It may have moved out meanwhile: not ours to announce. */
		if (m && !hlist_unhashed_lockless(&st->hash))
			vmb_announce_send(bond, st->key, m);
	}
	local_bh_enable();
	rcu_read_unlock();

	if (i == VMB_ANNOUNCE_BATCH)
		wait = VMB_ANNOUNCE_TICK;
	if (wait >= 0)
		queue_delayed_work(vmb_wq, &bond->announce_work,
				   max_t(long, wait, VMB_ANNOUNCE_TICK));
}

/* The VLAN device above the bond */
static struct net_device *vmb_self_dev(struct vmb_bond *bond, u16 vid)
{
	struct net_device *dev;

	rcu_read_lock();
	dev = __vlan_find_dev_deep_rcu(bond->dev, htons(ETH_P_8021Q), vid);
	rcu_read_unlock();
	return dev;
}

/**
 * vmb_announce_peers - have the node's stack announce its addresses, if due
 * @bond: the bond
 * @next: set to the jiffies of the next round, if that is sooner
 *
 * On the VLANs on which the node has moved. With the untagged one the stack
 * goes on to all VLAN devices by itself, so that they are not told again.
 *
 * Context: RTNL.
 */
void vmb_announce_peers(struct vmb_bond *bond, unsigned long *next)
{
	const struct vmb_vlan_conf *c = rtnl_dereference(bond->self.vlan);
	DECLARE_BITMAP(vlans, VLAN_N_VID) = {};
	struct net_device *dev;
	unsigned int vid;

	ASSERT_RTNL();
	spin_lock_bh(&bond->fdb.lock);
	if (!bond->conf.announce_count)
		bond->notify_left = 0;
	if (bond->notify_left && time_after_eq(jiffies, bond->notify_at)) {
		bitmap_copy(vlans, bond->notify_vlans, VLAN_N_VID);
		bond->notify_at = jiffies + VMB_ANNOUNCE_ROUND;
		bond->notify_left--;
	}
	if (!bond->notify_left)
		bitmap_zero(bond->notify_vlans, VLAN_N_VID);
	else if (time_before(bond->notify_at, *next))
		*next = bond->notify_at;
	spin_unlock_bh(&bond->fdb.lock);

	/* a tunnel's VLAN is a service VLAN of that VID */
	if (test_bit(vmb_vlan_in(c, VMB_TAG_NONE, 0) & VLAN_VID_MASK, vlans)) {
		call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, bond->dev);
		return;
	}
	for_each_set_bit(vid, vlans, VLAN_N_VID) {
		dev = vmb_self_dev(bond, vid);
		if (dev)
			call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, dev);
	}
}
