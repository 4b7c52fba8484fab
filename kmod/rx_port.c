// SPDX-License-Identifier: GPL-2.0
/*
 * Frames from ports and from the node: VLAN, policy, learn, look up, send.
 *
 * Context of all functions: BH disabled, RCU.
 */

#include <linux/if_vlan.h>
#include <linux/log2.h>
#include "announce.h"
#include "event.h"
#include "fdb.h"
#include "garp.h"
#include "learn.h"
#include "mcast.h"
#include "rx.h"
#include "tx.h"
#include "uplink.h"

#define VMB_BUM_BURST_HZ	10	/* a tenth of a second's worth */
/* No frame's debt lasts longer; what it earns does not overflow. */
#define VMB_BUM_SILENCE		(3600UL * HZ)

/* As how many frames it is on the wire; a guest's gso_segs tells nothing. */
static unsigned int vmb_wire_frames(const struct sk_buff *skb)
{
	unsigned int size = skb_shinfo(skb)->gso_size;

	return size ? DIV_ROUND_UP(skb->len, size) : 1;
}

/* A token bucket: bum_limit frames a second, in bursts of a tenth of it. */
static bool vmb_bum_conforms(struct vmb_port *port, struct vmb_tokens *t,
			     const struct sk_buff *skb)
{
	u32 limit = READ_ONCE(port->bum_limit);
	unsigned long now;
	bool ok;

	spin_lock(&port->bum_lock);
	/* Read before, it might be older than @at: as if long had passed. */
	now = jiffies;
	t->left += (s64)min(now - t->at, VMB_BUM_SILENCE) * limit;
	t->at = now;
	t->left = min(t->left, (s64)max(limit / VMB_BUM_BURST_HZ, 1U) * HZ);
	ok = t->left >= HZ;
	if (ok)
		t->left -= (s64)vmb_wire_frames(skb) * HZ;
	spin_unlock(&port->bum_lock);
	return ok;
}

/*
 * Is a station where the table says? Not an address that is another node's for
 * now, nor that of a guest which still runs elsewhere, or has left and which no
 * frame from there makes us forget.
 */
static bool vmb_station_here(const struct vmb_station *st)
{
	const struct vmb_port *port = rcu_dereference(st->port);

	return !READ_ONCE(st->away) &&
	       !(READ_ONCE(port->flags) & VMB_PORT_STANDBY) &&
	       (READ_ONCE(st->kind) != VMB_KIND_STATIC ||
		port == &port->bond->self || netif_carrier_ok(port->dev));
}

static void vmb_touch(struct vmb_station *st)
{
	unsigned long now = jiffies;

	if (READ_ONCE(st->last_tx) != now) {
		WRITE_ONCE(st->last_tx, now);
		WRITE_ONCE(st->sent, true);
		if (unlikely(READ_ONCE(st->away)))
			WRITE_ONCE(st->away, false);
	}
}

static void vmb_count_tx(const struct vmb_frame *f, struct vmb_station *st)
{
	if (likely(st))
		vmb_station_count(&st->tx_bytes, &st->tx_sampled, f->sample,
				  f->skb->len + ETH_HLEN);
}

/*
 * To many: the ports of the VLAN, and the uplink. Returns true if the frame
 * is the self port's now.
 */
static bool vmb_to_many(struct vmb_frame *f, struct vmb_port *from,
			struct vmb_station *st, u64 src, unsigned long need)
{
	struct vmb_flood flood = { .from = from, .need = need };
	struct vmb_bond *bond = f->bond;
	struct vmb_member *m = NULL;
	bool uplink;

	uplink = vmb_vlan_carries(rcu_dereference(bond->uplink_vlan), f->vlan);
	if (uplink) {
		m = vmb_pin_member(bond, st, src);
		vmb_mcast_steer(f, m);
	}

