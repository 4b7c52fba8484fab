// SPDX-License-Identifier: GPL-2.0
/* Requests about ports. */

#include "fill.h"
#include "netlink.h"
#include "port.h"
#include "vmbond.h"

int vmbond_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_port *port = vmb_nl_get_port(info, VMBOND_A_PORT_IFINDEX);
	const struct vmb_vlan_conf *vlan;
	struct sk_buff *reply;

	if (IS_ERR(port))
		return PTR_ERR(port);
	vlan = rtnl_dereference(port->vlan);
	reply = vmb_nl_reply_new(info, vmb_port_size(vlan));
	if (!reply)
		return -ENOMEM;
	return vmb_nl_reply(info, reply, vmb_fill_port(reply, port, vlan));
}

/* Does a request have what its VLAN mode needs, and nothing else? */
static int vmb_nl_check_vlan(struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	bool one, list, trunk;
	u32 mode;

	if (!attrs[VMBOND_A_PORT_VLAN_MODE]) {
		if (!attrs[VMBOND_A_PORT_VID] && !attrs[VMBOND_A_PORT_VLANS] &&
		    !attrs[VMBOND_A_PORT_NATIVE] &&
		    !attrs[VMBOND_A_PORT_NATIVE_TAGGED] &&
		    !attrs[VMBOND_A_PORT_DOT1Q])
			return 0;
		return vmb_nl_need(info, VMBOND_A_PORT_VLAN_MODE);
	}

	mode = nla_get_u32(attrs[VMBOND_A_PORT_VLAN_MODE]);
	trunk = mode == VMBOND_VLAN_MODE_TRUNK;
	one = mode == VMBOND_VLAN_MODE_ACCESS ||
	      mode == VMBOND_VLAN_MODE_TUNNEL;
	list = trunk || mode == VMBOND_VLAN_MODE_TUNNEL;

	if (!one && attrs[VMBOND_A_PORT_VID])
		return VMB_NL_REFUSE(info, VMBOND_A_PORT_VID,
				     "only access and tunnel take one VLAN");
	if (!list && attrs[VMBOND_A_PORT_VLANS])
		return VMB_NL_REFUSE(info, VMBOND_A_PORT_VLANS,
				     "only trunk and tunnel take a list of VLANs");
	if (!trunk && attrs[VMBOND_A_PORT_NATIVE])
		return VMB_NL_REFUSE(info, VMBOND_A_PORT_NATIVE,
				     "only a trunk has a native VLAN");
	if (mode != VMBOND_VLAN_MODE_TUNNEL && attrs[VMBOND_A_PORT_DOT1Q])
		return VMB_NL_REFUSE(info, VMBOND_A_PORT_DOT1Q,
				     "only a tunnel has an outer tag");
	if (!attrs[VMBOND_A_PORT_NATIVE] && attrs[VMBOND_A_PORT_NATIVE_TAGGED])
		return VMB_NL_REFUSE(info, VMBOND_A_PORT_NATIVE_TAGGED,
				     "no native VLAN is given");
	if (mode == VMBOND_VLAN_MODE_TUNNEL && attrs[VMBOND_A_PORT_VID] &&
	    !nla_get_u32(attrs[VMBOND_A_PORT_VID]))
		return VMB_NL_REFUSE(info, VMBOND_A_PORT_VID,
				     "a tunnel's VLAN is one of 1 to 4094");
	if (one)
		return vmb_nl_need(info, VMBOND_A_PORT_VID);
	if (trunk)
		return vmb_nl_need(info, VMBOND_A_PORT_VLANS);
	return 0;
}

static int vmb_nl_vlan_conf(struct genl_info *info, struct vmb_vlan_conf *c)
{
	struct nlattr **attrs = info->attrs;
	bool priority_tags = c->priority_tags;
	u32 vid = 0, native = 0, tagged = 0, dot1q = 0;
	DECLARE_BITMAP(set, VLAN_N_VID);
	int err;

	vmb_nl_get_u32(info, VMBOND_A_PORT_VID, &vid);
	vmb_nl_get_u32(info, VMBOND_A_PORT_NATIVE, &native);
	vmb_nl_get_u32(info, VMBOND_A_PORT_NATIVE_TAGGED, &tagged);
	vmb_nl_get_u32(info, VMBOND_A_PORT_DOT1Q, &dot1q);
	if (attrs[VMBOND_A_PORT_VLANS]) {
		err = vmb_nl_get_vlans(info, VMBOND_A_PORT_VLANS, set);
		if (err)
			return err;
	} else {
		bitmap_fill(set, VLAN_N_VID);
	}

	switch (nla_get_u32(attrs[VMBOND_A_PORT_VLAN_MODE])) {
	case VMBOND_VLAN_MODE_NONE:
		vmb_vlan_none(c);
		break;
	case VMBOND_VLAN_MODE_ACCESS:
		vmb_vlan_access(c, vid);
		break;
	case VMBOND_VLAN_MODE_TRUNK:
		vmb_vlan_trunk(c, set, native, tagged);
		break;
	case VMBOND_VLAN_MODE_TUNNEL:
		vmb_vlan_tunnel(c, vid, set, dot1q);
		break;
	}
	c->priority_tags = priority_tags;
	return 0;
}

