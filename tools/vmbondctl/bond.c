// SPDX-License-Identifier: GPL-2.0
/* vmbondctl bond */
#include <inttypes.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "bond.h"
#include "dump.h"
#include "fdb.h"
#include "link.h"
#include "member.h"
#include "networks.h"
#include "nl.h"
#include "out.h"
#include "vmbondctl.h"

static const struct arg pos_new[] = {
	{ "NAME", ARG_NEW, VMBOND_A_BOND_IFNAME },
	{ 0 }
};

static const struct arg pos_bond[] = {
	{ "NAME", ARG_BOND, VMBOND_A_BOND_IFINDEX },
	{ 0 }
};

static const struct arg pos_any[] = {
	{ "NAME", ARG_BOND, .optional = true },
	{ 0 }
};

static const struct arg pos_rebalance[] = {
	{ "NAME", ARG_BOND, VMBOND_A_REBALANCE_BOND },
	{ 0 }
};

/* What is to be the primary of a new bond is no member yet. */
#define BOND_OPTS(_device)						\
	{ "mode", ARG_ENUM, VMBOND_A_BOND_MODE, .words = mode_words },	\
	{ "native", ARG_VID, VMBOND_A_BOND_NATIVE },			\
	{ "vlans", ARG_LIST, VMBOND_A_BOND_VLANS },			\
	{ "rx-check", ARG_ENUM, VMBOND_A_BOND_RX_CHECK,			\
	  .words = rx_check_words },					\
	{ "rebalance-interval", ARG_MS,					\
	  VMBOND_A_BOND_REBALANCE_INTERVAL },				\
	{ "max-moves", ARG_NUMBER, VMBOND_A_BOND_MAX_MOVES },		\
	{ "updelay", ARG_MS, VMBOND_A_BOND_UPDELAY },			\
	{ "downdelay", ARG_MS, VMBOND_A_BOND_DOWNDELAY },		\
	{ "min-links", ARG_NUMBER, VMBOND_A_BOND_MIN_LINKS },		\
	{ "primary", (_device), VMBOND_A_BOND_PRIMARY,			\
	  .none = "none" },						\
	{ "ageing", ARG_SECONDS, VMBOND_A_BOND_AGEING },		\
	{ "max-macs", ARG_NUMBER, VMBOND_A_BOND_MAX_MACS },		\
	{ "announce-count", ARG_NUMBER, VMBOND_A_BOND_ANNOUNCE_COUNT },	\
	{ "networks", ARG_NAMES, .none = "none" },			\
	{ 0 }

static const struct arg opts_add[] = { BOND_OPTS(ARG_DEV) };
static const struct arg opts_set[] = { BOND_OPTS(ARG_MEMBER) };

static const struct arg opts_rebalance[] = {
	{ "dry-run", ARG_FLAG },
	{ 0 }
};

static int on_new(const struct nlmsghdr *nlh, void *data)
{
	struct bond bond;

	obj_read(&bond_kind, nlh, &bond);
	*(uint32_t *)data = bond.ifindex;
	return MNL_CB_OK;
}

static int bond_add(struct request *req)
{
	const struct value *networks = args_value(req, "networks");
	struct networks nets = { 0 };
	struct nlmsghdr *nlh;
	int err;

	err = nl_open() ?: args_resolve(req);
	if (err)
		return err;
	nlh = nl_request(VMBOND_CMD_BOND_NEW);
	args_put(req, nlh);
	if (nl_do(nlh, on_new, &nets.ifindex))
		return args_refused(req);
	if (!networks)
		return 0;

	if (!networks->none)
		names_split(&nets.wanted, networks->text);
	err = networks_add(&nets);
	networks_free(&nets);
	if (!err)
		return 0;
	nlh = nl_request(VMBOND_CMD_BOND_DEL);
	mnl_attr_put_u32(nlh, VMBOND_A_BOND_IFINDEX, nets.ifindex);
	if (nl_do(nlh, NULL, NULL))
		nl_refused(NULL);
	return err;
}

/* Networks aside, which the module has no part in. */
static int settings_send(struct request *req)
{
	struct nlmsghdr *nlh = nl_request(VMBOND_CMD_BOND_SET);

	for (size_t i = 1; i < ARGS_MAX; i++) {
		if (!req->values[i].arg || !req->values[i].arg->attr)
			continue;
		args_put(req, nlh);
		return nl_do(nlh, NULL, NULL) ? args_refused(req) : 0;
	}
	return 0;
}

static int bond_set(struct request *req)
{
	const struct value *networks = args_value(req, "networks");
	struct networks nets = { 0 };
	struct link link;
	int err;

	if (!networks)
		return args_send(req);
	err = nl_open() ?: args_resolve(req);
	if (err)
		return err;
	nets.ifindex = req->values[0].num;
	if (link_by_index(nets.ifindex, &link))
		return fail(ST_REFUSED, "%s", strerror(nl_error.err));
	nets.old = link.altnames;
	if (!networks->none)
		names_split(&nets.wanted, networks->text);
	/* In this order what may well be refused leaves no trace. */
	err = networks_add(&nets) ?: settings_send(req);
	if (err)
		networks_undo(&nets);
	else
		err = networks_del(&nets);
	networks_free(&nets);
	return err;
}

