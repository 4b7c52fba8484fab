// SPDX-License-Identifier: GPL-2.0
/* Fingerprints: which frame is a copy of another. */

#include <kunit/test.h>
#include "../dedup.h"

static struct vmb_dedup *dedup_new(struct kunit *test)
{
	struct vmb_dedup *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, d);
	vmb_dedup_init(d);
	spin_lock_bh(&d->lock);
	return d;
}

static bool is_copy(struct vmb_dedup *d, u64 hash, unsigned int member, u32 now)
{
	return vmb_dedup_is_copy(d, hash, member, now, VMB_DEDUP_TIME);
}

static void dedup_copies(struct kunit *test)
{
	struct vmb_dedup *d = dedup_new(test);

	KUNIT_EXPECT_FALSE(test, is_copy(d, 7, 0, 0));
	vmb_dedup_add(d, 7, 0, 0);
	/* one copy by each other member, and no more */
	KUNIT_EXPECT_TRUE(test, is_copy(d, 7, 1, 0));
	KUNIT_EXPECT_FALSE(test, is_copy(d, 7, 1, 0));
	KUNIT_EXPECT_TRUE(test, is_copy(d, 7, 2, 0));
	/* by the same member it is another frame that looks the same */
	KUNIT_EXPECT_FALSE(test, is_copy(d, 7, 0, 0));
	KUNIT_EXPECT_FALSE(test, is_copy(d, 8, 3, 0));
	spin_unlock_bh(&d->lock);
}

static void dedup_twice(struct kunit *test)
{
	struct vmb_dedup *d = dedup_new(test);

	vmb_dedup_add(d, 7, 0, 0);
	vmb_dedup_add(d, 7, 0, 0);
	KUNIT_EXPECT_TRUE(test, is_copy(d, 7, 1, 0));
	KUNIT_EXPECT_TRUE(test, is_copy(d, 7, 1, 0));
	KUNIT_EXPECT_FALSE(test, is_copy(d, 7, 1, 0));
	spin_unlock_bh(&d->lock);
}

static void dedup_age(struct kunit *test)
{
	struct vmb_dedup *d = dedup_new(test);
	u32 wrap = U32_MAX - 1;

	vmb_dedup_add(d, 7, 0, wrap);
	KUNIT_EXPECT_TRUE(test, is_copy(d, 7, 1, wrap + VMB_DEDUP_TIME));
	KUNIT_EXPECT_FALSE(test, is_copy(d, 7, 2, wrap + VMB_DEDUP_TIME + 1));
	/* a copy may have to be closer than that */
	KUNIT_EXPECT_FALSE(test, vmb_dedup_is_copy(d, 7, 3, wrap + 3, 2));
	KUNIT_EXPECT_TRUE(test, vmb_dedup_is_copy(d, 7, 3, wrap + 2, 2));
	spin_unlock_bh(&d->lock);
}

static void dedup_withdraw(struct kunit *test)
{
	struct vmb_dedup *d = dedup_new(test);

	vmb_dedup_add(d, 7, 0, 0);
	KUNIT_EXPECT_TRUE(test, vmb_dedup_withdraw(d, 7, 0));
	KUNIT_EXPECT_FALSE(test, is_copy(d, 7, 1, 0));
	/* a copy that was dropped for it keeps it */
	vmb_dedup_add(d, 7, 0, 0);
	KUNIT_EXPECT_TRUE(test, is_copy(d, 7, 1, 0));
	KUNIT_EXPECT_FALSE(test, vmb_dedup_withdraw(d, 7, 0));
	spin_unlock_bh(&d->lock);
}

/* A set that is full gives up its oldest, and memory stays what it was. */
static void dedup_full(struct kunit *test)
{
	struct vmb_dedup *d = dedup_new(test);
	u64 hash;
	u32 i;

	for (i = 0; i <= VMB_DEDUP_WAYS; i++) {
		hash = 1 + (u64)i * VMB_DEDUP_SETS;
		vmb_dedup_add(d, hash, 0, i);
	}
	KUNIT_EXPECT_FALSE(test, is_copy(d, 1, 1, i));
	for (i = 1; i <= VMB_DEDUP_WAYS; i++) {
		hash = 1 + (u64)i * VMB_DEDUP_SETS;
		KUNIT_EXPECT_TRUE(test, is_copy(d, hash, 1, i));
	}
	spin_unlock_bh(&d->lock);
}

static struct kunit_case dedup_cases[] = {
	KUNIT_CASE(dedup_copies),
	KUNIT_CASE(dedup_twice),
	KUNIT_CASE(dedup_age),
	KUNIT_CASE(dedup_withdraw),
	KUNIT_CASE(dedup_full),
	{}
};

static struct kunit_suite dedup_suite = {
	.name = "vmbond_dedup",
	.test_cases = dedup_cases,
};

kunit_test_suite(dedup_suite);
