// SPDX-License-Identifier: GPL-2.0
/*
 * Counters, and the one way in which a frame is dropped.
 *
 * They are balanced: over the members and ports of a bond, what came in and
 * what was made here is what went out and what was dropped (mac_limit aside,
 * which counts frames that went on), to the frame.
 */

#include "stats.h"
#include "trace.h"

/**
 * vmb_count_made - count a frame that did not come in but is to go out
 * @stats: of the member or port through which it will
 *
 * Context: BH disabled.
 */
void vmb_count_made(struct vmb_pcpu_stats __percpu *stats)
{
	struct vmb_pcpu_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->made);
	u64_stats_update_end(&s->syncp);
}

/**
 * vmb_count_drop - count a frame that went no further
 * @stats: of the member or port where it ended
 * @why: the reason
 *
 * Context: BH disabled.
 */
void vmb_count_drop(struct vmb_pcpu_stats __percpu *stats, enum vmb_drop why)
{
	struct vmb_pcpu_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->drops[why]);
	u64_stats_update_end(&s->syncp);
}

/**
 * vmb_drop - drop a frame: one counter, one reason, one tracepoint
 * @skb: the frame
 * @dev: the device where it ended
 * @stats: of that member or port
 * @why: the reason
 *
 * Context: BH disabled.
 */
void vmb_drop(struct sk_buff *skb, const struct net_device *dev,
	      struct vmb_pcpu_stats __percpu *stats, enum vmb_drop why)
{
	vmb_count_drop(stats, why);
	trace_vmbond_drop(skb, dev, why);
	kfree_skb(skb);
}

/**
 * vmb_stats_alloc - counters of a new member or port
 *
 * Context: may sleep.
 * Return: the counters, to be freed with free_percpu(), or NULL.
 */
struct vmb_pcpu_stats __percpu *vmb_stats_alloc(void)
{
	return __netdev_alloc_pcpu_stats(struct vmb_pcpu_stats,
					 GFP_KERNEL_ACCOUNT);
}

/**
 * vmb_stats_add - add up the counters of a member or port
 * @sum: what to add to
 * @stats: the counters
 */
void vmb_stats_add(struct vmb_stats *sum, struct vmb_pcpu_stats __percpu *stats)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct vmb_pcpu_stats *s = per_cpu_ptr(stats, cpu);
		struct vmb_stats one;
		unsigned int start;
		int i;

		do {
			start = u64_stats_fetch_begin(&s->syncp);
			one.rx_packets = u64_stats_read(&s->rx_packets);
			one.rx_bytes = u64_stats_read(&s->rx_bytes);
			one.tx_packets = u64_stats_read(&s->tx_packets);
			one.tx_bytes = u64_stats_read(&s->tx_bytes);
			one.made = u64_stats_read(&s->made);
			for (i = 0; i < VMB_DROP_N; i++)
				one.drops[i] = u64_stats_read(&s->drops[i]);
		} while (u64_stats_fetch_retry(&s->syncp, start));

		sum->rx_packets += one.rx_packets;
		sum->rx_bytes += one.rx_bytes;
		sum->tx_packets += one.tx_packets;
		sum->tx_bytes += one.tx_bytes;
		sum->made += one.made;
		for (i = 0; i < VMB_DROP_N; i++)
			sum->drops[i] += one.drops[i];
	}
}

/**
 * vmb_stats_bond - the uplink's frames, and whatever was made or dropped in the
 *		    bond
 * @sum: filled in
 * @bond: the bond
 *
 * Context: RTNL.
 */
void vmb_stats_bond(struct vmb_stats *sum, const struct vmb_bond *bond)
{
	struct vmb_stats ports = {};
	struct vmb_member *m;
	struct vmb_port *p;
	int i;

	ASSERT_RTNL();
	memset(sum, 0, sizeof(*sum));
	list_for_each_entry(m, &bond->members, list)
		vmb_stats_add(sum, m->stats);
	vmb_stats_add(&ports, bond->self.stats);
	list_for_each_entry(p, &bond->ports, list)
		vmb_stats_add(&ports, p->stats);
	sum->made += ports.made;
	for (i = 0; i < VMB_DROP_N; i++)
		sum->drops[i] += ports.drops[i];
}
