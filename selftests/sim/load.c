// SPDX-License-Identifier: GPL-2.0
/*
 * Synthetic loads. Each is called before every interval; run 0 makes it up,
 * and what is steady leaves it at that.
 */
#include <linux/minmax.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static double total_capacity(const struct sim_world *w)
{
	double sum = 0;
	unsigned int i;

	for (i = 0; i < w->n_members; i++)
		sum += w->capacity[i];
	return sum;
}

/* No station is faster than this */
static double fastest_station(const struct sim_world *w)
{
	u64 slowest = w->capacity[0];
	unsigned int i;

	for (i = 1; i < w->n_members; i++)
		slowest = min(slowest, w->capacity[i]);
	return 0.8 * slowest;
}

/* Shares of @part of all members' capacity */
static void scale(const struct sim_world *w, double *share, double part)
{
	double sum = 0, most = fastest_station(w);
	unsigned int i;

	for (i = 0; i < w->n_stations; i++)
		sum += share[i];
	for (i = 0; i < w->n_stations; i++)
		share[i] = min(share[i] / sum * part * total_capacity(w), most);
}

static void shuffle(double *share, unsigned int n)
{
	while (n > 1) {
		unsigned int i = sim_random() * n--;
		double tmp = share[i];

		share[i] = share[n];
		share[n] = tmp;
	}
}

static void zipf(const struct sim_world *w, double *share, double part)
{
	unsigned int i;

	for (i = 0; i < w->n_stations; i++)
		share[i] = 1.0 / (i + 1);
	shuffle(share, w->n_stations);
	scale(w, share, part);
}

/* Senders, who receive little but the acknowledgements */
static void send(struct sim_world *w, const double *share)
{
	unsigned int i;

	for (i = 0; i < w->n_stations; i++) {
		w->rate[i].tx = share[i];
		w->rate[i].rx = share[i] / 40;
	}
}

void load_idle(struct sim_world *w, unsigned int run)
{
	if (!run)
		memset(w->rate, 0, sizeof(w->rate));
}

void load_equal(struct sim_world *w, unsigned int run)
{
	double share[SIM_STATIONS];
	unsigned int i;

	if (run)
		return;
	for (i = 0; i < w->n_stations; i++)
		share[i] = 1;
	scale(w, share, 0.5);
	send(w, share);
}

void load_zipf(struct sim_world *w, unsigned int run)
{
	double share[SIM_STATIONS];

	if (run)
		return;
	zipf(w, share, 0.5);
	send(w, share);
}

/* Five elephants with two thirds of the load, and mice */
void load_elephants(struct sim_world *w, unsigned int run)
{
	double share[SIM_STATIONS];
	unsigned int i;

	if (run)
		return;
	for (i = 0; i < w->n_stations; i++)
		share[i] = i < 5 ? 1 + sim_random() :
				   4.0 / w->n_stations * sim_random();
	shuffle(share, w->n_stations);
	scale(w, share, 0.4);
	send(w, share);
}

/* Two stations: one a thirtieth of the other */
void load_one_elephant(struct sim_world *w, unsigned int run)
{
	double share[SIM_STATIONS] = { 30, 1 };

	if (run)
		return;
	scale(w, share, 0.3);
	send(w, share);
}

void load_receivers(struct sim_world *w, unsigned int run)
{
	double share[SIM_STATIONS];
	unsigned int i;

	if (run)
		return;
	zipf(w, share, 0.5);
	for (i = 0; i < w->n_stations; i++) {
		w->rate[i].tx = share[i] / 40;
		w->rate[i].rx = share[i];
	}
}

/* As much one way as the other, by other stations */
void load_both_ways(struct sim_world *w, unsigned int run)
{
	double tx[SIM_STATIONS], rx[SIM_STATIONS];
	unsigned int i;

	if (run)
		return;
	zipf(w, tx, 0.5);
	zipf(w, rx, 0.5);
	for (i = 0; i < w->n_stations; i++) {
		w->rate[i].tx = tx[i] + rx[i] / 40;
		w->rate[i].rx = rx[i] + tx[i] / 40;
	}
}