static void vmb_nl_flag(struct genl_info *info, int attr, u32 flag, u32 *flags)
{
	if (!info->attrs[attr])
		return;
	if (nla_get_u32(info->attrs[attr]))
		*flags |= flag;
	else
		*flags &= ~flag;
}

/*
 * Change @conf to what a request wants. @vlan is a copy of the port's VLAN
 * mode, and becomes part of @conf if the request changes it.
 */
static int vmb_nl_port_conf(struct genl_info *info, struct vmb_port_conf *conf,
			    struct vmb_vlan_conf *vlan)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = vmb_nl_check_vlan(info);
	if (err)
		return err;
	if (attrs[VMBOND_A_PORT_VLAN_MODE]) {
		err = vmb_nl_vlan_conf(info, vlan);
		if (err)
			return err;
		conf->vlan = vlan;
	}
	if (attrs[VMBOND_A_PORT_PRIORITY_TAGS]) {
		vlan->priority_tags =
			nla_get_u32(attrs[VMBOND_A_PORT_PRIORITY_TAGS]);
		conf->vlan = vlan;
	}

	vmb_nl_flag(info, VMBOND_A_PORT_MAC_LOCK, VMB_PORT_MAC_LOCK,
		    &conf->flags);
	vmb_nl_flag(info, VMBOND_A_PORT_ISOLATED, VMB_PORT_ISOLATED,
		    &conf->flags);
	vmb_nl_flag(info, VMBOND_A_PORT_FLOOD, VMB_PORT_FLOOD, &conf->flags);
	vmb_nl_flag(info, VMBOND_A_PORT_STANDBY, VMB_PORT_STANDBY,
		    &conf->flags);
	conf->set_standby = attrs[VMBOND_A_PORT_STANDBY];
	vmb_nl_get_u32(info, VMBOND_A_PORT_BUM_LIMIT, &conf->bum_limit);
	vmb_nl_get_u32(info, VMBOND_A_PORT_MAX_MACS, &conf->max_macs);
	return 0;
}

int vmbond_nl_port_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_bond *bond = vmb_nl_get_bond(info, VMBOND_A_PORT_BOND);
	struct vmb_port_conf conf;
	struct vmb_vlan_conf vlan;
	struct net_device *dev;
	struct sk_buff *reply;
	int err;

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	dev = vmb_nl_get_dev(info, VMBOND_A_PORT_IFINDEX);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	vmb_port_conf_default(&conf);
	vmb_vlan_none(&vlan);
	err = vmb_nl_port_conf(info, &conf, &vlan);
	if (err)
		return err;

	reply = vmb_nl_reply_new(info, vmb_port_size(&vlan));
	if (!reply)
		return -ENOMEM;
	err = vmb_port_add(bond, dev, &conf, info->extack);
	if (err) {
		nlmsg_free(reply);
		return vmb_nl_refused(info, VMBOND_A_PORT_IFINDEX, err);
	}
	return vmb_nl_reply(info, reply,
			    vmb_fill_port(reply, vmb_port_get_rtnl(dev),
					  &vlan));
}

int vmbond_nl_port_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_port *port = vmb_nl_get_port(info, VMBOND_A_PORT_IFINDEX);
	struct vmb_port_conf conf;
	struct vmb_vlan_conf vlan;
	int err;

	if (IS_ERR(port))
		return PTR_ERR(port);
	vmb_port_conf_get(port, &conf);
	vlan = *rtnl_dereference(port->vlan);
	err = vmb_nl_port_conf(info, &conf, &vlan);
	if (err)
		return err;
	return vmb_nl_refused(info, VMBOND_A_PORT_IFINDEX,
			      vmb_port_set(port, &conf, info->extack));
}

int vmbond_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vmb_port *port = vmb_nl_get_port(info, VMBOND_A_PORT_IFINDEX);

	if (IS_ERR(port))
		return PTR_ERR(port);
	if (port == &port->bond->self)
		return VMB_NL_REFUSE(info, VMBOND_A_PORT_IFINDEX,
				     "the self port goes with its bond only");
	vmb_port_del(port);
	return 0;
}
