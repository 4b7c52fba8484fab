// SPDX-License-Identifier: GPL-2.0
/* vmbondctl top: what a bond carries, as it goes. */
#include <curses.h>
#include <signal.h>
#include <stdarg.h>
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
#include "vmbondctl.h"

/* Stations that a plain refresh prints. */
#define PLAIN_STATIONS 10
/* Columns of a bar; with less room there is none. */
#define BAR_MIN 5
#define BAR_MAX 40

enum sort {
	S_LOAD,
	S_TX,
	S_RX,
	S_MEMBER,
	S_PORT,
	S_SENT,
};

static const struct {
	int key;
	const char *label;
} sorts[] = {
	[S_LOAD] = { 'l', "(l)oad" },
	[S_TX] = { 't', "(t)x" },
	[S_RX] = { 'r', "(r)x" },
	[S_MEMBER] = { 'm', "(m)ember" },
	[S_PORT] = { 'p', "(p)ort" },
	[S_SENT] = { 's', "last (s)ent" },
};

/* What is shown: one bond of those there are. */
static struct {
	struct bond *bonds;
	size_t bond_count;
	size_t current;
	/* The bond asked for, 0 for any. */
	uint32_t wanted;
	struct member *members;
	size_t member_count;
	struct fdb *stations;
	size_t station_count;
	size_t first;
	enum sort sort;
} view;

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
}

