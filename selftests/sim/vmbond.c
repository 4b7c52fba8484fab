// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel does around the planner: sample and decay rates, hold down
 * what has moved, apply the moves, pin what lost its member.
 */
#include <string.h>

#include "balance.h"
#include "sim.h"

#define HOLD_RUNS	3

/* The members that are up, and the index the planner knows each by */
static unsigned int vmbond_members(const struct sim_world *w,
				   struct vmb_bal_member *m, u16 *to_plan,
				   u16 *from_plan)
{
	unsigned int i, n = 0;

	for (i = 0; i < w->n_members; i++) {
		if (!w->up[i])
			continue;
		m[n] = (struct vmb_bal_member){ .capacity = w->capacity[i] };
		to_plan[i] = n;
		from_plan[n++] = i;
	}
	return n;
}

/* One sample a second: the first as it is, then a sixteenth of each */
static u64 vmbond_decay(u64 rate, u64 sample)
{
	unsigned int i;

	if (!rate)
		return sample;
	for (i = 0; i < SIM_INTERVAL; i++)
		rate = (15 * rate + sample) / 16;
	return rate;
}

void vmbond_start(struct vmbond *v, const struct sim_world *w, const u16 *pin)
{
	memset(v->rate, 0, sizeof(v->rate));
	memset(v->held, 0, sizeof(v->held));
	memcpy(v->pin, pin, w->n_stations * sizeof(*pin));
	v->level = false;
}

/* @member is not up any more: its stations are pinned anew, and no others */
void vmbond_down(struct vmbond *v, const struct sim_world *w, u16 member)
{
	u16 to_plan[SIM_MEMBERS], from_plan[SIM_MEMBERS];
	struct vmb_bal_member m[SIM_MEMBERS];
	unsigned int i, n;

	n = vmbond_members(w, m, to_plan, from_plan);
	for (i = 0; i < w->n_stations; i++) {
		struct vmb_bal_member *pin = &m[to_plan[v->pin[i]]];

		if (v->pin[i] == member)
			continue;
		pin->tx += v->rate[i].tx;
		pin->rx += v->rate[i].rx;
		pin->stations++;
	}
	for (i = 0; i < w->n_stations; i++) {
		u16 to;

		if (v->pin[i] != member)
			continue;
		to = vmb_balance_pick(m, n);
		m[to].tx += v->rate[i].tx;
		m[to].rx += v->rate[i].rx;
		m[to].stations++;
		v->pin[i] = from_plan[to];
	}
}

void vmbond_up(struct vmbond *v)
{
	v->level = true;
}

unsigned int vmbond_run(struct vmbond *v, const struct sim_world *w)
{
	static struct vmb_bal_station stations[SIM_STATIONS];
	static struct vmb_bal_move moves[SIM_STATIONS];
	struct vmb_bal_params params = {
		.max_moves = v->max_moves,
		.level = v->level,
	};
	u16 to_plan[SIM_MEMBERS], from_plan[SIM_MEMBERS];
	struct vmb_bal_member m[SIM_MEMBERS];
	unsigned int i, n;

	n = vmbond_members(w, m, to_plan, from_plan);
	for (i = 0; i < w->n_stations; i++) {
		struct vmb_bal_member *pin = &m[to_plan[v->pin[i]]];
		struct sim_rate *rate = &v->rate[i];

		rate->tx = vmbond_decay(rate->tx, w->rate[i].tx);
		rate->rx = vmbond_decay(rate->rx, w->rate[i].rx);
		pin->tx += rate->tx;
		pin->rx += rate->rx;
		pin->stations++;
		stations[i] = (struct vmb_bal_station){
			.tx = rate->tx,
			.rx = rate->rx,
			.id = i,
			.member = to_plan[v->pin[i]],
			.fixed = v->held[i],
		};
		v->held[i] -= v->held[i] > 0;
	}

	n = vmb_balance_plan(m, n, stations, w->n_stations, &params, moves);
	for (i = 0; i < n; i++) {
		v->pin[moves[i].station] = from_plan[moves[i].to];
		v->held[moves[i].station] = HOLD_RUNS;
	}
	v->level = v->level && n == v->max_moves;
	return n;
}
