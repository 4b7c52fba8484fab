// SPDX-License-Identifier: GPL-2.0
/*
 * Requests: what they share, and those about bonds and members. A request is
 * made into what the core takes, the core decides, the answer is made into a
 * reply. All run under RTNL.
 */

#include <linux/mm.h>
#include "dev.h"
#include "fill.h"
#include "member.h"
#include "netlink.h"
#include "port.h"
#include "rebalance.h"
#include "vmbond.h"

/* Moves of the planner that a reply lists; more would need a large reply. */
#define VMB_MOVES_LISTED	256

int vmbond_nl_lock(const struct genl_split_ops *ops, struct sk_buff *skb,
		   struct genl_info *info)
{
	rtnl_lock();
	return 0;
}

void vmbond_nl_unlock(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info)
{
	rtnl_unlock();
}

/**
 * vmb_nl_dev - the device that an attribute names
 * @net: the requester's network namespace
 * @attr: the attribute, an ifindex
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: the device or an error.
 */
struct net_device *vmb_nl_dev(struct net *net, const struct nlattr *attr,
			      struct netlink_ext_ack *extack)
{
	struct net_device *dev = __dev_get_by_index(net, nla_get_u32(attr));

	if (!dev) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "no such device");
		return ERR_PTR(-ENODEV);
	}
	return dev;
}

/**
 * vmb_nl_bond - the bond that an attribute names
 * @net: the requester's network namespace
 * @attr: the attribute, an ifindex
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: the bond or an error.
 */
struct vmb_bond *vmb_nl_bond(struct net *net, const struct nlattr *attr,
			     struct netlink_ext_ack *extack)
{
	struct net_device *dev = vmb_nl_dev(net, attr, extack);

	if (IS_ERR(dev))
		return ERR_CAST(dev);
	if (!vmb_is_bond(dev)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "device is not a vmbond");
		return ERR_PTR(-EINVAL);
	}
	return netdev_priv(dev);
}

/**
 * vmb_nl_port - the port that an attribute names
 * @net: the requester's network namespace
 * @attr: the attribute, an ifindex; a bond stands for its self port
 * @extack: says why not
 *
 * Context: RTNL.
 * Return: the port or an error.
 */
struct vmb_port *vmb_nl_port(struct net *net, const struct nlattr *attr,
			     struct netlink_ext_ack *extack)
{
	struct net_device *dev = vmb_nl_dev(net, attr, extack);
	struct vmb_port *port;

	if (IS_ERR(dev))
		return ERR_CAST(dev);
	if (vmb_is_bond(dev))
		return &((struct vmb_bond *)netdev_priv(dev))->self;
	port = vmb_port_get_rtnl(dev);
	if (port)
		return port;
	if (vmb_member_get_rtnl(dev))
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "device is a member, not a port");
	else
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "device is not a port of a vmbond");
	return ERR_PTR(-EINVAL);
}

/**
 * vmb_nl_need - refuse a request without some attribute
 * @info: the request
 * @attr: the attribute
 *
 * Return: 0 or -EINVAL.
 */
int vmb_nl_need(struct genl_info *info, int attr)
{
	if (!GENL_REQ_ATTR_CHECK(info, attr))
		return 0;
	NL_SET_ERR_MSG(info->extack, "a required attribute is missing");
	return -EINVAL;
}

/**
 * vmb_nl_get_dev - the device that a required attribute names
 * @info: the request
 * @attr: the attribute
 *
 * Return: the device or an error.
 */
struct net_device *vmb_nl_get_dev(struct genl_info *info, int attr)
{
	if (vmb_nl_need(info, attr))
		return ERR_PTR(-EINVAL);
	return vmb_nl_dev(genl_info_net(info), info->attrs[attr],
			  info->extack);
}

/**
 * vmb_nl_get_bond - the bond that a required attribute names
 * @info: the request
 * @attr: the attribute
 *
 * Return: the bond or an error.
 */
struct vmb_bond *vmb_nl_get_bond(struct genl_info *info, int attr)
{
	if (vmb_nl_need(info, attr))
		return ERR_PTR(-EINVAL);
	return vmb_nl_bond(genl_info_net(info), info->attrs[attr],
			   info->extack);
}

/**
 * vmb_nl_get_member - the member that a required attribute names
 * @info: the request
 * @attr: the attribute
 *
 * Return: the member or an error.
 */
