// SPDX-License-Identifier: GPL-2.0
/* The published set of usable members, and the choice among them by hash. */

#include <linux/slab.h>
#include "uplink.h"

/* IEEE 802, the second bit of the first byte */
#define VMB_MAC_LOCALLY_ADMINISTERED	BIT_ULL(41)

/*
 * A member whose carrier is back before the kernel has told, or that waits for
 * its updelay: better than none.
 */
static struct vmb_member *vmb_uplink_spare(const struct vmb_uplink *u)
{
	u32 i;

	for (i = u->n; i < u->n + u->n_spare; i++) {
		struct vmb_member *m = u->member[i];

		if (netif_running(m->dev) && netif_carrier_ok(m->dev))
			return m;
	}
	return NULL;
}

/**
 * vmb_uplink_choose - a usable member by rendezvous hash
 * @u: the usable members
 * @key: what to choose for: a station, or a VLAN
 *
 * When a member goes, only what was on it goes elsewhere. Where order counts
 * (active-backup) it is the first that has carrier. Where no usable member has,
 * it is one that has and is not usable yet.
 *
 * Context: RCU or RTNL.
 * Return: the member, or NULL if none has carrier.
 */
struct vmb_member *vmb_uplink_choose(const struct vmb_uplink *u, u64 key)
{
	struct vmb_member *best = NULL;
	u64 most = 0;
	u32 i;

	for (i = 0; i < u->n; i++) {
		struct vmb_member *m = u->member[i];
		u64 h;

		if (unlikely(!netif_carrier_ok(m->dev)))
			continue;
		if (u->first)
			return m;
		h = vmb_mix(key ^ m->salt);
		if (!best || h > most) {
			best = m;
			most = h;
		}
	}
	return likely(best) ? best : vmb_uplink_spare(u);
}

static void vmb_uplink_own_add(struct vmb_uplink *u, u64 mac)
{
	u->own[u->n_own++] = mac;
	u->own_low |= BIT_ULL(mac & 63);
}

/* The preferred member comes first, then the one in use, then by age. */
static int vmb_uplink_rank(const struct vmb_bond *bond,
			   const struct vmb_uplink *old,
			   const struct vmb_member *m)
{
	if (m->dev->ifindex == bond->conf.primary)
		return 0;
	return old && old->first && old->n && old->member[0] == m ? 1 : 2;
}

/*
 * What a member sends itself must not have the node's MAC, which is pinned
 * elsewhere perhaps: the bond may have taken the MAC of its first member.
 */
static u64 vmb_uplink_own(const struct vmb_bond *bond,
			  const struct vmb_member *m)
{
	u64 mac = vmb_mac(m->dev->dev_addr);

	if (ether_addr_equal(m->dev->dev_addr, bond->dev->dev_addr))
		mac ^= VMB_MAC_LOCALLY_ADMINISTERED;
	return mac;
}

static bool vmb_uplink_same(const struct vmb_uplink *a,
			    const struct vmb_uplink *b)
{
	return a->n == b->n && a->first == b->first &&
	       a->primary == b->primary &&
	       !memcmp(a->member, b->member, a->n * sizeof(a->member[0]));
}

/* Of @old, what can still receive: those that are only drained can. */
static struct vmb_uplink *vmb_uplink_still(const struct vmb_bond *bond,
					   const struct vmb_uplink *old)
{
	struct vmb_uplink *u;
	struct vmb_member *m;
	u32 i;

	u = kzalloc(sizeof(*u), GFP_KERNEL | __GFP_NOFAIL);
	u->first = old->first;
	u->primary = -1;
	for (i = 0; i < old->n; i++)
		list_for_each_entry(m, &bond->members, list) {
			if (m != old->member[i] || !m->up)
				continue;
			if (old->primary == i)
				u->primary = u->n;
			u->member[u->n++] = m;
		}
	return u;
}

/*
 * Whose frames are accepted now goes on being so for a moment: the copies of
 * one frame may come before and after the change. Another change while the old
 * receivers are still listened to starts that moment anew, with the same old
 * ones: none of their frames is unknown. Where nobody receives there is nothing
 * to hand over.
 */
