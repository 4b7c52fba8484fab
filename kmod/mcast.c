// SPDX-License-Identifier: GPL-2.0
/*
 * A switch that snoops sends a group where it saw a report for it, and the
 * bond takes multicast on the receiver only. So reports also leave by the
 * receiver, and when another member becomes that, guests are asked to report
 * again.
 */

#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/igmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/mld.h>
#include "fdb.h"
#include "mcast.h"
#include "trace.h"
#include "uplink.h"

/* Queries are paced as announcements are. */
#define VMB_QUERY_BATCH		40
#define VMB_QUERY_TICK		max(HZ / 50, 1)

/*
 * A query or its answers may be lost, all the more while the switch's port has
 * only just come up: ask twice (RFC 3376, 8.7), when the answers to the first
 * have come.
 */
#define VMB_QUERY_AGAIN		(2 * HZ)

/*
 * RFC 3376, 4.1: in tenths of a second, and no more of them, because until the
 * answers come groups do not; robustness; in seconds
 */
#define VMB_QUERY_RESPONSE	3
#define VMB_QUERY_ROBUSTNESS	2
#define VMB_QUERY_INTERVAL	125

static bool vmb_is_igmp_report(const struct sk_buff *skb)
{
	const struct iphdr *ip;
	struct iphdr ip_buf;
	const u8 *type;
	u8 type_buf;

	ip = skb_header_pointer(skb, 0, sizeof(ip_buf), &ip_buf);
	if (!ip || ip->version != 4 || ip->ihl < 5 ||
	    ip->protocol != IPPROTO_IGMP || ip->frag_off & htons(IP_OFFSET))
		return false;
	type = skb_header_pointer(skb, ip->ihl * 4, sizeof(type_buf),
				  &type_buf);
	return type && (*type == IGMP_HOST_MEMBERSHIP_REPORT ||
			*type == IGMPV2_HOST_MEMBERSHIP_REPORT ||
			*type == IGMPV3_HOST_MEMBERSHIP_REPORT ||
			*type == IGMP_HOST_LEAVE_MESSAGE);
}

/* MLD comes with a hop-by-hop header, for its router alert (RFC 3810, 5). */
static bool vmb_is_mld_report(const struct sk_buff *skb)
{
	const struct ipv6_opt_hdr *hop;
	struct ipv6_opt_hdr hop_buf;
	const struct ipv6hdr *ip;
	struct ipv6hdr ip_buf;
	const u8 *type;
	u8 type_buf;

	ip = skb_header_pointer(skb, 0, sizeof(ip_buf), &ip_buf);
	if (!ip || ip->version != 6 || ip->nexthdr != IPPROTO_HOPOPTS)
		return false;
	hop = skb_header_pointer(skb, sizeof(*ip), sizeof(hop_buf), &hop_buf);
	if (!hop || hop->nexthdr != IPPROTO_ICMPV6)
		return false;
	type = skb_header_pointer(skb, sizeof(*ip) + ipv6_optlen(hop),
				  sizeof(type_buf), &type_buf);
	return type && (*type == ICMPV6_MGM_REPORT ||
			*type == ICMPV6_MGM_REDUCTION ||
			*type == ICMPV6_MLD2_REPORT);
}

static bool vmb_is_report(const struct sk_buff *skb)
{
	switch (eth_hdr(skb)->h_proto) {
	case htons(ETH_P_IP):
		return vmb_is_igmp_report(skb);
	case htons(ETH_P_IPV6):
		return vmb_is_mld_report(skb);
	default:
		return false;
	}
}

/**
 * vmb_mcast_steer - send a membership report by the receiver as well
 * @f: a frame from a port to a group, still the caller's
 * @pin: the member it leaves through in any case, or NULL
 *
 * Its source is the receiver's own MAC: the guest's is on its pin, and must
 * not be seen to move.
 *
 * Context: BH disabled, RCU.
 */
void vmb_mcast_steer(const struct vmb_frame *f, const struct vmb_member *pin)
{
	struct vmb_member *m;
	struct vmb_frame copy = *f;

	if (likely(!vmb_is_report(f->skb)))
		return;
	m = vmb_uplink_receiver(rcu_dereference(f->bond->uplink), f->vlan);
	if (!m || m == pin)
		return;
	vmb_count_made(m->stats);
	copy.skb = skb_copy(f->skb, GFP_ATOMIC);
	if (!copy.skb) {
		vmb_count_drop(m->stats, VMB_DROP_NOMEM);
		return;
	}
	u64_to_ether_addr(READ_ONCE(m->own), eth_hdr(copy.skb)->h_source);
	trace_vmbond_steer(f->bond, vmb_key(vmb_mac(eth_hdr(f->skb)->h_source),
					    f->vlan), m->dev->ifindex);
	vmb_tx_member(&copy, m);
}

