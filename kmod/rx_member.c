// SPDX-License-Identifier: GPL-2.0
/*
 * Frames from members: VLAN, receive check, look up, deliver. A frame from a
 * member never leaves through a member.
 *
 * Context of all functions: BH disabled, RCU.
 */

#include <linux/if_vlan.h>
#include "announce.h"
#include "dedup.h"
#include "fdb.h"
#include "garp.h"
#include "learn.h"
#include "rx.h"
#include "trace.h"
#include "tx.h"
#include "uplink.h"

/* How long ago a station may have sent a frame that comes back now. */
#define VMB_REFLECTION_TIME	HZ
/* After a move the switch may go on as before for so long (rx-check strict). */
#define VMB_MOVE_GRACE		HZ

/*
 * May a frame of a station have left here lately? Not where the port's wire is
 * dead: a VM that has been migrated may leave its port behind for a while; and
 * not where it waits for the VM to come.
 */
static bool vmb_is_behind(const struct vmb_bond *bond,
			  const struct vmb_station *st)
{
	const struct vmb_port *port = rcu_dereference(st->port);

	return port == &bond->self ||
	       (netif_carrier_ok(port->dev) &&
		!(READ_ONCE(port->flags) & VMB_PORT_STANDBY));
}

/*
 * A station of ours as the source: our own frame has come back, unless the
 * station has moved to another node.
 */
static bool vmb_reflected(struct vmb_bond *bond, const struct sk_buff *skb,
			  const struct vmb_station *st)
{
	bool announces = is_multicast_ether_addr(eth_hdr(skb)->h_dest) &&
			 vmb_is_announcement(skb);
	bool lately = vmb_within(READ_ONCE(st->last_tx), VMB_REFLECTION_TIME);

	if (READ_ONCE(st->primary_mac) ||
	    ((READ_ONCE(st->kind) == VMB_KIND_STATIC ||
	      (announces ? vmb_announce_locked(st) : lately)) &&
	     vmb_is_behind(bond, st)))
		return true;
	/* The node that has a shared address now may be a router and busy. */
	if (!READ_ONCE(st->away) && READ_ONCE(st->kind) != VMB_KIND_STATIC)
		vmb_forget(bond, st->key);
	return false;
}

/*
 * A frame on its pin, and one for the same station was taken off it lately, or
 * may be, since the pin is new: is this the copy of it?
 */
static bool vmb_copy_on_pin(struct vmb_dedup *d, struct vmb_station *to,
			    const struct vmb_member *m,
			    const struct sk_buff *skb)
{
	u64 hash = vmb_dedup_hash(skb, to->key);
	bool copy;

	spin_lock(&d->lock);
	if ((u32)jiffies - to->off_pin_at > VMB_DEDUP_TIME)
		WRITE_ONCE(to->off_pin, VMB_OFF_PIN_COPIES);
	copy = vmb_dedup_is_copy(d, hash, m->id, jiffies, VMB_DEDUP_TIME);
	if (!copy && to->off_pin == VMB_OFF_PIN_MOVED)
		vmb_dedup_add(d, hash, m->id, jiffies);
	spin_unlock(&d->lock);
	return copy;
}

/* Of &vmb_station.pin_rx: was that on this member, and in the last jiffies? */
static bool vmb_seen_within(u64 seen, const struct vmb_member *m, u32 time)
{
	/* The other CPU may be a jiffy ahead. */
	u32 ago = (u32)jiffies - (u32)seen + 1;

	return (seen ^ m->stamp) >> 32 == 0 && ago <= time + 1;
}

/* Has the pin, alive, had a frame for this station within a moment? */
static bool vmb_pin_receives(const struct vmb_station *to,
			     const struct vmb_member *pin)
{
	return pin && netif_carrier_ok(pin->dev) &&
	       vmb_seen_within(atomic64_read(&to->pin_rx), pin,
			       VMB_DEDUP_TIME);
}

/* Note that the pin has one now. */
static void vmb_pin_received(struct vmb_station *to, const struct vmb_member *m)
{
	u64 seen = atomic64_read(&to->pin_rx);
	u64 now = m->stamp | (u32)jiffies;

	if (seen == now)
		return;
	/*
	 * Who misses this time sees the one before, which does as well while it
	 * is a moment old. So few frames wait for what they wrote.
	 */
	if (likely(vmb_seen_within(seen, m, VMB_DEDUP_TIME / 2)))
		atomic64_set(&to->pin_rx, now);
	else /* fully ordered; pairs with the barrier in vmb_take_off_pin() */
		atomic64_xchg(&to->pin_rx, now);
}

/* Has a station just been moved, so that each frame says if it is a copy? */
static bool vmb_just_moved(const struct vmb_station *to)
{
	return READ_ONCE(to->off_pin) == VMB_OFF_PIN_MOVED &&
	       (u32)jiffies - READ_ONCE(to->off_pin_at) <= VMB_DEDUP_TIME;
}

