/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_H
#define VMBONDCTL_H

#include <stdbool.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Exit statuses, the worst of a batch wins. */
enum status {
	ST_DONE = 0,
	ST_USAGE = 1,
	ST_REFUSED = 2,
};

/**
 * struct settings - what the options before the object ask for
 */
struct settings {
	/** @json: -j, JSON in place of text */
	bool json;
	/** @pretty: -p, indented JSON */
	bool pretty;
	/** @stats: -s, counters and pins too */
	bool stats;
	/** @force: -force, go on after a line of a batch failed */
	bool force;
	/** @colour: -c, and the output is a terminal */
	bool colour;
	/** @stamp: -t, a time before each event */
	bool stamp;
	/** @batch: -b, the file that the requests are in */
	const char *batch;
	/** @netns: -n, the network namespace to work in */
	const char *netns;
	/** @version: -V */
	bool version;
	/** @help: -h */
	bool help;
};

extern struct settings settings;
/* Called before a message is printed, to leave a terminal's other screen. */
extern void (*message_hook)(void);

int options_parse(int argc, char **argv, struct settings *set);
int netns_enter(const char *name);

/**
 * what_set() - name the request that messages are about
 * @fmt: as in printf(3), NULL for none
 */
__attribute__((format(printf, 1, 2)))
void what_set(const char *fmt, ...);

/**
 * fail() - say on stderr what is wrong with the request
 * @status: what to return
 * @fmt: as in printf(3)
 */
__attribute__((format(printf, 2, 3)))
int fail(enum status status, const char *fmt, ...);

__attribute__((format(printf, 1, 2)))
void warn(const char *fmt, ...);

__attribute__((noreturn)) void out_of_memory(void);

#endif
