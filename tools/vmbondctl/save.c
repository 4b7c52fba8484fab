// SPDX-License-Identifier: GPL-2.0
/*
 * vmbondctl save: bonds as the requests that make them, for a batch. All that
 * was set is written, defaults too, so that another version with other defaults
 * makes the same of it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "dump.h"
#include "link.h"
#include "nl.h"
#include "out.h"
#include "port.h"
#include "vmbondctl.h"

static const char *on_off(uint32_t value)
{
	return value ? "on" : "off";
}

static int save_networks(uint32_t ifindex)
{
	struct link link;

	if (link_by_index(ifindex, &link))
		return fail(ST_REFUSED, "the bond has just gone");
	printf(" networks ");
	for (size_t i = 0; i < link.altnames.count; i++)
		printf("%s%s", i ? "," : "", link.altnames.name[i]);
	puts(link.altnames.count ? "" : "none");
	link_free(&link);
	return 0;
}

static int save_settings(const struct bond *bond)
{
	char vlans[LIST_TEXT];

	printf("bond add %s mode %s native %u vlans %s rx-check %s "
	       "rebalance-interval %ums max-moves %u updelay %ums "
	       "downdelay %ums min-links %u ageing %us max-macs %u "
	       "announce-count %u",
	       bond->ifname, obj_word(mode_words, bond->mode), bond->native,
	       list_format(&bond->vlans, vlans),
	       obj_word(rx_check_words, bond->rx_check),
	       bond->rebalance_interval, bond->max_moves, bond->updelay,
	       bond->downdelay, bond->min_links, bond->ageing, bond->max_macs,
	       bond->announce_count);
	return save_networks(bond->ifindex);
}

static void save_member(const void *obj, void *data)
{
	const struct member *member = obj;
	const struct bond *bond = data;

	printf("member add %s %s weight %u state %s\n", bond->ifname,
	       member->ifname, member->weight,
	       obj_word(admin_words, member->admin_state));
}

static void save_port(const void *obj, void *data)
{
	const struct port *port = obj;
	const struct bond *bond = data;

	if (port->ifindex == bond->ifindex)
		printf("port set %s", bond->ifname);
	else
		printf("port add %s %s", bond->ifname, port->ifname);
	printf(" %s mac-lock %s max-macs %u isolated %s flood %s",
	       port->vlan_mode == VMBOND_VLAN_MODE_NONE ? "vlan none" :
	       port_vlan_text(port), on_off(port->mac_lock), port->max_macs,
	       on_off(port->isolated), on_off(port->flood));
	if (port->bum_limit)
		printf(" bum-limit %u", port->bum_limit);
	else
		printf(" bum-limit none");
	printf(" priority-tags %s standby %s\n", on_off(port->priority_tags),
	       on_off(port->standby));
}

/* What was learned is learned again. */
static void save_station(const void *obj, void *data)
{
	const struct fdb *fdb = obj;
	const struct bond *bond = data;
	const char *service = fdb->service ? " service" : "";

	if (fdb->state != VMBOND_STATION_STATE_STATIC)
		return;
	printf("fdb add %s %s vlan %u%s port %s\n", bond->ifname,
	       text_mac(fdb->mac), fdb->vid, service, link_name(fdb->port));
	if (fdb->wanted)
		printf("fdb pin %s %s vlan %u%s member %s\n", bond->ifname,
		       text_mac(fdb->mac), fdb->vid, service,
		       link_name(fdb->wanted));
}

static int save_objects(const struct kind *kind, const struct bond *bond,
			void (*each)(const void *obj, void *data))
{
	struct filter filter = { .bond = bond->ifindex };
	size_t count;
	char *objs;
	int err;

	/* Only what was read whole is written. */
	err = obj_load(kind, &filter, (void **)&objs, &count);
	for (size_t i = 0; i < count; i++)
		each(objs + i * kind->size, (void *)bond);
	free(objs);
	return err;
}

static int save_bond(const struct bond *bond)
{
	int err = save_settings(bond) ?:
		  save_objects(&member_kind, bond, save_member);

	if (!err && bond->primary)
		printf("bond set %s primary %s\n", bond->ifname,
		       link_name(bond->primary));
	return err ?: save_objects(&port_kind, bond, save_port) ?:
	       save_objects(&fdb_kind, bond, save_station);
}

static int save(struct request *req)
{
	const struct value *name = args_value(req, "NAME");
	struct filter all = { 0 };
	struct bond *bonds;
	size_t count;
	int err;

	if (settings.json)
		return fail(ST_USAGE, "there is no JSON of it, see \"show\"");
	err = nl_open() ?: args_resolve(req) ?:
	      obj_load(&bond_kind, &all, (void **)&bonds, &count);
	if (err)
		return err;
	/* A terminal's colours have no place in a batch. */
	settings.colour = false;
	for (size_t i = 0; i < count && !err; i++)
		if (!name || name->num == bonds[i].ifindex)
			err = save_bond(&bonds[i]);
	free(bonds);
	return out_flush() ?: err;
}

static const struct arg pos_any[] = {
	{ "NAME", ARG_BOND, .optional = true },
	{ 0 }
};

static const struct cmd cmds[] = {
	{
		.usage = "[NAME]",
		.pos = pos_any,
		.run = save,
	},
	{ 0 }
};

const struct object save_object = {
	.name = "save",
	.cmds = cmds,
};
