// SPDX-License-Identifier: GPL-2.0
/*
 * The planner and OVS's rule side by side: the same stations with the same
 * loads, at first on the same members. TAP on stdout; the table is comments.
 */
#include <linux/minmax.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "balance.h"
#include "sim.h"

/* The aim: within 5 % of the best there is, or within 1 % of link speed */
#define AIM_PART	1.05
#define AIM_LINK	0.01

enum kind {
	STEADY,		/* the load stays: look at where it ends */
	CHANGING,	/* it does not: look at the mean of all intervals */
	QUIET,		/* there is nothing to do once it has settled */
	IDLE,		/* no load: look at the numbers */
};

struct scenario {
	const char *name;
	enum kind kind;
	sim_load load;
	unsigned int stations;
	unsigned int gbit[SIM_MEMBERS];
	unsigned int max_moves;
	unsigned int runs;
	/* member 1 is down in these runs; what is before does not count */
	unsigned int down, back;
};

struct result {
	double start, optimum;
	/* what the rules came to, and by how many moves */
	double vmbond, ovs;
	unsigned int vmbond_moves, ovs_moves;
	/* moves in the last runs */
	unsigned int late;
};

static const struct scenario scenarios[] = {
	{ "equal, a member returns", STEADY, load_equal, 64,
	  { 10, 10 }, 16, 30, 0, 3 },
	{ "Zipf, 2 members", STEADY, load_zipf, 200,
	  { 10, 10 }, 16, 30, 0, 0 },
	{ "Zipf, 4 members", STEADY, load_zipf, 1000,
	  { 25, 25, 25, 25 }, 16, 30, 0, 0 },
	{ "Zipf, one goes and returns", STEADY, load_zipf, 300,
	  { 10, 10, 10 }, 16, 60, 10, 20 },
	{ "elephants and mice", STEADY, load_elephants, 400,
	  { 10, 10, 10 }, 16, 30, 0, 0 },
	{ "mouse behind elephant", STEADY, load_one_elephant, 2,
	  { 10, 10 }, 16, 30, 0, 3 },
	{ "receivers", STEADY, load_receivers, 200,
	  { 10, 10 }, 16, 30, 0, 0 },
	{ "both ways", STEADY, load_both_ways, 200,
	  { 10, 10 }, 16, 30, 0, 0 },
	{ "10 and 1 Gbit/s", STEADY, load_zipf, 200,
	  { 10, 1 }, 16, 40, 0, 0 },
	{ "25, 25, 10, 10 Gbit/s", STEADY, load_zipf, 400,
	  { 25, 25, 10, 10 }, 16, 40, 0, 0 },
	{ "8192 Zipf", STEADY, load_zipf, 8192,
	  { 100, 100 }, 64, 60, 0, 0 },
	{ "8192 equal, a member returns", STEADY, load_equal, 8192,
	  { 100, 100 }, 256, 40, 0, 3 },
	{ "bursty", CHANGING, load_bursty, 200,
	  { 10, 10 }, 16, 360, 0, 0 },
	{ "bursty, 4 members", CHANGING, load_bursty, 1000,
	  { 25, 25, 25, 25 }, 16, 360, 0, 0 },
	{ "few and heavy, restless", CHANGING, load_restless, 7,
	  { 10, 10 }, 16, 360, 0, 0 },
	{ "trace", CHANGING, load_trace, 0,
	  { 10, 10 }, 16, 0, 0, 0 },
	{ "trivial load", QUIET, load_trivial, 100,
	  { 10, 10 }, 16, 60, 0, 0 },
	{ "noise", QUIET, load_noise, 100,
	  { 10, 10 }, 16, 60, 0, 0 },
	{ "idle, a member returns", IDLE, load_idle, 41,
	  { 10, 10 }, 16, 10, 0, 3 },
};

#define N_SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

static struct sim_world world;
static struct vmbond vmbond;
static struct ovs ovs;

static unsigned int tests, failed;

static u64 seed = 0x9e3779b97f4a7c15ULL;

/* xorshift: at least 0, less than 1 */
double sim_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) * (1.0 / (1ULL << 53));
}

static void check(bool ok, const char *name, const char *what)
{
	failed += !ok;
	printf("%sok %u - %s: %s\n", ok ? "" : "not ", ++tests, name, what);
}

static bool within_aim(double high, double optimum)
{
	return high <= max(optimum * AIM_PART, optimum + AIM_LINK) + 0.000001;
}

static void make_world(const struct scenario *s)
{
	unsigned int i;

	memset(&world, 0, sizeof(world));
	world.n_stations = s->stations;
	for (i = 0; i < SIM_MEMBERS && s->gbit[i]; i++) {
		world.capacity[i] = s->gbit[i] * GBIT;
		world.up[i] = true;
	}
	world.n_members = i;
}

