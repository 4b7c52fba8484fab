// SPDX-License-Identifier: GPL-2.0
/*
 * The balance planner. Loads are in percent of a member's capacity, or in
 * Mbit/s where members differ.
 */
#include <kunit/test.h>
#include <linux/math64.h>

#include "../balance.h"

#define MBIT		125000ULL
#define GBIT		(1000 * MBIT)
#define PERCENT		(10 * MBIT)	/* of the 1 Gbit/s most members have */
#define MEMBERS		8
#define STATIONS	96
#define NO_LIMIT	STATIONS

struct bal {
	struct vmb_bal_member m[MEMBERS];
	unsigned int n_m;
	struct vmb_bal_station s[STATIONS];
	unsigned int n_s;
	struct vmb_bal_move moves[STATIONS];
	unsigned int n;
};

/* Members of 1 Gbit/s */
static struct bal *bal_new(struct kunit *test, unsigned int n_members)
{
	struct bal *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	for (b->n_m = 0; b->n_m < n_members; b->n_m++)
		b->m[b->n_m].capacity = GBIT;
	return b;
}

/* Returns the station's id, for which its index is as good as any */
static u32 bal_add(struct bal *b, u16 member, u64 tx, u64 rx)
{
	struct vmb_bal_station *st = &b->s[b->n_s];

	*st = (struct vmb_bal_station){
		.tx = tx, .rx = rx, .id = b->n_s, .member = member,
	};
	b->m[member].tx += tx;
	b->m[member].rx += rx;
	b->m[member].stations++;
	return b->n_s++;
}

static void bal_add_many(struct bal *b, u16 member, unsigned int n, u64 tx,
			 u64 rx)
{
	while (n--)
		bal_add(b, member, tx, rx);
}

static unsigned int bal_plan(struct bal *b, u32 max_moves, bool level)
{
	struct vmb_bal_params params = {
		.max_moves = max_moves, .level = level,
	};

	b->n = vmb_balance_plan(b->m, b->n_m, b->s, b->n_s, &params, b->moves);
	return b->n;
}

static bool bal_moves(const struct bal *b, u32 station, u16 from, u16 to)
{
	unsigned int i;

	for (i = 0; i < b->n; i++)
		if (b->moves[i].station == station)
			return b->moves[i].from == from &&
			       b->moves[i].to == to;
	return false;
}

/* Highest utilisation in parts of a million */
static u64 bal_high(const struct bal *b)
{
	u64 high = 0;
	unsigned int i;

	for (i = 0; i < b->n_m; i++)
		high = max(high, div64_u64(max(b->m[i].tx, b->m[i].rx) *
					   1000000, b->m[i].capacity));
	return high;
}

static void balance_elephant_and_mouse(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);
	u32 mouse;

	bal_add(b, 0, 60 * PERCENT, PERCENT);
	mouse = bal_add(b, 0, 5 * PERCENT, PERCENT);

	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 1);
	KUNIT_EXPECT_TRUE(test, bal_moves(b, mouse, 0, 1));
	KUNIT_EXPECT_EQ(test, bal_high(b), 600000);
	KUNIT_EXPECT_EQ(test, b->m[0].stations, 1);
	KUNIT_EXPECT_EQ(test, b->m[1].stations, 1);
}

/* One that is a thirtieth of the elephant, where OVS leaves it */
static void balance_mouse_behind_elephant(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);
	u32 mouse = bal_add(b, 0, 2 * PERCENT, 0);

	bal_add(b, 0, 60 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 1);
	KUNIT_EXPECT_TRUE(test, bal_moves(b, mouse, 0, 1));
}

/* Each is too light to be worth a move, all of them together are not */
static void balance_many_mice(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	bal_add(b, 0, 60 * PERCENT, 0);
	bal_add_many(b, 0, 90, PERCENT / 5, 0);
	KUNIT_EXPECT_GT(test, bal_plan(b, NO_LIMIT, false), 70);
	KUNIT_EXPECT_LE(test, bal_high(b), 620000);
	KUNIT_EXPECT_EQ(test, b->s[0].member, 0);

	b = bal_new(test, 2);
	bal_add(b, 0, 60 * PERCENT, 0);
	bal_add_many(b, 0, 5, PERCENT / 10, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 0);
}