	vmb_tx_flood(f, &flood);
	if (m)
		vmb_count_tx(f, st);
	if (flood.self) {
		if (flood.last)
			vmb_tx_port_copy(f, flood.last);
		if (m)
			vmb_tx_member_copy(f, m);
		return vmb_tx_port(f, &bond->self);
	}
	if (m && flood.last)
		vmb_tx_port_copy(f, flood.last);
	if (m)
		vmb_tx_member(f, m);
	else if (flood.last)
		vmb_tx_port(f, flood.last);
	else
		vmb_drop(f->skb, from->dev, from->stats,
			 uplink ? VMB_DROP_NO_MEMBER : VMB_DROP_UNKNOWN);
	return false;
}

/* To a station of the bond. True as above. */
static bool vmb_to_station(struct vmb_frame *f, struct vmb_port *from,
			   struct vmb_port *to)
{
	if (unlikely(to == from)) {
		vmb_drop(f->skb, from->dev, from->stats, VMB_DROP_HAIRPIN);
		return false;
	}
	if (unlikely(!vmb_may_pass(from, to))) {
		vmb_drop(f->skb, from->dev, from->stats, VMB_DROP_ISOLATED);
		return false;
	}
	return vmb_tx_port(f, to);
}

/* To the world beyond the uplink. */
static void vmb_to_uplink(struct vmb_frame *f, struct vmb_port *from,
			  struct vmb_station *st, u64 src)
{
	struct vmb_bond *bond = f->bond;
	struct vmb_member *m;

	m = vmb_pin_member(bond, st, src);
	if (unlikely(!m)) {
		vmb_drop(f->skb, from->dev, from->stats, VMB_DROP_NO_MEMBER);
		return;
	}
	vmb_count_tx(f, st);
	vmb_tx_member(f, m);
}

/*
 * A port on standby is the target of a migration: its guest does not run yet,
 * and until it announces itself the address is still at home elsewhere.
 */
static bool vmb_leave_standby(struct vmb_port *port, const struct sk_buff *skb)
{
	if (!is_multicast_ether_addr(eth_hdr(skb)->h_dest) ||
	    !vmb_is_announcement(skb))
		return false;
	if (test_and_clear_bit(ilog2(VMB_PORT_STANDBY), &port->flags)) {
		vmb_event_port(port, VMBOND_CAUSE_LEARNED, false);
		vmb_announce_port(port);
	}
	return true;
}

