/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_STATS_H
#define VMBOND_STATS_H

#include "vmbond.h"

/**
 * struct vmb_stats - counters, summed over the CPUs
 */
struct vmb_stats {
	/** @rx_packets: frames that came in */
	u64 rx_packets;
	/** @rx_bytes: their bytes */
	u64 rx_bytes;
	/** @tx_packets: frames that went out */
	u64 tx_packets;
	/** @tx_bytes: their bytes */
	u64 tx_bytes;
	/** @made: frames made here to go out: copies, announcements, queries */
	u64 made;
	/** @drops: frames dropped, by enum vmb_drop */
	u64 drops[VMB_DROP_N];
};

/* A prime: few frames whose lengths recur keep in step with it. */
#define VMB_SAMPLE_BYTES	4093
/* What a station's counters count to the byte, at first */
#define VMB_EXACT_BYTES		65536

/**
 * vmb_stats_rx - a frame came in
 * @stats: counters of the member or port
 * @len: its length, with the Ethernet header
 *
 * Context: BH disabled.
 * Return: for how many bytes the frame stands where only samples are counted:
 * most for none, one in VMB_SAMPLE_BYTES bytes for as many, a large one for
 * more.
 */
static inline u32 vmb_stats_rx(struct vmb_pcpu_stats __percpu *stats,
			       unsigned int len)
{
	struct vmb_pcpu_stats *s = this_cpu_ptr(stats);
	u32 sum = s->unsampled + len;

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->rx_packets);
	u64_stats_add(&s->rx_bytes, len);
	u64_stats_update_end(&s->syncp);

	if (likely(sum < VMB_SAMPLE_BYTES)) {
		s->unsampled = sum;
		return 0;
	}
	s->unsampled = sum % VMB_SAMPLE_BYTES;
	return sum - s->unsampled;
}

/**
 * vmb_stats_tx - a frame goes out
 * @stats: counters of the member or port
 * @len: its length, with the Ethernet header
 *
 * Context: BH disabled.
 */
static inline void vmb_stats_tx(struct vmb_pcpu_stats __percpu *stats,
				unsigned int len)
{
	struct vmb_pcpu_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->tx_packets);
	u64_stats_add(&s->tx_bytes, len);
	u64_stats_update_end(&s->syncp);
}

/**
 * vmb_station_count - count a frame of a station or for it
 * @bytes: the station's counter
 * @sampled: whether that is counted by samples
 * @sample: what vmb_stats_rx() said of the frame
 * @len: its length, with the Ethernet header
 *
 * To write a line of each station for each frame costs more than to look one
 * up, where there are thousands; the planner wants shares of a link.
 *
 * Context: BH disabled. Of two CPUs at once, one may be missed.
 */
static inline void vmb_station_count(u64 *bytes, bool *sampled, u32 sample,
				     unsigned int len)
{
	u64 sum = sample;

	if (unlikely(!READ_ONCE(*sampled)))
		sum = len;
	else if (likely(!sum))
		return;
	sum += READ_ONCE(*bytes);
	WRITE_ONCE(*bytes, sum);
	if (unlikely(sum >= VMB_EXACT_BYTES && !READ_ONCE(*sampled)))
		WRITE_ONCE(*sampled, true);
}

void vmb_count_made(struct vmb_pcpu_stats __percpu *stats);
void vmb_count_drop(struct vmb_pcpu_stats __percpu *stats, enum vmb_drop why);
void vmb_drop(struct sk_buff *skb, const struct net_device *dev,
	      struct vmb_pcpu_stats __percpu *stats, enum vmb_drop why);
struct vmb_pcpu_stats __percpu *vmb_stats_alloc(void);
void vmb_stats_add(struct vmb_stats *sum,
		   struct vmb_pcpu_stats __percpu *stats);
void vmb_stats_bond(struct vmb_stats *sum, const struct vmb_bond *bond);

#endif
