// SPDX-License-Identifier: GPL-2.0
/* vmbondctl fdb */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "dump.h"
#include "fdb.h"
#include "link.h"
#include "nl.h"
#include "out.h"
#include "show.h"
#include "vmbondctl.h"

static const struct arg pos_station[] = {
	{ "NAME", ARG_BOND, VMBOND_A_FDB_BOND },
	{ "MAC", ARG_MAC, VMBOND_A_FDB_MAC },
	{ 0 }
};

static const struct arg pos_bond[] = {
	{ "NAME", ARG_BOND, VMBOND_A_FDB_BOND },
	{ 0 }
};

static const struct arg pos_any[] = {
	{ "NAME", ARG_BOND, .optional = true },
	{ "MAC", ARG_MAC, .optional = true },
	{ 0 }
};

#define VLAN(...) \
	{ "vlan", ARG_VID, VMBOND_A_FDB_VID, ##__VA_ARGS__ }, \
	{ "service", ARG_FLAG, VMBOND_A_FDB_SERVICE, .after = "vlan" }

static const struct arg filter_opts[] = {
	{ "port", ARG_PORT, VMBOND_A_FDB_PORT },
	VLAN(),
	{ 0 }
};

static const struct arg add_opts[] = {
	VLAN(.required = true),
	{ "port", ARG_PORT, VMBOND_A_FDB_PORT, .required = true },
	{ 0 }
};

static const struct arg del_opts[] = {
	VLAN(.required = true),
	{ 0 }
};

static const struct arg pin_opts[] = {
	VLAN(.required = true),
	{ "member", ARG_MEMBER, VMBOND_A_FDB_MEMBER, .none = "auto",
	  .required = true },
	{ 0 }
};

static int by_load(const void *a, const void *b)
{
	const struct fdb *fa = a, *fb = b;
	uint64_t la = fa->tx_rate > fa->rx_rate ? fa->tx_rate : fa->rx_rate;
	uint64_t lb = fb->tx_rate > fb->rx_rate ? fb->tx_rate : fb->rx_rate;
	int mac;

	if (la != lb)
		return la < lb ? 1 : -1;
	mac = memcmp(fa->mac, fb->mac, sizeof(fa->mac));
	return mac ?: (int)fa->vid - (int)fb->vid;
}

/**
 * fdb_load() - read the stations of a bond, the busiest first
 * @bond: the bond
 * @gone: as in &struct filter
 * @stations: set to an array, to be freed
 * @count: set to its length
 *
 * Return: 0, or the status of a failure that was told.
 */
int fdb_load(uint32_t bond, bool *gone, struct fdb **stations, size_t *count)
{
	struct filter filter = { .bond = bond, .gone = gone };
	int err = obj_load(&fdb_kind, &filter, (void **)stations, count);

	if (*count)
		qsort(*stations, *count, sizeof(**stations), by_load);
	return err;
}

/**
 * fdb_since() - since when and why a station has its pin
 * @fdb: the station
 * @lead: what to put before it, if it has one
 */
const char *fdb_since(const struct fdb *fdb, const char *lead)
{
	const char *wants = fdb->wanted && fdb->wanted != fdb->member ?
			    link_name(fdb->wanted) : NULL;
	static char text[2 * OUT_TEXT];

	if (!OBJ_HAS(fdb, VMBOND_A_FDB_PIN_AGE))
		return "-";
	snprintf(text, sizeof(text), "%s%s, %s%s%s%s", lead,
		 text_time(fdb->pin_age),
		 OBJ_HAS(fdb, VMBOND_A_FDB_PIN_CAUSE) ?
		 obj_word(cause_words, fdb->pin_cause) : "unknown",
		 fdb->manual ? ", fixed" : "",
		 wants ? ", wants " : "", wants ?: "");
	return text;
}

/**
 * fdb_summary() - where a station is in a line
 * @fdb: the station
 */
const char *fdb_summary(const struct fdb *fdb)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s at %s%s%s",
		 obj_word(station_words, fdb->state), text_dev(fdb->port),
		 fdb->member ? ", through " : "",
		 fdb->member ? text_dev(fdb->member) : "");
	return text;
}