/**
 * bond_summary() - the state of a bond in a line
 * @bond: the bond
 */
const char *bond_summary(const struct bond *bond)
{
	static char text[256];

	snprintf(text, sizeof(text),
		 "%s, carrier %s, %u member%s, %u port%s, %u station%s",
		 obj_word(mode_words, bond->mode),
		 bond->carrier ? paint(C_GOOD, "up") : paint(C_BAD, "down"),
		 bond->members, PLURAL(bond->members),
		 bond->ports, PLURAL(bond->ports),
		 bond->stations, PLURAL(bond->stations));
	return text;
}

/* As the command line takes it. */
static const char *time_option(uint32_t ms, char text[16])
{
	snprintf(text, 16, ms % 1000 || !ms ? "%ums" : "%us",
		 ms % 1000 ? ms : ms / 1000);
	return text;
}

static void show_networks(uint32_t ifindex)
{
	char name[ALTNAME_MAX];
	struct link link;
	char *text = NULL;
	size_t size;
	FILE *file;

	if (link_by_index(ifindex, &link))
		return;
	file = open_memstream(&text, &size);
	if (!file)
		out_of_memory();
	for (size_t i = 0; i < link.altnames.count; i++) {
		link_clean_name(name, sizeof(name), link.altnames.name[i]);
		fprintf(file, "%s%s", i ? "," : "", name);
	}
	fclose(file);
	out_text(4, "networks %s", *text ? text : "none");
	free(text);
	link_free(&link);
}

static void show_settings(const struct bond *bond)
{
	char interval[16], up[16], down[16], vlans[LIST_TEXT];

	out_text(4, "native %u  vlans %s", bond->native,
		 list_format(&bond->vlans, vlans));
	out_text(4, "rx-check %s  rebalance-interval %s  max-moves %u  "
		 "updelay %s  downdelay %s",
		 obj_word(rx_check_words, bond->rx_check),
		 time_option(bond->rebalance_interval, interval),
		 bond->max_moves, time_option(bond->updelay, up),
		 time_option(bond->downdelay, down));
	out_text(4, "min-links %u  primary %s  ageing %us  max-macs %u  "
		 "announce-count %u", bond->min_links,
		 bond->primary ? link_name(bond->primary) : "none",
		 bond->ageing, bond->max_macs, bond->announce_count);
	show_networks(bond->ifindex);
}

/* A bond, its members, and which station is on which of them. */
struct view {
	const struct bond *bond;
	bool gone;
	struct member *members;
	size_t member_count;
	struct fdb *stations;
	size_t station_count;
};

static int view_load(struct view *view)
{
	struct filter filter = {
		.bond = view->bond->ifindex,
		.gone = &view->gone,
	};
	int err;

	if (!settings.stats)
		return 0;
	err = obj_load(&member_kind, &filter, (void **)&view->members,
		       &view->member_count);
	if (!err)
		err = fdb_load(filter.bond, filter.gone, &view->stations,
			       &view->station_count);
	return err;
}

static json_t *pins_json(const struct view *view, uint32_t member)
{
	json_t *array = json_array();

	for (size_t i = 0; i < view->station_count; i++)
		if (view->stations[i].member == member)
			json_array_append_new(array,
					      obj_json(&fdb_kind,
						       &view->stations[i]));
	return array;
}

static void view_json(const struct view *view)
{
	json_t *json = obj_json(&bond_kind, view->bond);
	json_t *uplink = json_array(), *member;

	for (size_t i = 0; i < view->member_count; i++) {
		member = obj_json(&member_kind, &view->members[i]);
		json_object_set_new(member, "pins",
				    pins_json(view, view->members[i].ifindex));
		json_array_append_new(uplink, member);
	}
	if (settings.stats) {
		json_object_set_new(json, "uplink", uplink);
		json_object_set_new(json, "unpinned", pins_json(view, 0));
	} else {
		json_decref(uplink);
	}
	out_json(json);
}

static size_t pins_text(const struct view *view, uint32_t member)
{
	size_t count = 0;

	for (size_t i = 0; i < view->station_count; i++) {
		const struct fdb *fdb = &view->stations[i];

		if (fdb->member != member)
			continue;
		if (!count++ && !member)
			out_text(2, "on no member:");
		out_cell("      %s", text_mac(fdb->mac));
		out_cell("vlan %s", text_vid(fdb->vid, fdb->service));
		out_cell("at %s", text_dev(fdb->port));
		out_cell("tx %s", text_rate(fdb->tx_rate));
		out_cell("rx %s", text_rate(fdb->rx_rate));
		out_cell("%s", fdb_since(fdb, "for "));
		out_row();
	}
	return count;
}