/* A run that has begun goes further than what makes it begin */
static void balance_begins_late(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	bal_add(b, 0, 37 * PERCENT, 0);
	bal_add(b, 0, 1 * PERCENT, 0);
	bal_add(b, 1, 35 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 0);

	b = bal_new(test, 2);
	bal_add(b, 0, 37 * PERCENT, 0);
	bal_add(b, 0, 1 * PERCENT, 0);
	bal_add(b, 0, 35 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 2);
	KUNIT_EXPECT_EQ(test, bal_high(b), 370000);
}

static void balance_member_returns(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	bal_add_many(b, 0, 16, 3 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 8);
	KUNIT_EXPECT_EQ(test, b->m[0].stations, 8);
	KUNIT_EXPECT_EQ(test, b->m[1].stations, 8);
	KUNIT_EXPECT_EQ(test, b->m[0].tx, b->m[1].tx);
}

static void balance_level_by_number(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	bal_add_many(b, 0, 10, 0, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 5);
	KUNIT_EXPECT_EQ(test, b->m[0].stations, 5);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 0);
}

/* 6, 5 and 0 become 4, 4 and 3: three have to move and no more */
static void balance_level_fewest_moves(struct kunit *test)
{
	struct bal *b = bal_new(test, 3);

	bal_add_many(b, 0, 6, 0, 0);
	bal_add_many(b, 1, 5, 0, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 3);
	KUNIT_EXPECT_EQ(test, b->m[0].stations, 4);
	KUNIT_EXPECT_EQ(test, b->m[1].stations, 4);
	KUNIT_EXPECT_EQ(test, b->m[2].stations, 3);
}

static void balance_level_by_capacity(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	b->m[1].capacity = 3 * GBIT;
	bal_add_many(b, 0, 12, 0, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 9);
	KUNIT_EXPECT_EQ(test, b->m[1].stations, 9);
}

/* What little there is comes apart too */
static void balance_level_trivial_load(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	bal_add_many(b, 0, 4, 20000, 0);
	bal_add_many(b, 0, 4, 0, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 4);
	KUNIT_EXPECT_EQ(test, b->m[0].stations, 4);
	KUNIT_EXPECT_EQ(test, b->m[1].tx, 40000);
}

/* The idle ones leave the elephant, and none is sent to it */
static void balance_level_beside_load(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);
	u32 elephant = bal_add(b, 0, 60 * PERCENT, 0);

	bal_add_many(b, 0, 10, 0, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 5);
	KUNIT_EXPECT_FALSE(test, bal_moves(b, elephant, 0, 1));

	b = bal_new(test, 3);
	bal_add(b, 0, 60 * PERCENT, 0);
	bal_add_many(b, 1, 10, 0, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 5);
	KUNIT_EXPECT_EQ(test, b->m[0].stations, 1);
	KUNIT_EXPECT_EQ(test, b->m[2].stations, 5);

	/* of two that are even, one is above the other by some bytes */
	b = bal_new(test, 2);
	bal_add(b, 0, 20 * PERCENT, 0);
	bal_add_many(b, 0, 8, 1, 0);
	bal_add(b, 1, 20 * PERCENT + 100, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 4);
	KUNIT_EXPECT_EQ(test, b->m[1].stations, 5);

	/* those with load are not moved for their number */
	b = bal_new(test, 2);
	bal_add_many(b, 0, 33, PERCENT, 0);
	bal_add_many(b, 1, 31, PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 0);
}

static void balance_trivial_imbalance(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	/* under 1 % of the link */
	bal_add_many(b, 0, 16, 1000, 1000);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 0);

	/* under 1 % of the link, but twice the load */
	b = bal_new(test, 2);
	bal_add_many(b, 0, 10, PERCENT / 10, 0);
	bal_add_many(b, 1, 5, PERCENT / 10, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 2);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 0);

	/* over 1 % of the link, but little beside what there is */
	b = bal_new(test, 2);
	bal_add_many(b, 0, 41, 2 * PERCENT, 0);
	bal_add_many(b, 1, 39, 2 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 0);
}

