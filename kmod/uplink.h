/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_UPLINK_H
#define VMBOND_UPLINK_H

#include <linux/hash.h>
#include "vmbond.h"

/* Mixes a 64 bit number well enough to compare the results. */
static inline u64 vmb_mix(u64 x)
{
	x *= GOLDEN_RATIO_64;
	x ^= x >> 32;
	return x * GOLDEN_RATIO_64;
}

struct vmb_member *vmb_uplink_choose(const struct vmb_uplink *u, u64 key);

/**
 * vmb_uplink_receiver - the member whose multicast and broadcast is accepted
 * @u: the usable members
 * @vlan: the VLAN
 *
 * The carrier is looked at here and not only in the notifier, which may come
 * a second late: reception must move in the step in which the link goes.
 *
 * Context: RCU or RTNL.
 * Return: the receiver, or NULL while no member is usable.
 */
static inline struct vmb_member *
vmb_uplink_receiver(const struct vmb_uplink *u, u16 vlan)
{
	if (u->primary >= 0 &&
	    netif_carrier_ok(u->member[u->primary]->dev))
		return u->member[u->primary];
	return vmb_uplink_choose(u, vlan);
}

/*
 * How far apart the copies of a frame may be that two members bring while a
 * VLAN's receiver changes from one to the other: some 10 ms. The first jiffy
 * may be over at once.
 */
#define VMB_HANDOVER_TIME	(HZ / 100 + 1)

/**
 * enum vmb_handover - where a change of receivers is; each step lasts
 * VMB_HANDOVER_TIME
 */
enum vmb_handover {
	/** @VMB_HANDOVER_OLD: the old receiver's frames are remembered */
	VMB_HANDOVER_OLD,
	/** @VMB_HANDOVER_BOTH: of both, what is not remembered is accepted */
	VMB_HANDOVER_BOTH,
	/** @VMB_HANDOVER_NEW: of the new one, what is not remembered is */
	VMB_HANDOVER_NEW,
	/** @VMB_HANDOVER_OVER: of the new one, all is */
	VMB_HANDOVER_OVER,
};

/**
 * vmb_uplink_handover - where the last change of receivers is now
 * @u: the usable members
 */
static inline enum vmb_handover vmb_uplink_handover(const struct vmb_uplink *u)
{
	/* The other CPU may be a jiffy ahead. */
	s64 time = get_jiffies_64() - u->since;

	if (time < VMB_HANDOVER_TIME)
		return VMB_HANDOVER_OLD;
	if (time < 2 * VMB_HANDOVER_TIME)
		return VMB_HANDOVER_BOTH;
	return time < 3 * VMB_HANDOVER_TIME ? VMB_HANDOVER_NEW :
					      VMB_HANDOVER_OVER;
}

/**
 * vmb_uplink_owns - is a MAC that of a member
 * @u: the members
 * @mac: vmb_mac() of it
 */
static inline bool vmb_uplink_owns(const struct vmb_uplink *u, u64 mac)
{
	u32 i;

	/* So that most frames pay for a bit and not for all members. */
	if (likely(!(u->own_low & BIT_ULL(mac & 63))))
		return false;
	for (i = 0; i < u->n_own; i++)
		if (u->own[i] == mac)
			return true;
	return false;
}

/**
 * vmb_pin_member - the member that a station leaves through now
 * @bond: the bond
 * @st: the station, or NULL where the table has no room for it
 * @key: its key
 *
 * Context: RCU.
 * Return: its pin; while that has no carrier or there is none, a member that
 * has; NULL if there is none. For a station that the table does not know, the
 * receiver: nobody would know its broadcast when it comes back, and it comes
 * back on the other members.
 */
static inline struct vmb_member *vmb_pin_member(const struct vmb_bond *bond,
						const struct vmb_station *st,
						u64 key)
{
	struct vmb_member *m = st ? rcu_dereference(st->pin) : NULL;
	const struct vmb_uplink *u;

	if (likely(m && netif_carrier_ok(m->dev)))
		return m;
	u = rcu_dereference(bond->uplink);
	return likely(st) ? vmb_uplink_choose(u, key) :
			    vmb_uplink_receiver(u, vmb_key_vlan(key));
}

void vmb_uplink_publish(struct vmb_bond *bond);
void vmb_uplink_free(struct vmb_bond *bond);
void vmb_uplink_vlans(const struct vmb_bond *bond, unsigned long *set);

#endif