static void view_text(const struct view *view)
{
	const struct bond *bond = view->bond;

	out_text(0, "%s: %s", paint(C_NAME, bond->ifname),
		 bond_summary(bond));
	show_settings(bond);
	if (!settings.stats)
		return;
	out_stats(4, &bond->stats);
	for (size_t i = 0; i < view->member_count; i++) {
		const struct member *member = &view->members[i];

		out_text(2, "%s: %s", paint(C_NAME, member->ifname),
			 member_summary(member));
		pins_text(view, member->ifindex);
	}
	pins_text(view, 0);
}

static int bond_show(struct request *req)
{
	const struct value *name = args_value(req, "NAME");
	struct filter all = { 0 };
	struct bond *bonds = NULL;
	size_t count = 0;
	int err;

	err = nl_open() ?: args_resolve(req) ?:
	      obj_load(&bond_kind, &all, (void **)&bonds, &count);
	if (err)
		return err;
	out_begin(NULL);
	for (size_t i = 0; i < count && !err; i++) {
		struct view view = { .bond = &bonds[i] };

		if (name && name->num != bonds[i].ifindex)
			continue;
		err = view_load(&view);
		if (!err && view.gone && name)
			err = fail(ST_REFUSED, "the bond has just gone");
		if (!err && !view.gone)
			(settings.json ? view_json : view_text)(&view);
		free(view.members);
		free(view.stations);
	}
	free(bonds);
	return out_end(err);
}

struct moves {
	struct move *moves;
	size_t count;
	/* How many there are; the module describes only so many of them. */
	uint64_t total;
};

static int on_moves(const struct nlmsghdr *nlh, void *data)
{
	struct moves *moves = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == VMBOND_A_REBALANCE_MOVES)
			nl_attr_uint(attr, &moves->total);
		if (mnl_attr_get_type(attr) != VMBOND_A_REBALANCE_MOVE)
			continue;
		moves->moves = realloc(moves->moves, (moves->count + 1) *
				       sizeof(*moves->moves));
		if (!moves->moves)
			out_of_memory();
		obj_read_nest(&move_kind, attr, &moves->moves[moves->count++]);
	}
	return MNL_CB_OK;
}

static void show_move(const struct move *move)
{
	if (settings.json) {
		out_json(obj_json(&move_kind, move));
		return;
	}
	out_cell("%s", text_mac(move->mac));
	out_cell("%s", text_vid(move->vid, move->service));
	out_cell("%s", text_dev(move->from));
	out_cell("%s", text_dev(move->to));
	out_cell("%s", text_rate(move->rate));
	out_row();
}

static int bond_rebalance(struct request *req)
{
	static const char *const heads[] = {
		"MAC", "VLAN", "FROM", "TO", "LOAD", NULL
	};
	bool dry = args_value(req, "dry-run");
	struct moves moves = { 0 };
	struct nlmsghdr *nlh;
	int err = nl_open() ?: args_resolve(req);

	if (err)
		return err;
	nlh = nl_request(VMBOND_CMD_BOND_REBALANCE);
	args_put(req, nlh);
	if (dry)
		mnl_attr_put(nlh, VMBOND_A_REBALANCE_DRY_RUN, 0, NULL);
	if (nl_do(nlh, on_moves, &moves)) {
		free(moves.moves);
		return nl_refused(NULL);
	}
	/* Another version of the module may not tell of them how many. */
	if (moves.total < moves.count)
		moves.total = moves.count;
	out_begin(moves.count ? heads : NULL);
	for (size_t i = 0; i < moves.count; i++)
		show_move(&moves.moves[i]);
	if (!settings.json && moves.total > moves.count)
		out_text(0, "and %" PRIu64 " more", moves.total - moves.count);
	if (!settings.json)
		out_text(0, moves.total ? dry ? "%" PRIu64 " would move" :
			 "%" PRIu64 " moved" : "nothing to move", moves.total);
	free(moves.moves);
	return out_end(0);
}

static const struct cmd cmds[] = {
	{
		.name = "add",
		.usage = "add NAME [BOND-OPTIONS]",
		.pos = pos_new,
		.opts = opts_add,
		.run = bond_add,
	}, {
		.name = "set",
		.usage = "set NAME BOND-OPTIONS",
		.pos = pos_bond,
		.opts = opts_set,
		.some = true,
		.nl_cmd = VMBOND_CMD_BOND_SET,
		.run = bond_set,
	}, {
		.name = "del",
		.usage = "del NAME",
		.pos = pos_bond,
		.nl_cmd = VMBOND_CMD_BOND_DEL,
	}, {
		.name = "show",
		.usage = "show [NAME]",
		.pos = pos_any,
		.run = bond_show,
	}, {
		.name = "rebalance",
		.usage = "rebalance NAME [dry-run]",
		.pos = pos_rebalance,
		.opts = opts_rebalance,
		.run = bond_rebalance,
	},
	{ 0 }
};

const struct object bond_object = {
	.name = "bond",
	.cmds = cmds,
	.notes =
"BOND-OPTIONS: mode balance-slb|active-backup  native VID  vlans LIST\n"
"  rx-check adaptive|strict|off  rebalance-interval MS  max-moves N\n"
"  updelay MS  downdelay MS  min-links N  primary DEV|none\n"
"  ageing S  max-macs N  announce-count N  networks NAME[,NAME...]|none\n"
};