/* Not for use in a handler, but the terminal is worth the try. */
static void on_fatal(int signal)
{
	endwin();
	raise(signal);
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static uint64_t load_of(const struct fdb *fdb)
{
	return fdb->tx_rate > fdb->rx_rate ? fdb->tx_rate : fdb->rx_rate;
}

static int by_sort(const void *a, const void *b)
{
	const struct fdb *fa = a, *fb = b;
	int order = 0;

	switch (view.sort) {
	case S_LOAD:
		break;
	case S_TX:
		order = compare(fb->tx_rate, fa->tx_rate);
		break;
	case S_RX:
		order = compare(fb->rx_rate, fa->rx_rate);
		break;
	case S_MEMBER:
		order = compare(fa->member, fb->member);
		break;
	case S_PORT:
		order = compare(fa->port, fb->port);
		break;
	case S_SENT:
		order = compare(fa->age, fb->age);
		break;
	}
	return order ?: compare(load_of(fb), load_of(fa)) ?:
	       memcmp(fa->mac, fb->mac, sizeof(fa->mac)) ?:
	       compare(fa->vid, fb->vid);
}

static void view_free(void)
{
	free(view.bonds);
	free(view.members);
	free(view.stations);
	view.bonds = NULL;
	view.members = NULL;
	view.stations = NULL;
	view.bond_count = 0;
	view.member_count = 0;
	view.station_count = 0;
}

static const struct bond *view_bond(void)
{
	return view.bond_count ? &view.bonds[view.current] : NULL;
}

static int view_find(uint32_t ifindex)
{
	for (size_t i = 0; i < view.bond_count; i++) {
		if (view.bonds[i].ifindex == ifindex) {
			view.current = i;
			return 0;
		}
	}
	return fail(ST_REFUSED, "the bond is gone");
}

static int view_load(void)
{
	/* One that has just gone is not among those of the next time. */
	bool gone = false;
	struct filter filter = { .gone = &gone };
	int err;

	view_free();
	err = obj_load(&bond_kind, &filter, (void **)&view.bonds,
		       &view.bond_count);
	if (!err && view.wanted)
		err = view_find(view.wanted);
	if (err || !view.bond_count)
		return err;
	if (view.current >= view.bond_count)
		view.current = 0;
	filter.bond = view_bond()->ifindex;
	err = obj_load(&member_kind, &filter, (void **)&view.members,
		       &view.member_count);
	if (!err)
		err = fdb_load(filter.bond, &gone, &view.stations,
			       &view.station_count);
	if (view.station_count)
		qsort(view.stations, view.station_count,
		      sizeof(*view.stations), by_sort);
	return err;
}

/* Percent of a member's speed that its busier direction takes, -1 unknown. */
static int utilisation(const struct member *member)
{
	uint64_t rate = member->tx_rate > member->rx_rate ?
			member->tx_rate : member->rx_rate;
	uint64_t percent;

	if (!member->speed)
		return -1;
	percent = rate / 10000 / member->speed;
	return percent > 100 ? 100 : percent;
}

static const char *percent_text(int percent, char text[8])
{
	snprintf(text, 8, percent < 0 ? "-" : "%d %%", percent);
	return text;
}

/* Where the next text is drawn. */
static int row, column;

/*
 * Draw text, so many columns wide, to the right of them if that is negative.
 * Curses would go on below what does not fit.
 */
__attribute__((format(printf, 2, 3)))
static void put(int columns, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int len;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	len = strlen(text);
	if (columns < 0 && len < -columns)
		column += -columns - len;
	if (column < COLS)
		mvaddnstr(row, column, text, COLS - column);
	column += len < columns ? columns : len;
}

static void next_row(void)
{
	row++;
	column = 0;
}

static void draw_heading(void)
{
	mvchgat(row, 0, -1, A_REVERSE, 0, NULL);
	next_row();
}

static void widen(int *columns, const char *text)
{
	int len = strlen(text);

	if (len > *columns)
		*columns = len;
}

static void draw_bar(int percent, int columns)
{
	int full = percent < 0 ? 0 : (percent * columns + 50) / 100;
	int pair = percent >= 80 ? 1 : percent >= 50 ? 2 : 3;

	put(0, "[");
	attron(COLOR_PAIR(pair));
	for (int i = 0; i < columns; i++)
		put(0, i < full ? "|" : " ");
	attroff(COLOR_PAIR(pair));
	put(0, "] ");
}

static void draw_members(void)
{
	int name = 6, state = 5, bar, most = row + LINES / 2;
	char text[8];

	for (size_t i = 0; i < view.member_count; i++) {
		widen(&name, view.members[i].ifname);
		widen(&state, member_state(&view.members[i]));
	}
	bar = COLS - name - state - 49;
	if (bar > BAR_MAX)
		bar = BAR_MAX;

	put(name + 1, "MEMBER");
	put(state + 1, "STATE");
	put(-8, "SPEED");
	put(-6, "USED");
	put(0, "%*s", bar >= BAR_MIN ? bar + 3 : 0, "");
	put(-10, "TX");
	put(-10, "RX");
	put(-9, "STATIONS");
	draw_heading();
	for (size_t i = 0; i < view.member_count; i++) {
		const struct member *member = &view.members[i];
		int percent = utilisation(member);

		if (row == most && i + 1 < view.member_count) {
			put(0, "and %zu more", view.member_count - i);
			next_row();
			return;
		}
		put(name + 1, "%s", member->ifname);
		put(state + 1, "%s", member_state(member));
		put(-8, "%s", member_speed(member));
		put(-6, "%s", percent_text(percent, text));
		put(0, " ");
		if (bar >= BAR_MIN)
			draw_bar(percent, bar);
		put(-9, "%s", text_rate(member->tx_rate));
		put(-10, "%s", text_rate(member->rx_rate));
		put(-9, "%u", member->stations);
		next_row();
	}
}

static void draw_stations(void)
{
	size_t room = LINES - row > 2 ? LINES - row - 2 : 0;
	int vlan = 4, port = 4, member = 6;

	if (view.first + room > view.station_count)
		view.first = view.station_count > room ?
			     view.station_count - room : 0;
	for (size_t i = 0; i < view.station_count; i++) {
		const struct fdb *fdb = &view.stations[i];

		widen(&vlan, text_vid(fdb->vid, fdb->service));
		widen(&port, text_dev(fdb->port));
		widen(&member, text_dev(fdb->member));
	}
	put(18, "MAC");
	put(vlan + 1, "VLAN");
	put(port + 1, "PORT");
	put(member, "MEMBER");
	put(-10, "TX");
	put(-10, "RX");
	put(0, "  PINNED");
	draw_heading();
	for (size_t i = view.first;
	     i < view.station_count && room; i++, room--) {
		const struct fdb *fdb = &view.stations[i];

		put(18, "%s", text_mac(fdb->mac));
		put(vlan + 1, "%s", text_vid(fdb->vid, fdb->service));
		put(port + 1, "%s", text_dev(fdb->port));
		put(member, "%s", text_dev(fdb->member));
		put(-10, "%s", text_rate(fdb->tx_rate));
		put(-10, "%s", text_rate(fdb->rx_rate));
		put(0, "  %s", fdb_since(fdb, ""));
		next_row();
	}
}

static void draw_keys(void)
{
	row = LINES - 1;
	column = 0;
	put(0, "sort by ");
	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++) {
		if (i == view.sort)
			attron(A_REVERSE);
		put(0, "%s", sorts[i].label);
		attroff(A_REVERSE);
		put(0, " ");
	}
	put(0, " (b) next bond  (q)uit");
}

static void draw(void)
{
	const struct bond *bond = view_bond();

	row = 0;
	column = 0;
	erase();
	if (bond) {
		put(0, "%s: %s", bond->ifname, bond_summary(bond));
		if (view.bond_count > 1)
			put(0, "  (bond %zu of %zu)", view.current + 1,
			    view.bond_count);
		next_row();
		next_row();
		draw_members();
		next_row();
		draw_stations();
	} else {
		put(0, "there is no bond");
	}
	draw_keys();
	refresh();
}