/* All of it less than 1 % of what there is, and never the same */
void load_trivial(struct sim_world *w, unsigned int run)
{
	double share[SIM_STATIONS];
	unsigned int i;

	(void)run;
	for (i = 0; i < w->n_stations; i++)
		share[i] = sim_random();
	scale(w, share, 0.005);
	send(w, share);
}

/* A steady load that every station is a tenth above or below */
void load_noise(struct sim_world *w, unsigned int run)
{
	double share[SIM_STATIONS];
	unsigned int i;

	(void)run;
	for (i = 0; i < w->n_stations; i++)
		share[i] = 0.9 + 0.2 * sim_random();
	scale(w, share, 0.5);
	send(w, share);
}

/* Few and heavy, each a seventh above or below what it mostly does */
void load_restless(struct sim_world *w, unsigned int run)
{
	static double size[SIM_STATIONS];
	double share[SIM_STATIONS];
	unsigned int i;

	for (i = 0; i < w->n_stations; i++) {
		if (!run)
			size[i] = 0.2 + sim_random();
		share[i] = size[i] * (0.86 + 0.28 * sim_random());
	}
	scale(w, share, 0.6);
	send(w, share);
}

/*
 * Stations that are at work for some minutes, then not; how much they have to
 * do differs by orders of magnitude.
 */
void load_bursty(struct sim_world *w, unsigned int run)
{
	static double size[SIM_STATIONS], share[SIM_STATIONS];
	double most = fastest_station(w), part;
	static bool busy[SIM_STATIONS];
	unsigned int i;

	for (i = 0; i < w->n_stations; i++) {
		if (!run) {
			size[i] = pow(sim_random() + 0.001, -0.8);
			busy[i] = sim_random() < 0.3;
		} else if (sim_random() < (busy[i] ? 1.0 / 30 : 1.0 / 70)) {
			busy[i] = !busy[i];
		}
	}
	part = total_capacity(w) / w->n_stations / 3;
	for (i = 0; i < w->n_stations; i++)
		share[i] = min(busy[i] * size[i] * part, most);
	send(w, share);
}

static FILE *trace;

/* Comments, then how many stations and intervals there are */
void load_trace_open(const char *path, unsigned int *stations,
		     unsigned int *intervals)
{
	char line[256];

	trace = fopen(path, "r");
	if (!trace) {
		perror(path);
		exit(2);
	}
	do {
		if (!fgets(line, sizeof(line), trace))
			*line = '\0';
	} while (*line == '#');
	if (sscanf(line, "stations %u intervals %u", stations,
		   intervals) != 2 || *stations > SIM_STATIONS) {
		fprintf(stderr, "%s: how many stations and intervals?\n", path);
		exit(2);
	}
}

/* A line an interval: Mbit/s out and in of each station */
void load_trace(struct sim_world *w, unsigned int run)
{
	unsigned int i, tx, rx;

	for (i = 0; i < w->n_stations; i++) {
		if (fscanf(trace, "%u/%u", &tx, &rx) != 2) {
			fprintf(stderr, "the trace ends in interval %u\n", run);
			exit(2);
		}
		w->rate[i].tx = tx * MBIT;
		w->rate[i].rx = rx * MBIT;
	}
}

/* A few stations that all count, one way or both */
void load_small(struct sim_world *w, unsigned int run)
{
	double tx[SIM_STATIONS], rx[SIM_STATIONS];
	bool both = sim_random() < 0.5;
	unsigned int i;

	if (run)
		return;
	for (i = 0; i < w->n_stations; i++) {
		tx[i] = 0.01 + sim_random();
		rx[i] = 0.01 + sim_random();
	}
	scale(w, tx, 0.5);
	scale(w, rx, both ? 0.5 : 0.02);
	for (i = 0; i < w->n_stations; i++) {
		w->rate[i].tx = tx[i];
		w->rate[i].rx = rx[i];
	}
}