static void balance_unequal_speeds(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);
	unsigned int i;

	b->m[1].capacity = 10 * GBIT;
	bal_add_many(b, 0, 11, 500 * MBIT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 10);
	KUNIT_EXPECT_EQ(test, b->m[0].stations, 1);
	KUNIT_EXPECT_EQ(test, bal_high(b), 500000);

	/* a heavy one alone goes where it weighs less, and stays there */
	b = bal_new(test, 2);
	b->m[1].capacity = 10 * GBIT;
	bal_add(b, 0, 900 * MBIT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 1);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 0);

	/* where there is most room, not where least is in use */
	b = bal_new(test, 5);
	b->m[4].capacity = 10 * GBIT;
	bal_add_many(b, 0, 2, 500 * MBIT, 0);
	for (i = 1; i < 4; i++)
		b->s[bal_add(b, i, 300 * MBIT, 0)].fixed = true;
	bal_add(b, 4, 6000 * MBIT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 1);
	KUNIT_EXPECT_EQ(test, b->moves[0].to, 4);
}

/* Weight 1 and 2 of the same speed */
static void balance_weights(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	b->m[0].capacity = GBIT / 2;
	bal_add_many(b, 0, 12, 5 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 8);
	KUNIT_EXPECT_EQ(test, b->m[1].stations, 8);
}

static void balance_rx_dominates(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	bal_add_many(b, 0, 8, PERCENT, 5 * PERCENT);
	bal_add_many(b, 1, 4, 2 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 4);
	KUNIT_EXPECT_EQ(test, b->m[0].rx, 20 * PERCENT);
	KUNIT_EXPECT_EQ(test, b->m[1].rx, 20 * PERCENT);
}

/* Full in opposite directions: neither can take without giving */
static void balance_opposite_directions(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	bal_add_many(b, 0, 32, 2 * PERCENT, PERCENT);
	bal_add_many(b, 1, 32, PERCENT, 2 * PERCENT);
	KUNIT_EXPECT_LE(test, bal_plan(b, NO_LIMIT, false), 32);
	KUNIT_EXPECT_LE(test, bal_high(b), 500000);

	/* no more than it takes, though there is more to exchange */
	b = bal_new(test, 2);
	bal_add_many(b, 0, 24, 2 * PERCENT, PERCENT);
	bal_add_many(b, 0, 8, 0, PERCENT);
	bal_add_many(b, 1, 24, PERCENT, 2 * PERCENT);
	bal_add_many(b, 1, 8, PERCENT, 0);
	KUNIT_EXPECT_LE(test, bal_plan(b, NO_LIMIT, false), 16);
	KUNIT_EXPECT_LE(test, bal_high(b), 420000);
}

static void balance_max_moves(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);
	unsigned int run;

	bal_add_many(b, 0, 16, 3 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, 0, true), 0);
	for (run = 0; run < 2; run++) {
		KUNIT_EXPECT_EQ(test, bal_plan(b, 3, true), 3);
		KUNIT_EXPECT_EQ(test, b->m[1].stations, 3 * (run + 1));
	}
	KUNIT_EXPECT_EQ(test, bal_plan(b, 3, true), 2);
	KUNIT_EXPECT_EQ(test, bal_plan(b, 3, true), 0);
}

/* One move cannot do it, and one of two would do harm */
static void balance_max_moves_keeps_pairs(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);

	bal_add(b, 0, 30 * PERCENT, 0);
	bal_add(b, 0, 20 * PERCENT, 0);
	bal_add_many(b, 1, 2, 15 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, 1, false), 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, 2, false), 2);
	KUNIT_EXPECT_EQ(test, bal_high(b), 450000);
}

static void balance_fixed_stay(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);
	u32 elephant = bal_add(b, 0, 60 * PERCENT, 0);
	u32 mouse = bal_add(b, 0, 5 * PERCENT, 0);

	b->s[mouse].fixed = true;
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 1);
	KUNIT_EXPECT_TRUE(test, bal_moves(b, elephant, 0, 1));

	b = bal_new(test, 2);
	while (b->n_s < 16)
		b->s[bal_add(b, 0, 3 * PERCENT, 0)].fixed = true;
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 0);

	/* they count as load all the same */
	bal_add_many(b, 1, 1, 3 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 0);
}