/* Returns false to quit. */
static bool on_key(int key)
{
	size_t page = LINES / 2;

	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++)
		if (sorts[i].key == key)
			view.sort = i;
	switch (key) {
	case 'q':
		return false;
	case 'b':
	case '\t':
		view.current++;
		view.wanted = 0;
		view.first = 0;
		break;
	case KEY_UP:
		view.first -= view.first > 0;
		break;
	case KEY_DOWN:
		view.first++;
		break;
	case KEY_PPAGE:
		view.first -= view.first < page ? view.first : page;
		break;
	case KEY_NPAGE:
		view.first += page;
		break;
	case KEY_HOME:
		view.first = 0;
		break;
	}
	return true;
}

static void leave_screen(void)
{
	if (!isendwin())
		endwin();
}

static void catch_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL,
				     SIGABRT };
	struct sigaction action = { .sa_handler = on_signal };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaction(ends[i], &action, NULL);
	action.sa_handler = on_fatal;
	action.sa_flags = SA_RESETHAND | SA_NODEFER;
	for (size_t i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &action, NULL);
}

static int run_screen(uint32_t interval)
{
	bool colour = settings.colour;
	int err;

	/* Colours are curses' here. */
	settings.colour = false;
	message_hook = leave_screen;
	atexit(leave_screen);
	catch_signals();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	if (colour && start_color() == OK) {
		use_default_colors();
		init_pair(1, COLOR_RED, -1);
		init_pair(2, COLOR_YELLOW, -1);
		init_pair(3, COLOR_GREEN, -1);
	}
	timeout(interval);
	do {
		err = view_load();
		if (!err)
			draw();
	} while (!err && !stopped && on_key(getch()) && !stopped);
	leave_screen();
	return err;
}

static void print_members(void)
{
	char text[8];

	out_cell("MEMBER");
	out_cell("STATE");
	out_cell("SPEED");
	out_cell("USED");
	out_cell("TX");
	out_cell("RX");
	out_cell("STATIONS");
	out_row();
	for (size_t i = 0; i < view.member_count; i++) {
		const struct member *member = &view.members[i];

		out_cell("%s", paint(C_NAME, member->ifname));
		out_cell("%s", member_state(member));
		out_cell("%s", member_speed(member));
		out_cell("%s", percent_text(utilisation(member), text));
		out_cell("%s", text_rate(member->tx_rate));
		out_cell("%s", text_rate(member->rx_rate));
		out_cell("%u", member->stations);
		out_row();
	}
}

static int print_plain(void)
{
	const struct bond *bond = view_bond();
	size_t count = view.station_count;

	out_begin(NULL);
	if (!bond) {
		out_text(0, "there is no bond");
		return out_end(0);
	}
	out_text(0, "%s: %s", paint(C_NAME, bond->ifname),
		 bond_summary(bond));
	print_members();
	for (size_t i = 0; i < count && i < PLAIN_STATIONS; i++) {
		const struct fdb *fdb = &view.stations[i];

		out_text(2, "%s vlan %s at %s on %s: tx %s, rx %s, %s",
			 text_mac(fdb->mac),
			 text_vid(fdb->vid, fdb->service),
			 text_dev(fdb->port), text_dev(fdb->member),
			 text_rate(fdb->tx_rate), text_rate(fdb->rx_rate),
			 fdb_since(fdb, "for "));
	}
	if (count > PLAIN_STATIONS)
		out_text(2, "and %zu more", count - PLAIN_STATIONS);
	out_text(0, "%s", "");
	return out_end(0);
}

static int run_plain(uint32_t interval, uint32_t count)
{
	struct timespec pause = {
		.tv_sec = interval / 1000,
		.tv_nsec = interval % 1000 * 1000000L,
	};
	int err;

	catch_signals();
	for (uint32_t i = 0; ; ) {
		err = view_load() ?: print_plain();
		if (err || stopped || ++i == count)
			return err;
		nanosleep(&pause, NULL);
		if (stopped)
			return ST_DONE;
	}
}

static int top(struct request *req)
{
	const struct value *interval = args_value(req, "interval");
	const struct value *count = args_value(req, "count");
	const struct value *name = args_value(req, "NAME");
	uint32_t ms = interval && interval->num ? interval->num : 1000;
	int err;

	if (settings.json)
		return fail(ST_USAGE, "there is no JSON of it, see \"show\"");
	err = nl_open() ?: args_resolve(req);
	if (err)
		return err;
	view.wanted = name ? name->num : 0;
	if (!count && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) &&
	    newterm(NULL, stdout, stdin))
		err = run_screen(ms);
	else
		err = run_plain(ms, count ? count->num : 0);
	view_free();
	return err;
}

static const struct arg pos_any[] = {
	{ "NAME", ARG_BOND, .optional = true },
	{ 0 }
};

static const struct arg top_opts[] = {
	{ "interval", ARG_MS },
	{ "count", ARG_COUNT },
	{ 0 }
};

static const struct cmd cmds[] = {
	{
		.usage = "[NAME] [interval MS] [count N]",
		.pos = pos_any,
		.opts = top_opts,
		.run = top,
	},
	{ 0 }
};

const struct object top_object = {
	.name = "top",
	.cmds = cmds,
};
