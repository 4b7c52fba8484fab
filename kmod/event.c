// SPDX-License-Identifier: GPL-2.0
/*
 * Notifications: the object as a dump shows it, and what was the cause. They
 * are sent where the change is made, be it in a frame's way, and cost nothing
 * while nobody listens.
 */

#include "event.h"
#include "fill.h"
#include "netlink.h"
#include "vmbond.h"

/*
 * A guest makes a station event of each frame if it likes. Beyond so many a
 * second listeners are told that there was more (ENOBUFS, as if their buffers
 * had been too small) and read the table instead.
 */
#define VMB_EVENTS_A_SECOND	1000

static void vmb_event_lost(struct net *net)
{
	genl_set_err(&vmbond_nl_family, net, 0, VMBOND_NLGRP_EVENTS, -ENOBUFS);
}

static bool vmb_event_allowed(struct vmb_bond *bond)
{
	struct vmb_event_limit *limit = &bond->events;
	unsigned long now = jiffies / HZ;
	int n;

	if (READ_ONCE(limit->second) != now) {
		WRITE_ONCE(limit->second, now);
		atomic_set(&limit->n, 0);
	}
	n = atomic_inc_return(&limit->n);
	if (n == VMB_EVENTS_A_SECOND + 1)
		vmb_event_lost(dev_net(bond->dev));
	return n <= VMB_EVENTS_A_SECOND;
}

/* Without the family its group may be another's. */
static bool vmb_event_wanted(const struct vmb_bond *bond)
{
	return READ_ONCE(vmb_netlink_there) &&
	       genl_has_listeners(&vmbond_nl_family, dev_net(bond->dev),
				  VMBOND_NLGRP_EVENTS);
}

static struct sk_buff *vmb_event_new(const struct vmb_bond *bond, u8 cmd,
				     size_t size, gfp_t gfp)
{
	struct sk_buff *skb = genlmsg_new(size, gfp);

	if (skb)
		genlmsg_put(skb, 0, 0, &vmbond_nl_family, 0, cmd);
	else
		vmb_event_lost(dev_net(bond->dev));
	return skb;
}

static void vmb_event_send(const struct vmb_bond *bond, struct sk_buff *skb,
			   int err)
{
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(skb);
		return;
	}
	nlmsg_end(skb, nlmsg_hdr(skb));
	genlmsg_multicast_netns(&vmbond_nl_family, dev_net(bond->dev), skb, 0,
				VMBOND_NLGRP_EVENTS, GFP_ATOMIC);
}

/**
 * vmb_event_bond - tell listeners about a bond
 * @bond: the bond
 * @cause: why
 * @del: it goes
 *
 * Context: RTNL.
 */
void vmb_event_bond(const struct vmb_bond *bond, enum vmbond_cause cause,
		    bool del)
{
	struct sk_buff *skb;

	if (!vmb_event_wanted(bond))
		return;
	skb = vmb_event_new(bond, del ? VMBOND_CMD_BOND_DEL_NTF :
					VMBOND_CMD_BOND_NTF,
			    vmb_bond_size(bond->conf.vlans), GFP_KERNEL);
	if (skb)
		vmb_event_send(bond, skb, vmb_fill_bond(skb, bond) ?:
			       nla_put_u32(skb, VMBOND_A_BOND_CAUSE, cause));
}

/**
 * vmb_event_member - tell listeners about a member
 * @m: the member
 * @cause: why
 * @del: it goes
 *
 * Context: RTNL.
 */
void vmb_event_member(const struct vmb_member *m, enum vmbond_cause cause,
		      bool del)
{
	const struct vmb_bond *bond = m->bond;
	struct sk_buff *skb;

	if (!vmb_event_wanted(bond))
		return;
	skb = vmb_event_new(bond, del ? VMBOND_CMD_MEMBER_DEL_NTF :
					VMBOND_CMD_MEMBER_NTF,
			    vmb_member_size(bond), GFP_KERNEL);
	if (skb)
		vmb_event_send(bond, skb, vmb_fill_member(skb, m) ?:
			       nla_put_u32(skb, VMBOND_A_MEMBER_CAUSE, cause));
}

/**
 * vmb_event_port - tell listeners about a port
 * @port: the port
 * @cause: why
 * @del: it goes
 *
 * Context: RTNL or RCU.
 */
void vmb_event_port(const struct vmb_port *port, enum vmbond_cause cause,
		    bool del)
{
	const struct vmb_bond *bond = port->bond;
	const struct vmb_vlan_conf *c;
	struct sk_buff *skb;

	if (!vmb_event_wanted(bond))
		return;
	c = rcu_dereference_rtnl(port->vlan);
	skb = vmb_event_new(bond, del ? VMBOND_CMD_PORT_DEL_NTF :
					VMBOND_CMD_PORT_NTF,
			    vmb_port_size(c), GFP_ATOMIC);
	if (skb)
		vmb_event_send(bond, skb, vmb_fill_port(skb, port, c) ?:
			       nla_put_u32(skb, VMBOND_A_PORT_CAUSE, cause));
}

/**
 * vmb_event_station - tell listeners about a station
 * @bond: its bond
 * @st: the station
 * @cause: why
 * @del: it goes
 *
 * Context: RCU.
 */
void vmb_event_station(struct vmb_bond *bond,
		       const struct vmb_station *st, enum vmbond_cause cause,
		       bool del)
{
	struct sk_buff *skb;

	if (!vmb_event_wanted(bond) || !vmb_event_allowed(bond))
		return;
	skb = vmb_event_new(bond, del ? VMBOND_CMD_FDB_DEL_NTF :
					VMBOND_CMD_FDB_NTF,
			    vmb_station_size(), GFP_ATOMIC);
	if (skb)
		vmb_event_send(bond, skb, vmb_fill_station(skb, bond, st) ?:
			       nla_put_u32(skb, VMBOND_A_FDB_CAUSE, cause));
	/* It may have gone meanwhile, and its end been told before this. */
	if (!del && hlist_unhashed_lockless(&st->hash))
		vmb_event_station(bond, st, VMBOND_CAUSE_FLUSHED, true);
}
