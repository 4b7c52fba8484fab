// SPDX-License-Identifier: GPL-2.0
/* vmbondctl monitor */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "bond.h"
#include "dump.h"
#include "fdb.h"
#include "link.h"
#include "member.h"
#include "nl.h"
#include "out.h"
#include "port.h"
#include "vmbondctl.h"

/* Room for a burst of some thousand events. */
#define RECEIVE_ROOM (4 * 1024 * 1024)

static const char *const watched_words[] = { "all", "config", "events" };

enum watched {
	W_ALL,
	W_CONFIG,
	W_EVENTS,
};

static enum watched watched;
/* The bond to report on, 0 for all. */
static uint32_t watched_bond;
static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
}

union any {
	struct bond bond;
	struct member member;
	struct port port;
	struct fdb fdb;
};

static uint32_t bond_of(const struct kind *kind, const union any *obj)
{
	return kind == &bond_kind ? obj->bond.ifindex :
	       kind == &member_kind ? obj->member.bond :
	       kind == &port_kind ? obj->port.bond : obj->fdb.bond;
}

static uint32_t cause_of(const struct kind *kind, const union any *obj)
{
	return kind == &bond_kind ? obj->bond.cause :
	       kind == &member_kind ? obj->member.cause :
	       kind == &port_kind ? obj->port.cause : obj->fdb.cause;
}

/* Devices that are gone can be named by what was said of them before. */
static void remember(const struct kind *kind, const union any *obj)
{
	if (kind == &bond_kind)
		link_remember(obj->bond.ifindex, obj->bond.ifname);
	else if (kind == &member_kind)
		link_remember(obj->member.ifindex, obj->member.ifname);
	else if (kind == &port_kind)
		link_remember(obj->port.ifindex, obj->port.ifname);
}

static const char *subject(const struct kind *kind, const union any *obj)
{
	static char text[160];

	if (kind == &bond_kind)
		snprintf(text, sizeof(text), "bond %s",
			 paint(C_NAME, obj->bond.ifname));
	else if (kind == &fdb_kind)
		snprintf(text, sizeof(text), "station %s vlan %s of %s",
			 text_mac(obj->fdb.mac),
			 text_vid(obj->fdb.vid, obj->fdb.service),
			 text_dev(obj->fdb.bond));
	else
		snprintf(text, sizeof(text), "%s %s of %s", kind->name,
			 paint(C_NAME, kind == &member_kind ?
			       obj->member.ifname : obj->port.ifname),
			 text_dev(bond_of(kind, obj)));
	return text;
}

static const char *summary(const struct kind *kind, const union any *obj)
{
	return kind == &bond_kind ? bond_summary(&obj->bond) :
	       kind == &member_kind ? member_summary(&obj->member) :
	       kind == &port_kind ? port_summary(&obj->port) :
	       fdb_summary(&obj->fdb);
}

static const char *now(void)
{
	static char text[64];
	char zone[8] = "";
	struct timespec ts;
	struct tm tm;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	len = strftime(text, sizeof(text), "%FT%T", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(text + len, sizeof(text) - len, ".%06ld%s",
		 ts.tv_nsec / 1000, zone);
	return text;
}

/* One line: an event and the object it is about, if it is about one. */
static void print_json(const char *event, const char *cause, json_t *object)
{
	json_t *json = json_object();

	if (settings.stamp)
		json_object_set_new(json, "time", json_string(now()));
	json_object_set_new(json, "event", json_string(event));
	if (cause)
		json_object_set_new(json, "cause", json_string(cause));
	if (object)
		json_object_update_missing(json, object);
	json_decref(object);
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static void print_note(const char *event, const char *text)
{
	if (settings.json)
		print_json(event, NULL, NULL);
	else
		printf("%s%s%s\n", settings.stamp ? now() : "",
		       settings.stamp ? " " : "", text);
}

static void print_event(const struct kind *kind, const union any *obj,
			bool gone, bool dumped)
{
	const char *cause = dumped ? "dump" :
			    obj_word(cause_words, cause_of(kind, obj));
	char event[32];

	if (settings.json) {
		snprintf(event, sizeof(event), "%s%s", kind->name,
			 gone ? "-del" : "");
		print_json(event, cause, obj_json(kind, obj));
		return;
	}
	if (settings.stamp)
		printf("%s ", now());
	printf("%s: %s", subject(kind, obj),
	       gone ? "gone" : summary(kind, obj));
	printf(dumped ? "\n" : " (%s)\n", cause);
}

static bool is_wanted(const struct kind *kind, const union any *obj)
{
	uint32_t cause = cause_of(kind, obj);
	bool config = cause == VMBOND_CAUSE_CONFIG ||
		      cause == VMBOND_CAUSE_MANUAL;

	if (watched_bond && watched_bond != bond_of(kind, obj))
		return false;
	return watched == W_ALL || config == (watched == W_CONFIG);
}

static int on_event(const struct nlmsghdr *nlh, void *data)
{
	const struct kind *kind;
	union any obj;
	bool gone = false;
	uint8_t cmd;

	(void)data;
	if (!nl_is_event(nlh, &cmd))
		return MNL_CB_OK;
	switch (cmd) {
	case VMBOND_CMD_BOND_DEL_NTF:
		gone = true;
		/* fall through */
	case VMBOND_CMD_BOND_NTF:
		kind = &bond_kind;
		break;
	case VMBOND_CMD_MEMBER_DEL_NTF:
		gone = true;
		/* fall through */
	case VMBOND_CMD_MEMBER_NTF:
		kind = &member_kind;
		break;
	case VMBOND_CMD_PORT_DEL_NTF:
		gone = true;
		/* fall through */
	case VMBOND_CMD_PORT_NTF:
		kind = &port_kind;
		break;
	case VMBOND_CMD_FDB_DEL_NTF:
		gone = true;
		/* fall through */
	case VMBOND_CMD_FDB_NTF:
		kind = &fdb_kind;
		break;
	default:
		return MNL_CB_OK;
	}
	obj_read(kind, nlh, &obj);
	remember(kind, &obj);
	if (is_wanted(kind, &obj))
		print_event(kind, &obj, gone, false);
	/* Nothing more can come of the bond that was asked for. */
	if (gone && kind == &bond_kind && obj.bond.ifindex == watched_bond)
		stopped = 1;
	return MNL_CB_OK;
}

/* Stations are many: as text they are shown when something happens to them. */
static bool is_dumped(const struct kind *kind)
{
	return kind != &fdb_kind || (settings.json && watched != W_CONFIG);
}

static int print_state(void)
{
	static const struct kind *const kinds[] = {
		&bond_kind, &member_kind, &port_kind, &fdb_kind
	};
	struct filter filter = { .bond = watched_bond };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		char *objs = NULL;
		size_t count = 0;
		int err;

		if (!is_dumped(kinds[i]))
			continue;
		err = obj_load(kinds[i], &filter, (void **)&objs, &count);
		for (size_t n = 0; n < count && !err; n++) {
			const void *obj = objs + n * kinds[i]->size;

			remember(kinds[i], obj);
			if (!watched_bond ||
			    bond_of(kinds[i], obj) == watched_bond)
				print_event(kinds[i], obj, false, true);
		}
		free(objs);
		if (err)
			return err;
	}
	if (settings.json)
		print_note("synced", NULL);
	return 0;
}

static char buf[NL_BUF];

/*
 * Events that came while there was no room for them are gone. Those that still
 * wait are older, and would be taken for news if they came after the state.
 */
static int resync(struct mnl_socket *mnl)
{
	int fd = mnl_socket_get_fd(mnl);

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0 ||
	       errno == ENOBUFS)
		;
	print_note("lost", "events were lost, this is the state now:");
	return print_state();
}