/*
 * A frame that came by another member than the pin. If the pin gets them too,
 * the switch is flooding and this is a copy. If it does not, the switch sees
 * the station elsewhere than we do, and nobody else will bring the frame.
 *
 * The fingerprint is there before the pin is looked at, as on the pin the time
 * is there before the fingerprints are: whichever comes first, one of two CPUs
 * with a copy each sees the other, and the withdrawal decides who yields.
 */
static bool vmb_take_off_pin(struct vmb_bond *bond, struct vmb_station *to,
			     const struct vmb_member *m,
			     const struct vmb_member *pin,
			     const struct sk_buff *skb)
{
	struct vmb_dedup *d = bond->dedup;
	bool take = true;
	u64 hash;

	/* Either way the switch has something to learn. */
	vmb_announce_again(bond, to->key);
	if (!vmb_just_moved(to) && vmb_pin_receives(to, pin))
		return false;

	hash = vmb_dedup_hash(skb, to->key);
	spin_lock(&d->lock);
	if (vmb_dedup_is_copy(d, hash, m->id, jiffies, VMB_DEDUP_TIME)) {
		spin_unlock(&d->lock);
		return false;
	}
	vmb_dedup_add(d, hash, m->id, jiffies);
	/* Asked again: it may have moved before the lock was had. */
	if (!vmb_just_moved(to)) {
		WRITE_ONCE(to->off_pin_at, jiffies);
		WRITE_ONCE(to->off_pin, VMB_OFF_PIN_TAKEN);
		/* pairs with the exchange in vmb_pin_received() */
		smp_mb();
		if (vmb_pin_receives(to, pin))
			take = !vmb_dedup_withdraw(d, hash, m->id);
	}
	spin_unlock(&d->lock);

	if (take)
		trace_vmbond_off_pin(bond, to->key, m->dev->ifindex);
	return take;
}

/* Unicast to a station of the bond: is this the one copy to take? */
static bool vmb_accept(struct vmb_bond *bond, struct vmb_station *to,
		       const struct vmb_member *m, const struct sk_buff *skb)
{
	const struct vmb_member *pin = rcu_dereference(to->pin);

	if (likely(pin == m)) {
		vmb_pin_received(to, m);
		return likely(!READ_ONCE(to->off_pin)) ||
		       !vmb_copy_on_pin(bond->dedup, to, m, skb);
	}

	switch (READ_ONCE(bond->rx_check)) {
	case VMBOND_RX_CHECK_OFF:
		return true;
	case VMBOND_RX_CHECK_STRICT:
		/*
		 * Without carrier its frames leave by another member, and the
		 * answers come there.
		 */
		if (pin && netif_carrier_ok(pin->dev) &&
		    !vmb_within(READ_ONCE(to->pinned), VMB_MOVE_GRACE)) {
			vmb_announce_again(bond, to->key);
			return false;
		}
		fallthrough;
	default:
		return vmb_take_off_pin(bond, to, m, pin, skb);
	}
}

/*
 * While receivers change: take what nobody has brought yet, if it is this
 * member's turn. If it is not, note that the copy has come, or the next frame
 * that looks the same would be taken for it.
 */
static bool vmb_handover_takes(const struct vmb_frame *f,
			       const struct vmb_member *m, bool turn)
{
	u64 dst = vmb_mac(eth_hdr(f->skb)->h_dest);
	u64 hash = vmb_dedup_hash(f->skb, vmb_key(dst, f->vlan));
	struct vmb_dedup *d = f->bond->handover;
	bool take;

	spin_lock(&d->lock);
	take = !vmb_dedup_is_copy(d, hash, m->id, jiffies, VMB_HANDOVER_TIME) &&
	       turn;
	if (take)
		vmb_dedup_add(d, hash, m->id, jiffies);
	spin_unlock(&d->lock);
	return take;
}

/*
 * Multicast, or unicast that is flooded: is this the one copy to take? The
 * receiver's is; where that has just changed and the old one lives, a copy may
 * come before and another after the change. VLANs that keep their receiver take
 * part, for it may change next.
 */
static bool vmb_receives(const struct vmb_frame *f, const struct vmb_uplink *u,
			 const struct vmb_member *m)
{
	const struct vmb_member *new = vmb_uplink_receiver(u, f->vlan), *old;
	enum vmb_handover step = vmb_uplink_handover(u);

	if (likely(step == VMB_HANDOVER_OVER) || !u->before)
		return m == new;
	old = vmb_uplink_receiver(u->before, f->vlan);
	if (!old)
		return m == new;
	if (m != old && m != new)
		return false;
	return vmb_handover_takes(f, m, old == new ||
				  step != (m == old ? VMB_HANDOVER_NEW :
						      VMB_HANDOVER_OLD));
}

/*
 * Unicast that is flooded: the station may be known, and have a pin, before the
 * next copy comes. A copy that is not taken is noted too, or the next frame
 * that looks the same would be taken for it.
 */