struct vmb_member *vmb_nl_get_member(struct genl_info *info, int attr)
{
	struct net_device *dev = vmb_nl_get_dev(info, attr);
	struct vmb_member *m;

	if (IS_ERR(dev))
		return ERR_CAST(dev);
	m = vmb_member_get_rtnl(dev);
	if (m)
		return m;
	if (vmb_is_bond(dev) || vmb_port_get_rtnl(dev))
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "device is a port, not a member");
	else
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "device is not a member of a vmbond");
	return ERR_PTR(-EINVAL);
}

/**
 * vmb_nl_get_port - the port that a required attribute names
 * @info: the request
 * @attr: the attribute; a bond stands for its self port
 *
 * Return: the port or an error.
 */
struct vmb_port *vmb_nl_get_port(struct genl_info *info, int attr)
{
	if (vmb_nl_need(info, attr))
		return ERR_PTR(-EINVAL);
	return vmb_nl_port(genl_info_net(info), info->attrs[attr],
			   info->extack);
}

/**
 * vmb_nl_get_u32 - change a number if the request has it
 * @info: the request
 * @attr: the attribute
 * @val: the number
 */
void vmb_nl_get_u32(struct genl_info *info, int attr, u32 *val)
{
	if (info->attrs[attr])
		*val = nla_get_u32(info->attrs[attr]);
}

static int vmb_nl_get_range(struct genl_info *info, const struct nlattr *nest,
			    unsigned long *set)
{
	struct nlattr *tb[VMBOND_A_VLAN_RANGE_MAX + 1];
	u32 first, last;
	int err;

	err = nla_parse_nested(tb, VMBOND_A_VLAN_RANGE_MAX, nest,
			       vmbond_vlan_range_nl_policy, info->extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(info->extack, nest, tb,
			      VMBOND_A_VLAN_RANGE_FIRST)) {
		NL_SET_ERR_MSG(info->extack, "a range has no first VLAN");
		return -EINVAL;
	}
	first = nla_get_u32(tb[VMBOND_A_VLAN_RANGE_FIRST]);
	last = tb[VMBOND_A_VLAN_RANGE_LAST] ?
	       nla_get_u32(tb[VMBOND_A_VLAN_RANGE_LAST]) : first;
	if (last < first) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[VMBOND_A_VLAN_RANGE_LAST],
				    "a range's last VLAN is below its first");
		return -EINVAL;
	}
	bitmap_set(set, first, last - first + 1);
	return 0;
}

/**
 * vmb_nl_get_vlans - the VLANs of a list of ranges
 * @info: the request
 * @attr: the attribute, of which there may be many
 * @set: filled in
 *
 * Return: 0 or an error.
 */
int vmb_nl_get_vlans(struct genl_info *info, int attr, unsigned long *set)
{
	const struct nlattr *nest;
	int rem, err;

	bitmap_zero(set, VLAN_N_VID);
	nlmsg_for_each_attr(nest, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nest) != attr)
			continue;
		err = vmb_nl_get_range(info, nest, set);
		if (err)
			return err;
	}
	return 0;
}

/**
 * vmb_nl_refused - the core refused a request
 * @info: the request; the core has said why
 * @attr: the attribute to blame where the core did not tell
 * @err: the error
 *
 * Return: @err.
 */
int vmb_nl_refused(struct genl_info *info, int attr, int err)
{
	if (err && !info->extack->bad_attr)
		NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	if (err == -ENOMEM && !info->extack->_msg)
		NL_SET_ERR_MSG(info->extack, "out of memory");
	return err;
}

/**
 * vmb_nl_reply_new - start a reply
 * @info: the request
 * @size: room for its attributes
 *
 * Before the core is asked: what it did could not be told without memory.
 *
 * Return: the message or NULL.
 */
struct sk_buff *vmb_nl_reply_new(struct genl_info *info, size_t size)
{
	struct sk_buff *reply = genlmsg_new(size, GFP_KERNEL);

	if (reply)
		genlmsg_put_reply(reply, info, &vmbond_nl_family, 0,
				  info->genlhdr->cmd);
	else
		NL_SET_ERR_MSG(info->extack, "out of memory");
	return reply;
}

/**
 * vmb_nl_reply - send a reply
 * @info: the request
 * @reply: the message; freed
 * @err: 0, or -EMSGSIZE where it was too short after all
 *
 * Return: 0 or an error.
 */
