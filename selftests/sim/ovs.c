// SPDX-License-Identifier: GPL-2.0
/*
 * The rule of Open vSwitch's balance-slb, modelled on a description of what it
 * does, not on its code: buckets of stations, transmitted bytes only, members
 * all alike.
 */
#include <string.h>

#include "sim.h"

/* Less than this many bytes is no overload, however long the interval */
#define OVS_LEAST	100000
/* Nor is less than this part of what the least loaded member has */
#define OVS_PART	32

static int ovs_next_member(struct ovs *o, const struct sim_world *w)
{
	do {
		o->next = (o->next + 1) % w->n_members;
	} while (!w->up[o->next]);
	return o->next;
}

/* Nothing is assigned yet; which hash it is does not matter, it is even */
void ovs_start(struct ovs *o, const struct sim_world *w)
{
	unsigned int i;

	for (i = 0; i < SIM_BUCKETS; i++)
		o->bucket[i] = (struct ovs_bucket){ .member = -1 };
	for (i = 0; i < w->n_stations; i++)
		o->hash[i] = sim_random() * SIM_BUCKETS;
	o->next = w->n_members - 1;
}

/* Buckets get a member when one of their stations needs it, in turns */
void ovs_pins(struct ovs *o, const struct sim_world *w, u16 *pin)
{
	unsigned int i;

	for (i = 0; i < w->n_stations; i++) {
		struct ovs_bucket *b = &o->bucket[o->hash[i]];

		if (b->member < 0 || !w->up[b->member])
			b->member = ovs_next_member(o, w);
		pin[i] = b->member;
	}
}

void ovs_account(struct ovs *o, const struct sim_world *w)
{
	unsigned int i;

	for (i = 0; i < w->n_stations; i++)
		o->bucket[o->hash[i]].tx += w->rate[i].tx * SIM_INTERVAL;
}

struct ovs_member {
	u64 tx;
	/* nothing to be done about it in this run */
	bool aside;
};

/* The heaviest bucket of @from lighter than @below that has not moved */
static int ovs_lighter(const struct ovs *o, const bool *moved, int from,
		       u64 below, int after)
{
	unsigned int i;
	int best = -1;

	for (i = 0; i < SIM_BUCKETS; i++) {
		const struct ovs_bucket *b = &o->bucket[i];

		if (b->member != from || !b->tx || moved[i])
			continue;
		if (b->tx > below || (b->tx == below && (int)i <= after))
			continue;
		if (best < 0 || b->tx > o->bucket[best].tx)
			best = i;
	}
	return best;
}

/* Choose buckets of @from worth about half the difference; how much they do */
static u64 ovs_choose(const struct ovs *o, const bool *moved, int from,
		      u64 ideal, bool *chosen)
{
	u64 delta = 0, below = ~0ULL;
	unsigned int loaded = 0;
	int b = -1, last = -1;

	memset(chosen, 0, SIM_BUCKETS * sizeof(*chosen));
	while ((b = ovs_lighter(o, moved, from, below, b)) >= 0) {
		below = o->bucket[b].tx;
		last = b;
		loaded++;
		if (delta + below > ideal || ideal - delta < ideal / 10)
			continue;
		chosen[b] = true;
		delta += below;
	}
	if (loaded <= 1)
		return 0;
	if (!delta) {
		chosen[last] = true;
		delta = o->bucket[last].tx;
	}
	return delta;
}

void ovs_rebalance(struct ovs *o, const struct sim_world *w)
{
	struct ovs_member m[SIM_MEMBERS] = {};
	bool moved[SIM_BUCKETS] = {};
	unsigned int i;

	for (i = 0; i < SIM_BUCKETS; i++)
		if (o->bucket[i].member >= 0)
			m[o->bucket[i].member].tx += o->bucket[i].tx;

	for (;;) {
		bool chosen[SIM_BUCKETS];
		u64 overload, ideal, delta, low;
		int from = -1, to = -1;

		for (i = 0; i < w->n_members; i++) {
			if (!w->up[i] || m[i].aside)
				continue;
			if (from < 0 || m[i].tx > m[from].tx)
				from = i;
			if (to < 0 || m[i].tx < m[to].tx)
				to = i;
		}
		if (from == to)
			return;
		overload = m[from].tx - m[to].tx;
		if (overload < m[to].tx / OVS_PART || overload < OVS_LEAST)
			return;

		ideal = overload / 2;
		delta = ovs_choose(o, moved, from, ideal, chosen);
		low = m[from].tx - delta;
		if (m[to].tx + delta < low)
			low = m[to].tx + delta;
		if (!delta || low <= m[to].tx || low - m[to].tx < ideal / 10) {
			m[from].aside = true;
			continue;
		}
		for (i = 0; i < SIM_BUCKETS; i++)
			if (chosen[i]) {
				moved[i] = true;
				o->bucket[i].member = to;
			}
		m[from].tx -= delta;
		m[to].tx += delta;
	}
}

/* What a switch sees of it: stations that send, and change their port */
unsigned int ovs_run(struct ovs *o, const struct sim_world *w)
{
	static u16 before[SIM_STATIONS], after[SIM_STATIONS];
	unsigned int i, n = 0;

	ovs_account(o, w);
	ovs_pins(o, w, before);
	ovs_rebalance(o, w);
	ovs_pins(o, w, after);
	for (i = 0; i < w->n_stations; i++)
		n += w->rate[i].tx && before[i] != after[i];
	for (i = 0; i < SIM_BUCKETS; i++)
		o->bucket[i].tx /= 2;
	return n;
}