static void member_events(const struct scenario *s, unsigned int run)
{
	if (s->back && run == s->down) {
		world.up[1] = false;
		if (run)
			vmbond_down(&vmbond, &world, 1);
	}
	if (s->back && run == s->back) {
		world.up[1] = true;
		vmbond_up(&vmbond);
	}
}

static void simulate(const struct scenario *s, struct result *r)
{
	static u16 pin[SIM_STATIONS];
	unsigned int run, counted = 0;

	memset(r, 0, sizeof(*r));
	vmbond.max_moves = s->max_moves;
	ovs_start(&ovs, &world);

	for (run = 0; run < s->runs; run++) {
		unsigned int by_vmbond, by_ovs;
		double high;

		member_events(s, run);
		s->load(&world, run);
		ovs_pins(&ovs, &world, pin);
		if (!run)
			vmbond_start(&vmbond, &world, pin);

		high = sim_highest(&world, vmbond.pin);
		if (run == s->back)
			r->start = high;
		if (s->kind == CHANGING) {
			r->optimum += sim_bound(&world);
			r->vmbond += high;
			r->ovs += sim_highest(&world, pin);
			counted++;
		}

		by_vmbond = vmbond_run(&vmbond, &world);
		by_ovs = ovs_run(&ovs, &world);
		if (run < s->back)
			continue;
		r->vmbond_moves += by_vmbond;
		r->ovs_moves += by_ovs;
		if (run >= s->runs - s->runs / 4)
			r->late += by_vmbond;
	}

	if (counted) {
		r->optimum /= counted;
		r->vmbond /= counted;
		r->ovs /= counted;
	} else {
		ovs_pins(&ovs, &world, pin);
		r->optimum = sim_optimum(&world);
		r->vmbond = sim_highest(&world, vmbond.pin);
		r->ovs = sim_highest(&world, pin);
	}
}

static void print_row(const char *name, const struct result *r)
{
	printf("# %-28s %6.2f %6.2f   %6.2f %6u   %6.2f %6u\n", name,
	       100 * r->start, 100 * r->optimum, 100 * r->vmbond,
	       r->vmbond_moves, 100 * r->ovs, r->ovs_moves);
}

/* Nothing is idle in vain: as many stations on the one as on the other */
static bool even_numbers(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < world.n_stations; i++)
		n += vmbond.pin[i];
	return n == world.n_stations / 2 || n == (world.n_stations + 1) / 2;
}

/* More moves than OVS only where that wins what a move has to win */
static bool worth_it(const struct result *r)
{
	return r->vmbond_moves <= r->ovs_moves ||
	       r->vmbond + AIM_LINK <= r->ovs;
}

static void judge(const struct scenario *s, const struct result *r)
{
	switch (s->kind) {
	case STEADY:
		check(within_aim(r->vmbond, r->optimum), s->name,
		      "close to the optimum");
		check(!r->late, s->name, "comes to rest");
		check(worth_it(r), s->name, "moves are worth it");
		break;
	case CHANGING:
		check(r->vmbond <= r->ovs + AIM_LINK, s->name,
		      "no higher utilisation than with OVS");
		check(worth_it(r), s->name, "moves are worth it");
		break;
	case QUIET:
		check(!r->late, s->name, "no moves");
		break;
	case IDLE:
		check(even_numbers(), s->name, "as many on each");
		check(r->vmbond_moves == world.n_stations / 2, s->name,
		      "no more moves than that takes");
		break;
	}
}

/* Many worlds of a few heavy stations, for which the optimum is exact */
static void small_worlds(void)
{
	static const unsigned int speeds[] = { 1, 1, 10, 4 };
	unsigned int round, i, missed = 0, ovs_missed = 0;
	struct result sum = {}, r;
	const unsigned int rounds = 2000;

	for (round = 0; round < rounds; round++) {
		struct scenario s = {
			.kind = STEADY, .load = load_small, .runs = 12,
			.max_moves = SIM_STATIONS,
		};
		bool same = sim_random() < 0.5;

		s.stations = 2 + 9 * sim_random();
		for (i = 0; i < 2 + round % 3; i++)
			s.gbit[i] = same ? 10 :
					   speeds[(int)(4 * sim_random())];
		make_world(&s);
		simulate(&s, &r);
		missed += !within_aim(r.vmbond, r.optimum);
		ovs_missed += !within_aim(r.ovs, r.optimum);
		sum.start += r.start / rounds;
		sum.optimum += r.optimum / rounds;
		sum.vmbond += r.vmbond / rounds;
		sum.ovs += r.ovs / rounds;
		sum.vmbond_moves += r.vmbond_moves;
		sum.ovs_moves += r.ovs_moves;
	}
	print_row("2000 small worlds, mean", &sum);
	printf("#   not close to the optimum: vmbond %u, OVS %u\n", missed,
	       ovs_missed);
	check(!missed, "small worlds", "each close to the optimum");
}

