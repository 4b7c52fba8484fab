/* SPDX-License-Identifier: GPL-2.0 */
#include_next <net/netlink.h>

#ifndef VMBOND_COMPAT_NETLINK_H
#define VMBOND_COMPAT_NETLINK_H

/* The generated ranges are const before policies could point to such. */
#ifndef VMB_HAVE_CONST_NLA_RANGE
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, r) {					\
	.type = (tp),							\
	.validation_type = NLA_VALIDATE_RANGE_PTR,			\
	.range = (struct netlink_range_validation *)(r),		\
}
#endif

#ifndef VMB_HAVE_NLA_PUT_UINT
static inline int nla_put_uint(struct sk_buff *skb, int type, u64 value)
{
	u32 low = value;

	if (low == value)
		return nla_put_u32(skb, type, low);
	return nla_put(skb, type, sizeof(value), &value);
}
#endif

#endif