static void balance_single_heavy_stays(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);
	unsigned int run;

	bal_add(b, 0, 95 * PERCENT, 95 * PERCENT);
	for (run = 0; run < 10; run++)
		KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, run & 1), 0);
}

static void balance_three_members(struct kunit *test)
{
	struct bal *b = bal_new(test, 3);

	bal_add_many(b, 0, 3, 30 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 2);
	KUNIT_EXPECT_EQ(test, bal_high(b), 300000);

	/* what two have too much of, each gives but its part of */
	b = bal_new(test, 3);
	bal_add_many(b, 0, 4, 15 * PERCENT, 0);
	bal_add_many(b, 1, 4, 15 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 2);
	KUNIT_EXPECT_EQ(test, bal_high(b), 450000);
}

/* The heavy one that nothing relieves does not hide who can be relieved */
static void balance_beside_heavy(struct kunit *test)
{
	struct bal *b = bal_new(test, 3);
	u32 mouse;

	bal_add(b, 0, 80 * PERCENT, 0);
	bal_add(b, 1, 50 * PERCENT, 0);
	mouse = bal_add(b, 1, 10 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, false), 1);
	KUNIT_EXPECT_TRUE(test, bal_moves(b, mouse, 1, 2));

	/* nor is it the measure of how far they are */
	b = bal_new(test, 3);
	bal_add(b, 0, 90 * PERCENT, 0);
	bal_add_many(b, 1, 50, PERCENT, 0);
	KUNIT_EXPECT_GE(test, bal_plan(b, NO_LIMIT, false), 24);
	KUNIT_EXPECT_LE(test, b->m[1].tx, 26 * PERCENT);
}

static void balance_few_members(struct kunit *test)
{
	struct bal *b = bal_new(test, 0);

	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 0);

	b = bal_new(test, 1);
	bal_add_many(b, 0, 16, 10 * PERCENT, 0);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 0);

	b = bal_new(test, 2);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 0);
}

/* The largest numbers that are promised to work */
static void balance_large_numbers(struct kunit *test)
{
	const u64 most = BIT_ULL(46) - 1;
	struct bal *b = bal_new(test, 2);

	b->m[0].capacity = most;
	b->m[1].capacity = most;
	bal_add_many(b, 0, 16, most / 16, most / 16);
	KUNIT_EXPECT_EQ(test, bal_plan(b, NO_LIMIT, true), 8);
	KUNIT_EXPECT_EQ(test, b->m[0].tx, b->m[1].tx);

	b->m[0].stations = 65536;
	b->m[1].stations = 65535;
	b->m[0].tx = 0;
	b->m[0].rx = 0;
	b->m[1].tx = 0;
	b->m[1].rx = 0;
	KUNIT_EXPECT_EQ(test, vmb_balance_pick(b->m, 2), 1);
}

/* xorshift: the same numbers on every machine and kernel */
static u32 bal_random(u64 *seed, u32 below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (u32)(*seed >> 32) % below;
}

/* Close to where all members would be if load were a fluid, as bal_high() */
static u64 bal_close(const struct bal *b)
{
	u64 tx = 0, rx = 0, capacity = 0, level;
	unsigned int i;

	for (i = 0; i < b->n_m; i++) {
		tx += b->m[i].tx;
		rx += b->m[i].rx;
		capacity += b->m[i].capacity;
	}
	level = div64_u64(max(tx, rx) * 1000000, capacity);
	return level + max(level / 32, 1000000ULL / 128);
}

static void bal_randomize(struct bal *b, u64 *seed, unsigned int max_members,
			  unsigned int max_stations)
{
	static const u8 gbit[] = { 1, 1, 4, 10 };
	unsigned int n, shape = bal_random(seed, 3);
	bool same = bal_random(seed, 2);

	memset(b, 0, sizeof(*b));
	n = 2 + bal_random(seed, max_members - 1);
	for (b->n_m = 0; b->n_m < n; b->n_m++)
		b->m[b->n_m].capacity =
			(same ? 10 : gbit[bal_random(seed, 4)]) * GBIT;
	n = 1 + bal_random(seed, max_stations);
	while (b->n_s < n) {
		u64 tx = bal_random(seed, 1000), rx = bal_random(seed, 1000);

		if (shape == 1)
			rx = tx / 20;
		else if (shape == 2)
			tx = tx * tx * tx / 1000000;
		bal_add(b, bal_random(seed, b->n_m), tx * MBIT, rx * MBIT);
		b->s[b->n_s - 1].fixed = !bal_random(seed, 8);
	}
}

