// SPDX-License-Identifier: GPL-2.0
/* What could be reached: exactly for few stations, a lower bound for many */
#include <linux/minmax.h>

#include "sim.h"

/* More than this many ways to place the stations are not tried */
#define TRIES		20000000.0

double sim_highest(const struct sim_world *w, const u16 *pin)
{
	struct sim_rate sum[SIM_MEMBERS] = {};
	double high = 0;
	unsigned int i;

	for (i = 0; i < w->n_stations; i++) {
		sum[pin[i]].tx += w->rate[i].tx;
		sum[pin[i]].rx += w->rate[i].rx;
	}
	for (i = 0; i < w->n_members; i++)
		high = max(high, (double)max(sum[i].tx, sum[i].rx) /
				 w->capacity[i]);
	return high;
}

/*
 * No way to place the stations is better than one that cuts them into pieces,
 * nor than the heaviest alone on the fastest member.
 */
double sim_bound(const struct sim_world *w)
{
	u64 tx = 0, rx = 0, heaviest = 0, capacity = 0, fastest = 0;
	unsigned int i;

	for (i = 0; i < w->n_stations; i++) {
		tx += w->rate[i].tx;
		rx += w->rate[i].rx;
		heaviest = max(heaviest, max(w->rate[i].tx, w->rate[i].rx));
	}
	for (i = 0; i < w->n_members; i++) {
		if (!w->up[i])
			continue;
		capacity += w->capacity[i];
		fastest = max(fastest, w->capacity[i]);
	}
	return max((double)max(tx, rx) / capacity, (double)heaviest / fastest);
}

static void try_all(const struct sim_world *w, unsigned int station,
		    struct sim_rate *sum, double *best)
{
	unsigned int i;

	if (station == w->n_stations) {
		double high = 0;

		for (i = 0; i < w->n_members; i++)
			high = max(high, (double)max(sum[i].tx, sum[i].rx) /
					 w->capacity[i]);
		*best = min(*best, high);
		return;
	}
	for (i = 0; i < w->n_members; i++) {
		const struct sim_rate *rate = &w->rate[station];

		if (!w->up[i])
			continue;
		sum[i].tx += rate->tx;
		sum[i].rx += rate->rx;
		if (max(sum[i].tx, sum[i].rx) < *best * w->capacity[i])
			try_all(w, station + 1, sum, best);
		sum[i].tx -= rate->tx;
		sum[i].rx -= rate->rx;
	}
}

double sim_optimum(const struct sim_world *w)
{
	struct sim_rate sum[SIM_MEMBERS] = {};
	double tries = 1, best = 1e9;
	unsigned int i;

	for (i = 0; i < w->n_stations && tries <= TRIES; i++)
		tries *= w->n_members;
	if (tries > TRIES)
		return sim_bound(w);
	try_all(w, 0, sum, &best);
	return best;
}
