// SPDX-License-Identifier: GPL-2.0
/*
 * vmbondctl save: bonds as the requests that make them, for a batch. All that
 * was set is written, defaults too, so that another version with other defaults
 * makes the same of it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/**
 * struct content - a bond and all that is in it
 */
struct content {
	/** @bond: the bond */
	const struct bond *bond;
	/** @members: its members */
	struct member *members;
	/** @n_members: how many */
	size_t n_members;
	/** @ports: its ports */
	struct port *ports;
	/** @n_ports: how many */
	size_t n_ports;
	/** @stations: its static stations */
	struct fdb *stations;
	/** @n_stations: how many */
	size_t n_stations;
};

static int by_key(const void *a, const void *b)
{
	const struct fdb *fa = a, *fb = b;

	return memcmp(fa->mac, fb->mac, sizeof(fa->mac)) ?:
	       (int)fa->vid - (int)fb->vid ?:
	       (int)fa->service - (int)fb->service;
}

static bool same_stations(const struct content *a, const struct content *b)
{
	bool same = a->n_stations == b->n_stations;

	for (size_t i = 0; same && i < a->n_stations; i++)
		same = !by_key(&a->stations[i], &b->stations[i]) &&
		       a->stations[i].port == b->stations[i].port &&
		       a->stations[i].wanted == b->stations[i].wanted;
	return same;
}

/* Static stations, in the order of their keys */
static int read_stations(struct content *c)
{
	struct filter filter = {
		.bond = c->bond->ifindex,
		.torn = TORN_TAKE,
	};
	size_t count, n = 0;
	int err = obj_load(&fdb_kind, &filter, (void **)&c->stations, &count);

	for (size_t i = 0; i < count; i++)
		if (c->stations[i].state == VMBOND_STATION_STATE_STATIC)
			c->stations[n++] = c->stations[i];
	c->n_stations = n;
	if (n)
		qsort(c->stations, n, sizeof(*c->stations), by_key);
	return err;
}

/*
 * Guests' stations may come and go faster than all can be read. Static ones do
 * not: two readings that agree on those are right about them.
 */
static int load_stations(struct content *c)
{
	struct content before = { .bond = c->bond };
	int err = read_stations(&before);
	bool same = false;

	for (int i = 0; i < NL_DUMP_TRIES && !err && !same; i++) {
		err = read_stations(c);
		same = !err && same_stations(&before, c);
		free(before.stations);
		before = *c;
	}
	if (err || same)
		return err;
	return fail(ST_REFUSED, "static stations change faster than they can "
		    "be read, try again");
}

/* Only what was read whole is written. */
static int content_load(struct content *c, const struct bond *bond)
{
	struct filter filter = { .bond = bond->ifindex, .torn = TORN_FAIL };

	*c = (struct content){ .bond = bond };
	return obj_load(&member_kind, &filter, (void **)&c->members,
			&c->n_members) ?:
	       obj_load(&port_kind, &filter, (void **)&c->ports,
			&c->n_ports) ?:
	       load_stations(c);
}

/* Nothing of the VMs', whose devices are not there at boot */
static void content_of_node(struct content *c)
{
	size_t ports = 0, stations = 0;

	for (size_t i = 0; i < c->n_ports; i++)
		if (c->ports[i].ifindex == c->bond->ifindex)
			c->ports[ports++] = c->ports[i];
	for (size_t i = 0; i < c->n_stations; i++)
		if (c->stations[i].port == c->bond->ifindex)
			c->stations[stations++] = c->stations[i];
	c->n_ports = ports;
	c->n_stations = stations;
}

static void content_free(struct content *c)
{
	free(c->members);
	free(c->ports);
	free(c->stations);
}

static bool has_member(const struct content *c, uint32_t ifindex)
{
	for (size_t i = 0; i < c->n_members; i++)
		if (c->members[i].ifindex == ifindex)
			return true;
	return false;
}

/* Static stations, of one port or, for 0, of all */
static uint32_t count_static(const struct content *c, uint32_t port)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->n_stations; i++)
		if (!port || c->stations[i].port == port)
			n++;
	return n;
}

/*
 * What there is to be room for at first, with the bond's own address: a limit
 * may be below that, and is set when all of it is there.
 */
static uint32_t room_in(const struct content *c)
{
	uint32_t n = count_static(c, 0) + 1, max = c->bond->max_macs;

	return n > max ? n : max;
}

