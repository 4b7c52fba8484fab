// SPDX-License-Identifier: GPL-2.0
/*
 * Quiet NICs: where every port is locked to its static stations and none gets
 * unknown unicast, nothing but the stations' own frames is wanted from the
 * switch, and the members need not be promiscuous. Their filters then have
 * the stations' MACs and the VLANs in use; groups still pass.
 */

#include <linux/bsearch.h>
#include <linux/if_vlan.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include "fdb.h"
#include "quiet.h"
#include "uplink.h"

/**
 * struct vmb_quiet - what the filters of quiet members hold; RTNL
 */
struct vmb_quiet {
	/** @vlans: those that are tagged on the wire, of both kinds */
	DECLARE_BITMAP(vlans, VMB_VLAN_N);
	/** @n: MACs in @mac */
	u32 n;
	/** @mac: as vmb_mac() makes them, in order, each once */
	u64 mac[];
};

static bool vmb_quiet_wanted(const struct vmb_bond *bond)
{
	struct vmb_port *port;

	if (list_empty(&bond->ports) || READ_ONCE(bond->flood_ports))
		return false;
	list_for_each_entry(port, &bond->ports, list)
		if (!(READ_ONCE(port->flags) & VMB_PORT_MAC_LOCK))
			return false;
	return true;
}

