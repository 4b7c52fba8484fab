// SPDX-License-Identifier: GPL-2.0
/*
 * VLAN modes, as values: how a port or the uplink tells its VLANs. What a
 * frame meets is in vlan.h; here the modes are made. Nothing in this file
 * knows of skbs, ports or locks, so KUnit tests it alone.
 */

#include "vlan.h"

/* VID 4095 is reserved (IEEE 802.1Q, table 9-2): no set has it. */
static void vmb_vlan_copy_set(struct vmb_vlan_conf *c, const unsigned long *set)
{
	bitmap_copy(c->set, set, VLAN_N_VID);
	clear_bit(VLAN_VID_MASK, c->set);
}

/**
 * vmb_vlan_none - no VLAN: nothing passes
 * @c: the mode to fill in
 */
void vmb_vlan_none(struct vmb_vlan_conf *c)
{
	memset(c, 0, sizeof(*c));
	c->mode = VMBOND_VLAN_MODE_NONE;
	c->native = VMB_VLAN_NONE;
	c->added = VMB_VLAN_NONE;
}

/**
 * vmb_vlan_access - one VLAN, untagged
 * @c: the mode to fill in
 * @vid: its VID; 0 is the untagged VLAN
 */
void vmb_vlan_access(struct vmb_vlan_conf *c, u16 vid)
{
	vmb_vlan_none(c);
	c->mode = VMBOND_VLAN_MODE_ACCESS;
	c->vid = vid;
	c->vlan = vid;
}

/**
 * vmb_vlan_trunk - a list of VLANs
 * @c: the mode to fill in
 * @set: VIDs; 0 stands for untagged frames
 * @native: VID of untagged frames instead of VLAN 0, or 0
 * @native_tagged: it leaves tagged
 *
 * A native VLAN is one of the trunk's whether listed or not, and takes the
 * place of VLAN 0.
 */
void vmb_vlan_trunk(struct vmb_vlan_conf *c, const unsigned long *set,
		    u16 native, bool native_tagged)
{
	vmb_vlan_none(c);
	c->mode = VMBOND_VLAN_MODE_TRUNK;
	vmb_vlan_copy_set(c, set);
	if (native) {
		if (!test_and_set_bit(native, c->set))
			c->added = native;
		clear_bit(0, c->set);
		c->native = native;
		c->native_tagged = native_tagged;
	} else if (test_bit(0, c->set)) {
		c->native = 0;
	}
	c->all = bitmap_weight(c->set, VLAN_N_VID) == VLAN_VID_MASK - !!native;
}

/**
 * vmb_vlan_uplink - what the members carry: a trunk of both kinds of VLANs
 * @c: the mode to fill in
 * @set: VIDs, of customer and service VLANs alike
 * @native: VID of untagged frames instead of VLAN 0, or 0
 */
void vmb_vlan_uplink(struct vmb_vlan_conf *c, const unsigned long *set,
		     u16 native)
{
	vmb_vlan_trunk(c, set, native, false);
	c->uplink = true;
}

/**
 * vmb_vlan_tunnel - one VLAN around the customer's tags
 * @c: the mode to fill in
 * @vid: its VID
 * @inner: the customer VIDs to take; 0 stands for untagged frames
 * @dot1q: the outer tag is 802.1Q, for uplinks that know no other. On the wire
 *	   the VLAN is then that of any frame with this tag, so it is here too;
 *	   else it is a service VLAN
 */
void vmb_vlan_tunnel(struct vmb_vlan_conf *c, u16 vid,
		     const unsigned long *inner, bool dot1q)
{
	vmb_vlan_none(c);
	c->mode = VMBOND_VLAN_MODE_TUNNEL;
	c->vid = vid;
	c->vlan = dot1q ? vid : vid | VMB_VLAN_SERVICE;
	vmb_vlan_copy_set(c, inner);
}