static struct sk_buff *vmb_query_alloc(const struct vmb_bond *bond,
				       unsigned int len)
{
	struct sk_buff *skb;

	skb = alloc_skb(LL_RESERVED_SPACE(bond->dev) + len, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb->dev = bond->dev;
	skb_reserve(skb, LL_RESERVED_SPACE(bond->dev));
	skb_reset_network_header(skb);
	skb_put_zero(skb, len);
	return skb;
}

static struct sk_buff *vmb_query_done(struct vmb_bond *bond,
				      struct sk_buff *skb, u16 proto,
				      const u8 *group)
{
	skb->protocol = htons(proto);
	if (dev_hard_header(skb, bond->dev, proto, group, bond->dev->dev_addr,
			    skb->len) < 0) {
		kfree_skb(skb);
		return NULL;
	}
	skb_reset_mac_header(skb);
	__skb_pull(skb, ETH_HLEN);
	return skb;
}

/* A general query of IGMPv3, which hosts of IGMPv2 and v1 understand, too. */
static struct sk_buff *vmb_igmp_query(struct vmb_bond *bond)
{
	/* with the router alert option (RFC 2113) */
	static const u8 alert[] = { IPOPT_RA, 4, 0, 0 };
	struct igmpv3_query *query;
	struct sk_buff *skb;
	u8 group[ETH_ALEN];
	struct iphdr *ip;

	skb = vmb_query_alloc(bond, sizeof(*ip) + sizeof(alert) +
				    sizeof(*query));
	if (!skb)
		return NULL;
	ip = ip_hdr(skb);
	ip->version = 4;
	ip->ihl = (sizeof(*ip) + sizeof(alert)) / 4;
	ip->tos = IPTOS_PREC_INTERNETCONTROL;
	ip->tot_len = htons(skb->len);
	ip->frag_off = htons(IP_DF);
	ip->ttl = 1;
	ip->protocol = IPPROTO_IGMP;
	/* from 0.0.0.0: it must not win an election (RFC 4541, 2.1.1) */
	ip->daddr = htonl(INADDR_ALLHOSTS_GROUP);
	memcpy(ip + 1, alert, sizeof(alert));
	ip_send_check(ip);

	query = (void *)(ip + 1) + sizeof(alert);
	query->type = IGMP_HOST_MEMBERSHIP_QUERY;
	query->code = VMB_QUERY_RESPONSE;
	query->qrv = VMB_QUERY_ROBUSTNESS;
	query->qqic = VMB_QUERY_INTERVAL;
	query->csum = ip_compute_csum(query, sizeof(*query));

	ip_eth_mc_map(ip->daddr, group);
	return vmb_query_done(bond, skb, ETH_P_IP, group);
}

/* The same of MLDv2. Its source must be link-local (RFC 3810, 5.1.14). */
static struct sk_buff *vmb_mld_query(struct vmb_bond *bond)
{
	static const u8 hop[] = { IPPROTO_ICMPV6, 0, IPV6_TLV_ROUTERALERT, 2,
				  0, 0, IPV6_TLV_PADN, 0 };
	struct mld2_query *query;
	struct sk_buff *skb;
	u8 group[ETH_ALEN];
	struct ipv6hdr *ip;

	skb = vmb_query_alloc(bond, sizeof(*ip) + sizeof(hop) +
				    sizeof(*query));
	if (!skb)
		return NULL;
	ip = ipv6_hdr(skb);
	ip->version = 6;
	ip->payload_len = htons(sizeof(hop) + sizeof(*query));
	ip->nexthdr = IPPROTO_HOPOPTS;
	ip->hop_limit = 1;
	ipv6_addr_set(&ip->saddr, htonl(0xfe800000), 0, 0, 0);
	addrconf_addr_eui48(&ip->saddr.s6_addr[8], bond->dev->dev_addr);
	ipv6_addr_set(&ip->daddr, htonl(0xff020000), 0, 0, htonl(1));
	memcpy(ip + 1, hop, sizeof(hop));

	query = (void *)(ip + 1) + sizeof(hop);
	query->mld2q_type = ICMPV6_MGM_QUERY;
	query->mld2q_mrc = htons(VMB_QUERY_RESPONSE * 100);
	query->mld2q_qrv = VMB_QUERY_ROBUSTNESS;
	query->mld2q_qqic = VMB_QUERY_INTERVAL;
	query->mld2q_cksum = csum_ipv6_magic(&ip->saddr, &ip->daddr,
					     sizeof(*query), IPPROTO_ICMPV6,
					     csum_partial(query, sizeof(*query),
							  0));

	ipv6_eth_mc_map(&ip->daddr, group);
	return vmb_query_done(bond, skb, ETH_P_IPV6, group);
}

/* To the guests only: the node's own stack is asked in link_work. */
static void vmb_query_send(struct vmb_bond *bond, struct sk_buff *skb, u16 vlan)
{
	struct vmb_frame f = { .bond = bond, .skb = skb, .vlan = vlan };
	struct vmb_flood flood = {};

	if (!skb)
		return;
	vmb_tx_flood(&f, &flood);
	if (flood.last) {
		vmb_count_made(flood.last->stats);
		vmb_tx_port(&f, flood.last);
	} else {
		consume_skb(skb);
	}
}

/* The VLANs on which guests have been seen. */
static void vmb_guest_vlans(struct vmb_bond *bond, unsigned long *vlans)
{
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;

	spin_lock_bh(&bond->fdb.lock);
	vmb_fdb_for_each(st, tmp, b, &bond->fdb)
		if (vmb_station_port(&bond->fdb, st) != &bond->self)
			__set_bit(vmb_key_vlan(st->key), vlans);
	spin_unlock_bh(&bond->fdb.lock);
}

/**
 * vmb_mcast_ask - have groups reported again where the receiver has changed
 * @bond: the bond; its usable members, or a link of theirs, have changed
 *
 * What a receiver is depends on carriers too, which are gone before anybody is
 * told. So it is compared with what it was when this was called last.
 *
 * Context: RTNL.
 */
void vmb_mcast_ask(struct vmb_bond *bond)
{
	const struct vmb_uplink *u = rtnl_dereference(bond->uplink);
	DECLARE_BITMAP(vlans, VMB_VLAN_N) = {};
	bool changed = false;
	unsigned int v;

	ASSERT_RTNL();
	WRITE_ONCE(bond->ask_again_at, jiffies + VMB_QUERY_AGAIN);
	vmb_guest_vlans(bond, vlans);
	for (v = 0; v < VMB_VLAN_N; v++) {
		const struct vmb_member *m = vmb_uplink_receiver(u, v);
		u8 now = m ? m->id + 1 : 0;

		if (now == bond->receiver[v])
			continue;
		bond->receiver[v] = now;
		if (!now)
			continue;
		changed = true;
		if (test_bit(v, vlans)) {
			set_bit(v, bond->ask);
			set_bit(v, bond->ask_again);
		}
	}
	if (!changed)
		return;
	mod_delayed_work(vmb_wq, &bond->mcast_work, 0);
	bond->resend_igmp = true;
}

/* When the work is to be done next, in jiffies from now; -1: nothing to do. */
static long vmb_query_wait(struct vmb_bond *bond)
{
	long wait = READ_ONCE(bond->ask_again_at) - jiffies;
	unsigned int v;

	if (!bitmap_empty(bond->ask, VMB_VLAN_N))
		return VMB_QUERY_TICK;
	if (bitmap_empty(bond->ask_again, VMB_VLAN_N))
		return -1;
	if (wait > 0)
		return wait;
	for_each_set_bit(v, bond->ask_again, VMB_VLAN_N) {
		clear_bit(v, bond->ask_again);
		set_bit(v, bond->ask);
	}
	return 0;
}

/**
 * vmb_mcast_work - send queries, up to a batch
 * @work: &struct vmb_bond.mcast_work
 */
void vmb_mcast_work(struct work_struct *work)
{
	struct vmb_bond *bond = container_of(to_delayed_work(work),
					     struct vmb_bond, mcast_work);
	unsigned int v, n = 0;
	long wait;

	rcu_read_lock();
	local_bh_disable();
	for_each_set_bit(v, bond->ask, VMB_VLAN_N) {
		if (n++ == VMB_QUERY_BATCH)
			break;
		clear_bit(v, bond->ask);
		trace_vmbond_query(bond, v);
		vmb_query_send(bond, vmb_igmp_query(bond), v);
		vmb_query_send(bond, vmb_mld_query(bond), v);
	}
	local_bh_enable();
	rcu_read_unlock();

	wait = vmb_query_wait(bond);
	if (wait >= 0)
		queue_delayed_work(vmb_wq, &bond->mcast_work, wait);
}