int vmb_nl_reply(struct genl_info *info, struct sk_buff *reply, int err)
{
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(reply);
		return err;
	}
	nlmsg_end(reply, nlmsg_hdr(reply));
	return genlmsg_reply(reply, info);
}

int vmbond_nl_bond_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_BOND_IFINDEX);
	struct sk_buff *reply;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	reply = vmb_nl_reply_new(info, vmb_bond_size(bond->conf.vlans));
	if (!reply)
		return -ENOMEM;
	return vmb_nl_reply(info, reply, vmb_fill_bond(reply, bond));
}

static int vmb_nl_bond_conf(struct genl_info *info, struct vmb_bond_conf *conf)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[VMBOND_A_BOND_MODE])
		conf->mode = nla_get_u32(attrs[VMBOND_A_BOND_MODE]);
	if (attrs[VMBOND_A_BOND_RX_CHECK])
		conf->rx_check = nla_get_u32(attrs[VMBOND_A_BOND_RX_CHECK]);
	if (attrs[VMBOND_A_BOND_NATIVE])
		conf->native = nla_get_u32(attrs[VMBOND_A_BOND_NATIVE]);
	if (attrs[VMBOND_A_BOND_PRIMARY])
		conf->primary = nla_get_u32(attrs[VMBOND_A_BOND_PRIMARY]);
	vmb_nl_get_u32(info, VMBOND_A_BOND_REBALANCE_INTERVAL,
		       &conf->rebalance_interval);
	vmb_nl_get_u32(info, VMBOND_A_BOND_MAX_MOVES, &conf->max_moves);
	vmb_nl_get_u32(info, VMBOND_A_BOND_UPDELAY, &conf->updelay);
	vmb_nl_get_u32(info, VMBOND_A_BOND_DOWNDELAY, &conf->downdelay);
	vmb_nl_get_u32(info, VMBOND_A_BOND_MIN_LINKS, &conf->min_links);
	vmb_nl_get_u32(info, VMBOND_A_BOND_AGEING, &conf->ageing);
	vmb_nl_get_u32(info, VMBOND_A_BOND_MAX_MACS, &conf->max_macs);
	vmb_nl_get_u32(info, VMBOND_A_BOND_ANNOUNCE_COUNT,
		       &conf->announce_count);
	if (!attrs[VMBOND_A_BOND_VLANS])
		return 0;
	return vmb_nl_get_vlans(info, VMBOND_A_BOND_VLANS, conf->vlans);
}

int vmbond_nl_bond_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond_conf conf;
	struct net_device *dev;
	struct vmb_bond *bond;
	struct sk_buff *reply;
	char name[IFNAMSIZ];
	int err;

	err = vmb_nl_need(info, VMBOND_A_BOND_IFNAME);
	if (err)
		return err;
	nla_strscpy(name, info->attrs[VMBOND_A_BOND_IFNAME], IFNAMSIZ);
	if (!dev_valid_name(name))
		return VMB_NL_REFUSE(info, VMBOND_A_BOND_IFNAME,
				     "not a valid device name");

	vmb_conf_default(&conf);
	err = vmb_nl_bond_conf(info, &conf);
	if (err)
		return err;
	if (conf.primary) {
		dev = vmb_nl_get_dev(info, VMBOND_A_BOND_PRIMARY);
		if (IS_ERR(dev))
			return PTR_ERR(dev);
	}
	reply = vmb_nl_reply_new(info, vmb_bond_size(conf.vlans));
	if (!reply)
		return -ENOMEM;
	err = vmb_bond_add(genl_info_net(info), name, &conf, &bond,
			   info->extack);
	if (err) {
		nlmsg_free(reply);
		return vmb_nl_refused(info, VMBOND_A_BOND_IFNAME, err);
	}
	return vmb_nl_reply(info, reply, vmb_fill_bond(reply, bond));
}

int vmbond_nl_bond_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_BOND_IFINDEX);
	int err, blame = VMBOND_A_BOND_IFINDEX;
	struct vmb_bond_conf conf;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	conf = bond->conf;
	err = vmb_nl_bond_conf(info, &conf);
	if (err)
		return err;
	if (info->attrs[VMBOND_A_BOND_PRIMARY])
		blame = VMBOND_A_BOND_PRIMARY;
	return vmb_nl_refused(info, blame,
			      vmb_bond_set(bond, &conf, info->extack));
}

