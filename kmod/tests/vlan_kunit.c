// SPDX-License-Identifier: GPL-2.0
/* VLAN modes, in and out. Each row is a line of the table of VLAN modes. */

#include <kunit/test.h>
#include "../vlan.h"

#define NONE	VMB_TAG_NONE
#define C	VMB_TAG_C
#define S	VMB_TAG_S
#define REFUSE	VMB_TAG_REFUSE
#define NO	VMB_VLAN_NONE
#define SVLAN	VMB_VLAN_SERVICE

struct in_row {
	enum vmb_tag tag;
	u16 vid;
	u16 vlan;
};

struct out_row {
	u16 vlan;
	u16 inner;
	enum vmb_tag tag;
};

#define CHECK_IN(test, conf, ...) do {					\
	static const struct in_row rows[] = { __VA_ARGS__ };		\
	int i;								\
									\
	for (i = 0; i < ARRAY_SIZE(rows); i++)				\
		KUNIT_EXPECT_EQ_MSG(test, rows[i].vlan,			\
				    vmb_vlan_in(conf, rows[i].tag,	\
						rows[i].vid),		\
				    "in: row %d", i);			\
} while (0)

#define CHECK_OUT(test, conf, ...) do {					\
	static const struct out_row rows[] = { __VA_ARGS__ };		\
	int i;								\
									\
	for (i = 0; i < ARRAY_SIZE(rows); i++)				\
		KUNIT_EXPECT_EQ_MSG(test, rows[i].tag,			\
				    vmb_vlan_out(conf, rows[i].vlan,	\
						 rows[i].inner),	\
				    "out: row %d", i);			\
} while (0)

static struct vmb_vlan_conf *vlan_conf(struct kunit *test)
{
	struct vmb_vlan_conf *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, c);
	return c;
}

static void vlan_none(struct kunit *test)
{
	struct vmb_vlan_conf *c = vlan_conf(test);

	vmb_vlan_none(c);
	CHECK_IN(test, c, { NONE, 0, NO }, { C, 0, NO }, { C, 5, NO });
	CHECK_OUT(test, c, { 0, ETH_P_IP, REFUSE }, { 5, ETH_P_IP, REFUSE });
}

static void vlan_access(struct kunit *test)
{
	struct vmb_vlan_conf *c = vlan_conf(test);

	vmb_vlan_access(c, 5);
	CHECK_IN(test, c, { NONE, 0, 5 }, { C, 0, 5 }, { C, 5, NO },
		 { C, 6, NO }, { S, 7, 5 });
	CHECK_OUT(test, c, { 5, ETH_P_IP, NONE }, { 6, ETH_P_IP, REFUSE },
		  { 5, ETH_P_8021Q, REFUSE }, { 5, ETH_P_8021AD, REFUSE },
		  { 5 | SVLAN, ETH_P_IP, REFUSE });

	vmb_vlan_access(c, 0);
	CHECK_IN(test, c, { NONE, 0, 0 }, { C, 0, 0 }, { C, 5, NO });
	CHECK_OUT(test, c, { 0, ETH_P_IP, NONE }, { 5, ETH_P_IP, REFUSE });
}

static void vlan_trunk(struct kunit *test)
{
	struct vmb_vlan_conf *c = vlan_conf(test);
	DECLARE_BITMAP(set, VLAN_N_VID) = {};

	set_bit(5, set);
	vmb_vlan_trunk(c, set, 0, false);
	CHECK_IN(test, c, { NONE, 0, NO }, { C, 0, NO }, { C, 5, 5 },
		 { C, 6, NO }, { S, 5, NO });
	CHECK_OUT(test, c, { 5, ETH_P_IP, C }, { 5, ETH_P_8021Q, C },
		  { 0, ETH_P_IP, REFUSE }, { 6, ETH_P_IP, REFUSE });

	set_bit(0, set);
	vmb_vlan_trunk(c, set, 0, false);
	CHECK_IN(test, c, { NONE, 0, 0 }, { C, 0, 0 }, { S, 5, 0 });
	CHECK_OUT(test, c, { 0, ETH_P_IP, NONE }, { 0, ETH_P_8021Q, REFUSE },
		  { 0, ETH_P_8021AD, NONE });
}

static void vlan_native(struct kunit *test)
{
	struct vmb_vlan_conf *c = vlan_conf(test);
	DECLARE_BITMAP(set, VLAN_N_VID) = {};

	set_bit(0, set);
	set_bit(5, set);
	/* native is carried though it is not listed, VLAN 0 though it is not */
	vmb_vlan_trunk(c, set, 9, false);
	CHECK_IN(test, c, { NONE, 0, 9 }, { C, 0, 9 }, { C, 9, 9 },
		 { C, 5, 5 }, { C, 6, NO });
	CHECK_OUT(test, c, { 9, ETH_P_IP, NONE }, { 9, ETH_P_8021Q, REFUSE },
		  { 5, ETH_P_IP, C }, { 0, ETH_P_IP, REFUSE });

	vmb_vlan_trunk(c, set, 9, true);
	CHECK_IN(test, c, { NONE, 0, 9 }, { C, 9, 9 });
	CHECK_OUT(test, c, { 9, ETH_P_IP, C }, { 9, ETH_P_8021Q, C });
}

