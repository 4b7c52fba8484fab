// SPDX-License-Identifier: GPL-2.0
/* Which bucket a station is in: no addresses make long chains. */

#include <kunit/test.h>
#include <linux/prandom.h>
#include "../fdb.h"

#define STATIONS	8192
#define SALTS		128
/* Of as many random keys, less than one set in a million has a longer one. */
#define LONGEST		8

/**
 * struct pattern - how addresses may be given out
 */
struct pattern {
	/** @name: for the message */
	const char *name;
	/** @stride: from one MAC to the next; 0: all have the same */
	u32 stride;
	/** @vlans: VLANs that each MAC is on */
	u32 vlans;
};

static const struct pattern patterns[] = {
	{ "in a row", 1, 1 },
	{ "8 apart", 8, 1 },
	{ "16 apart", 16, 1 },
	{ "256 apart", 256, 1 },
	{ "64k apart", 65536, 1 },
	{ "in a row, in four VLANs", 1, 4 },
	{ "one MAC in all VLANs", 0, STATIONS },
};

static void fdb_chains(struct kunit *test)
{
	struct rnd_state rnd;
	struct vmb_fdb fdb = {};
	u32 p, salt, i;
	u8 *chain;

	chain = kunit_kzalloc(test, VMB_FDB_BUCKETS, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, chain);
	prandom_seed_state(&rnd, 1);
	for (p = 0; p < ARRAY_SIZE(patterns); p++)
		for (salt = 0; salt < SALTS; salt++) {
			const struct pattern *a = &patterns[p];
			u8 longest = 0;

			fdb.salt = (u64)prandom_u32_state(&rnd) << 32 |
				   prandom_u32_state(&rnd) | 1;
			memset(chain, 0, VMB_FDB_BUCKETS);
			for (i = 0; i < STATIONS; i++) {
				u64 key = vmb_key(0x020000000000 +
						  i / a->vlans * a->stride,
						  i % a->vlans);
				u32 b = vmb_fdb_bucket(&fdb, key) - fdb.bucket;

				KUNIT_ASSERT_LT(test, b, VMB_FDB_BUCKETS);
				longest = max(longest, ++chain[b]);
			}
			KUNIT_EXPECT_LE_MSG(test, longest, LONGEST,
					    "%s, salt %llx", a->name, fdb.salt);
		}
}

/* 64 MACs in a row have a bucket each, side by side, eight in one line. */
static void fdb_row(struct kunit *test)
{
	struct vmb_fdb fdb = { .salt = 0x123456789abcdef1 };
	u64 used = 0;
	u32 first, i;

	first = vmb_fdb_bucket(&fdb, vmb_key(0x020000000100, 10)) - fdb.bucket;
	for (i = 0; i < 64; i++) {
		u32 b = vmb_fdb_bucket(&fdb, vmb_key(0x020000000100 + i, 10)) -
			fdb.bucket;

		KUNIT_EXPECT_EQ(test, b / 64, first / 64);
		KUNIT_EXPECT_EQ(test, (b ^ first) / 8, i / 8);
		used |= BIT_ULL(b % 64);
	}
	KUNIT_EXPECT_EQ(test, used, U64_MAX);
}

static struct kunit_case fdb_cases[] = {
	KUNIT_CASE(fdb_chains),
	KUNIT_CASE(fdb_row),
	{}
};

static struct kunit_suite fdb_suite = {
	.name = "vmbond_fdb",
	.test_cases = fdb_cases,
};

kunit_test_suite(fdb_suite);
