// SPDX-License-Identifier: GPL-2.0
/* vmbondctl port */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "out.h"
#include "port.h"
#include "show.h"
#include "vmbondctl.h"

static const struct arg pos_add[] = {
	{ "NAME", ARG_BOND, VMBOND_A_PORT_BOND },
	{ "DEV", ARG_DEV, VMBOND_A_PORT_IFINDEX },
	{ 0 }
};

static const struct arg pos_port[] = {
	{ "DEV", ARG_PORT, VMBOND_A_PORT_IFINDEX },
	{ 0 }
};

static const struct arg pos_any[] = {
	{ "NAME", ARG_BOND, .optional = true },
	{ 0 }
};

static const char *const none_words[] = { "none", NULL };

#define VLAN_MODE(_mode) \
	.with = VMBOND_A_PORT_VLAN_MODE, .as = VMBOND_VLAN_MODE_##_mode

static const struct arg port_opts[] = {
	{ "access", ARG_VID, VMBOND_A_PORT_VID, VLAN_MODE(ACCESS) },
	{ "trunk", ARG_LIST, VMBOND_A_PORT_VLANS, VLAN_MODE(TRUNK) },
	{ "native", ARG_VID, VMBOND_A_PORT_NATIVE, .after = "trunk" },
	{ "tagged", ARG_FLAG, VMBOND_A_PORT_NATIVE_TAGGED,
	  .after = "native" },
	{ "tunnel", ARG_VID, VMBOND_A_PORT_VID, VLAN_MODE(TUNNEL) },
	{ "inner", ARG_LIST, VMBOND_A_PORT_VLANS, .after = "tunnel" },
	{ "dot1q", ARG_FLAG, VMBOND_A_PORT_DOT1Q, .after = "tunnel",
	  .or_after = "inner" },
	{ "vlan", ARG_ENUM, .words = none_words, VLAN_MODE(NONE) },
	{ "mac-lock", ARG_SWITCH, VMBOND_A_PORT_MAC_LOCK },
	{ "max-macs", ARG_NUMBER, VMBOND_A_PORT_MAX_MACS },
	{ "isolated", ARG_SWITCH, VMBOND_A_PORT_ISOLATED },
	{ "flood", ARG_SWITCH, VMBOND_A_PORT_FLOOD },
	{ "bum-limit", ARG_COUNT, VMBOND_A_PORT_BUM_LIMIT,
	  .none = "none" },
	{ "priority-tags", ARG_SWITCH, VMBOND_A_PORT_PRIORITY_TAGS },
	{ "standby", ARG_SWITCH, VMBOND_A_PORT_STANDBY },
	{ 0 }
};

/**
 * port_vlan_text() - the VLANs of a port, in the words that give it them
 * @port: the port
 */
const char *port_vlan_text(const struct port *port)
{
	static char text[LIST_TEXT + 64];
	char list[LIST_TEXT];

	list_format(&port->vlans, list);
	switch (port->vlan_mode) {
	case VMBOND_VLAN_MODE_NONE:
		return paint(C_BAD, "none");
	case VMBOND_VLAN_MODE_ACCESS:
		snprintf(text, sizeof(text), "access %u", port->vid);
		break;
	case VMBOND_VLAN_MODE_TRUNK:
		if (OBJ_HAS(port, VMBOND_A_PORT_NATIVE))
			snprintf(text, sizeof(text), "trunk %s native %u%s",
				 list, port->native,
				 port->native_tagged ? " tagged" : "");
		else
			snprintf(text, sizeof(text), "trunk %s", list);
		break;
	case VMBOND_VLAN_MODE_TUNNEL:
		snprintf(text, sizeof(text), "tunnel %u%s%s%s", port->vid,
			 strcmp(list, "all") ? " inner " : "",
			 strcmp(list, "all") ? list : "",
			 port->dot1q ? " dot1q" : "");
		break;
	default:
		return "unknown";
	}
	return text;
}

/* What is set otherwise than on a new port. */
static const char *policy_text(const struct port *port)
{
	static char text[128];
	char limit[32] = "";

	if (port->bum_limit)
		snprintf(limit, sizeof(limit), " bum-limit %u",
			 port->bum_limit);
	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s",
		 port->ifindex == port->bond ? " self" : "",
		 port->mac_lock ? " mac-lock" : "",
		 port->isolated ? " isolated" : "",
		 port->flood ? " flood" : "",
		 limit,
		 port->priority_tags ? " priority-tags" : "",
		 port->standby ? " standby" : "");
	return *text ? text + 1 : "-";
}

/**
 * port_summary() - a port in a line
 * @port: the port
 */
const char *port_summary(const struct port *port)
{
	static char text[LIST_TEXT + 256];
	const char *policy = policy_text(port);

	snprintf(text, sizeof(text), "vlan %s, %u station%s%s%s",
		 port_vlan_text(port), port->stations, PLURAL(port->stations),
		 *policy == '-' ? "" : ", ", *policy == '-' ? "" : policy);
	return text;
}

static const char *const heads[] = {
	"PORT", "BOND", "STATIONS", "MAX", "POLICY", "VLAN", NULL
};

static void show_port(const void *obj, void *data)
{
	const struct port *port = obj;

	(void)data;
	if (settings.json) {
		out_json(obj_json(&port_kind, port));
		return;
	}
	out_cell("%s", paint(C_NAME, port->ifname));
	out_cell("%s", text_dev(port->bond));
	out_cell("%u", port->stations);
	out_cell("%u", port->max_macs);
	out_cell("%s", policy_text(port));
	out_cell("%s", port_vlan_text(port));
	out_row();
	if (settings.stats)
		out_stats(4, &port->stats);
}

static int port_show(struct request *req)
{
	return show_dump(req, &port_kind, heads, show_port);
}

static const struct cmd cmds[] = {
	{
		.name = "add",
		.usage = "add NAME DEV [PORT-OPTIONS]",
		.pos = pos_add,
		.opts = port_opts,
		.nl_cmd = VMBOND_CMD_PORT_NEW,
	}, {
		.name = "set",
		.usage = "set DEV PORT-OPTIONS",
		.pos = pos_port,
		.opts = port_opts,
		.some = true,
		.nl_cmd = VMBOND_CMD_PORT_SET,
	}, {
		.name = "del",
		.usage = "del DEV",
		.pos = pos_port,
		.nl_cmd = VMBOND_CMD_PORT_DEL,
	}, {
		.name = "show",
		.usage = "show [NAME]",
		.pos = pos_any,
		.run = port_show,
	},
	{ 0 }
};

const struct object port_object = {
	.name = "port",
	.cmds = cmds,
	.notes =
"PORT-OPTIONS: access VID | trunk LIST [native VID [tagged]] |\n"
"    tunnel VID [inner LIST] [dot1q] | vlan none\n"
"  mac-lock on|off  max-macs N  isolated on|off  flood on|off\n"
"  bum-limit PPS|none  priority-tags on|off  standby on|off\n"
};
