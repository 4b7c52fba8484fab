// SPDX-License-Identifier: GPL-2.0
/*
 * Objects as netlink attributes: for replies, dumps and notifications alike.
 *
 * The size of an object is an upper bound that follows from the number of its
 * attributes, so that a message made with it is never too short.
 */

#include <net/genetlink.h>
#include "fdb.h"
#include "fill.h"
#include "rebalance.h"
#include "stats.h"
#include "uplink.h"

/* No attribute but lists, nests and names is larger than this. */
#define VMB_SCALAR_SIZE		nla_total_size(sizeof(u64))
#define VMB_NAME_SIZE		nla_total_size(IFNAMSIZ)
#define VMB_RANGE_SIZE		(nla_total_size(0) + \
				 VMBOND_A_VLAN_RANGE_MAX * VMB_SCALAR_SIZE)
#define VMB_STATS_SIZE		((VMBOND_A_STATS_MAX + VMBOND_A_DROPS_MAX) * \
				 VMB_SCALAR_SIZE)

static size_t vmb_ranges_size(const unsigned long *set)
{
	unsigned int first, end;
	size_t size = 0;

	for_each_set_bitrange(first, end, set, VLAN_N_VID)
		size += VMB_RANGE_SIZE;
	return size;
}

static int vmb_fill_ranges(struct sk_buff *skb, int type,
			   const unsigned long *set)
{
	unsigned int first, end;

	for_each_set_bitrange(first, end, set, VLAN_N_VID) {
		struct nlattr *nest = nla_nest_start(skb, type);

		if (!nest ||
		    nla_put_u32(skb, VMBOND_A_VLAN_RANGE_FIRST, first) ||
		    (end - 1 > first &&
		     nla_put_u32(skb, VMBOND_A_VLAN_RANGE_LAST, end - 1)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int vmb_fill_stats(struct sk_buff *skb, int type,
			  const struct vmb_stats *s)
{
	struct nlattr *nest, *drops;
	int i;

	nest = nla_nest_start(skb, type);
	if (!nest ||
	    nla_put_uint(skb, VMBOND_A_STATS_RX_PACKETS, s->rx_packets) ||
	    nla_put_uint(skb, VMBOND_A_STATS_RX_BYTES, s->rx_bytes) ||
	    nla_put_uint(skb, VMBOND_A_STATS_TX_PACKETS, s->tx_packets) ||
	    nla_put_uint(skb, VMBOND_A_STATS_TX_BYTES, s->tx_bytes) ||
	    nla_put_uint(skb, VMBOND_A_STATS_MADE_PACKETS, s->made))
		return -EMSGSIZE;

	drops = nla_nest_start(skb, VMBOND_A_STATS_DROPS);
	if (!drops)
		return -EMSGSIZE;
	for (i = 0; i < VMB_DROP_N; i++)
		/* enum vmb_drop counts from 0, attributes from 1 */
		if (nla_put_uint(skb, i + 1, s->drops[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, drops);
	nla_nest_end(skb, nest);
	return 0;
}

/* Station counts, rates and flags may change meanwhile; that does no harm. */
static u64 vmb_bits(const u64 *bytes)
{
	return READ_ONCE(*bytes) * BITS_PER_BYTE;
}

/**
 * vmb_bond_size - room for a bond
 * @vlans: what its uplink carries
 */
size_t vmb_bond_size(const unsigned long *vlans)
{
	return VMBOND_A_BOND_MAX * VMB_SCALAR_SIZE + VMB_NAME_SIZE +
	       VMB_STATS_SIZE + vmb_ranges_size(vlans);
}

/**
 * vmb_fill_bond - put a bond into a message
 * @skb: the message
 * @bond: the bond
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int vmb_fill_bond(struct sk_buff *skb, const struct vmb_bond *bond)
{
	const struct vmb_bond_conf *c = &bond->conf;
	struct vmb_stats stats;

	ASSERT_RTNL();
	vmb_stats_bond(&stats, bond);

	if (nla_put_u32(skb, VMBOND_A_BOND_IFINDEX, bond->dev->ifindex) ||
	    nla_put_string(skb, VMBOND_A_BOND_IFNAME, bond->dev->name) ||
	    nla_put_u32(skb, VMBOND_A_BOND_MODE, c->mode) ||
	    nla_put_u32(skb, VMBOND_A_BOND_RX_CHECK, c->rx_check) ||
	    nla_put_u32(skb, VMBOND_A_BOND_NATIVE, c->native) ||
	    vmb_fill_ranges(skb, VMBOND_A_BOND_VLANS, c->vlans) ||
	    nla_put_u32(skb, VMBOND_A_BOND_REBALANCE_INTERVAL,
			c->rebalance_interval) ||
	    nla_put_u32(skb, VMBOND_A_BOND_MAX_MOVES, c->max_moves) ||
	    nla_put_u32(skb, VMBOND_A_BOND_UPDELAY, c->updelay) ||
	    nla_put_u32(skb, VMBOND_A_BOND_DOWNDELAY, c->downdelay) ||
	    nla_put_u32(skb, VMBOND_A_BOND_MIN_LINKS, c->min_links) ||
	    nla_put_u32(skb, VMBOND_A_BOND_PRIMARY, c->primary) ||
	    nla_put_u32(skb, VMBOND_A_BOND_AGEING, c->ageing) ||
	    nla_put_u32(skb, VMBOND_A_BOND_MAX_MACS, c->max_macs) ||
	    nla_put_u32(skb, VMBOND_A_BOND_ANNOUNCE_COUNT,
			c->announce_count) ||
	    nla_put_u32(skb, VMBOND_A_BOND_CARRIER,
			netif_carrier_ok(bond->dev)) ||
	    nla_put_u32(skb, VMBOND_A_BOND_MEMBERS, bond->n_members) ||
	    nla_put_u32(skb, VMBOND_A_BOND_PORTS, bond->n_ports) ||
	    nla_put_u32(skb, VMBOND_A_BOND_STATIONS,
			READ_ONCE(bond->fdb.count)))
		return -EMSGSIZE;
	return vmb_fill_stats(skb, VMBOND_A_BOND_STATS, &stats);
}

static int vmb_fill_receiver(struct sk_buff *skb, const struct vmb_member *m)
{
	const struct vmb_uplink *u = rtnl_dereference(m->bond->uplink);
	DECLARE_BITMAP(set, VLAN_N_VID);
	unsigned int vid;

	vmb_uplink_vlans(m->bond, set);
	for_each_set_bit(vid, set, VLAN_N_VID)
		if (vmb_uplink_receiver(u, vid) != m)
			__clear_bit(vid, set);
	return vmb_fill_ranges(skb, VMBOND_A_MEMBER_RECEIVER, set);
}

/**
 * vmb_member_size - room for a member, be it attached yet or not
 * @bond: its bond
 *
 * Context: RTNL.
 */
size_t vmb_member_size(const struct vmb_bond *bond)
{
	DECLARE_BITMAP(set, VLAN_N_VID);

	ASSERT_RTNL();
	vmb_uplink_vlans(bond, set);
	/* it may be receiver for any of them, and no two need be adjacent */
	return VMBOND_A_MEMBER_MAX * VMB_SCALAR_SIZE + VMB_NAME_SIZE +
	       VMB_STATS_SIZE + bitmap_weight(set, VLAN_N_VID) * VMB_RANGE_SIZE;
}

/**
 * vmb_fill_member - put a member into a message
 * @skb: the message
 * @m: the member
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int vmb_fill_member(struct sk_buff *skb, const struct vmb_member *m)
{
	struct vmb_stats stats = {};

	ASSERT_RTNL();
	vmb_stats_add(&stats, m->stats);

	if (nla_put_u32(skb, VMBOND_A_MEMBER_BOND, m->bond->dev->ifindex) ||
	    nla_put_u32(skb, VMBOND_A_MEMBER_IFINDEX, m->dev->ifindex) ||
	    nla_put_string(skb, VMBOND_A_MEMBER_IFNAME, m->dev->name) ||
	    nla_put_u32(skb, VMBOND_A_MEMBER_WEIGHT, m->weight) ||
	    nla_put_u32(skb, VMBOND_A_MEMBER_ADMIN_STATE,
			m->drain ? VMBOND_ADMIN_STATE_DRAIN :
				   VMBOND_ADMIN_STATE_UP) ||
	    nla_put_u32(skb, VMBOND_A_MEMBER_STATE, vmb_member_state(m)) ||
	    nla_put_u32(skb, VMBOND_A_MEMBER_CARRIER,
			netif_carrier_ok(m->dev)) ||
	    nla_put_u32(skb, VMBOND_A_MEMBER_SPEED, m->speed) ||
	    vmb_fill_receiver(skb, m) ||
	    nla_put_u32(skb, VMBOND_A_MEMBER_STATIONS,
			READ_ONCE(m->stations)) ||
	    nla_put_uint(skb, VMBOND_A_MEMBER_TX_RATE,
			 vmb_bits(&m->dev_rate.tx)) ||
	    nla_put_uint(skb, VMBOND_A_MEMBER_RX_RATE,
			 vmb_bits(&m->dev_rate.rx)))
		return -EMSGSIZE;
	return vmb_fill_stats(skb, VMBOND_A_MEMBER_STATS, &stats);
}

/**
 * vmb_port_size - room for a port
 * @c: its VLAN mode
 */
size_t vmb_port_size(const struct vmb_vlan_conf *c)
{
	return VMBOND_A_PORT_MAX * VMB_SCALAR_SIZE + VMB_NAME_SIZE +
	       VMB_STATS_SIZE + vmb_ranges_size(c->set);
}

static int vmb_fill_vlan(struct sk_buff *skb, const struct vmb_vlan_conf *c)
{
	if (nla_put_u32(skb, VMBOND_A_PORT_VLAN_MODE, c->mode) ||
	    nla_put_u32(skb, VMBOND_A_PORT_PRIORITY_TAGS, c->priority_tags))
		return -EMSGSIZE;

	switch (c->mode) {
	case VMBOND_VLAN_MODE_TUNNEL:
		if (vmb_fill_ranges(skb, VMBOND_A_PORT_VLANS, c->set) ||
		    nla_put_u32(skb, VMBOND_A_PORT_DOT1Q,
				!(c->vlan & VMB_VLAN_SERVICE)))
			return -EMSGSIZE;
		fallthrough;
	case VMBOND_VLAN_MODE_ACCESS:
		return nla_put_u32(skb, VMBOND_A_PORT_VID, c->vid);
	case VMBOND_VLAN_MODE_TRUNK:
		if (vmb_fill_ranges(skb, VMBOND_A_PORT_VLANS, c->set))
			return -EMSGSIZE;
		/* VLAN 0 is in the list, and without either there is none */
		if (c->native == 0 || c->native == VMB_VLAN_NONE)
			return 0;
		if (nla_put_u32(skb, VMBOND_A_PORT_NATIVE, c->native))
			return -EMSGSIZE;
		return nla_put_u32(skb, VMBOND_A_PORT_NATIVE_TAGGED,
				   c->native_tagged);
	default:
		return 0;
	}
}

/**
 * vmb_fill_port - put a port, or the self port, into a message
 * @skb: the message
 * @port: the port
 * @c: its VLAN mode, the one that vmb_port_size() was asked about
 *
 * Context: RTNL or RCU.
 * Return: 0 or -EMSGSIZE.
 */
int vmb_fill_port(struct sk_buff *skb, const struct vmb_port *port,
		  const struct vmb_vlan_conf *c)
{
	unsigned long flags = READ_ONCE(port->flags);
	struct vmb_stats stats = {};

	vmb_stats_add(&stats, port->stats);

	if (nla_put_u32(skb, VMBOND_A_PORT_BOND, port->bond->dev->ifindex) ||
	    nla_put_u32(skb, VMBOND_A_PORT_IFINDEX, port->dev->ifindex) ||
	    nla_put_string(skb, VMBOND_A_PORT_IFNAME, port->dev->name) ||
	    vmb_fill_vlan(skb, c) ||
	    nla_put_u32(skb, VMBOND_A_PORT_MAC_LOCK,
			!!(flags & VMB_PORT_MAC_LOCK)) ||
	    nla_put_u32(skb, VMBOND_A_PORT_MAX_MACS, READ_ONCE(port->max)) ||
	    nla_put_u32(skb, VMBOND_A_PORT_ISOLATED,
			!!(flags & VMB_PORT_ISOLATED)) ||
	    nla_put_u32(skb, VMBOND_A_PORT_FLOOD,
			!!(flags & VMB_PORT_FLOOD)) ||
	    nla_put_u32(skb, VMBOND_A_PORT_BUM_LIMIT,
			READ_ONCE(port->bum_limit)) ||
	    nla_put_u32(skb, VMBOND_A_PORT_STANDBY,
			!!(flags & VMB_PORT_STANDBY)) ||
	    nla_put_u32(skb, VMBOND_A_PORT_STATIONS,
			READ_ONCE(port->stations)))
		return -EMSGSIZE;
	return vmb_fill_stats(skb, VMBOND_A_PORT_STATS, &stats);
}

static enum vmbond_station_state
vmb_station_state(const struct vmb_bond *bond, const struct vmb_station *st)
{
	switch (READ_ONCE(st->kind)) {
	case VMB_KIND_STATIC:
		return VMBOND_STATION_STATE_STATIC;
	case VMB_KIND_LOCAL:
		return VMBOND_STATION_STATE_LOCAL;
	default:
		return vmb_station_stale(bond, st) ?
		       VMBOND_STATION_STATE_STALE :
		       VMBOND_STATION_STATE_LEARNED;
	}
}

static int vmb_fill_mac(struct sk_buff *skb, int type, u64 key)
{
	u8 addr[ETH_ALEN];

	u64_to_ether_addr(vmb_key_mac(key), addr);
	return nla_put(skb, type, sizeof(addr), addr);
}

/* In milliseconds; who wrote @then may be a jiffy ahead. */
static u64 vmb_age(unsigned long then)
{
	unsigned long ago = jiffies - then + 1;

	return jiffies64_to_msecs(ago ? ago - 1 : 0);
}

static int vmb_fill_pin(struct sk_buff *skb, const struct vmb_station *st)
{
	const struct vmb_member *m = rcu_dereference(st->pin);
	int wanted = READ_ONCE(st->wanted);

	if (wanted && nla_put_u32(skb, VMBOND_A_FDB_WANTED, wanted))
		return -EMSGSIZE;
	if (!m)
		return 0;
	if (nla_put_u32(skb, VMBOND_A_FDB_MEMBER, m->dev->ifindex) ||
	    nla_put_uint(skb, VMBOND_A_FDB_PIN_AGE,
			 vmb_age(READ_ONCE(st->pinned))) ||
	    nla_put_u32(skb, VMBOND_A_FDB_PIN_CAUSE, READ_ONCE(st->pin_cause)))
		return -EMSGSIZE;
	return nla_put_u32(skb, VMBOND_A_FDB_MANUAL,
			   wanted == m->dev->ifindex);
}

/**
 * vmb_station_size - room for a station
 */
size_t vmb_station_size(void)
{
	return VMBOND_A_FDB_MAX * VMB_SCALAR_SIZE;
}

/**
 * vmb_fill_station - put a station into a message
 * @skb: the message
 * @bond: its bond
 * @st: the station
 *
 * Context: RCU.
 * Return: 0 or -EMSGSIZE.
 */
int vmb_fill_station(struct sk_buff *skb, const struct vmb_bond *bond,
		     const struct vmb_station *st)
{
	const struct vmb_port *port = rcu_dereference(st->port);
	u16 vlan = vmb_key_vlan(st->key);

	if (nla_put_u32(skb, VMBOND_A_FDB_BOND, bond->dev->ifindex) ||
	    vmb_fill_mac(skb, VMBOND_A_FDB_MAC, st->key) ||
	    nla_put_u32(skb, VMBOND_A_FDB_VID, vlan & VLAN_VID_MASK) ||
	    nla_put_u32(skb, VMBOND_A_FDB_SERVICE,
			!!(vlan & VMB_VLAN_SERVICE)) ||
	    nla_put_u32(skb, VMBOND_A_FDB_PORT, port->dev->ifindex) ||
	    vmb_fill_pin(skb, st) ||
	    nla_put_u32(skb, VMBOND_A_FDB_STATE, vmb_station_state(bond, st)) ||
	    nla_put_uint(skb, VMBOND_A_FDB_AGE,
			 vmb_age(READ_ONCE(st->last_tx))) ||
	    nla_put_uint(skb, VMBOND_A_FDB_TX_BYTES, READ_ONCE(st->tx_bytes)) ||
	    nla_put_uint(skb, VMBOND_A_FDB_RX_BYTES, READ_ONCE(st->rx_bytes)) ||
	    nla_put_uint(skb, VMBOND_A_FDB_TX_RATE, vmb_bits(&st->rate.tx)))
		return -EMSGSIZE;
	return nla_put_uint(skb, VMBOND_A_FDB_RX_RATE, vmb_bits(&st->rate.rx));
}

/**
 * vmb_move_size - room for a move of the planner
 */
size_t vmb_move_size(void)
{
	return nla_total_size(0) + VMBOND_A_MOVE_MAX * VMB_SCALAR_SIZE;
}

/**
 * vmb_fill_move - put a move of the planner into a message
 * @skb: the message
 * @type: the attribute that it becomes
 * @move: the move
 *
 * Return: 0 or -EMSGSIZE.
 */
int vmb_fill_move(struct sk_buff *skb, int type, const struct vmb_move *move)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	u16 vlan = vmb_key_vlan(move->key);

	if (!nest || vmb_fill_mac(skb, VMBOND_A_MOVE_MAC, move->key) ||
	    nla_put_u32(skb, VMBOND_A_MOVE_VID, vlan & VLAN_VID_MASK) ||
	    nla_put_u32(skb, VMBOND_A_MOVE_SERVICE,
			!!(vlan & VMB_VLAN_SERVICE)) ||
	    nla_put_u32(skb, VMBOND_A_MOVE_FROM, move->from) ||
	    nla_put_u32(skb, VMBOND_A_MOVE_TO, move->to) ||
	    nla_put_uint(skb, VMBOND_A_MOVE_RATE, vmb_bits(&move->rate)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