static int vmb_mac_cmp(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/*
 * The stations' MACs and VLANs: one of the self port's may be on a VLAN that
 * nobody else named.
 */
static void vmb_quiet_stations(struct vmb_quiet *q, struct vmb_bond *bond,
			       u32 size)
{
	struct hlist_node *tmp;
	struct vmb_station *st;
	unsigned int b;
	u32 i, n = 0;

	spin_lock_bh(&bond->fdb.lock);
	vmb_fdb_for_each(st, tmp, b, &bond->fdb) {
		if (q->n < size)
			q->mac[q->n++] = vmb_key_mac(st->key);
		__set_bit(vmb_key_vlan(st->key), q->vlans);
	}
	spin_unlock_bh(&bond->fdb.lock);

	sort(q->mac, q->n, sizeof(*q->mac), vmb_mac_cmp, NULL);
	for (i = 0; i < q->n; i++)
		if (!n || q->mac[i] != q->mac[n - 1])
			q->mac[n++] = q->mac[i];
	q->n = n;
}

/*
 * The VLANs of the ports, too, and of all only those that the uplink carries
 * tagged. Where the self port carries all, the stack says which it uses.
 */
static void vmb_quiet_vlans(struct vmb_quiet *q, const struct vmb_bond *bond)
{
	const struct vmb_vlan_conf *c = rtnl_dereference(bond->self.vlan);
	const struct vmb_port *port;
	enum vmb_tag tag;
	u16 vlan;

	if (c->mode == VMBOND_VLAN_MODE_TUNNEL)
		set_bit(c->vlan, q->vlans);
	list_for_each_entry(port, &bond->ports, list) {
		c = rtnl_dereference(port->vlan);
		if (c->mode == VMBOND_VLAN_MODE_TUNNEL)
			set_bit(c->vlan, q->vlans);
		else if (c->mode == VMBOND_VLAN_MODE_TRUNK && c->all)
			bitmap_or(q->vlans, q->vlans, c->set, VLAN_N_VID);
	}
	c = rtnl_dereference(bond->uplink_vlan);
	for_each_set_bit(vlan, q->vlans, VMB_VLAN_N) {
		tag = vmb_vlan_out(c, vlan, 0);
		if (tag != VMB_TAG_C && tag != VMB_TAG_S)
			clear_bit(vlan, q->vlans);
	}
}

/* What the filters should hold now; NULL: no filter can do it. */
static struct vmb_quiet *vmb_quiet_make(struct vmb_bond *bond)
{
	/* some to spare: the node's own guests may come meanwhile */
	u32 size = READ_ONCE(bond->fdb.count) + 64;
	struct vmb_quiet *q;

	q = kvzalloc(struct_size(q, mac, size), GFP_KERNEL);
	if (!q)
		return NULL;
	vmb_uplink_vlans(bond, q->vlans);
	vmb_quiet_stations(q, bond, size);
	vmb_quiet_vlans(q, bond);
	return q;
}

static bool vmb_quiet_has(const struct vmb_quiet *q, u64 mac)
{
	return q && bsearch(&mac, q->mac, q->n, sizeof(mac), vmb_mac_cmp);
}

static bool vmb_quiet_has_vlan(const struct vmb_quiet *q, unsigned int vlan)
{
	return q && test_bit(vlan, q->vlans);
}

static __be16 vmb_quiet_tpid(unsigned int vlan)
{
	return htons(vlan & VMB_VLAN_SERVICE ? ETH_P_8021AD : ETH_P_8021Q);
}

/* What @from has and @not has not, out of a member's filters. */
static void vmb_quiet_drop(struct vmb_member *m, const struct vmb_quiet *from,
			   const struct vmb_quiet *not)
{
	u8 mac[ETH_ALEN];
	unsigned int vlan;
	u32 i;

	for (i = 0; from && i < from->n; i++)
		if (!vmb_quiet_has(not, from->mac[i])) {
			u64_to_ether_addr(from->mac[i], mac);
			dev_uc_del(m->dev, mac);
		}
	for (vlan = 0; from && vlan < VMB_VLAN_N; vlan++)
		if (test_bit(vlan, from->vlans) &&
		    !vmb_quiet_has_vlan(not, vlan))
			vlan_vid_del(m->dev, vmb_quiet_tpid(vlan),
				     vlan & VLAN_VID_MASK);
}

/* What @to has and @not has not, into a member's filters; all or nothing. */
static int vmb_quiet_put(struct vmb_member *m, const struct vmb_quiet *to,
			 const struct vmb_quiet *not)
{
	struct vmb_quiet *done;
	u8 mac[ETH_ALEN];
	unsigned int vlan;
	int err = 0;

	done = kvzalloc(struct_size(done, mac, to->n), GFP_KERNEL);
	if (!done)
		return -ENOMEM;
	for (; !err && done->n < to->n; done->n += !err) {
		done->mac[done->n] = to->mac[done->n];
		if (vmb_quiet_has(not, to->mac[done->n]))
			continue;
		u64_to_ether_addr(to->mac[done->n], mac);
		err = dev_uc_add(m->dev, mac);
	}
	for (vlan = 0; !err && vlan < VMB_VLAN_N; vlan++) {
		if (!test_bit(vlan, to->vlans) ||
		    vmb_quiet_has_vlan(not, vlan))
			continue;
		err = vlan_vid_add(m->dev, vmb_quiet_tpid(vlan),
				   vlan & VLAN_VID_MASK);
		if (!err)
			set_bit(vlan, done->vlans);
	}
	if (err)
		vmb_quiet_drop(m, done, not);
	kvfree(done);
	return err;
}

/* From what a member's filters hold, if anything, to what they should. */
static int vmb_quiet_change(struct vmb_member *m, const struct vmb_quiet *new)
{
	const struct vmb_quiet *old = m->quiet;
	int err;

	err = vmb_quiet_put(m, new, old);
	if (err)
		return err;
	if (old) {
		vmb_quiet_drop(m, old, new);
	} else {
		err = dev_set_allmulti(m->dev, 1);
		if (err) {
			vmb_quiet_drop(m, new, NULL);
			return err;
		}
		dev_set_promiscuity(m->dev, -1);
	}
	m->quiet = new;
	return 0;
}

/**
 * vmb_quiet_leave - make a member promiscuous again
 * @m: the member
 *
 * Context: RTNL.
 */
void vmb_quiet_leave(struct vmb_member *m)
{
	ASSERT_RTNL();
	if (!m->quiet)
		return;
	if (dev_set_promiscuity(m->dev, 1))
		netdev_warn(m->bond->dev, "%s cannot be promiscuous again\n",
			    m->dev->name);
	dev_set_allmulti(m->dev, -1);
	vmb_quiet_drop(m, m->quiet, NULL);
	m->quiet = NULL;
}

/**
 * vmb_quiet_update - members quiet or promiscuous, as the ports want it now
 * @bond: the bond
 *
 * To be called after every change of ports, of their policy and VLANs, and of
 * stations that are not learned on locked ports. Where the filters of one
 * member have no room, all are promiscuous.
 *
 * Context: RTNL.
 */
void vmb_quiet_update(struct vmb_bond *bond)
{
	struct vmb_quiet *old = bond->quiet, *new = NULL;
	struct vmb_member *m;
	bool quiet;

	ASSERT_RTNL();
	/* Before the stations are read: who comes later has us look again. */
	WRITE_ONCE(bond->quiet_wanted, vmb_quiet_wanted(bond));
	if (bond->quiet_wanted)
		new = vmb_quiet_make(bond);
	quiet = new;
	list_for_each_entry(m, &bond->members, list)
		if (quiet && vmb_quiet_change(m, new))
			quiet = false;
	if (!quiet) {
		list_for_each_entry(m, &bond->members, list)
			vmb_quiet_leave(m);
		kvfree(new);
		new = NULL;
	}
	bond->quiet = new;
	kvfree(old);
}
