/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_DEDUP_H
#define VMBOND_DEDUP_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct sk_buff;

/* Fingerprints a set, and sets: room for a burst of 4096 frames. */
#define VMB_DEDUP_WAYS		8
#define VMB_DEDUP_SETS		512

/**
 * struct vmb_print - one frame that another member may bring too
 */
struct vmb_print {
	/** @hash: its fingerprint; 0: free */
	u64 hash;
	/** @seen: members by which it, or a copy of it, came */
	u32 seen;
	/** @at: jiffies when it came */
	u32 at;
};

/**
 * struct vmb_dedup - frames that another member may bring too
 */
struct vmb_dedup {
	/** @lock: covers @print and the off_pin fields of the stations */
	spinlock_t lock;
	/** @print: sets of fingerprints */
	struct vmb_print print[VMB_DEDUP_SETS][VMB_DEDUP_WAYS];
};

/* How long a copy may be behind a frame that came off its pin. */
#define VMB_DEDUP_TIME		(HZ / 10)

void vmb_dedup_init(struct vmb_dedup *d);
u64 vmb_dedup_hash(const struct sk_buff *skb, u64 key);
bool vmb_dedup_is_copy(struct vmb_dedup *d, u64 hash, unsigned int member,
		       u32 now, u32 behind);
void vmb_dedup_add(struct vmb_dedup *d, u64 hash, unsigned int member, u32 now);
bool vmb_dedup_withdraw(struct vmb_dedup *d, u64 hash, unsigned int member);

#endif
