// SPDX-License-Identifier: GPL-2.0
/* Sampling the stations' rates, when to plan, and carrying out the plan. */

#include <linux/mm.h>
#include "balance.h"
#include "fdb.h"
#include "pin.h"
#include "rebalance.h"
#include "stats.h"
#include "trace.h"
#include "uplink.h"

/*
 * Rates are sampled once a second; a sample counts a sixteenth, so that half
 * of what is known is as old as a run of the planner by default.
 */
#define VMB_SAMPLE_TIME		HZ
#define VMB_DECAY_SHIFT		4
/* A station that moved stays for so many runs. */
#define VMB_HOLD_RUNS		3

static u64 vmb_decay(u64 rate, u64 sample)
{
	if (!rate)
		return sample;
	if (sample < rate)
		return rate - DIV_ROUND_UP_ULL(rate - sample,
					       1 << VMB_DECAY_SHIFT);
	return rate + ((sample - rate) >> VMB_DECAY_SHIFT);
}

/*
 * CPUs that count for the same station overwrite each other, so that a counter
 * may be behind what it was.
 */
static u64 vmb_since(u64 now, u64 last)
{
	return (s64)(now - last) > 0 ? now - last : 0;
}

/* Bytes since the last sample become a rate. */
static void vmb_sample(struct vmb_rate *rate, u64 tx, u64 rx,
		       unsigned long elapsed)
{
	u64 tx_now = div_u64(vmb_since(tx, rate->last_tx) * HZ, elapsed);
	u64 rx_now = div_u64(vmb_since(rx, rate->last_rx) * HZ, elapsed);

	WRITE_ONCE(rate->tx, vmb_decay(rate->tx, tx_now));
	WRITE_ONCE(rate->rx, vmb_decay(rate->rx, rx_now));
	rate->last_tx = tx;
	rate->last_rx = rx;
}

static void vmb_sample_station(struct vmb_fdb *fdb, struct vmb_station *st,
			       unsigned long elapsed)
{
	struct vmb_member *m = vmb_station_pin_of(fdb, st);
	struct vmb_rate was = st->rate;

	vmb_sample(&st->rate, READ_ONCE(st->tx_bytes), READ_ONCE(st->rx_bytes),
		   elapsed);
	if (m) {
		m->rate.tx += st->rate.tx - was.tx;
		m->rate.rx += st->rate.rx - was.rx;
	}
}

static void vmb_sample_all(struct vmb_bond *bond)
{
	unsigned long elapsed = max(jiffies - bond->sampled, 1UL);
	struct hlist_node *tmp;
	struct vmb_station *st;
	struct vmb_member *m;
	unsigned int b;

	bond->sampled = jiffies;
	rcu_read_lock();
	spin_lock_bh(&bond->fdb.lock);
	vmb_fdb_for_each(st, tmp, b, &bond->fdb)
		vmb_sample_station(&bond->fdb, st, elapsed);
	list_for_each_entry_rcu(m, &bond->members, list) {
		struct vmb_stats sum = {};

		vmb_stats_add(&sum, m->stats);
		vmb_sample(&m->dev_rate, sum.tx_bytes, sum.rx_bytes, elapsed);
		m->fresh = 0;
	}
	spin_unlock_bh(&bond->fdb.lock);
	rcu_read_unlock();
}

/**
 * struct vmb_plan - what a run of the planner works on
 */
struct vmb_plan {
	/** @members: loads, in the order of the published set */
	struct vmb_bal_member members[VMB_MEMBERS_MAX];
	/** @stations: as many as there may be */
	struct vmb_bal_station *stations;
	/** @keys: which stations these are */
	u64 *keys;
	/** @moves: what the planner wants */
	struct vmb_bal_move *moves;
	/** @size: room in the arrays */
	u32 size;
	/** @n: stations in them */
	u32 n;
};

static void vmb_plan_free(struct vmb_plan *p)
{
	if (!p)
		return;
	kvfree(p->stations);
	kvfree(p->keys);
	kvfree(p->moves);
	kfree(p);
}

static struct vmb_plan *vmb_plan_alloc(u32 size)
{
	struct vmb_plan *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return NULL;
	p->size = size;
	p->stations = kvcalloc(size, sizeof(*p->stations), GFP_KERNEL);
	p->keys = kvcalloc(size, sizeof(*p->keys), GFP_KERNEL);
	p->moves = kvcalloc(size, sizeof(*p->moves), GFP_KERNEL);
	if (p->stations && p->keys && p->moves)
		return p;
	vmb_plan_free(p);
	return NULL;
}

static int vmb_uplink_index(const struct vmb_uplink *u,
			    const struct vmb_member *m)
{
	u32 i;

	for (i = 0; i < u->n; i++)
		if (u->member[i] == m)
			return i;
	return -1;
}

