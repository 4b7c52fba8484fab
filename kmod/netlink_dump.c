// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps. A dump goes on where its cursor says, by counting; when something
 * came or went meanwhile its generation differs and it is marked interrupted.
 */

#include <net/sock.h>
#include "fdb.h"
#include "dev.h"
#include "fill.h"
#include "member.h"
#include "netlink.h"
#include "port.h"
#include "vmbond.h"

/**
 * struct vmb_dump_pos - the cursor of a dump, kept from call to call
 */
struct vmb_dump_pos {
	/** @checked: of stations: the filters are good */
	bool checked;
	/** @done: objects dumped; of stations, bonds whose all are */
	u32 done;
	/** @bucket: where in a bond's table of stations */
	u32 bucket;
	/** @in_bucket: stations done in that bucket */
	u32 in_bucket;
};

/**
 * struct vmb_dump - one call of a dump
 */
struct vmb_dump {
	/** @skb: the message */
	struct sk_buff *skb;
	/** @cb: the dump */
	struct netlink_callback *cb;
	/** @pos: its cursor, in @cb */
	struct vmb_dump_pos *pos;
	/** @seen: objects met in this call */
	u32 seen;
};

static void vmb_dump_init(struct vmb_dump *d, struct sk_buff *skb,
			  struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(*d->pos) > sizeof(cb->ctx));
	*d = (struct vmb_dump){ skb, cb, (void *)cb->ctx };
}

static void *vmb_dump_put(struct vmb_dump *d, u8 cmd)
{
	void *hdr;

	hdr = genlmsg_put(d->skb, NETLINK_CB(d->cb->skb).portid,
			  d->cb->nlh->nlmsg_seq, &vmbond_nl_family,
			  NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(d->cb, hdr);
	return hdr;
}

static int vmb_dump_end(struct vmb_dump *d, void *hdr, int err)
{
	if (err)
		genlmsg_cancel(d->skb, hdr);
	else
		genlmsg_end(d->skb, hdr);
	return err;
}

static struct nlattr *vmb_dump_attr(struct netlink_callback *cb, int attr)
{
	return genl_info_dump(cb)->attrs[attr];
}

/* The bond that a dump is confined to, NULL for none. */
static struct vmb_bond *vmb_dump_bond_filter(struct netlink_callback *cb,
					     int type)
{
	struct nlattr *attr = vmb_dump_attr(cb, type);

	if (!attr)
		return NULL;
	return vmb_nl_bond(sock_net(cb->skb->sk), attr, cb->extack);
}

static bool vmb_dump_wants(const struct vmb_dump *d,
			   const struct vmb_bond *filter,
			   const struct vmb_bond *bond)
{
	return net_eq(dev_net(bond->dev), sock_net(d->cb->skb->sk)) &&
	       (!filter || bond == filter);
}

/* Room for the largest object; what grows after this may not fit. */
int vmbond_nl_dump_start(struct netlink_callback *cb)
{
	const struct net *net = sock_net(cb->skb->sk);
	const struct vmb_bond *bond;
	const struct vmb_port *port;
	size_t size = 0;

	rtnl_lock();
	list_for_each_entry(bond, &vmb_bonds, list) {
		if (!net_eq(dev_net(bond->dev), net))
			continue;
		size = max3(size, vmb_bond_size(bond->conf.vlans),
			    vmb_member_size(bond));
		port = &bond->self;
		size = max(size, vmb_port_size(rtnl_dereference(port->vlan)));
		list_for_each_entry(port, &bond->ports, list)
			size = max(size,
				   vmb_port_size(rtnl_dereference(port->vlan)));
	}
	rtnl_unlock();
	cb->min_dump_alloc = nlmsg_total_size(genlmsg_total_size(size));
	return 0;
}

static int vmb_dump_bond(struct vmb_dump *d, const struct vmb_bond *bond)
{
	void *hdr;
	int err;

	if (d->seen++ < d->pos->done)
		return 0;
	hdr = vmb_dump_put(d, VMBOND_CMD_BOND_GET);
	if (!hdr)
		return -EMSGSIZE;
	err = vmb_dump_end(d, hdr, vmb_fill_bond(d->skb, bond));
	d->pos->done += !err;
	return err;
}

static int vmb_dump_bonds(struct vmb_dump *d)
{
	const struct vmb_bond *bond, *filter;
	int err;

	filter = vmb_dump_bond_filter(d->cb, VMBOND_A_BOND_IFINDEX);
	if (IS_ERR(filter))
		return PTR_ERR(filter);
	list_for_each_entry(bond, &vmb_bonds, list) {
		if (!vmb_dump_wants(d, filter, bond))
			continue;
		err = vmb_dump_bond(d, bond);
		if (err)
			return err;
	}
	return 0;
}

int vmbond_nl_bond_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vmb_dump d;
	int err;

	vmb_dump_init(&d, skb, cb);
	rtnl_lock();
	cb->seq = vmb_config_gen;
	err = vmb_dump_bonds(&d);
	rtnl_unlock();
	return skb->len ?: err;
}

