// SPDX-License-Identifier: GPL-2.0
/*
 * The way out: to a port, to a member, up the node's own stack, or to many.
 *
 * Context of all functions: BH disabled, RCU.
 */

#include <linux/if_vlan.h>
#include <net/gso.h>
#include "tx.h"

/**
 * vmb_tag_to_payload - a tag that is no VLAN of the bond's becomes payload
 * @skb: the frame, its data behind the Ethernet header
 *
 * The stack keeps a frame's outermost tag aside whatever its TPID. Where
 * another tag is to be the outermost one, it must go back.
 *
 * Return: false if there is no memory; the frame is freed then.
 */
bool vmb_tag_to_payload(struct sk_buff *skb)
{
	skb_push(skb, ETH_HLEN);
	if (!__vlan_hwaccel_push_inside(skb))
		return false;
	skb_reset_mac_header(skb);
	__skb_pull(skb, ETH_HLEN);
	skb_postpush_rcsum(skb, skb->data, VLAN_HLEN);
	skb_reset_mac_len(skb);
	return true;
}

static void vmb_set_tag(struct vmb_frame *f, const struct vmb_vlan_conf *c,
			enum vmb_tag tag)
{
	u16 tci = (f->vlan & VLAN_VID_MASK) | f->prio;

	if (tag == VMB_TAG_C)
		__vlan_hwaccel_put_tag(f->skb, htons(ETH_P_8021Q), tci);
	else if (tag == VMB_TAG_S)
		__vlan_hwaccel_put_tag(f->skb, htons(ETH_P_8021AD), tci);
	else if (unlikely(f->prio && c->priority_tags &&
			  !eth_type_vlan(eth_hdr(f->skb)->h_proto)))
		__vlan_hwaccel_put_tag(f->skb, htons(ETH_P_8021Q), f->prio);
	else
		__vlan_hwaccel_clear_tag(f->skb);
}

static bool vmb_fits_slow(const struct net_device *dev,
			  const struct sk_buff *skb)
{
	unsigned int max = READ_ONCE(dev->mtu);

	/* An inner tag is not part of what the MTU bounds (IEEE 802.3as). */
	if (eth_type_vlan(eth_hdr(skb)->h_proto))
		max += VLAN_HLEN;
	if (skb_is_gso(skb))
		return skb_gso_validate_mac_len(skb, max + ETH_HLEN);
	return skb->len <= max;
}

/* Larger than the MTU, or in segments that would be. */
static bool vmb_fits(const struct net_device *dev, const struct sk_buff *skb)
{
	return likely(skb->len <= READ_ONCE(dev->mtu)) ||
	       vmb_fits_slow(dev, skb);
}

/**
 * vmb_tunnel_takes - is a frame in one of a tunnel's customer VIDs
 * @c: the VLAN mode of a port that is a tunnel
 * @skb: the frame, its data behind the Ethernet header, its tags in there
 *
 * A stack that finds VID 0 takes it for a priority, and looks behind it.
 */
bool vmb_tunnel_takes(const struct vmb_vlan_conf *c, struct sk_buff *skb)
{
	__be16 type = eth_hdr(skb)->h_proto;
	unsigned int at = 0;
	u16 vid = 0;

	while (!vid && eth_type_vlan(type)) {
		if (!pskb_may_pull(skb, at + VLAN_HLEN))
			return false;
		vid = get_unaligned_be16(skb->data + at) & VLAN_VID_MASK;
		type = get_unaligned((__be16 *)(skb->data + at + 2));
		at += VLAN_HLEN;
	}
	return test_bit(vid, c->set);
}

/*
 * 802.1ad is payload to a trunk, but for VID 0: whoever gets that untagged
 * looks for a tag behind it, and finds the VLAN that the sender chose.
 */
static bool vmb_hides_tag(struct sk_buff *skb)
{
	const struct vlan_hdr *tag;

	if (likely(eth_hdr(skb)->h_proto != htons(ETH_P_8021AD)))
		return false;
	if (!pskb_may_pull(skb, VLAN_HLEN))
		return true;
	tag = (const struct vlan_hdr *)skb->data;
	return !(tag->h_vlan_TCI & htons(VLAN_VID_MASK)) &&
	       eth_type_vlan(tag->h_vlan_encapsulated_proto);
}

/*
 * Tags a frame and tells whether it may leave. What it was counted under as
 * checksum of the received data is none of what is sent.
 */