static void balance_property(struct kunit *test)
{
	u16 home[STATIONS], now[STATIONS];
	struct bal *b = bal_new(test, 0);
	u64 seed = 0x9e3779b97f4a7c15ULL;
	unsigned int round, i, id;

	for (round = 0; round < 500; round++) {
		u32 max_moves = round % 3 ? NO_LIMIT : bal_random(&seed, 8);
		struct vmb_bal_member sum[MEMBERS] = {};
		bool level = round & 1;
		u64 high;

		bal_randomize(b, &seed, MEMBERS, STATIONS);
		for (i = 0; i < b->n_s; i++)
			home[i] = b->s[i].member;
		memcpy(now, home, sizeof(now));
		high = bal_high(b);
		bal_plan(b, max_moves, level);

		KUNIT_ASSERT_LE(test, bal_high(b),
				level ? max(high, bal_close(b)) : high);
		KUNIT_ASSERT_LE(test, b->n, max_moves);
		for (i = 0; i < b->n; i++) {
			id = b->moves[i].station;
			KUNIT_ASSERT_LT(test, id, b->n_s);
			KUNIT_ASSERT_EQ(test, now[id], home[id]);
			KUNIT_ASSERT_EQ(test, b->moves[i].from, home[id]);
			KUNIT_ASSERT_NE(test, b->moves[i].to, home[id]);
			now[id] = b->moves[i].to;
		}
		for (i = 0; i < b->n_s; i++) {
			struct vmb_bal_member *m = &sum[b->s[i].member];

			id = b->s[i].id;
			KUNIT_ASSERT_EQ(test, b->s[i].member, now[id]);
			if (b->s[i].fixed)
				KUNIT_ASSERT_EQ(test, now[id], home[id]);
			m->tx += b->s[i].tx;
			m->rx += b->s[i].rx;
			m->stations++;
		}
		for (i = 0; i < b->n_m; i++) {
			KUNIT_ASSERT_EQ(test, b->m[i].tx, sum[i].tx);
			KUNIT_ASSERT_EQ(test, b->m[i].rx, sum[i].rx);
			KUNIT_ASSERT_EQ(test, b->m[i].stations,
					sum[i].stations);
		}
		if (max_moves == NO_LIMIT)
			KUNIT_ASSERT_EQ(test, bal_plan(b, max_moves, level), 0);
	}
}

/* The lowest highest utilisation of all ways to place the stations */
static u64 bal_optimum(struct bal *b)
{
	u32 ways = 1, way, digits;
	u64 best = U64_MAX;
	unsigned int i;

	for (i = 0; i < b->n_s; i++)
		ways *= b->n_m;
	for (way = 0; way < ways; way++) {
		for (i = 0; i < b->n_m; i++) {
			b->m[i].tx = 0;
			b->m[i].rx = 0;
		}
		for (i = 0, digits = way; i < b->n_s; i++) {
			struct vmb_bal_member *m = &b->m[digits % b->n_m];

			m->tx += b->s[i].tx;
			m->rx += b->s[i].rx;
			digits /= b->n_m;
		}
		best = min(best, bal_high(b));
	}
	return best;
}

/* Within 5 %, or within 1 % of the link */
static void balance_near_optimum(struct kunit *test)
{
	struct bal *b = bal_new(test, 0);
	u64 seed = 0xd1b54a32d192ed03ULL;
	unsigned int round, i;

	for (round = 0; round < 200; round++) {
		u64 high, best;

		bal_randomize(b, &seed, 3, 8);
		for (i = 0; i < b->n_s; i++)
			b->s[i].fixed = false;
		bal_plan(b, NO_LIMIT, false);
		high = bal_high(b);
		best = bal_optimum(b);
		KUNIT_EXPECT_LE(test, high, best + max(best / 20, 10000ULL));
	}
}