static void vlan_tunnel(struct kunit *test)
{
	struct vmb_vlan_conf *c = vlan_conf(test);
	DECLARE_BITMAP(inner, VLAN_N_VID) = {};

	set_bit(0, inner);
	set_bit(7, inner);
	vmb_vlan_tunnel(c, 5, inner, false);
	CHECK_IN(test, c, { NONE, 0, 5 | SVLAN }, { C, 7, 5 | SVLAN },
		 { C, 8, NO }, { S, 7, 5 | SVLAN });
	CHECK_OUT(test, c, { 5 | SVLAN, ETH_P_IP, NONE },
		  { 5 | SVLAN, ETH_P_8021Q, NONE }, { 5, ETH_P_IP, REFUSE });

	/* all inner VIDs are not all VLANs */
	bitmap_fill(inner, VLAN_N_VID);
	vmb_vlan_tunnel(c, 5, inner, false);
	KUNIT_EXPECT_FALSE(test, c->all);

	/* the outer tag is that of a customer VLAN */
	vmb_vlan_tunnel(c, 5, inner, true);
	CHECK_IN(test, c, { NONE, 0, 5 }, { C, 7, 5 }, { S, 7, 5 });
	CHECK_OUT(test, c, { 5, ETH_P_IP, NONE }, { 5, ETH_P_8021Q, NONE },
		  { 5 | SVLAN, ETH_P_IP, REFUSE });
}

static void vlan_uplink(struct kunit *test)
{
	struct vmb_vlan_conf *c = vlan_conf(test);
	DECLARE_BITMAP(set, VLAN_N_VID) = {};

	set_bit(5, set);
	vmb_vlan_uplink(c, set, 9);
	CHECK_IN(test, c, { NONE, 0, 9 }, { C, 5, 5 }, { S, 5, 5 | SVLAN },
		 { S, 6, NO }, { S, 0, NO });
	/* no frame may cross from a VLAN into another by its inner tag */
	CHECK_OUT(test, c, { 9, ETH_P_IP, NONE }, { 9, ETH_P_8021Q, REFUSE },
		  { 9, ETH_P_8021AD, REFUSE }, { 5, ETH_P_8021AD, C },
		  { 5 | SVLAN, ETH_P_8021Q, S }, { 6 | SVLAN, 0, REFUSE });

	/* what is native for untagged frames is no service VLAN by that */
	CHECK_IN(test, c, { S, 9, NO });
	CHECK_OUT(test, c, { 9 | SVLAN, ETH_P_IP, REFUSE });
	set_bit(9, set);
	vmb_vlan_uplink(c, set, 9);
	CHECK_IN(test, c, { S, 9, 9 | SVLAN });
	CHECK_OUT(test, c, { 9 | SVLAN, ETH_P_IP, S });
}

static void vlan_all(struct kunit *test)
{
	struct vmb_vlan_conf *c = vlan_conf(test);
	DECLARE_BITMAP(set, VLAN_N_VID);

	bitmap_fill(set, VLAN_N_VID);
	vmb_vlan_trunk(c, set, 0, false);
	KUNIT_EXPECT_TRUE(test, c->all);
	/* 4095 is reserved */
	CHECK_IN(test, c, { C, 4094, 4094 }, { C, 4095, NO });
	/* Where untagged frames have a VID, there is no VLAN 0. */
	vmb_vlan_trunk(c, set, 5, false);
	KUNIT_EXPECT_TRUE(test, c->all);
	clear_bit(0, set);
	vmb_vlan_trunk(c, set, 5, false);
	KUNIT_EXPECT_TRUE(test, c->all);
	vmb_vlan_trunk(c, set, 0, false);
	KUNIT_EXPECT_FALSE(test, c->all);
	clear_bit(77, set);
	vmb_vlan_trunk(c, set, 5, false);
	KUNIT_EXPECT_FALSE(test, c->all);
}

static struct kunit_case vlan_cases[] = {
	KUNIT_CASE(vlan_none),
	KUNIT_CASE(vlan_access),
	KUNIT_CASE(vlan_trunk),
	KUNIT_CASE(vlan_native),
	KUNIT_CASE(vlan_tunnel),
	KUNIT_CASE(vlan_uplink),
	KUNIT_CASE(vlan_all),
	{}
};

static struct kunit_suite vlan_suite = {
	.name = "vmbond_vlan",
	.test_cases = vlan_cases,
};

kunit_test_suite(vlan_suite);