static void vmb_uplink_hand_over(const struct vmb_bond *bond,
				 const struct vmb_uplink *old,
				 struct vmb_uplink *u)
{
	bool same = vmb_uplink_same(old, u);

	u->since = same ? old->since : get_jiffies_64();
	if (old->before && old->before->n &&
	    (same || vmb_uplink_handover(old) < VMB_HANDOVER_NEW))
		old = old->before;
	u->before = vmb_uplink_still(bond, old);
}

/**
 * vmb_uplink_publish - show frames the members that may be used now
 * @bond: the bond
 *
 * It must not fail: who takes a member away cannot leave it there.
 *
 * Context: RTNL.
 */
void vmb_uplink_publish(struct vmb_bond *bond)
{
	struct vmb_uplink *old = rtnl_dereference(bond->uplink);
	struct vmb_uplink *u;
	struct vmb_member *m;
	int rank;

	ASSERT_RTNL();
	u = kzalloc(sizeof(*u), GFP_KERNEL | __GFP_NOFAIL);
	u->first = bond->conf.mode == VMBOND_MODE_ACTIVE_BACKUP;
	u->primary = -1;
	for (rank = 0; rank < 3; rank++)
		list_for_each_entry(m, &bond->members, list) {
			if (!vmb_member_usable(m) ||
			    vmb_uplink_rank(bond, old, m) != rank)
				continue;
			if (m->dev->ifindex == bond->conf.primary)
				u->primary = u->n;
			u->member[u->n++] = m;
		}
	list_for_each_entry(m, &bond->members, list)
		if (!m->up && !m->drain)
			u->member[u->n + u->n_spare++] = m;
	list_for_each_entry(m, &bond->members, list) {
		WRITE_ONCE(m->own, vmb_uplink_own(bond, m));
		vmb_uplink_own_add(u, vmb_mac(m->dev->dev_addr));
		if (m->own != vmb_mac(m->dev->dev_addr))
			vmb_uplink_own_add(u, m->own);
	}

	if (old)
		vmb_uplink_hand_over(bond, old, u);
	rcu_assign_pointer(bond->uplink, u);
	if (!old)
		return;
	if (old->before)
		kfree_rcu(old->before, rcu);
	kfree_rcu(old, rcu);
}

/**
 * vmb_uplink_free - when the bond goes
 * @bond: the bond
 *
 * Context: nobody reads it any more.
 */
void vmb_uplink_free(struct vmb_bond *bond)
{
	struct vmb_uplink *u = rcu_dereference_protected(bond->uplink, true);

	if (u)
		kfree(u->before);
	kfree(u);
}

static void vmb_port_vlans(const struct vmb_port *port, unsigned long *set)
{
	const struct vmb_vlan_conf *c = rtnl_dereference(port->vlan);

	if (c->mode == VMBOND_VLAN_MODE_ACCESS ||
	    (c->mode == VMBOND_VLAN_MODE_TUNNEL &&
	     !(c->vlan & VMB_VLAN_SERVICE)))
		__set_bit(c->vid, set);
	else if (c->mode == VMBOND_VLAN_MODE_TRUNK && !c->all)
		bitmap_or(set, set, c->set, VLAN_N_VID);
}

/**
 * vmb_uplink_vlans - the VLANs in use on the uplink
 * @bond: the bond
 * @set: filled in
 *
 * Those that somebody named, be it for a port or for a VLAN device above the
 * bond, and VLAN 0: without those that are there only because a trunk carries
 * all, a list of them tells something.
 *
 * Context: RTNL.
 */
void vmb_uplink_vlans(const struct vmb_bond *bond, unsigned long *set)
{
	const struct vmb_vlan_conf *uplink;
	const struct vmb_port *port;

	ASSERT_RTNL();
	bitmap_copy(set, bond->self_vids, VLAN_N_VID);
	__set_bit(0, set);
	vmb_port_vlans(&bond->self, set);
	list_for_each_entry(port, &bond->ports, list)
		vmb_port_vlans(port, set);
	uplink = rtnl_dereference(bond->uplink_vlan);
	bitmap_and(set, set, uplink->set, VLAN_N_VID);
}
