// SPDX-License-Identifier: GPL-2.0
/* vmbondctl top: what a bond carries, as it goes. */
#include <curses.h>
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
#include "vmbondctl.h"

/* Stations that a plain refresh prints. */
#define PLAIN_STATIONS 10
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
	const char *name;
} sorts[] = {
	[S_LOAD] = { 'l', "load" },
	[S_TX] = { 't', "tx" },
	[S_RX] = { 'r', "rx" },
	[S_MEMBER] = { 'm', "member" },
	[S_PORT] = { 'p', "port" },
	[S_SENT] = { 's', "last sent" },
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

static int view_load(void)
{
	struct filter filter = { 0 };
	int err;

	view_free();
	err = obj_load(&bond_kind, &filter, (void **)&view.bonds,
		       &view.bond_count);
	if (err || !view.bond_count)
		return err;
	if (view.current >= view.bond_count)
		view.current = 0;
	for (size_t i = 0; view.wanted && i < view.bond_count; i++)
		if (view.bonds[i].ifindex == view.wanted)
			view.current = i;
	filter.bond = view_bond()->ifindex;
	err = obj_load(&member_kind, &filter, (void **)&view.members,
		       &view.member_count);
	if (!err)
		err = fdb_load(filter.bond, &view.stations,
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

static void draw_bar(int percent, int width)
{
	int full = percent < 0 ? 0 : (percent * width + 50) / 100;
	int pair = percent >= 80 ? 1 : percent >= 50 ? 2 : 3;

	addch('[');
	attron(COLOR_PAIR(pair));
	for (int i = 0; i < width; i++)
		addch(i < full ? '|' : ' ');
	attroff(COLOR_PAIR(pair));
	addch(']');
}

static void draw_member(int row, const struct member *member)
{
	int width = COLS - 70 > BAR_MAX ? BAR_MAX : COLS - 70;
	int percent = utilisation(member);
	char text[8];

	mvprintw(row, 0, "%-15s %-13s %8s %5s ", member->ifname,
		 member_state(member), member_speed(member),
		 percent_text(percent, text));
	if (width > 4)
		draw_bar(percent, width);
	printw(" %9s %9s %8u", text_rate(member->tx_rate),
	       text_rate(member->rx_rate), member->stations);
}

static void draw_station(int row, const struct fdb *fdb)
{
	mvprintw(row, 0, "%s %-12s %-15s %-15s %9s %9s  %s",
		 text_mac(fdb->mac), text_vid(fdb->vid, fdb->service),
		 text_dev(fdb->port), text_dev(fdb->member),
		 text_rate(fdb->tx_rate), text_rate(fdb->rx_rate),
		 fdb_since(fdb, ""));
}

static void draw_heading(int row, const char *text)
{
	attron(A_REVERSE);
	mvprintw(row, 0, "%-*.*s", COLS, COLS, text);
	attroff(A_REVERSE);
}

static void draw_members(int *row)
{
	int width = COLS - 70 > BAR_MAX ? BAR_MAX : COLS - 70;
	char text[256];

	snprintf(text, sizeof(text), "%-15s %-13s %8s %5s %*s%9s %9s %8s",
		 "MEMBER", "STATE", "SPEED", "USED", width > 4 ? width + 3 : 1,
		 "", "TX", "RX", "STATIONS");
	draw_heading((*row)++, text);
	for (size_t i = 0; i < view.member_count && *row < LINES - 1; i++)
		draw_member((*row)++, &view.members[i]);
}

static void draw_stations(int *row)
{
	size_t room = LINES - *row > 2 ? LINES - *row - 2 : 0;
	char text[256];

	if (view.first + room > view.station_count)
		view.first = view.station_count > room ?
			     view.station_count - room : 0;
	snprintf(text, sizeof(text), "%-17s %-12s %-15s %-15s %9s %9s  %s",
		 "MAC", "VLAN", "PORT", "MEMBER", "TX", "RX", "PINNED");
	draw_heading((*row)++, text);
	for (size_t i = view.first;
	     i < view.station_count && *row < LINES - 1; i++)
		draw_station((*row)++, &view.stations[i]);
}

static void draw(void)
{
	const struct bond *bond = view_bond();
	int row = 0;

	erase();
	if (bond) {
		mvprintw(row++, 0, "%s: %s", bond->ifname,
			 bond_summary(bond));
		if (view.bond_count > 1)
			printw("  (bond %zu of %zu)", view.current + 1,
			       view.bond_count);
		row++;
		draw_members(&row);
		row++;
		draw_stations(&row);
	} else {
		mvprintw(row, 0, "there is no bond");
	}
	mvprintw(LINES - 1, 0, "sorted by %s; sort by (l)oad (t)x (r)x "
		 "(m)ember (p)ort last (s)ent, (b) next bond, (q)uit",
		 sorts[view.sort].name);
	clrtoeol();
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
	int err = nl_open() ?: args_resolve(req);

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
	{ "count", ARG_NUMBER },
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
