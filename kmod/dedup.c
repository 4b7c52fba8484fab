// SPDX-License-Identifier: GPL-2.0
/*
 * Fingerprints of the frames that were taken off their pin, or while that or
 * their VLAN's receiver changes, or before their station was known, so that a
 * copy which the switch sends by another member is known for one.
 *
 * An entry is one frame and the members that have brought it. A frame with the
 * same fingerprint is a copy where its member is not among them, and where it
 * is, another frame that looks the same: the same datagram sent twice is
 * delivered twice.
 */

#include <linux/if_ether.h>
#include <linux/jhash.h>
#include <linux/skbuff.h>
#include "dedup.h"

/* What tells frames apart is in the headers and the first of the payload. */
#define VMB_DEDUP_BYTES		256

/**
 * vmb_dedup_init - make an empty table
 * @d: the table, zeroed
 */
void vmb_dedup_init(struct vmb_dedup *d)
{
	spin_lock_init(&d->lock);
}

/**
 * vmb_dedup_hash - the fingerprint of a frame
 * @skb: the frame, its data behind the Ethernet header
 * @key: vmb_key() of whom it is for
 *
 * Who sent it and its type count too: what is not IP may have nothing else
 * that tells two senders' frames apart.
 *
 * Return: never 0.
 */
u64 vmb_dedup_hash(const struct sk_buff *skb, u64 key)
{
	unsigned int len = min_t(unsigned int, skb->len, VMB_DEDUP_BYTES);
	u8 buf[VMB_DEDUP_BYTES];
	const u8 *data;
	u32 a, b;

	data = skb_header_pointer(skb, 0, len, buf);
	if (!data)
		return 1;
	a = jhash(skb_mac_header(skb) + ETH_ALEN, ETH_HLEN - ETH_ALEN,
		  (u32)key ^ (u32)(key >> 32));
	b = jhash(data, len, a);
	a = jhash(data, len, a ^ skb->len);
	return ((u64)a << 32 | b) ?: 1;
}

static struct vmb_print *vmb_dedup_set(struct vmb_dedup *d, u64 hash)
{
	return d->print[(u32)hash % VMB_DEDUP_SETS];
}

static bool vmb_print_lives(const struct vmb_print *p, u32 now, u32 time)
{
	return p->hash && now - p->at <= time;
}

/**
 * vmb_dedup_is_copy - is a frame a copy of one that another member brought
 * @d: the table; its lock is held
 * @hash: the frame's fingerprint
 * @member: number of the member that brought it
 * @now: jiffies
 * @behind: how many jiffies it may be behind that one, VMB_DEDUP_TIME at most
 *
 * The frame is from then on known to have come by @member too.
 */
bool vmb_dedup_is_copy(struct vmb_dedup *d, u64 hash, unsigned int member,
		       u32 now, u32 behind)
{
	struct vmb_print *p = vmb_dedup_set(d, hash);
	int i;

	lockdep_assert_held(&d->lock);
	for (i = 0; i < VMB_DEDUP_WAYS; i++, p++) {
		if (p->hash != hash || !vmb_print_lives(p, now, behind) ||
		    p->seen & BIT(member))
			continue;
		p->seen |= BIT(member);
		return true;
	}
	return false;
}

/**
 * vmb_dedup_add - remember a frame; the oldest of its set makes room
 * @d: the table; its lock is held
 * @hash: the frame's fingerprint
 * @member: number of the member that brought it
 * @now: jiffies
 */
void vmb_dedup_add(struct vmb_dedup *d, u64 hash, unsigned int member, u32 now)
{
	struct vmb_print *set = vmb_dedup_set(d, hash);
	struct vmb_print *oldest = set;
	int i;

	lockdep_assert_held(&d->lock);
	for (i = 0; i < VMB_DEDUP_WAYS; i++) {
		if (!vmb_print_lives(&set[i], now, VMB_DEDUP_TIME)) {
			oldest = &set[i];
			break;
		}
		if (now - set[i].at > now - oldest->at)
			oldest = &set[i];
	}
	oldest->hash = hash;
	oldest->seen = BIT(member);
	oldest->at = now;
}

/**
 * vmb_dedup_withdraw - a frame was not taken after all
 * @d: the table; its lock is held
 * @hash: the frame's fingerprint
 * @member: number of the member that brought it, and nobody else
 *
 * Return: true if the entry is gone; false if a copy has met it meanwhile,
 * and was dropped for it.
 */
bool vmb_dedup_withdraw(struct vmb_dedup *d, u64 hash, unsigned int member)
{
	struct vmb_print *p = vmb_dedup_set(d, hash);
	int i;

	lockdep_assert_held(&d->lock);
	for (i = 0; i < VMB_DEDUP_WAYS; i++, p++)
		if (p->hash == hash && p->seen == BIT(member)) {
			p->hash = 0;
			return true;
		}
	return false;
}