/* The state of things, for the planner. Under the fdb lock and RCU. */
static void vmb_plan_fill(struct vmb_plan *p, struct vmb_bond *bond,
			  const struct vmb_uplink *u, bool level)
{
	struct vmb_fdb *fdb = &bond->fdb;
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;
	int i;

	vmb_pin_loads(u, p->members);
	vmb_fdb_for_each(st, tmp, b, fdb) {
		i = vmb_uplink_index(u, vmb_station_pin_of(fdb, st));
		if (i < 0 || p->n == p->size)
			continue;
		p->stations[p->n] = (struct vmb_bal_station){
			.tx = st->rate.tx,
			.rx = st->rate.rx,
			.id = p->n,
			.member = i,
			.fixed = st->wanted ||
				 (!level && st->moved_run &&
				  bond->run - st->moved_run < VMB_HOLD_RUNS),
		};
		p->keys[p->n++] = st->key;
	}
}

/* One move, unless things have changed meanwhile. */
static void vmb_plan_apply(struct vmb_bond *bond, const struct vmb_uplink *u,
			   u64 key, const struct vmb_bal_move *move,
			   enum vmbond_cause cause)
{
	struct vmb_station *st;

	spin_lock_bh(&bond->fdb.lock);
	st = vmb_fdb_find(&bond->fdb, key);
	if (st && !st->wanted && rcu_access_pointer(bond->uplink) == u &&
	    vmb_station_pin_of(&bond->fdb, st) == u->member[move->from]) {
		st->moved_run = bond->run;
		vmb_pin_move(bond, st, u->member[move->to], cause);
	}
	spin_unlock_bh(&bond->fdb.lock);
}

/* The moves with names. They come in the order of the sorted stations. */
static void vmb_plan_names(const struct vmb_plan *p, const struct vmb_uplink *u,
			   int n, struct vmb_move *names)
{
	const struct vmb_bal_station *st = p->stations;
	int i;

	for (i = 0; i < n; i++) {
		const struct vmb_bal_move *move = &p->moves[i];

		while (st->id != move->station)
			st++;
		names[i] = (struct vmb_move){
			.key = p->keys[move->station],
			.rate = max(st->tx, st->rx),
			.from = u->member[move->from]->dev->ifindex,
			.to = u->member[move->to]->dev->ifindex,
		};
	}
}

/**
 * vmb_rebalance - run the planner and carry out its plan
 * @bond: the bond
 * @level: a member came: even out, however many moves it takes
 * @dry_run: say what would move and move nothing
 * @cause: why
 * @moves: set to what moved, to be freed with kvfree(); may be NULL
 *
 * Context: process; RTNL or not.
 * Return: how many stations moved, or -ENOMEM.
 */
int vmb_rebalance(struct vmb_bond *bond, bool level, bool dry_run,
		  enum vmbond_cause cause, struct vmb_move **moves)
{
	u32 size = READ_ONCE(bond->fdb.count);
	const struct vmb_uplink *u;
	struct vmb_bal_params params = {
		.max_moves = level ? size : READ_ONCE(bond->max_moves),
		.level = level,
	};
	struct vmb_move *names = NULL;
	struct vmb_plan *p;
	int i, n = 0;

	if (moves)
		*moves = NULL;
	if (!size)
		return 0;
	p = vmb_plan_alloc(size);
	if (!p)
		return -ENOMEM;
	if (moves) {
		names = kvcalloc(size, sizeof(*names), GFP_KERNEL);
		if (!names) {
			vmb_plan_free(p);
			return -ENOMEM;
		}
	}

	rcu_read_lock();
	spin_lock_bh(&bond->fdb.lock);
	u = rcu_dereference(bond->uplink);
	if (!dry_run && !level)
		bond->run++;
	if (u->n > 1 && !u->first)
		vmb_plan_fill(p, bond, u, level);
	spin_unlock_bh(&bond->fdb.lock);

	if (p->n)
		n = vmb_balance_plan(p->members, u->n, p->stations, p->n,
				     &params, p->moves);
	trace_vmbond_rebalance(bond, p->n, n, dry_run, cause);
	if (names)
		vmb_plan_names(p, u, n, names);
	for (i = 0; i < n && !dry_run; i++)
		vmb_plan_apply(bond, u, p->keys[p->moves[i].station],
			       &p->moves[i], cause);
	rcu_read_unlock();

	vmb_plan_free(p);
	if (!dry_run && n)
		vmb_pin_tell(bond);
	if (moves)
		*moves = names;
	return n;
}

/**
 * vmb_rebalance_work - once a second: sample, and plan when it is time
 * @work: &struct vmb_bond.rebalance_work
 */
void vmb_rebalance_work(struct work_struct *work)
{
	struct vmb_bond *bond = container_of(to_delayed_work(work),
					     struct vmb_bond, rebalance_work);
	u32 interval = READ_ONCE(bond->rebalance_interval);

	vmb_sample_all(bond);
	/* Local stations that found no memory have another try there. */
	if (READ_ONCE(bond->self_dirty))
		mod_delayed_work(vmb_wq, &bond->link_work, 0);
	if (interval && time_after_eq(jiffies, READ_ONCE(bond->rebalance_at))) {
		WRITE_ONCE(bond->rebalance_at,
			   jiffies + msecs_to_jiffies(interval));
		vmb_rebalance(bond, false, false, VMBOND_CAUSE_REBALANCE, NULL);
	}
	queue_delayed_work(vmb_wq, &bond->rebalance_work, VMB_SAMPLE_TIME);
}