static int read_events(struct mnl_socket *mnl)
{
	ssize_t len = mnl_socket_recvfrom(mnl, buf, sizeof(buf));

	if (len >= 0) {
		mnl_cb_run(buf, len, 0, 0, on_event, NULL);
		return 0;
	}
	if (errno == ENOBUFS)
		return resync(mnl);
	if (errno == EINTR || errno == EAGAIN)
		return 0;
	return fail(ST_REFUSED, "cannot read events: %s", strerror(errno));
}

static int watch(struct mnl_socket *mnl, const sigset_t *unblocked)
{
	struct pollfd fds[] = {
		{ .fd = mnl_socket_get_fd(mnl), .events = POLLIN },
		/* Tells when nobody reads the output any more. */
		{ .fd = STDOUT_FILENO },
	};
	int err = print_state();

	while (!err && !stopped) {
		if (fflush(stdout))
			return errno == EPIPE ? ST_DONE : out_flush();
		if (ppoll(fds, ARRAY_SIZE(fds), NULL, unblocked) < 0)
			continue;
		if (fds[1].revents)
			break;
		err = read_events(mnl);
	}
	return err;
}

static int choose(const struct request *req)
{
	const struct value *name = args_value(req, "NAME");

	watched = W_ALL;
	watched_bond = 0;
	if (!name)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(watched_words); i++) {
		if (!strcmp(name->text, watched_words[i])) {
			watched = i;
			return 0;
		}
	}
	return link_find_bond(name->text, &watched_bond);
}

static int monitor(struct request *req)
{
	struct sigaction action = { .sa_handler = on_signal };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	int room = RECEIVE_ROOM;
	struct mnl_socket *mnl;
	sigset_t blocked, old;
	int err;

	if (args_value(req, "-t"))
		settings.stamp = true;
	err = nl_open() ?: choose(req);
	if (err)
		return err;
	mnl = nl_subscribe();
	if (!mnl)
		return ST_REFUSED;
	if (setsockopt(mnl_socket_get_fd(mnl), SOL_SOCKET, SO_RCVBUFFORCE,
		       &room, sizeof(room)))
		setsockopt(mnl_socket_get_fd(mnl), SOL_SOCKET, SO_RCVBUF,
			   &room, sizeof(room));

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], &action, NULL);
		sigaddset(&blocked, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, &old);
	err = watch(mnl, &old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	mnl_socket_close(mnl);
	return err;
}

static const struct arg pos_watched[] = {
	{ "NAME", ARG_WATCHED, .optional = true },
	{ 0 }
};

static const struct arg monitor_opts[] = {
	{ "-t", ARG_FLAG },
	{ 0 }
};

static const struct cmd cmds[] = {
	{
		.usage = "[NAME|all|config|events] [-t]",
		.pos = pos_watched,
		.opts = monitor_opts,
		.run = monitor,
	},
	{ 0 }
};

const struct object monitor_object = {
	.name = "monitor",
	.cmds = cmds,
};
