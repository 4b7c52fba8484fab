// SPDX-License-Identifier: GPL-2.0
/* Requests about stations. */

#include "fdb.h"
#include "fill.h"
#include "learn.h"
#include "netlink.h"
#include "vmbond.h"

static u16 vmb_nl_vlan(struct genl_info *info)
{
	u32 vid = 0, service = 0;

	vmb_nl_get_u32(info, VMBOND_A_FDB_VID, &vid);
	vmb_nl_get_u32(info, VMBOND_A_FDB_SERVICE, &service);
	return vid | (service ? VMB_VLAN_SERVICE : 0);
}

/*
 * Where a request does not say which of the two VLANs of a number it means, it
 * is the one that there is: at a tunnel the service VLAN.
 */
static bool vmb_nl_either(struct genl_info *info)
{
	return !info->attrs[VMBOND_A_FDB_SERVICE];
}

static int vmb_nl_key(struct genl_info *info, u64 *key)
{
	const u8 *addr;
	int err;

	err = vmb_nl_need(info, VMBOND_A_FDB_MAC) ?:
	      vmb_nl_need(info, VMBOND_A_FDB_VID);
	if (err)
		return err;
	addr = nla_data(info->attrs[VMBOND_A_FDB_MAC]);
	if (!is_valid_ether_addr(addr))
		return VMB_NL_REFUSE(info, VMBOND_A_FDB_MAC,
				     "not the address of a single station");
	*key = vmb_key(vmb_mac(addr), vmb_nl_vlan(info));
	return 0;
}

/* The key of a station that there is, or the one that was asked for. */
static int vmb_nl_station(struct genl_info *info, const struct vmb_bond *bond,
			  u64 *key)
{
	int err = vmb_nl_key(info, key);
	u64 other;

	if (err || !vmb_nl_either(info))
		return err;
	other = vmb_key(vmb_key_mac(*key), vmb_key_vlan(*key) |
					   VMB_VLAN_SERVICE);
	rcu_read_lock();
	if (!vmb_fdb_find(&bond->fdb, *key) && vmb_fdb_find(&bond->fdb, other))
		*key = other;
	rcu_read_unlock();
	return 0;
}

/* The port that a request names, if it is one of @bond's. */
static struct vmb_port *vmb_nl_port_of(struct genl_info *info,
				       const struct vmb_bond *bond)
{
	struct vmb_port *port = vmb_nl_get_port(info, VMBOND_A_FDB_PORT);

	if (!IS_ERR(port) && port->bond != bond)
		return ERR_PTR(VMB_NL_REFUSE(info, VMBOND_A_FDB_PORT,
					     "a port of another vmbond"));
	return port;
}

static int vmb_nl_reply_station(struct genl_info *info, struct sk_buff *reply,
				const struct vmb_bond *bond, u64 key)
{
	const struct vmb_station *st;
	int err;

	rcu_read_lock();
	st = vmb_fdb_find(&bond->fdb, key);
	if (!st) {
		rcu_read_unlock();
		nlmsg_free(reply);
		VMB_NL_REFUSE(info, VMBOND_A_FDB_MAC, "no such station");
		return -ENOENT;
	}
	err = vmb_fill_station(reply, bond, st);
	rcu_read_unlock();
	return vmb_nl_reply(info, reply, err);
}

int vmbond_nl_fdb_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_FDB_BOND);
	struct sk_buff *reply;
	u64 key;
	int err;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	err = vmb_nl_station(info, bond, &key);
	if (err)
		return err;
	reply = vmb_nl_reply_new(info, vmb_station_size());
	if (!reply)
		return -ENOMEM;
	return vmb_nl_reply_station(info, reply, bond, key);
}

int vmbond_nl_fdb_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_FDB_BOND);
	const struct vmb_vlan_conf *c;
	struct vmb_port *port;
	struct sk_buff *reply;
	u16 vlan;
	u64 key;
	int err;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	err = vmb_nl_key(info, &key);
	if (err)
		return err;
	port = vmb_nl_port_of(info, bond);
	if (IS_ERR(port))
		return PTR_ERR(port);
	c = rtnl_dereference(port->vlan);
	vlan = vmb_key_vlan(key);
	if (vmb_nl_either(info) && !vmb_vlan_carries(c, vlan)) {
		vlan |= VMB_VLAN_SERVICE;
		key = vmb_key(vmb_key_mac(key), vlan);
	}
	if (!vmb_vlan_carries(c, vlan))
		return VMB_NL_REFUSE(info, VMBOND_A_FDB_VID,
				     "the port does not carry this VLAN");

	reply = vmb_nl_reply_new(info, vmb_station_size());
	if (!reply)
		return -ENOMEM;
	err = vmb_static_add(port, key, info->extack);
	if (err) {
		nlmsg_free(reply);
		return vmb_nl_refused(info, VMBOND_A_FDB_MAC, err);
	}
	return vmb_nl_reply_station(info, reply, bond, key);
}

int vmbond_nl_fdb_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_FDB_BOND);
	struct vmb_member *m = NULL;
	u64 key;
	int err;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	err = vmb_nl_station(info, bond, &key) ?:
	      vmb_nl_need(info, VMBOND_A_FDB_MEMBER);
	if (err)
		return err;
	if (nla_get_u32(info->attrs[VMBOND_A_FDB_MEMBER])) {
		m = vmb_nl_get_member(info, VMBOND_A_FDB_MEMBER);
		if (IS_ERR(m))
			return PTR_ERR(m);
		if (m->bond != bond)
			return VMB_NL_REFUSE(info, VMBOND_A_FDB_MEMBER,
					     "a member of another vmbond");
	}
	return vmb_nl_refused(info, VMBOND_A_FDB_MAC,
			      vmb_station_pin(bond, key, m, info->extack));
}

int vmbond_nl_fdb_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_FDB_BOND);
	u64 key;
	int err;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	err = vmb_nl_station(info, bond, &key);
	if (err)
		return err;
	return vmb_nl_refused(info, VMBOND_A_FDB_MAC,
			      vmb_station_del(bond, key, info->extack));
}

int vmbond_nl_fdb_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_FDB_BOND);
	struct vmb_port *port = NULL;
	u16 vlan = VMB_VLAN_NONE;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	if (info->attrs[VMBOND_A_FDB_PORT]) {
		port = vmb_nl_port_of(info, bond);
		if (IS_ERR(port))
			return PTR_ERR(port);
	}
	if (info->attrs[VMBOND_A_FDB_VID])
		vlan = vmb_nl_vlan(info);
	else if (info->attrs[VMBOND_A_FDB_SERVICE])
		return vmb_nl_need(info, VMBOND_A_FDB_VID);
	vmb_flush(bond, port, vlan, true);
	if (vlan != VMB_VLAN_NONE && vmb_nl_either(info))
		vmb_flush(bond, port, vlan | VMB_VLAN_SERVICE, true);
	return 0;
}
