/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_TX_H
#define VMBOND_TX_H

#include "stats.h"
#include "vmbond.h"

/**
 * struct vmb_frame - a frame within the bond, between the way in and out
 *
 * The skb's data is behind the Ethernet header. Its hardware tag is that of
 * the way in until the way out sets another; what is in the payload stays.
 */
struct vmb_frame {
	/** @skb: the frame */
	struct sk_buff *skb;
	/** @bond: the bond it is in */
	struct vmb_bond *bond;
	/** @sample: as how many bytes it counts: vmb_stats_rx() said so */
	u32 sample;
	/** @vlan: its VLAN */
	u16 vlan;
	/** @prio: PCP and DEI, as in a tag */
	u16 prio;
};

/**
 * struct vmb_port_set - ports that carry a VLAN
 *
 * Immutable once published; a change publishes another.
 */
struct vmb_port_set {
	/** @rcu: to free it after the last reader */
	struct rcu_head rcu;
	/** @n: ports in @port */
	u32 n;
	/** @port: the ports */
	struct vmb_port *port[];
};

/**
 * struct vmb_flood - who gets a frame that goes to many
 */
struct vmb_flood {
	/** @from: the port it came from, or NULL */
	const struct vmb_port *from;
	/** @need: flags of which a port must have one to get it; 0: any port */
	unsigned long need;
	/** @last: set to the one port that has not got it yet, or NULL */
	struct vmb_port *last;
	/** @self: set if the self port should get it */
	bool self;
};

/* IEEE 802.1Q, table 8-1: group addresses that no bridge forwards */
#define VMB_LINK_LOCAL		0x0180c2000000ULL
/* Cisco's spanning tree for each VLAN, which goes out on the VLAN, tagged */
#define VMB_PVST		0x01000ccccccdULL

static inline bool vmb_mac_is_link_local(u64 mac)
{
	return (mac & ~0xfULL) == VMB_LINK_LOCAL;
}

/* The outermost tag, which the stack keeps aside whatever its TPID. */
static inline enum vmb_tag vmb_frame_tag(const struct sk_buff *skb)
{
	if (!skb_vlan_tag_present(skb))
		return VMB_TAG_NONE;
	return skb->vlan_proto == htons(ETH_P_8021AD) ? VMB_TAG_S : VMB_TAG_C;
}

bool vmb_tag_to_payload(struct sk_buff *skb);
bool vmb_tunnel_takes(const struct vmb_vlan_conf *c, struct sk_buff *skb);
bool vmb_tx(struct vmb_frame *f, struct net_device *dev,
	    const struct vmb_vlan_conf *c,
	    struct vmb_pcpu_stats __percpu *stats);
void vmb_tx_flood(const struct vmb_frame *f, struct vmb_flood *flood);
void vmb_tx_port_copy(const struct vmb_frame *f, struct vmb_port *port);
void vmb_tx_member_copy(const struct vmb_frame *f, struct vmb_member *m);

/**
 * vmb_may_pass - may frames from one port go to another
 * @from: the port a frame came from; NULL: from the uplink
 * @to: the other
 */
static inline bool vmb_may_pass(const struct vmb_port *from,
				const struct vmb_port *to)
{
	return !from || !(READ_ONCE(from->flags) & READ_ONCE(to->flags) &
			  VMB_PORT_ISOLATED);
}

/**
 * vmb_tx_port - send a frame to a port, or to the node's own stack
 * @f: the frame, consumed unless it is the self port's
 * @port: the port
 *
 * Return: as vmb_tx() does.
 */
static inline bool vmb_tx_port(struct vmb_frame *f, struct vmb_port *port)
{
	return vmb_tx(f, port->dev, rcu_dereference(port->vlan), port->stats);
}

/**
 * vmb_tx_member - send a frame to the uplink
 * @f: the frame, consumed
 * @m: the member
 */
static inline void vmb_tx_member(struct vmb_frame *f, struct vmb_member *m)
{
	vmb_tx(f, m->dev, rcu_dereference(f->bond->uplink_vlan), m->stats);
}

#endif
