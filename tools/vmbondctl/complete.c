// SPDX-License-Identifier: GPL-2.0
/*
 * vmbondctl complete WORD...: what the last word could become, one a line, for
 * shells. It walks the tables that commands are read with.
 */
#include <dirent.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "complete.h"
#include "dump.h"
#include "nl.h"
#include "obj.h"
#include "vmbondctl.h"

/* VLANs that are worth offering one by one. */
#define VLANS_OFFERED 64

static const char *prefix;

static void offer(const char *word)
{
	if (!strncmp(word, prefix, strlen(prefix)))
		puts(word);
}

static void offer_words(const char *const *words)
{
	for (; *words; words++)
		offer(*words);
}

static void offer_dir(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			offer(entry->d_name);
	closedir(dir);
}

static void offer_links(void)
{
	struct if_nameindex *links = if_nameindex();

	for (size_t i = 0; links && links[i].if_index; i++)
		offer(links[i].if_name);
	if (links)
		if_freenameindex(links);
}

static void offer_objects(const struct kind *kind)
{
	struct filter all = { 0 };
	char *objs = NULL;
	size_t count = 0;

	if (nl_open())
		return;
	obj_load(kind, &all, (void **)&objs, &count);
	for (size_t i = 0; i < count; i++) {
		const void *obj = objs + i * kind->size;

		offer(kind == &bond_kind ? ((const struct bond *)obj)->ifname :
		      kind == &member_kind ?
		      ((const struct member *)obj)->ifname :
		      ((const struct port *)obj)->ifname);
	}
	free(objs);
}

static void offer_set(const struct vid_set *set)
{
	struct vid_range range = { 0 };
	unsigned int count = 0;
	char text[8];

	for (unsigned int vid = 0; list_next(set, vid, &range);
	     vid = range.last + 1) {
		for (unsigned int v = range.first; v <= range.last; v++) {
			if (count++ == VLANS_OFFERED)
				return;
			snprintf(text, sizeof(text), "%u", v);
			offer(text);
		}
	}
}

/* The VLANs that ports are in, trunks of everything left aside. */
static void offer_vlans(void)
{
	struct vid_set set = { { 0 } }, all = { { 0 } };
	struct filter filter = { 0 };
	struct port *ports = NULL;
	size_t count = 0;

	if (nl_open())
		return;
	list_add(&all, 0, VID_MAX);
	obj_load(&port_kind, &filter, (void **)&ports, &count);
	for (size_t i = 0; i < count; i++) {
		const struct port *port = &ports[i];

		if (OBJ_HAS(port, VMBOND_A_PORT_VID))
			list_add(&set, port->vid, port->vid);
		if (OBJ_HAS(port, VMBOND_A_PORT_NATIVE))
			list_add(&set, port->native, port->native);
		if (port->vlan_mode != VMBOND_VLAN_MODE_TRUNK ||
		    !memcmp(&port->vlans, &all, sizeof(all)))
			continue;
		for (size_t w = 0; w < ARRAY_SIZE(set.bits); w++)
			set.bits[w] |= port->vlans.bits[w];
	}
	free(ports);
	offer_set(&set);
}

static void offer_values(const struct arg *arg)
{
	static const char *const on_off[] = { "on", "off", NULL };
	static const char *const watched[] = { "all", "config", "events",
					       NULL };

	if (arg->none)
		offer(arg->none);
	switch (arg->type) {
	case ARG_WATCHED:
		offer_words(watched);
		offer_objects(&bond_kind);
		break;
	case ARG_BOND:
		offer_objects(&bond_kind);
		break;
	case ARG_MEMBER:
		offer_objects(&member_kind);
		break;
	case ARG_PORT:
		offer_objects(&port_kind);
		break;
	case ARG_DEV:
		offer_links();
		break;
	case ARG_LIST:
		offer("all");
		offer_vlans();
		break;
	case ARG_VID:
		offer_vlans();
		break;
	case ARG_SWITCH:
		offer_words(on_off);
		break;
	case ARG_ENUM:
		offer_words(arg->words);
		break;
	default:
		break;
	}
}

static void offer_args(const struct cmd *cmd, int argc, char **argv)
{
	static struct request req;
	struct args_at at = { 0 };
	const struct arg *pos;

	req.cmd = cmd;
	for (int i = 0; i < argc; i++)
		if (args_step(&req, &at, argv[i]))
			return;
	if (at.wants) {
		offer_values(at.wants);
		return;
	}
	pos = args_next_pos(&req, &at, NULL);
	if (pos)
		offer_values(pos);
	if (pos && !pos->optional)
		return;
	for (const struct arg *arg = cmd->opts; arg && arg->word; arg++)
		if (!args_value(&req, arg->word) && !args_rival(&req, arg) &&
		    args_follows(arg, &at))
			offer(arg->word);
}

static void offer_commands(const struct object *object, int argc,
			   char **argv)
{
	if (!object->cmds->name) {
		offer_args(object->cmds, argc, argv);
		return;
	}
	for (const struct cmd *cmd = object->cmds; cmd->usage; cmd++) {
		if (!argc)
			offer(cmd->name);
		else if (!strcmp(cmd->name, argv[0]))
			offer_args(cmd, argc - 1, argv + 1);
	}
	if (!argc)
		offer("help");
}

/**
 * complete() - offer what a word could become
 * @argc: how many words there are
 * @argv: the words of the command line, the last is the one to complete
 *
 * Return: the exit status.
 */
int complete(int argc, char **argv)
{
	static const char *const options[] = {
		"-j", "-p", "-s", "-c", "-t", "-n", "-b", "-force", "-V", "-h",
		NULL
	};
	int used;

	if (!argc)
		return ST_USAGE;
	prefix = argv[--argc];
	if (argc && !strcmp(argv[argc - 1], "-n")) {
		offer_dir("/run/netns");
		return ST_DONE;
	}
	used = options_parse(argc, argv, &settings);
	if (used < 0)
		return ST_USAGE;
	if (settings.netns && netns_enter(settings.netns))
		return ST_REFUSED;
	settings = (struct settings){ 0 };
	argc -= used;
	argv += used;
	if (!argc && *prefix == '-')
		offer_words(options);
	for (size_t i = 0; objects[i]; i++) {
		if (!argc)
			offer(objects[i]->name);
		else if (!strcmp(objects[i]->name, argv[0]))
			offer_commands(objects[i], argc - 1, argv + 1);
	}
	if (!argc)
		offer("help");
	nl_close();
	return ST_DONE;
}
