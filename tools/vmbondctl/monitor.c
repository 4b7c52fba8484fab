// SPDX-License-Identifier: GPL-2.0
/* vmbondctl monitor */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
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
/* Which signals are let through while there is nothing to do. */
static sigset_t waiting;
/* Nothing more can come, or be printed; and the status of that. */
static bool over;
static int status;
/* A line is made here and written at once. */
static FILE *line;
static char *line_text;
static size_t line_len;

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

static void end(int with)
{
	over = true;
	status = with;
}

/*
 * Signals are taken while there is no room, not while something is written: one
 * that comes between the two would be waited for by nobody. What there is room
 * for does not block, even in a pipe.
 */
static void line_write(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	size_t done = 0;
	ssize_t len;

	if (fflush(line))
		out_of_memory();
	while (done < line_len && !stopped && !over) {
		if (ppoll(&out, 1, NULL, &waiting) < 0)
			continue;
		len = line_len - done < PIPE_BUF ? line_len - done : PIPE_BUF;
		len = write(STDOUT_FILENO, line_text + done, len);
		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (len < 0)
			end(errno == EPIPE ? ST_DONE :
			    fail(ST_REFUSED, "cannot write: %s",
				 strerror(errno)));
		else
			done += len;
	}
	rewind(line);
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
	json_dumpf(json, line, JSON_COMPACT);
	fputc('\n', line);
	json_decref(json);
	line_write();
}

static void print_note(const char *event, const char *text)
{
	if (settings.json) {
		print_json(event, NULL, NULL);
		return;
	}
	fprintf(line, "%s%s%s\n", settings.stamp ? now() : "",
		settings.stamp ? " " : "", text);
	line_write();
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
		fprintf(line, "%s ", now());
	fprintf(line, "%s: %s", subject(kind, obj),
		gone ? "gone" : summary(kind, obj));
	fprintf(line, dumped ? "\n" : " (%s)\n", cause);
	line_write();
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
	if (nl_is_removal(nlh) && !over)
		end(fail(ST_REFUSED, "the vmbond module was removed"));
	if (!nl_is_event(nlh, &cmd) || over)
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
		end(ST_DONE);
	return MNL_CB_OK;
}

/* Stations are many: as text they are shown when something happens to them. */
static bool is_dumped(const struct kind *kind)
{
	return kind != &fdb_kind || (settings.json && watched != W_CONFIG);
}

/* That it was deleted is among the events that were lost. */
static void print_gone(void)
{
	union any obj = { .bond = { .ifindex = watched_bond } };

	snprintf(obj.bond.ifname, sizeof(obj.bond.ifname), "%s",
		 link_name(watched_bond));
	print_event(&bond_kind, &obj, true, true);
	end(ST_DONE);
}

static int print_state(void)
{
	static const struct kind *const kinds[] = {
		&bond_kind, &member_kind, &port_kind, &fdb_kind
	};
	bool gone = watched_bond;
	struct filter filter = { .bond = watched_bond, .gone = &gone };

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !over; i++) {
		char *objs = NULL;
		size_t count = 0;
		int err;

		if (!is_dumped(kinds[i]))
			continue;
		err = obj_load(kinds[i], &filter, (void **)&objs, &count);
		for (size_t n = 0; n < count && !err; n++) {
			const void *obj = objs + n * kinds[i]->size;

			remember(kinds[i], obj);
			if (watched_bond &&
			    bond_of(kinds[i], obj) != watched_bond)
				continue;
			gone = false;
			print_event(kinds[i], obj, false, true);
		}
		free(objs);
		if (err)
			return err;
		if (gone)
			print_gone();
	}
	if (settings.json && !over)
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

static int watch(struct mnl_socket *mnl)
{
	struct pollfd fds[] = {
		{ .fd = mnl_socket_get_fd(mnl), .events = POLLIN },
		/* Tells when nobody reads the output any more. */
		{ .fd = STDOUT_FILENO },
	};
	int err = print_state();

	while (!err && !stopped && !over) {
		if (ppoll(fds, ARRAY_SIZE(fds), NULL, &waiting) < 0)
			continue;
		if (fds[1].revents)
			break;
		err = read_events(mnl);
	}
	return err ?: status;
}

static int choose(const struct request *req)
{
	const struct value *name = args_value(req, "NAME");

	watched = W_ALL;
	watched_bond = 0;
	over = false;
	status = ST_DONE;
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
	sigset_t blocked;
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

	line = open_memstream(&line_text, &line_len);
	if (!line)
		out_of_memory();
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], &action, NULL);
		sigaddset(&blocked, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, &waiting);
	err = watch(mnl);
	sigprocmask(SIG_SETMASK, &waiting, NULL);
	fclose(line);
	free(line_text);
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
