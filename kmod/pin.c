// SPDX-License-Identifier: GPL-2.0
/*
 * Pins: the member that each station transmits through.
 *
 * Under the fdb lock throughout. The usable members are read within it: who
 * publishes a new set goes through the stations afterwards, so that none is
 * left on a member that has gone.
 */

#include "announce.h"
#include "dedup.h"
#include "event.h"
#include "fdb.h"
#include "pin.h"
#include "trace.h"
#include "uplink.h"

/* What to reckon with where the driver does not tell a speed. */
#define VMB_SPEED_UNKNOWN	10000

/**
 * vmb_pin_loads - the usable members' loads, for the planner
 * @u: the usable members; the fdb lock is held
 * @loads: filled in, in their order
 *
 * Weights count relative to the heaviest, so that a part of a member's
 * capacity is a part of its link's speed.
 */
void vmb_pin_loads(const struct vmb_uplink *u, struct vmb_bal_member *loads)
{
	u32 i, speed, heaviest = 1;

	for (i = 0; i < u->n; i++)
		heaviest = max(heaviest, READ_ONCE(u->member[i]->weight));
	for (i = 0; i < u->n; i++) {
		const struct vmb_member *m = u->member[i];

		speed = READ_ONCE(m->speed) ?: VMB_SPEED_UNKNOWN;
		loads[i] = (struct vmb_bal_member){
			.capacity = div_u64((u64)speed * (1000000 / 8) *
					    READ_ONCE(m->weight), heaviest),
			.tx = m->rate.tx,
			.rx = m->rate.rx,
			.stations = m->stations,
			.fresh = min(m->fresh, m->stations),
		};
	}
}

static const struct vmb_uplink *vmb_pin_uplink(const struct vmb_bond *bond)
{
	lockdep_assert_held(&bond->fdb.lock);
	return rcu_dereference_check(bond->uplink, lockdep_rtnl_is_held());
}

static struct vmb_member *vmb_pin_wanted(const struct vmb_uplink *u,
					 int ifindex)
{
	u32 i;

	for (i = 0; ifindex && i < u->n; i++)
		if (u->member[i]->dev->ifindex == ifindex)
			return u->member[i];
	return NULL;
}

/* The one chosen by hand; else the least loaded; NULL if none is usable. */
static struct vmb_member *vmb_pin_pick(const struct vmb_uplink *u,
				       const struct vmb_station *st)
{
	struct vmb_bal_member loads[VMB_MEMBERS_MAX];
	struct vmb_member *m;

	if (!u->n)
		return NULL;
	m = vmb_pin_wanted(u, st->wanted);
	if (m)
		return m;
	if (u->first)
		return u->member[0];
	vmb_pin_loads(u, loads);
	return u->member[vmb_balance_pick(loads, u->n)];
}

static void vmb_pin_set(struct vmb_fdb *fdb, struct vmb_station *st,
			struct vmb_member *m, enum vmbond_cause cause)
{
	struct vmb_member *old = vmb_station_pin_of(fdb, st);

	if (old) {
		WRITE_ONCE(old->stations, old->stations - 1);
		old->rate.tx -= st->rate.tx;
		old->rate.rx -= st->rate.rx;
	}
	if (m) {
		WRITE_ONCE(m->stations, m->stations + 1);
		m->rate.tx += st->rate.tx;
		m->rate.rx += st->rate.rx;
	}
	WRITE_ONCE(st->pinned, jiffies);
	WRITE_ONCE(st->pin_cause, cause);
	rcu_assign_pointer(st->pin, m);
}

/**
 * vmb_pin_first - pin a station that is new
 * @bond: its bond; the fdb lock is held, and RCU or RTNL
 * @st: the station, not in the table yet
 */
void vmb_pin_first(struct vmb_bond *bond, struct vmb_station *st)
{
	struct vmb_member *m = vmb_pin_pick(vmb_pin_uplink(bond), st);

	vmb_pin_set(&bond->fdb, st, m, VMBOND_CAUSE_LEARNED);
	if (m)
		m->fresh++;
	/*
	 * While it was unknown, a port may have had what the receiver brought,
	 * whose copies are on their way. No frame finds the station yet.
	 */
	if (READ_ONCE(bond->flood_ports)) {
		st->off_pin_at = jiffies;
		st->off_pin = VMB_OFF_PIN_TAKEN;
	}
}

/**
 * vmb_pin_clear - a station goes
 * @bond: its bond; the fdb lock is held
 * @st: the station
 */
void vmb_pin_clear(struct vmb_bond *bond, struct vmb_station *st)
{
	vmb_pin_set(&bond->fdb, st, NULL, st->pin_cause);
}