int vmbond_nl_bond_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_BOND_IFINDEX);

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	vmb_bond_del(bond);
	return 0;
}

int vmbond_nl_bond_rebalance_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_REBALANCE_BOND);
	bool dry_run = info->attrs[VMBOND_A_REBALANCE_DRY_RUN];
	struct vmb_move *moves = NULL;
	struct sk_buff *reply;
	int i, n, err;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	reply = vmb_nl_reply_new(info, 2 * nla_total_size(sizeof(u32)) +
				       VMB_MOVES_LISTED * vmb_move_size());
	if (!reply)
		return -ENOMEM;
	n = vmb_rebalance(bond, false, dry_run, VMBOND_CAUSE_REBALANCE, &moves);
	if (n < 0) {
		nlmsg_free(reply);
		return vmb_nl_refused(info, VMBOND_A_REBALANCE_BOND, n);
	}
	err = nla_put_u32(reply, VMBOND_A_REBALANCE_BOND, bond->dev->ifindex) ?:
	      nla_put_u32(reply, VMBOND_A_REBALANCE_MOVES, n);
	for (i = 0; i < min(n, VMB_MOVES_LISTED) && !err; i++)
		err = vmb_fill_move(reply, VMBOND_A_REBALANCE_MOVE, &moves[i]);
	kvfree(moves);
	return vmb_nl_reply(info, reply, err);
}

int vmbond_nl_member_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	struct vmb_member *m;

	m = vmb_nl_get_member(info, VMBOND_A_MEMBER_IFINDEX);
	if (IS_ERR(m))
		return PTR_ERR(m);
	reply = vmb_nl_reply_new(info, vmb_member_size(m->bond));
	if (!reply)
		return -ENOMEM;
	return vmb_nl_reply(info, reply, vmb_fill_member(reply, m));
}

static void vmb_nl_drain(struct genl_info *info, bool *drain)
{
	struct nlattr *attr = info->attrs[VMBOND_A_MEMBER_ADMIN_STATE];

	if (attr)
		*drain = nla_get_u32(attr) == VMBOND_ADMIN_STATE_DRAIN;
}

int vmbond_nl_member_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_MEMBER_BOND);
	struct net_device *dev;
	struct sk_buff *reply;
	bool drain = false;
	u32 weight = 1;
	int err;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	dev = vmb_nl_get_dev(info, VMBOND_A_MEMBER_IFINDEX);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	vmb_nl_get_u32(info, VMBOND_A_MEMBER_WEIGHT, &weight);
	vmb_nl_drain(info, &drain);

	reply = vmb_nl_reply_new(info, vmb_member_size(bond));
	if (!reply)
		return -ENOMEM;
	err = vmb_member_add(bond, dev, weight, drain, info->extack);
	if (err) {
		nlmsg_free(reply);
		return vmb_nl_refused(info, VMBOND_A_MEMBER_IFINDEX, err);
	}
	return vmb_nl_reply(info, reply,
			    vmb_fill_member(reply, vmb_member_get_rtnl(dev)));
}

int vmbond_nl_member_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_member *m;
	bool drain;
	u32 weight;

	m = vmb_nl_get_member(info, VMBOND_A_MEMBER_IFINDEX);
	if (IS_ERR(m))
		return PTR_ERR(m);
	weight = m->weight;
	drain = m->drain;
	vmb_nl_get_u32(info, VMBOND_A_MEMBER_WEIGHT, &weight);
	vmb_nl_drain(info, &drain);
	vmb_member_set(m, weight, drain);
	return 0;
}

int vmbond_nl_member_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_member *m;

	m = vmb_nl_get_member(info, VMBOND_A_MEMBER_IFINDEX);
	if (IS_ERR(m))
		return PTR_ERR(m);
	vmb_member_del(m, false);
	return 0;
}

/* The family is registered; bonds may be there before and after it is. */
bool vmb_netlink_there;

/**
 * vmb_netlink_init - at module load
 *
 * Return: 0 or a negative error.
 */
int vmb_netlink_init(void)
{
	int err = genl_register_family(&vmbond_nl_family);

	WRITE_ONCE(vmb_netlink_there, !err);
	return err;
}

/**
 * vmb_netlink_exit - at module unload
 */
void vmb_netlink_exit(void)
{
	WRITE_ONCE(vmb_netlink_there, false);
	genl_unregister_family(&vmbond_nl_family);
}
