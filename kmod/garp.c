// SPDX-License-Identifier: GPL-2.0
/*
 * Move announcements: frames by which a station says "I am here". OVS knows
 * gratuitous ARP only, and so loses the guests for which QEMU sends RARP and
 * those that speak IPv6.
 */

#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ndisc.h>
#include "garp.h"

/* How many of a customer's tags to look behind */
#define VMB_TAGS_MAX	2

/* ARP over Ethernet for IPv4 (RFC 826), behind its fixed header */
struct vmb_arp {
	struct arphdr hdr;
	u8 sha[ETH_ALEN];
	__be32 spa;
	u8 tha[ETH_ALEN];
	__be32 tpa;
} __packed;

/*
 * Gratuitous is a request for one's own address (RFC 5227 calls it an ARP
 * announcement) and any reply that nobody asked for: one sent to all.
 */
static bool vmb_is_garp(const struct sk_buff *skb, unsigned int at)
{
	const struct vmb_arp *arp;
	struct vmb_arp buf;

	arp = skb_header_pointer(skb, at, sizeof(buf), &buf);
	if (!arp || arp->hdr.ar_pro != htons(ETH_P_IP) ||
	    arp->hdr.ar_hln != ETH_ALEN || arp->hdr.ar_pln != sizeof(__be32))
		return false;
	return arp->hdr.ar_op == htons(ARPOP_REPLY) ||
	       (arp->hdr.ar_op == htons(ARPOP_REQUEST) && arp->spa == arp->tpa);
}

/* A neighbour advertisement without the solicited flag (RFC 4861, 7.2.6). */
static bool vmb_is_unsolicited_na(const struct sk_buff *skb, unsigned int at)
{
	const struct icmp6hdr *icmp;
	const struct ipv6hdr *ip;
	struct icmp6hdr icmp_buf;
	struct ipv6hdr ip_buf;

	ip = skb_header_pointer(skb, at, sizeof(ip_buf), &ip_buf);
	if (!ip || ip->version != 6 || ip->nexthdr != IPPROTO_ICMPV6)
		return false;
	icmp = skb_header_pointer(skb, at + sizeof(*ip), sizeof(icmp_buf),
				  &icmp_buf);
	return icmp &&
	       icmp->icmp6_type == NDISC_NEIGHBOUR_ADVERTISEMENT &&
	       !icmp->icmp6_solicited;
}

/**
 * vmb_is_announcement - does a frame announce that its sender is here
 * @skb: the frame, its data behind the Ethernet header, its VLAN's tag not
 *	 part of the data
 *
 * All kinds are sent to groups, so unicast frames need not be asked. Tags that
 * are part of the data are a tunnel's customer's: a guest there announces
 * itself on a VLAN of its own.
 */
bool vmb_is_announcement(const struct sk_buff *skb)
{
	__be16 proto = eth_hdr(skb)->h_proto;
	unsigned int at = 0, tags = VMB_TAGS_MAX;

	while (unlikely(eth_type_vlan(proto)) && tags--) {
		const struct vlan_hdr *tag;
		struct vlan_hdr buf;

		tag = skb_header_pointer(skb, at, sizeof(buf), &buf);
		if (!tag)
			return false;
		proto = tag->h_vlan_encapsulated_proto;
		at += VLAN_HLEN;
	}

	switch (proto) {
	case htons(ETH_P_RARP):
		return true;
	case htons(ETH_P_ARP):
		return vmb_is_garp(skb, at);
	case htons(ETH_P_IPV6):
		return vmb_is_unsolicited_na(skb, at);
	default:
		return false;
	}
}