static bool vmb_receives_unknown(const struct vmb_frame *f,
				 const struct vmb_uplink *u,
				 const struct vmb_member *m, u64 key)
{
	u64 hash = vmb_dedup_hash(f->skb, key);
	struct vmb_dedup *d = f->bond->dedup;
	bool take = vmb_receives(f, u, m);

	spin_lock(&d->lock);
	if (!vmb_dedup_is_copy(d, hash, m->id, jiffies, VMB_DEDUP_TIME) && take)
		vmb_dedup_add(d, hash, m->id, jiffies);
	spin_unlock(&d->lock);
	return take;
}

/* To many ports, by way of the receiver. True: it is the self port's now. */
static bool vmb_deliver_flood(struct vmb_frame *f, struct vmb_member *m,
			      unsigned long need)
{
	struct vmb_flood flood = { .need = need };

	vmb_tx_flood(f, &flood);
	if (flood.self) {
		if (flood.last)
			vmb_tx_port_copy(f, flood.last);
		return vmb_tx_port(f, &f->bond->self);
	}
	if (flood.last)
		vmb_tx_port(f, flood.last);
	else
		vmb_drop(f->skb, m->dev, m->stats, VMB_DROP_UNKNOWN);
	return false;
}

/* To one station. True: it is the self port's now. */
static bool vmb_deliver(struct vmb_frame *f, struct vmb_station *to)
{
	struct vmb_port *port = rcu_dereference(to->port);

	vmb_station_count(&to->rx_bytes, &to->rx_sampled, f->sample,
			  f->skb->len + ETH_HLEN);
	return vmb_tx_port(f, port);
}

static bool vmb_receive(struct vmb_member *m, struct sk_buff *skb, u32 sample)
{
	struct vmb_frame f = { .skb = skb, .bond = m->bond, .sample = sample };
	struct vmb_bond *bond = m->bond;
	const struct vmb_uplink *uplink = rcu_dereference(bond->uplink);
	const struct ethhdr *eth = eth_hdr(skb);
	enum vmb_tag tag = vmb_frame_tag(skb);
	u64 dst = vmb_mac(eth->h_dest);
	u64 src = vmb_mac(eth->h_source);
	const struct vmb_station *from;
	struct vmb_station *to;
	enum vmb_drop why;
	u16 tci = 0;

	why = VMB_DROP_MALFORMED;
	if (unlikely(vmb_mac_is_multicast(src)))
		goto drop;

	if (tag != VMB_TAG_NONE)
		tci = skb_vlan_tag_get(skb);
	f.vlan = vmb_vlan_in(rcu_dereference(bond->uplink_vlan), tag,
			     tci & VLAN_VID_MASK);
	f.prio = tci & ~VLAN_VID_MASK;
	why = VMB_DROP_VLAN;
	if (unlikely(f.vlan == VMB_VLAN_NONE))
		goto drop;

	why = VMB_DROP_REFLECTED;
	from = vmb_fdb_find(&bond->fdb, vmb_key(src, f.vlan));
	if (unlikely(from) && vmb_reflected(bond, skb, from))
		goto drop;
	if (unlikely(vmb_uplink_owns(uplink, src)))
		goto drop;

	if (unlikely(vmb_mac_is_multicast(dst))) {
		why = VMB_DROP_RECEIVER;
		if (!vmb_receives(&f, uplink, m))
			goto drop;
		return vmb_deliver_flood(&f, m, 0);
	}

	dst = vmb_key(dst, f.vlan);
	to = vmb_fdb_find(&bond->fdb, dst);
	if (unlikely(!to)) {
		why = VMB_DROP_UNKNOWN;
		if (!READ_ONCE(bond->flood_ports) ||
		    vmb_uplink_owns(uplink, vmb_key_mac(dst)) ||
		    !vmb_receives_unknown(&f, uplink, m, dst))
			goto drop;
		return vmb_deliver_flood(&f, m, VMB_PORT_FLOODED);
	}
	why = VMB_DROP_DUPLICATE;
	if (unlikely(!vmb_accept(bond, to, m, skb)))
		goto drop;
	return vmb_deliver(&f, to);

drop:
	vmb_drop(skb, m->dev, m->stats, why);
	return false;
}

/**
 * vmb_rx_member - rx_handler of members
 * @pskb: the frame
 *
 * Link-local frames go up the member's own stack: LLDP daemons listen there.
 */
rx_handler_result_t vmb_rx_member(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct vmb_member *m = rcu_dereference(skb->dev->rx_handler_data);
	u32 sample;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK ||
		     vmb_mac_is_link_local(vmb_mac(eth_hdr(skb)->h_dest))))
		return RX_HANDLER_PASS;
	sample = vmb_stats_rx(m->stats, skb->len + ETH_HLEN);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		vmb_count_drop(m->stats, VMB_DROP_NOMEM);
		return RX_HANDLER_CONSUMED;
	}
	*pskb = skb;
	return vmb_receive(m, skb, sample) ? RX_HANDLER_ANOTHER :
					     RX_HANDLER_CONSUMED;
}