static void balance_pick(struct kunit *test)
{
	struct bal *b = bal_new(test, 3);

	/* no load: equals, then the fewest */
	KUNIT_EXPECT_EQ(test, vmb_balance_pick(b->m, 3), 0);
	bal_add(b, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, vmb_balance_pick(b->m, 3), 1);
	bal_add_many(b, 1, 2, 0, 0);
	bal_add_many(b, 2, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, vmb_balance_pick(b->m, 3), 0);
	KUNIT_EXPECT_EQ(test, vmb_balance_pick(b->m, 1), 0);

	/* fewest for its capacity */
	b->m[2].capacity = 10 * GBIT;
	KUNIT_EXPECT_EQ(test, vmb_balance_pick(b->m, 3), 2);

	/* least load, however many stations make it */
	b = bal_new(test, 2);
	bal_add(b, 0, 50 * PERCENT, 0);
	bal_add_many(b, 1, 40, 0, PERCENT / 2);
	KUNIT_EXPECT_EQ(test, vmb_balance_pick(b->m, 2), 1);

	/* least load for its capacity */
	b->m[0].capacity = 10 * GBIT;
	KUNIT_EXPECT_EQ(test, vmb_balance_pick(b->m, 2), 0);
}

/* What comes between two samples spreads, with load and without */
static void balance_pick_burst(struct kunit *test)
{
	struct bal *b = bal_new(test, 2);
	unsigned int i, m;

	for (i = 0; i < 20; i++) {
		m = vmb_balance_pick(b->m, 2);
		b->m[m].stations++;
		b->m[m].fresh++;
	}
	KUNIT_EXPECT_EQ(test, b->m[0].stations, 10);

	/* 20 % and 40 % by six stations: two more come first to the one */
	b = bal_new(test, 2);
	bal_add_many(b, 0, 2, 10 * PERCENT, 0);
	bal_add_many(b, 1, 4, 10 * PERCENT, 0);
	for (i = 0; i < 12; i++) {
		m = vmb_balance_pick(b->m, 2);
		b->m[m].stations++;
		b->m[m].fresh++;
	}
	KUNIT_EXPECT_EQ(test, b->m[0].fresh, 7);
	KUNIT_EXPECT_EQ(test, b->m[1].fresh, 5);
}

static struct kunit_case balance_cases[] = {
	KUNIT_CASE(balance_elephant_and_mouse),
	KUNIT_CASE(balance_mouse_behind_elephant),
	KUNIT_CASE(balance_many_mice),
	KUNIT_CASE(balance_begins_late),
	KUNIT_CASE(balance_member_returns),
	KUNIT_CASE(balance_level_by_number),
	KUNIT_CASE(balance_level_fewest_moves),
	KUNIT_CASE(balance_level_by_capacity),
	KUNIT_CASE(balance_level_trivial_load),
	KUNIT_CASE(balance_level_beside_load),
	KUNIT_CASE(balance_trivial_imbalance),
	KUNIT_CASE(balance_unequal_speeds),
	KUNIT_CASE(balance_weights),
	KUNIT_CASE(balance_rx_dominates),
	KUNIT_CASE(balance_opposite_directions),
	KUNIT_CASE(balance_max_moves),
	KUNIT_CASE(balance_max_moves_keeps_pairs),
	KUNIT_CASE(balance_fixed_stay),
	KUNIT_CASE(balance_single_heavy_stays),
	KUNIT_CASE(balance_three_members),
	KUNIT_CASE(balance_beside_heavy),
	KUNIT_CASE(balance_few_members),
	KUNIT_CASE(balance_large_numbers),
	KUNIT_CASE(balance_property),
	KUNIT_CASE(balance_near_optimum),
	KUNIT_CASE(balance_pick),
	KUNIT_CASE(balance_pick_burst),
	{}
};

static struct kunit_suite balance_suite = {
	.name = "vmbond_balance",
	.test_cases = balance_cases,
};

kunit_test_suite(balance_suite);