static uint32_t room_at(const struct content *c, const struct port *port)
{
	uint32_t n = count_static(c, port->ifindex);

	return n > port->max_macs ? n : port->max_macs;
}

static int save_settings(const struct content *c)
{
	const struct bond *bond = c->bond;
	char vlans[LIST_TEXT];

	printf("bond add %s mode %s native %u vlans %s rx-check %s "
	       "rebalance-interval %ums max-moves %u updelay %ums "
	       "downdelay %ums min-links %u ageing %us max-macs %u "
	       "announce-count %u",
	       bond->ifname, obj_word(mode_words, bond->mode), bond->native,
	       list_format(&bond->vlans, vlans),
	       obj_word(rx_check_words, bond->rx_check),
	       bond->rebalance_interval, bond->max_moves, bond->updelay,
	       bond->downdelay, bond->min_links, bond->ageing, room_in(c),
	       bond->announce_count);
	if (bond->primary)
		printf(" primary %s", link_name(bond->primary));
	return save_networks(bond->ifindex);
}

static void save_members(const struct content *c)
{
	for (size_t i = 0; i < c->n_members; i++) {
		const struct member *member = &c->members[i];

		printf("member add %s %s weight %u state %s\n",
		       c->bond->ifname, member->ifname, member->weight,
		       obj_word(admin_words, member->admin_state));
	}
}

static void save_port(const struct content *c, const struct port *port)
{
	if (port->ifindex == c->bond->ifindex)
		printf("port set %s", c->bond->ifname);
	else
		printf("port add %s %s", c->bond->ifname, port->ifname);
	printf(" %s mac-lock %s max-macs %u isolated %s flood %s",
	       port->vlan_mode == VMBOND_VLAN_MODE_NONE ? "vlan none" :
	       port_vlan_text(port), on_off(port->mac_lock), room_at(c, port),
	       on_off(port->isolated), on_off(port->flood));
	if (port->bum_limit)
		printf(" bum-limit %u", port->bum_limit);
	else
		printf(" bum-limit none");
	printf(" priority-tags %s standby %s\n", on_off(port->priority_tags),
	       on_off(port->standby));
}

/* What was learned is learned again. */
static void save_stations(const struct content *c)
{
	for (size_t i = 0; i < c->n_stations; i++) {
		const struct fdb *fdb = &c->stations[i];
		const char *service = fdb->service ? " service" : "";

		printf("fdb add %s %s vlan %u%s port %s\n", c->bond->ifname,
		       text_mac(fdb->mac), fdb->vid, service,
		       link_name(fdb->port));
		/* A pin by hand outlives its member. */
		if (fdb->wanted && has_member(c, fdb->wanted))
			printf("fdb pin %s %s vlan %u%s member %s\n",
			       c->bond->ifname, text_mac(fdb->mac), fdb->vid,
			       service, link_name(fdb->wanted));
	}
}

static void save_limits(const struct content *c)
{
	for (size_t i = 0; i < c->n_ports; i++) {
		const struct port *port = &c->ports[i];

		if (port->max_macs < room_at(c, port))
			printf("port set %s max-macs %u\n", port->ifname,
			       port->max_macs);
	}
	if (c->bond->max_macs < room_in(c))
		printf("bond set %s max-macs %u\n", c->bond->ifname,
		       c->bond->max_macs);
}

static int save_bond(const struct bond *bond, bool node)
{
	struct content c;
	int err;

	err = content_load(&c, bond);
	if (!err && node)
		content_of_node(&c);
	if (!err)
		err = save_settings(&c);
	if (!err) {
		save_members(&c);
		for (size_t i = 0; i < c.n_ports; i++)
			save_port(&c, &c.ports[i]);
		save_stations(&c);
		save_limits(&c);
	}
	content_free(&c);
	return err;
}

static int save(struct request *req)
{
	const struct value *name = args_value(req, "NAME");
	struct filter all = { .torn = TORN_FAIL };
	bool node = args_value(req, "node");
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
			err = save_bond(&bonds[i], node);
	free(bonds);
	return out_flush() ?: err;
}

static const struct arg pos_any[] = {
	{ "NAME", ARG_BOND, .optional = true },
	{ 0 }
};

static const struct arg save_opts[] = {
	{ "node", ARG_FLAG },
	{ 0 }
};

static const struct cmd cmds[] = {
	{
		.usage = "[NAME] [node]",
		.pos = pos_any,
		.opts = save_opts,
		.run = save,
	},
	{ 0 }
};

const struct object save_object = {
	.name = "save",
	.cmds = cmds,
};
