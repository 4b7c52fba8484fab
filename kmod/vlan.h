/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_VLAN_H
#define VMBOND_VLAN_H

#include <linux/bitmap.h>
#include <linux/if_vlan.h>
#include <linux/types.h>
#include <linux/vmbond.h>

/*
 * A VLAN within the bond is a number of 13 bits: the VID, and a bit that tells
 * service VLANs (802.1ad) from customer VLANs of the same number.
 */
#define VMB_VLAN_SERVICE	0x1000
#define VMB_VLAN_N		0x2000
#define VMB_VLAN_NONE		0xffff

/**
 * struct vmb_vlan_conf - the VLAN mode of a port, or of the uplink
 *
 * Immutable once published; a change publishes another.
 */
struct vmb_vlan_conf {
	/** @mode: enum vmbond_vlan_mode */
	u8 mode;
	/** @uplink: trunk only: service VLANs are carried too, by @set */
	bool uplink;
	/** @native_tagged: trunk only: the native VLAN leaves tagged */
	bool native_tagged;
	/** @priority_tags: keep PCP in a VID 0 tag where none would leave */
	bool priority_tags;
	/** @vid: access and tunnel: the VLAN's VID */
	u16 vid;
	/** @vlan: access and tunnel: the VLAN, of either kind */
	u16 vlan;
	/** @native: trunk: the VLAN of untagged frames; VMB_VLAN_NONE: none */
	u16 native;
	/**
	 * @added: trunk: @native, where @set has it for that alone: the service
	 * VLAN of this number is none of its VLANs; else VMB_VLAN_NONE
	 */
	u16 added;
	/** @all: trunk: @set is all VLANs there are */
	bool all;
	/** @set: trunk: its VLANs by VID; tunnel: the inner VIDs it takes */
	DECLARE_BITMAP(set, VLAN_N_VID);
	/** @rcu: to free it after the last reader */
	struct rcu_head rcu;
};

/** enum vmb_tag - the outermost tag of a frame */
enum vmb_tag {
	/** @VMB_TAG_NONE: untagged */
	VMB_TAG_NONE,
	/** @VMB_TAG_C: 802.1Q */
	VMB_TAG_C,
	/** @VMB_TAG_S: 802.1ad */
	VMB_TAG_S,
	/** @VMB_TAG_REFUSE: not a tag: the frame must not leave */
	VMB_TAG_REFUSE,
};

/* Is the service VLAN of this VID one of the uplink's? */
static inline bool vmb_vlan_serves(const struct vmb_vlan_conf *c, u16 vid)
{
	return c->uplink && vid && vid != c->added && test_bit(vid, c->set);
}

/**
 * vmb_vlan_in - which VLAN does a frame belong to
 * @c: the VLAN mode of the port, or the uplink, that it came from
 * @tag: its outermost tag
 * @vid: the VID in that tag
 *
 * The corner cases agree with the kernel's bridge and with OVS: VID 0 is no
 * VLAN but a priority, a foreign TPID is payload, and an access port takes no
 * tag of its own VLAN.
 *
 * Return: the VLAN, or VMB_VLAN_NONE where the frame has no business.
 */
static inline u16 vmb_vlan_in(const struct vmb_vlan_conf *c, enum vmb_tag tag,
			      u16 vid)
{
	switch (c->mode) {
	case VMBOND_VLAN_MODE_ACCESS:
		return tag == VMB_TAG_C && vid ? VMB_VLAN_NONE : c->vlan;
	case VMBOND_VLAN_MODE_TRUNK:
		if (tag == VMB_TAG_S && c->uplink)
			return vmb_vlan_serves(c, vid) ?
			       vid | VMB_VLAN_SERVICE : VMB_VLAN_NONE;
		if (tag != VMB_TAG_C || !vid)
			return c->native;
		return test_bit(vid, c->set) ? vid : VMB_VLAN_NONE;
	case VMBOND_VLAN_MODE_TUNNEL:
		return test_bit(tag == VMB_TAG_NONE ? 0 : vid, c->set) ?
		       c->vlan : VMB_VLAN_NONE;
	default:
		return VMB_VLAN_NONE;
	}
}

/**
 * vmb_vlan_carries - is a VLAN one of a port's, or of the uplink's
 * @c: its VLAN mode
 * @vlan: the VLAN
 */
static inline bool vmb_vlan_carries(const struct vmb_vlan_conf *c, u16 vlan)
{
	switch (c->mode) {
	case VMBOND_VLAN_MODE_ACCESS:
	case VMBOND_VLAN_MODE_TUNNEL:
		return vlan == c->vlan;
	case VMBOND_VLAN_MODE_TRUNK:
		if (vlan & VMB_VLAN_SERVICE)
			return vmb_vlan_serves(c, vlan & VLAN_VID_MASK);
		return test_bit(vlan, c->set);
	default:
		return false;
	}
}

/**
 * vmb_vlan_out - which tag does a frame leave with
 * @c: the VLAN mode of the port, or the uplink, that it leaves through
 * @vlan: its VLAN
 * @inner: the ethertype behind the VLAN's own tag, in host order
 *
 * A frame that leaves untagged must not show another tag, or a guest could
 * hop into the VLAN of the inner tag (double tagging).
 */
static inline enum vmb_tag vmb_vlan_out(const struct vmb_vlan_conf *c, u16 vlan,
					u16 inner)
{
	if (unlikely(!vmb_vlan_carries(c, vlan)))
		return VMB_TAG_REFUSE;

	switch (c->mode) {
	case VMBOND_VLAN_MODE_ACCESS:
		if (unlikely(inner == ETH_P_8021Q || inner == ETH_P_8021AD))
			return VMB_TAG_REFUSE;
		return VMB_TAG_NONE;
	case VMBOND_VLAN_MODE_TRUNK:
		if (vlan & VMB_VLAN_SERVICE)
			return VMB_TAG_S;
		if (vlan != c->native || c->native_tagged)
			return VMB_TAG_C;
		if (unlikely(inner == ETH_P_8021Q ||
			     (c->uplink && inner == ETH_P_8021AD)))
			return VMB_TAG_REFUSE;
		return VMB_TAG_NONE;
	default:
		return VMB_TAG_NONE;
	}
}

void vmb_vlan_none(struct vmb_vlan_conf *c);
void vmb_vlan_access(struct vmb_vlan_conf *c, u16 vid);
void vmb_vlan_trunk(struct vmb_vlan_conf *c, const unsigned long *set,
		    u16 native, bool native_tagged);
void vmb_vlan_uplink(struct vmb_vlan_conf *c, const unsigned long *set,
		     u16 native);
void vmb_vlan_tunnel(struct vmb_vlan_conf *c, u16 vid,
		     const unsigned long *inner, bool dot1q);

#endif
