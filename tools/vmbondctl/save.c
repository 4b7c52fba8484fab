// SPDX-License-Identifier: GPL-2.0
/*
 * vmbondctl save: bonds as the requests that make them, for a batch. All that
 * was set is written, defaults too, so that another version with other defaults
 * makes the same of it.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "content.h"
#include "dump.h"
#include "link.h"
#include "nl.h"
#include "out.h"
#include "port.h"
#include "vmbondctl.h"

/*
 * An option, if the module has it: of one that it does not have, 0 would be
 * written, which another version may take for what was set.
 */
__attribute__((format(printf, 2, 3)))
static void option(bool there, const char *fmt, ...)
{
	va_list args;

	if (!there)
		return;
	putchar(' ');
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
}

static const char *on_off(uint32_t value)
{
	return value ? "on" : "off";
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

#define BOND_HAS(_attr)		OBJ_HAS(bond, VMBOND_A_BOND_##_attr)
#define MEMBER_HAS(_attr)	OBJ_HAS(member, VMBOND_A_MEMBER_##_attr)
#define PORT_HAS(_attr)		OBJ_HAS(port, VMBOND_A_PORT_##_attr)

static void save_networks(const struct names *names)
{
	printf(" networks ");
	for (size_t i = 0; i < names->count; i++)
		printf("%s%s", i ? "," : "", names->name[i]);
	puts(names->count ? "" : "none");
}

static void save_settings(const struct content *c)
{
	const struct bond *bond = c->bond;
	char vlans[LIST_TEXT];

	printf("bond add %s", bond->ifname);
	option(BOND_HAS(MODE), "mode %s", obj_word(mode_words, bond->mode));
	option(BOND_HAS(NATIVE), "native %u", bond->native);
	option(BOND_HAS(VLANS), "vlans %s", list_format(&bond->vlans, vlans));
	option(BOND_HAS(RX_CHECK), "rx-check %s",
	       obj_word(rx_check_words, bond->rx_check));
	option(BOND_HAS(REBALANCE_INTERVAL), "rebalance-interval %ums",
	       bond->rebalance_interval);
	option(BOND_HAS(MAX_MOVES), "max-moves %u", bond->max_moves);
	option(BOND_HAS(UPDELAY), "updelay %ums", bond->updelay);
	option(BOND_HAS(DOWNDELAY), "downdelay %ums", bond->downdelay);
	option(BOND_HAS(MIN_LINKS), "min-links %u", bond->min_links);
	option(BOND_HAS(AGEING), "ageing %us", bond->ageing);
	option(BOND_HAS(MAX_MACS), "max-macs %u", room_in(c));
	option(BOND_HAS(ANNOUNCE_COUNT), "announce-count %u",
	       bond->announce_count);
	option(bond->primary, "primary %s", link_name(bond->primary));
	save_networks(&c->link.altnames);
}

static void save_members(const struct content *c)
{
	for (size_t i = 0; i < c->n_members; i++) {
		const struct member *member = &c->members[i];

		printf("member add %s %s", c->bond->ifname, member->ifname);
		option(MEMBER_HAS(WEIGHT), "weight %u", member->weight);
		option(MEMBER_HAS(ADMIN_STATE), "state %s",
		       obj_word(admin_words, member->admin_state));
		putchar('\n');
	}
}

static void save_port(const struct content *c, const struct port *port)
{
	if (port->ifindex == c->bond->ifindex)
		printf("port set %s", c->bond->ifname);
	else
		printf("port add %s %s", c->bond->ifname, port->ifname);
	option(PORT_HAS(VLAN_MODE), "%s",
	       port->vlan_mode == VMBOND_VLAN_MODE_NONE ? "vlan none" :
	       port_vlan_text(port));
	option(PORT_HAS(MAC_LOCK), "mac-lock %s", on_off(port->mac_lock));
	option(PORT_HAS(MAX_MACS), "max-macs %u", room_at(c, port));
	option(PORT_HAS(ISOLATED), "isolated %s", on_off(port->isolated));
	option(PORT_HAS(FLOOD), "flood %s", on_off(port->flood));
	if (port->bum_limit)
		option(true, "bum-limit %u", port->bum_limit);
	else
		option(PORT_HAS(BUM_LIMIT), "bum-limit none");
	option(PORT_HAS(PRIORITY_TAGS), "priority-tags %s",
	       on_off(port->priority_tags));
	option(PORT_HAS(STANDBY), "standby %s", on_off(port->standby));
	putchar('\n');
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
		if (fdb->wanted && content_has_member(c, fdb->wanted))
			printf("fdb pin %s %s vlan %u%s member %s\n",
			       c->bond->ifname, text_mac(fdb->mac), fdb->vid,
			       service, link_name(fdb->wanted));
	}
}

static void save_limits(const struct content *c)
{
	const struct bond *bond = c->bond;

	for (size_t i = 0; i < c->n_ports; i++) {
		const struct port *port = &c->ports[i];

		if (PORT_HAS(MAX_MACS) && port->max_macs < room_at(c, port))
			printf("port set %s max-macs %u\n", port->ifname,
			       port->max_macs);
	}
	if (BOND_HAS(MAX_MACS) && bond->max_macs < room_in(c))
		printf("bond set %s max-macs %u\n", bond->ifname,
		       bond->max_macs);
}

static int save_bond(const struct bond *bond, bool node)
{
	struct content c;
	int err;

	err = content_load(&c, bond);
	if (!err && node)
		content_of_node(&c);
	if (!err)
		err = content_check(&c);
	if (!err) {
		save_settings(&c);
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