/* What the switch has queued for the old pin is no copy of what comes next. */
static void vmb_pin_leaves(struct vmb_dedup *d, struct vmb_station *st)
{
	spin_lock(&d->lock);
	WRITE_ONCE(st->off_pin_at, jiffies);
	WRITE_ONCE(st->off_pin, VMB_OFF_PIN_MOVED);
	spin_unlock(&d->lock);
}

/**
 * vmb_pin_move - pin a station to another member, and tell the switch
 * @bond: its bond; the fdb lock is held, and RCU or RTNL
 * @st: the station
 * @m: the member, NULL where none is usable
 * @cause: why
 *
 * vmb_pin_tell() is to be called once the lock is released.
 */
void vmb_pin_move(struct vmb_bond *bond, struct vmb_station *st,
		  struct vmb_member *m, enum vmbond_cause cause)
{
	struct vmb_member *old = vmb_station_pin_of(&bond->fdb, st);

	if (m == old)
		return;
	trace_vmbond_pin(bond, st->key, old ? old->dev->ifindex : 0,
			 m ? m->dev->ifindex : 0, cause);
	if (old && netif_carrier_ok(old->dev))
		vmb_pin_leaves(bond->dedup, st);
	vmb_pin_set(&bond->fdb, st, m, cause);
	WRITE_ONCE(st->untold, cause + 1);
	if (m)
		vmb_announce(bond, st);
}

/**
 * vmb_pin_want - the administrator chooses a station's pin
 * @bond: its bond; the fdb lock is held, and RTNL
 * @st: the station
 * @ifindex: the member, or 0 to leave it to the bond
 */
void vmb_pin_want(struct vmb_bond *bond, struct vmb_station *st, int ifindex)
{
	const struct vmb_uplink *u = vmb_pin_uplink(bond);
	struct vmb_member *m = vmb_pin_wanted(u, ifindex);

	WRITE_ONCE(st->wanted, ifindex);
	if (m)
		vmb_pin_move(bond, st, m, VMBOND_CAUSE_MANUAL);
	else if (u->first)
		vmb_pin_move(bond, st, vmb_pin_pick(u, st),
			     VMBOND_CAUSE_MANUAL);
}

static bool vmb_pin_may_stay(const struct vmb_uplink *u,
			     const struct vmb_station *st,
			     const struct vmb_member *pin)
{
	struct vmb_member *wanted = vmb_pin_wanted(u, st->wanted);
	u32 i;

	if (wanted)
		return pin == wanted;
	if (u->first)
		return u->n && pin == u->member[0];
	for (i = 0; i < u->n; i++)
		if (u->member[i] == pin)
			return true;
	return false;
}

/**
 * vmb_pin_evacuate - move the stations that cannot stay where they are
 * @bond: the bond, whose usable members have just been published
 * @cause: why
 *
 * Those whose member went, those that follow the active member, and those
 * that the administrator wants elsewhere; no others.
 *
 * Context: RTNL.
 */
void vmb_pin_evacuate(struct vmb_bond *bond, enum vmbond_cause cause)
{
	const struct vmb_uplink *u;
	struct vmb_member *pin;
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;

	ASSERT_RTNL();
	spin_lock_bh(&bond->fdb.lock);
	u = vmb_pin_uplink(bond);
	vmb_fdb_for_each(st, tmp, b, &bond->fdb) {
		pin = vmb_station_pin_of(&bond->fdb, st);
		if (!vmb_pin_may_stay(u, st, pin))
			vmb_pin_move(bond, st, vmb_pin_pick(u, st), cause);
	}
	spin_unlock_bh(&bond->fdb.lock);
}

/**
 * vmb_pin_tell_one - send the event for a station that no event tells of yet
 * @bond: its bond
 * @st: the station
 *
 * Context: RCU; the fdb lock is not held.
 */
void vmb_pin_tell_one(struct vmb_bond *bond, struct vmb_station *st)
{
	u8 untold = READ_ONCE(st->untold);

	if (!untold)
		return;
	WRITE_ONCE(st->untold, 0);
	vmb_event_station(bond, st, untold - 1, false);
}

/**
 * vmb_pin_tell - the same for all stations, such as those that were moved
 * @bond: the bond
 *
 * Context: the fdb lock is not held.
 */
void vmb_pin_tell(struct vmb_bond *bond)
{
	struct vmb_station *st;
	unsigned int b;

	rcu_read_lock();
	for (b = 0; b < VMB_FDB_BUCKETS; b++)
		hlist_for_each_entry_rcu(st, &bond->fdb.bucket[b], hash)
			vmb_pin_tell_one(bond, st);
	rcu_read_unlock();
}
