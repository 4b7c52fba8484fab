// SPDX-License-Identifier: GPL-2.0
/* vmbondctl member */
#include <stdio.h>

#include "args.h"
#include "member.h"
#include "out.h"
#include "show.h"
#include "vmbondctl.h"

static const struct arg pos_add[] = {
	{ "NAME", ARG_BOND, VMBOND_A_MEMBER_BOND },
	{ "DEV", ARG_DEV, VMBOND_A_MEMBER_IFINDEX },
	{ 0 }
};

static const struct arg pos_member[] = {
	{ "DEV", ARG_MEMBER, VMBOND_A_MEMBER_IFINDEX },
	{ 0 }
};

static const struct arg pos_any[] = {
	{ "NAME", ARG_BOND, .optional = true },
	{ 0 }
};

static const struct arg member_opts[] = {
	{ "weight", ARG_NUMBER, VMBOND_A_MEMBER_WEIGHT },
	{ "state", ARG_ENUM, VMBOND_A_MEMBER_ADMIN_STATE,
	  .words = admin_words },
	{ 0 }
};

/**
 * member_state() - the state of a member, and what it waits for
 * @member: the member
 */
const char *member_state(const struct member *member)
{
	switch (member->state) {
	case VMBOND_MEMBER_STATE_UP:
		return member->carrier ? paint(C_GOOD, "up") :
		       paint(C_BAD, "up, downdelay");
	case VMBOND_MEMBER_STATE_DOWN:
		return paint(C_BAD, member->carrier ? "down, updelay" :
			     "down");
	default:
		return obj_word(member_words, member->state);
	}
}

const char *member_speed(const struct member *member)
{
	return member->speed ? text_rate(member->speed * UINT64_C(1000000)) :
	       "-";
}

static const char *receiver_text(const struct member *member)
{
	static char text[LIST_TEXT];

	list_format(&member->receiver, text);
	return *text ? text : "-";
}

/**
 * member_summary() - a member in a line
 * @member: the member
 */
const char *member_summary(const struct member *member)
{
	static char text[LIST_TEXT + 256];

	snprintf(text, sizeof(text), "%s, link %s, speed %s, %u station%s, "
		 "tx %s, rx %s, receiver of VLAN %s", member_state(member),
		 member->carrier ? "up" : "down", member_speed(member),
		 member->stations, PLURAL(member->stations),
		 text_rate(member->tx_rate), text_rate(member->rx_rate),
		 receiver_text(member));
	return text;
}

static const char *const heads[] = {
	"MEMBER", "BOND", "STATE", "LINK", "SPEED", "WEIGHT", "STATIONS",
	"TX", "RX", "RECEIVER OF VLAN", NULL
};

static void show_member(const void *obj, void *data)
{
	const struct member *member = obj;

	(void)data;
	if (settings.json) {
		out_json(obj_json(&member_kind, member));
		return;
	}
	out_cell("%s", paint(C_NAME, member->ifname));
	out_cell("%s", text_dev(member->bond));
	out_cell("%s", member_state(member));
	out_cell("%s", member->carrier ? "up" : paint(C_BAD, "down"));
	out_cell("%s", member_speed(member));
	out_cell("%u", member->weight);
	out_cell("%u", member->stations);
	out_cell("%s", text_rate(member->tx_rate));
	out_cell("%s", text_rate(member->rx_rate));
	out_cell("%s", receiver_text(member));
	out_row();
	if (settings.stats)
		out_stats(4, &member->stats);
}

static int member_show(struct request *req)
{
	return show_dump(req, &member_kind, heads, show_member);
}

static const struct cmd cmds[] = {
	{
		.name = "add",
		.usage = "add NAME DEV [weight N] [state up|drain]",
		.pos = pos_add,
		.opts = member_opts,
		.nl_cmd = VMBOND_CMD_MEMBER_NEW,
	}, {
		.name = "set",
		.usage = "set DEV [weight N] [state up|drain]",
		.pos = pos_member,
		.opts = member_opts,
		.some = true,
		.nl_cmd = VMBOND_CMD_MEMBER_SET,
	}, {
		.name = "del",
		.usage = "del DEV",
		.pos = pos_member,
		.nl_cmd = VMBOND_CMD_MEMBER_DEL,
	}, {
		.name = "show",
		.usage = "show [NAME]",
		.pos = pos_any,
		.run = member_show,
	},
	{ 0 }
};

const struct object member_object = {
	.name = "member",
	.cmds = cmds,
};