static int vmb_dump_member(struct vmb_dump *d, const struct vmb_member *m)
{
	void *hdr;
	int err;

	if (d->seen++ < d->pos->done)
		return 0;
	hdr = vmb_dump_put(d, VMBOND_CMD_MEMBER_GET);
	if (!hdr)
		return -EMSGSIZE;
	err = vmb_dump_end(d, hdr, vmb_fill_member(d->skb, m));
	d->pos->done += !err;
	return err;
}

static int vmb_dump_members(struct vmb_dump *d)
{
	const struct vmb_bond *bond, *filter;
	const struct vmb_member *m;
	int err;

	filter = vmb_dump_bond_filter(d->cb, VMBOND_A_MEMBER_BOND);
	if (IS_ERR(filter))
		return PTR_ERR(filter);
	list_for_each_entry(bond, &vmb_bonds, list) {
		if (!vmb_dump_wants(d, filter, bond))
			continue;
		list_for_each_entry(m, &bond->members, list) {
			err = vmb_dump_member(d, m);
			if (err)
				return err;
		}
	}
	return 0;
}

int vmbond_nl_member_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct vmb_dump d;
	int err;

	vmb_dump_init(&d, skb, cb);
	rtnl_lock();
	cb->seq = vmb_config_gen;
	err = vmb_dump_members(&d);
	rtnl_unlock();
	return skb->len ?: err;
}

static int vmb_dump_port(struct vmb_dump *d, const struct vmb_port *port)
{
	void *hdr;
	int err;

	if (d->seen++ < d->pos->done)
		return 0;
	hdr = vmb_dump_put(d, VMBOND_CMD_PORT_GET);
	if (!hdr)
		return -EMSGSIZE;
	err = vmb_fill_port(d->skb, port, rtnl_dereference(port->vlan));
	err = vmb_dump_end(d, hdr, err);
	d->pos->done += !err;
	return err;
}

static int vmb_dump_ports(struct vmb_dump *d)
{
	const struct vmb_bond *bond, *filter;
	const struct vmb_port *port;
	int err;

	filter = vmb_dump_bond_filter(d->cb, VMBOND_A_PORT_BOND);
	if (IS_ERR(filter))
		return PTR_ERR(filter);
	list_for_each_entry(bond, &vmb_bonds, list) {
		if (!vmb_dump_wants(d, filter, bond))
			continue;
		err = vmb_dump_port(d, &bond->self);
		if (err)
			return err;
		list_for_each_entry(port, &bond->ports, list) {
			err = vmb_dump_port(d, port);
			if (err)
				return err;
		}
	}
	return 0;
}

int vmbond_nl_port_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vmb_dump d;
	int err;

	vmb_dump_init(&d, skb, cb);
	rtnl_lock();
	cb->seq = vmb_config_gen;
	err = vmb_dump_ports(&d);
	rtnl_unlock();
	return skb->len ?: err;
}