static const char *last_sent(const struct fdb *fdb)
{
	static char text[OUT_TEXT];

	if (fdb->state == VMBOND_STATION_STATE_LOCAL)
		return "-";
	if (fdb->age < 1000)
		return "now";
	snprintf(text, sizeof(text), "%.48s ago", text_time(fdb->age));
	return text;
}

struct listing {
	struct filter filter;
	const uint8_t *mac;
	bool name_bond;
};

static void show_station(const void *obj, void *data)
{
	const struct listing *listing = data;
	const struct fdb *fdb = obj;

	if (listing->mac && memcmp(listing->mac, fdb->mac, sizeof(fdb->mac)))
		return;
	if (settings.json) {
		out_json(obj_json(&fdb_kind, fdb));
		return;
	}
	out_cell("%s", text_mac(fdb->mac));
	out_cell("%s", text_vid(fdb->vid, fdb->service));
	if (listing->name_bond)
		out_cell("%s", text_dev(fdb->bond));
	out_cell("%s", text_dev(fdb->port));
	out_cell("%s", text_dev(fdb->member));
	out_cell("%s", obj_word(station_words, fdb->state));
	out_cell("%s", last_sent(fdb));
	out_cell("%s", text_rate(fdb->tx_rate));
	out_cell("%s", text_rate(fdb->rx_rate));
	out_cell("%s", fdb_since(fdb, ""));
	out_row();
	if (settings.stats)
		out_text(4, "sent about %s, received about %s",
			 text_bytes(fdb->tx_bytes),
			 text_bytes(fdb->rx_bytes));
}

/* Whether stations could be of several bonds. */
static int several_bonds(bool *several)
{
	struct filter all = { 0 };
	struct bond *bonds;
	size_t count;
	int err = obj_load(&bond_kind, &all, (void **)&bonds, &count);

	free(bonds);
	*several = count > 1;
	return err;
}

static int fdb_show(struct request *req)
{
	static const char *const heads[] = {
		"MAC", "VLAN", "PORT", "MEMBER", "STATE", "LAST SENT", "TX",
		"RX", "PINNED", NULL
	}, *const heads_bond[] = {
		"MAC", "VLAN", "BOND", "PORT", "MEMBER", "STATE", "LAST SENT",
		"TX", "RX", "PINNED", NULL
	};
	const struct value *name, *mac, *port, *vlan;
	struct listing listing = { .name_bond = false };
	int err = nl_open() ?: args_resolve(req);

	name = args_value(req, "NAME");
	mac = args_value(req, "MAC");
	port = args_value(req, "port");
	vlan = args_value(req, "vlan");
	if (!err && !name)
		err = several_bonds(&listing.name_bond);
	if (err)
		return err;
	listing.mac = mac ? mac->mac : NULL;
	listing.filter = (struct filter){
		.bond = name ? name->num : 0,
		.port = port ? port->num : 0,
		.has_vid = vlan,
		.vid = vlan ? vlan->num : 0,
		.service = args_value(req, "service"),
	};
	return show_filtered(&fdb_kind, &listing.filter,
			     listing.name_bond ? heads_bond : heads,
			     show_station, &listing);
}

static const struct cmd cmds[] = {
	{
		.name = "show",
		.usage = "show [NAME] [MAC] [port DEV] [vlan VID [service]]",
		.pos = pos_any,
		.opts = filter_opts,
		.run = fdb_show,
	}, {
		.name = "add",
		.usage = "add NAME MAC vlan VID [service] port DEV",
		.pos = pos_station,
		.opts = add_opts,
		.nl_cmd = VMBOND_CMD_FDB_NEW,
	}, {
		.name = "del",
		.usage = "del NAME MAC vlan VID [service]",
		.pos = pos_station,
		.opts = del_opts,
		.nl_cmd = VMBOND_CMD_FDB_DEL,
	}, {
		.name = "flush",
		.usage = "flush NAME [port DEV] [vlan VID [service]]",
		.pos = pos_bond,
		.opts = filter_opts,
		.nl_cmd = VMBOND_CMD_FDB_FLUSH,
	}, {
		.name = "pin",
		.usage = "pin NAME MAC vlan VID [service] member DEV|auto",
		.pos = pos_station,
		.opts = pin_opts,
		.nl_cmd = VMBOND_CMD_FDB_SET,
	},
	{ 0 }
};

const struct object fdb_object = {
	.name = "fdb",
	.cmds = cmds,
};