/* What OVS itself was seen to do; bytes in an interval of 10 s */
static void ovs_golden(void)
{
	static u16 pin[SIM_STATIONS];
	unsigned int i, n;

	make_world(&(struct scenario){ .stations = 0, .gbit = { 1, 1 } });
	ovs_start(&ovs, &world);
	for (i = 0; i < 16; i++)
		ovs.bucket[i] = (struct ovs_bucket){ 1000000, 0 };
	ovs_rebalance(&ovs, &world);
	for (n = 0, i = 0; i < 16; i++)
		n += ovs.bucket[i].member;
	check(n == 8, "OVS model", "16 equal buckets become 8 and 8");

	ovs_start(&ovs, &world);
	ovs.bucket[0] = (struct ovs_bucket){ 1200000, 0 };
	ovs.bucket[1] = (struct ovs_bucket){ 40000, 0 };
	ovs_rebalance(&ovs, &world);
	check(!ovs.bucket[0].member && !ovs.bucket[1].member, "OVS model",
	      "a mouse stays behind an elephant");

	ovs.bucket[1].tx = 120000;
	ovs_rebalance(&ovs, &world);
	check(!ovs.bucket[0].member && ovs.bucket[1].member == 1, "OVS model",
	      "a bigger mouse moves");

	ovs_start(&ovs, &world);
	ovs.bucket[0] = (struct ovs_bucket){ 1200000, 0 };
	ovs_rebalance(&ovs, &world);
	check(!ovs.bucket[0].member, "OVS model", "a single bucket stays");

	world.n_stations = 100;
	ovs_start(&ovs, &world);
	ovs_pins(&ovs, &world, pin);
	world.up[0] = false;
	ovs_pins(&ovs, &world, pin);
	for (n = 0, i = 0; i < 100; i++)
		n += pin[i];
	check(n == 100, "OVS model", "a dead member's buckets move");
}

static double milliseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e3 + ts.tv_nsec / 1e6;
}

/* The largest bond there is by default, all of it on one member at first */
static void time_of_run(sim_load load, unsigned int members)
{
	struct scenario s = { .stations = 8192 };
	static u16 pin[SIM_STATIONS];
	double best = 1e9;
	unsigned int i;
	char name[64];

	for (i = 0; i < members; i++)
		s.gbit[i] = 25;
	make_world(&s);
	load(&world, 0);
	vmbond.max_moves = SIM_STATIONS;
	for (i = 0; i < 5; i++) {
		double before;

		vmbond_start(&vmbond, &world, pin);
		vmbond_up(&vmbond);
		before = milliseconds();
		vmbond_run(&vmbond, &world);
		best = min(best, milliseconds() - before);
	}
	snprintf(name, sizeof(name), "8192 stations, %u members", members);
	printf("# %s: %.1f ms\n", name, best);
	check(best < 10, name, "takes less than 10 ms");
}

int main(int argc, char **argv)
{
	unsigned int i, vmbond_moves = 0, ovs_moves = 0, close = 0;
	unsigned int ovs_close = 0, steady = 0;
	struct result r;

	if (argc != 2) {
		fprintf(stderr, "usage: %s TRACE\n", argv[0]);
		return 2;
	}
	puts("TAP version 13");
	ovs_golden();

	puts("# highest utilisation in %, and stations moved");
	printf("# %-28s %6s %6s   %6s %6s   %6s %6s\n", "", "start", "best",
	       "vmbond", "moves", "OVS", "moves");
	for (i = 0; i < N_SCENARIOS; i++) {
		struct scenario s = scenarios[i];

		if (s.load == load_trace)
			load_trace_open(argv[1], &s.stations, &s.runs);
		make_world(&s);
		simulate(&s, &r);
		print_row(s.name, &r);
		judge(&s, &r);
		vmbond_moves += r.vmbond_moves;
		ovs_moves += r.ovs_moves;
		if (s.kind == STEADY) {
			steady++;
			close += within_aim(r.vmbond, r.optimum);
			ovs_close += within_aim(r.ovs, r.optimum);
		}
	}
	small_worlds();
	time_of_run(load_zipf, 2);
	time_of_run(load_equal, 2);
	time_of_run(load_both_ways, 4);
	time_of_run(load_both_ways, 32);

	printf("# close to the optimum: vmbond %u, OVS %u of %u steady loads\n",
	       close, ovs_close, steady);
	printf("# moves in all: vmbond %u, OVS %u\n", vmbond_moves, ovs_moves);
	check(vmbond_moves < ovs_moves, "in all", "fewer moves than OVS");
	printf("1..%u\n", tests);
	printf("# %u passed, %u failed, 0 skipped\n", tests - failed, failed);
	return failed > 0;
}