/* Returns true if the frame is the self port's now. */
static bool vmb_switch(struct vmb_port *port, struct sk_buff *skb, u32 sample)
{
	struct vmb_frame f = { .skb = skb, .bond = port->bond,
			       .sample = sample };
	struct vmb_bond *bond = port->bond;
	const struct ethhdr *eth = eth_hdr(skb);
	const struct vmb_vlan_conf *vlan = rcu_dereference(port->vlan);
	enum vmb_tag tag = vmb_frame_tag(skb);
	u64 dst = vmb_mac(eth->h_dest);
	u64 src = vmb_mac(eth->h_source);
	unsigned long flags = READ_ONCE(port->flags);
	struct vmb_station *st, *to;
	enum vmb_drop why;
	bool fits = true;
	int refused;
	u16 tci = 0;

	why = VMB_DROP_SPOOF;
	if (unlikely(vmb_mac_is_multicast(src) || !src))
		goto drop;
	/* To the switch, a guest's STP, LACP or PAUSE would be the node's. */
	why = dst == VMB_LINK_LOCAL || dst == VMB_PVST ? VMB_DROP_BPDU :
							 VMB_DROP_LINK_LOCAL;
	if (unlikely(vmb_mac_is_link_local(dst) || dst == VMB_PVST))
		goto drop;

	if (tag != VMB_TAG_NONE)
		tci = skb_vlan_tag_get(skb);
	f.vlan = vmb_vlan_in(vlan, tag, tci & VLAN_VID_MASK);
	why = VMB_DROP_VLAN;
	if (unlikely(f.vlan == VMB_VLAN_NONE))
		goto drop;
	if (unlikely(tag == VMB_TAG_S ||
		     (tag && vlan->mode == VMBOND_VLAN_MODE_TUNNEL))) {
		if (!vmb_tag_to_payload(skb)) {
			vmb_count_drop(port->stats, VMB_DROP_NOMEM);
			return false;
		}
		if (vlan->mode == VMBOND_VLAN_MODE_TUNNEL &&
		    !vmb_tunnel_takes(vlan, skb))
			goto drop;
	} else {
		f.prio = tci & ~VLAN_VID_MASK;
	}

	why = VMB_DROP_STANDBY;
	if (unlikely(flags & VMB_PORT_STANDBY) && !vmb_leave_standby(port, skb))
		goto drop;

	src = vmb_key(src, f.vlan);
	st = vmb_fdb_find(&bond->fdb, src);
	why = VMB_DROP_SPOOF;
	/* Not one of another port, which may be gone when this is learned. */
	if (unlikely(flags & VMB_PORT_MAC_LOCK) &&
	    !(st && READ_ONCE(st->kind) != VMB_KIND_LEARNED &&
	      rcu_access_pointer(st->port) == port))
		goto drop;
	if (unlikely(flags & VMB_PORT_BUM) && vmb_mac_is_multicast(dst))
		fits = vmb_bum_conforms(port, &port->bum, skb);
	/* All switches see a broadcast, if it gets there. */
	if (unlikely(!st || rcu_access_pointer(st->port) != port)) {
		refused = vmb_learn(port, src,
				    !vmb_mac_is_multicast(dst) || !fits, &st);
		if (unlikely(refused >= 0)) {
			why = refused;
			goto drop;
		}
	}
	if (likely(st))
		vmb_touch(st);

	if (unlikely(vmb_mac_is_multicast(dst))) {
		why = VMB_DROP_BUM_LIMIT;
		if (unlikely(!fits))
			goto drop;
		if (st && vmb_is_announcement(skb))
			WRITE_ONCE(st->announced, jiffies);
		return vmb_to_many(&f, port, st, src, 0);
	}

	to = vmb_fdb_find(&bond->fdb, vmb_key(dst, f.vlan));
	if (to && likely(vmb_station_here(to)))
		return vmb_to_station(&f, port, rcu_dereference(to->port));
	/* Most of it is not unknown to the world: broadcast must not pay. */
	if (unlikely(READ_ONCE(bond->flood_ports)) &&
	    (!(flags & VMB_PORT_BUM) ||
	     vmb_bum_conforms(port, &port->flooded, skb)))
		return vmb_to_many(&f, port, st, src, VMB_PORT_FLOODED);
	vmb_to_uplink(&f, port, st, src);
	return false;

drop:
	vmb_drop(skb, port->dev, port->stats, why);
	return false;
}

/**
 * vmb_rx_port - rx_handler of ports
 * @pskb: the frame
 */
rx_handler_result_t vmb_rx_port(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct vmb_port *port = rcu_dereference(skb->dev->rx_handler_data);
	u32 sample;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	sample = vmb_stats_rx(port->stats, skb->len + ETH_HLEN);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		vmb_count_drop(port->stats, VMB_DROP_NOMEM);
		return RX_HANDLER_CONSUMED;
	}
	*pskb = skb;
	return vmb_switch(port, skb, sample) ? RX_HANDLER_ANOTHER :
					       RX_HANDLER_CONSUMED;
}

/**
 * vmb_rx_self - a frame from the node
 * @self: the self port
 * @skb: the frame, its data at the Ethernet header; consumed
 */
void vmb_rx_self(struct vmb_port *self, struct sk_buff *skb)
{
	u32 sample = vmb_stats_rx(self->stats, skb->len);

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		vmb_drop(skb, self->dev, self->stats, VMB_DROP_MALFORMED);
		return;
	}
	skb_reset_mac_header(skb);
	__skb_pull(skb, ETH_HLEN);

	/* Raw sockets leave the tag in the data; ports never do. */
	if (unlikely(!skb_vlan_tag_present(skb) &&
		     eth_type_vlan(eth_hdr(skb)->h_proto))) {
		skb->protocol = eth_hdr(skb)->h_proto;
		skb = skb_vlan_untag(skb);
		if (unlikely(!skb)) {
			vmb_count_drop(self->stats, VMB_DROP_MALFORMED);
			return;
		}
	}
	vmb_switch(self, skb, sample);
}