static int vmb_dump_fdb_check(struct netlink_callback *cb)
{
	struct nlattr *attr = vmb_dump_attr(cb, VMBOND_A_FDB_PORT);
	const struct vmb_bond *filter;
	const struct vmb_port *port;

	filter = vmb_dump_bond_filter(cb, VMBOND_A_FDB_BOND);
	if (IS_ERR(filter))
		return PTR_ERR(filter);
	if (attr) {
		port = vmb_nl_port(sock_net(cb->skb->sk), attr, cb->extack);
		if (IS_ERR(port))
			return PTR_ERR(port);
		if (filter && port->bond != filter) {
			NL_SET_ERR_MSG_ATTR(cb->extack, attr,
					    "a port of another vmbond");
			return -EINVAL;
		}
	}
	attr = vmb_dump_attr(cb, VMBOND_A_FDB_SERVICE);
	if (attr && !vmb_dump_attr(cb, VMBOND_A_FDB_VID)) {
		NL_SET_ERR_MSG_ATTR(cb->extack, attr,
				    "a service VLAN without its VID");
		return -EINVAL;
	}
	return 0;
}

static bool vmb_dump_wants_station(struct netlink_callback *cb,
				   const struct vmb_station *st)
{
	const struct nlattr *port = vmb_dump_attr(cb, VMBOND_A_FDB_PORT);
	const struct nlattr *vid = vmb_dump_attr(cb, VMBOND_A_FDB_VID);
	const struct nlattr *svc = vmb_dump_attr(cb, VMBOND_A_FDB_SERVICE);
	u16 vlan = vmb_key_vlan(st->key);

	if (port &&
	    rcu_dereference(st->port)->dev->ifindex != nla_get_u32(port))
		return false;
	if (vid && (vlan & VLAN_VID_MASK) != nla_get_u32(vid))
		return false;
	return !svc || !!nla_get_u32(svc) == !!(vlan & VMB_VLAN_SERVICE);
}

static int vmb_dump_station(struct vmb_dump *d, const struct vmb_bond *bond,
			    const struct vmb_station *st)
{
	void *hdr;

	if (!vmb_dump_wants_station(d->cb, st))
		return 0;
	hdr = vmb_dump_put(d, VMBOND_CMD_FDB_GET);
	if (!hdr)
		return -EMSGSIZE;
	return vmb_dump_end(d, hdr, vmb_fill_station(d->skb, bond, st));
}

static int vmb_dump_stations(struct vmb_dump *d, const struct vmb_bond *bond)
{
	struct vmb_dump_pos *pos = d->pos;
	const struct vmb_station *st;
	int err;

	for (; pos->bucket < VMB_FDB_BUCKETS; pos->bucket++) {
		u32 seen = 0;

		hlist_for_each_entry_rcu(st, &bond->fdb.bucket[pos->bucket],
					 hash) {
			if (seen++ < pos->in_bucket)
				continue;
			err = vmb_dump_station(d, bond, st);
			if (err)
				return err;
			pos->in_bucket++;
		}
		pos->in_bucket = 0;
	}
	pos->bucket = 0;
	return 0;
}

static u32 vmb_dump_fdb_gen(struct net *net)
{
	u32 gen = READ_ONCE(vmb_config_gen);
	struct net_device *dev;

	for_each_netdev_rcu(net, dev)
		if (vmb_is_bond(dev)) {
			struct vmb_bond *bond = netdev_priv(dev);

			gen += READ_ONCE(bond->fdb.gen);
		}
	return gen;
}

/* RCU will do: there may be thousands of stations, and it is asked often. */
int vmbond_nl_fdb_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *filter = vmb_dump_attr(cb, VMBOND_A_FDB_BOND);
	struct net *net = sock_net(cb->skb->sk);
	struct net_device *dev;
	struct vmb_dump d;
	int err = 0;

	vmb_dump_init(&d, skb, cb);
	if (!d.pos->checked) {
		rtnl_lock();
		err = vmb_dump_fdb_check(cb);
		rtnl_unlock();
		if (err)
			return err;
		d.pos->checked = true;
	}

	rcu_read_lock();
	cb->seq = vmb_dump_fdb_gen(net);
	for_each_netdev_rcu(net, dev) {
		if (!vmb_is_bond(dev) ||
		    (filter && dev->ifindex != nla_get_u32(filter)))
			continue;
		if (d.seen++ < d.pos->done)
			continue;
		err = vmb_dump_stations(&d, netdev_priv(dev));
		if (err)
			break;
		d.pos->done++;
	}
	rcu_read_unlock();
	return skb->len ?: err;
}
