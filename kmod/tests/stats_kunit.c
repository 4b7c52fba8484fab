// SPDX-License-Identifier: GPL-2.0
/* Samples of bytes: each station gets its share, whatever the frames' sizes. */

#include <kunit/test.h>
#include "../stats.h"

#define FRAMES	100000

/**
 * struct mix - frames that come in by turns
 */
struct mix {
	/** @len: their sizes; 0: no more */
	u32 len[4];
};

static const struct mix mixes[] = {
	{ { 60 } },
	{ { 60, 1514 } },
	/* together a power of two, as a period might be */
	{ { 64, 1984 } },
	{ { 60, 65226, 60 } },
	{ { 60, 61, 62, 63 } },
};

static struct vmb_pcpu_stats __percpu *stats_new(struct kunit *test)
{
	struct vmb_pcpu_stats __percpu *stats =
		alloc_percpu(struct vmb_pcpu_stats);

	KUNIT_ASSERT_NOT_NULL(test, (void __force *)stats);
	return stats;
}

static void stats_shares(struct kunit *test)
{
	struct vmb_pcpu_stats __percpu *stats = stats_new(test);
	const struct mix *mix;
	u32 i, n;

	for (mix = mixes; mix < mixes + ARRAY_SIZE(mixes); mix++) {
		u64 sampled[4] = {}, all[4] = {}, sum = 0, total = 0;

		for (n = 0; n < 4 && mix->len[n]; n++)
			;
		local_bh_disable();
		this_cpu_write(stats->unsampled, 0);
		for (i = 0; i < FRAMES; i++) {
			all[i % n] += mix->len[i % n];
			sampled[i % n] += vmb_stats_rx(stats, mix->len[i % n]);
		}
		local_bh_enable();

		for (i = 0; i < n; i++) {
			s64 error = sampled[i] - all[i];

			KUNIT_EXPECT_LE_MSG(test, abs(error),
					    all[i] / 50 + VMB_SAMPLE_BYTES,
					    "%u of %u, %u and so on", i,
					    mix->len[0], mix->len[1]);
			sum += sampled[i];
			total += all[i];
		}
		KUNIT_EXPECT_LE(test, sum, total);
		KUNIT_EXPECT_LT(test, total - sum, VMB_SAMPLE_BYTES);
	}
	free_percpu(stats);
}

static void stats_exact(struct kunit *test)
{
	bool sampled = false;
	u64 bytes = 0;

	while (!sampled) {
		u64 before = bytes;

		vmb_station_count(&bytes, &sampled, 0, 60);
		KUNIT_ASSERT_EQ(test, bytes, before + 60);
	}
	KUNIT_EXPECT_GE(test, bytes, VMB_EXACT_BYTES);
	KUNIT_EXPECT_LT(test, bytes, VMB_EXACT_BYTES + 60);

	/* from here on what the sample says, and no more */
	vmb_station_count(&bytes, &sampled, 0, 60);
	KUNIT_EXPECT_LT(test, bytes, VMB_EXACT_BYTES + 60);
	vmb_station_count(&bytes, &sampled, 2 * VMB_SAMPLE_BYTES, 60);
	KUNIT_EXPECT_GE(test, bytes, VMB_EXACT_BYTES + 2 * VMB_SAMPLE_BYTES);
}

static struct kunit_case stats_cases[] = {
	KUNIT_CASE(stats_shares),
	KUNIT_CASE(stats_exact),
	{}
};

static struct kunit_suite stats_suite = {
	.name = "vmbond_stats",
	.test_cases = stats_cases,
};

kunit_test_suite(stats_suite);