static int vmb_leave(struct vmb_frame *f, const struct vmb_vlan_conf *c,
		     const struct net_device *dev)
{
	enum vmb_tag tag = vmb_vlan_out(c, f->vlan,
					ntohs(eth_hdr(f->skb)->h_proto));

	if (unlikely(tag == VMB_TAG_REFUSE ||
		     (c->mode == VMBOND_VLAN_MODE_TUNNEL ?
		      !vmb_tunnel_takes(c, f->skb) :
		      tag == VMB_TAG_NONE && vmb_hides_tag(f->skb))))
		return VMB_DROP_VLAN;
	if (unlikely(!(READ_ONCE(dev->flags) & IFF_UP)))
		return VMB_DROP_DOWN;
	if (unlikely(!vmb_fits(dev, f->skb)))
		return VMB_DROP_MTU;
	vmb_set_tag(f, c, tag);
	return -1;
}

/* The node takes what is for its own address, and sees what is for others. */
static void vmb_up(struct sk_buff *skb, struct net_device *dev)
{
	skb->dev = dev;
	if (ether_addr_equal_64bits(eth_hdr(skb)->h_dest, dev->dev_addr))
		skb->pkt_type = PACKET_HOST;
	else if (!is_multicast_ether_addr(eth_hdr(skb)->h_dest))
		skb->pkt_type = PACKET_OTHERHOST;
}

/**
 * vmb_tx - send a frame by a device
 * @f: the frame, consumed unless it is the self port's
 * @dev: the device
 * @c: its VLAN mode
 * @stats: its counters
 *
 * Return: true if the rx_handler shall return RX_HANDLER_ANOTHER for it: it is
 * for the node's own stack.
 */
bool vmb_tx(struct vmb_frame *f, struct net_device *dev,
	    const struct vmb_vlan_conf *c,
	    struct vmb_pcpu_stats __percpu *stats)
{
	struct sk_buff *skb = f->skb;
	int why = vmb_leave(f, c, dev);

	if (unlikely(why >= 0)) {
		vmb_drop(skb, dev, stats, why);
		return false;
	}
	vmb_stats_tx(stats, skb->len + ETH_HLEN);
	if (unlikely(dev == f->bond->dev)) {
		vmb_up(skb, dev);
		return true;
	}
	/* There is room: it was there when the frame came in. */
	__skb_push(skb, ETH_HLEN);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	skb->dev = dev;
	dev_queue_xmit(skb);
	return false;
}

/**
 * vmb_tx_port_copy - send a copy of a frame to a port
 * @f: the frame, still the caller's
 * @port: the port
 */
void vmb_tx_port_copy(const struct vmb_frame *f, struct vmb_port *port)
{
	struct vmb_frame copy = *f;

	vmb_count_made(port->stats);
	copy.skb = skb_clone(f->skb, GFP_ATOMIC);
	if (likely(copy.skb))
		vmb_tx_port(&copy, port);
	else
		vmb_count_drop(port->stats, VMB_DROP_NOMEM);
}

/**
 * vmb_tx_member_copy - send a copy of a frame to the uplink
 * @f: the frame, still the caller's
 * @m: the member
 */
void vmb_tx_member_copy(const struct vmb_frame *f, struct vmb_member *m)
{
	struct vmb_frame copy = *f;

	vmb_count_made(m->stats);
	copy.skb = skb_clone(f->skb, GFP_ATOMIC);
	if (likely(copy.skb))
		vmb_tx_member(&copy, m);
	else
		vmb_count_drop(m->stats, VMB_DROP_NOMEM);
}

/* The last one is kept back, so that it may have the frame itself. */
static void vmb_flood_set(const struct vmb_frame *f, struct vmb_flood *flood,
			  const struct vmb_port_set *set)
{
	u32 i;

	for (i = 0; set && i < set->n; i++) {
		struct vmb_port *port = READ_ONCE(set->port[i]);
		unsigned long flags;

		/* struck out, see port.c */
		if (unlikely(!port))
			continue;
		flags = READ_ONCE(port->flags);
		if (port == flood->from ||
		    (flood->need && !(flags & flood->need)) ||
		    !vmb_may_pass(flood->from, port) ||
		    !(READ_ONCE(port->dev->flags) & IFF_UP) ||
		    !vmb_vlan_carries(rcu_dereference(port->vlan), f->vlan))
			continue;
		if (flags & VMB_PORT_SELF) {
			flood->self = true;
			continue;
		}
		if (flood->last)
			vmb_tx_port_copy(f, flood->last);
		flood->last = port;
	}
}

/**
 * vmb_tx_flood - send copies to the ports of the frame's VLAN, but for one
 * @f: the frame, still the caller's
 * @flood: who gets it; the caller serves @flood->last and @flood->self
 *
 * Costs by the ports in the VLAN, not by those of the bond.
 */
void vmb_tx_flood(const struct vmb_frame *f, struct vmb_flood *flood)
{
	struct vmb_bond *bond = f->bond;

	flood->last = NULL;
	flood->self = false;
	vmb_flood_set(f, flood, rcu_dereference(bond->vlan_ports[f->vlan]));
	if (!(f->vlan & VMB_VLAN_SERVICE))
		vmb_flood_set(f, flood, rcu_dereference(bond->all_ports));
}
