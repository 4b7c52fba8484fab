/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_ARGS_H
#define VMBONDCTL_ARGS_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "list.h"

/* Arguments that a command may have. */
#define ARGS_MAX 24

enum arg_type {
	ARG_FLAG,	/* the keyword is all there is */
	ARG_NEW,	/* a name for a new device */
	ARG_BOND,
	ARG_DEV,
	ARG_MEMBER,	/* a device that is a member, and so on */
	ARG_PORT,
	ARG_MAC,
	ARG_VID,
	ARG_LIST,
	ARG_NUMBER,
	ARG_COUNT,	/* a number of which 0 is none */
	ARG_MS,
	ARG_SECONDS,
	ARG_SWITCH,	/* on or off */
	ARG_ENUM,
	ARG_NAMES,	/* names with commas between them */
	ARG_WATCHED,	/* what monitor takes */
};

/**
 * struct arg - an argument of a command
 */
struct arg {
	/** @word: the keyword, or how the usage calls one that has none */
	const char *word;
	/** @type: what its value is */
	enum arg_type type;
	/** @attr: the attribute it becomes, 0 if there is none */
	uint16_t attr;
	/** @words: the words for the values of an ARG_ENUM */
	const char *const *words;
	/** @none: the word for 0, for no device, or for no names */
	const char *none;
	/** @after: the keyword it can only follow */
	const char *after;
	/** @or_after: another one, NULL: none */
	const char *or_after;
	/** @with: an attribute that comes with it; one argument may set it */
	uint16_t with;
	/** @as: the value of @with */
	uint32_t as;
	/** @optional: may be left out, where it has no keyword */
	bool optional;
	/** @required: may not be left out, where it has a keyword */
	bool required;
};

/**
 * struct value - what was given for an argument
 */
struct value {
	/** @arg: the argument, NULL if it was not given */
	const struct arg *arg;
	/** @text: as it was given */
	const char *text;
	/** @num: number, index of a word, or of a device once looked up */
	uint32_t num;
	/** @none: the word for none was given */
	bool none;
	/** @mac: the MAC */
	uint8_t mac[6];
	/** @set: the LIST */
	struct vid_set set;
};

struct cmd;

/**
 * struct request - a command with its arguments
 */
struct request {
	/** @cmd: the command */
	const struct cmd *cmd;
	/** @values: those without keyword first, in the order of the tables */
	struct value values[ARGS_MAX];
};

/**
 * struct cmd - a command of an object
 */
struct cmd {
	/** @name: the command, NULL if the object alone is one */
	const char *name;
	/** @usage: its line of the usage */
	const char *usage;
	/** @pos: arguments without keyword, the last has no word */
	const struct arg *pos;
	/** @opts: arguments with a keyword, the last has no word */
	const struct arg *opts;
	/** @some: at least one of @opts has to be given */
	bool some;
	/** @nl_cmd: the request it is, unless it has @run */
	uint8_t nl_cmd;
	/** @run: what does it */
	int (*run)(struct request *req);
};

/**
 * struct object - a first word of the command line
 */
struct object {
	/** @name: the word */
	const char *name;
	/** @cmds: its commands, the last has no usage */
	const struct cmd *cmds;
	/** @notes: the end of its usage */
	const char *notes;
};

extern const struct object bond_object, member_object, port_object;
extern const struct object fdb_object, monitor_object, top_object;
extern const struct object save_object;
/* All of them, the last is NULL. */
extern const struct object *const objects[];

/**
 * struct args_at - a place in the arguments of a command
 */
struct args_at {
	/** @pos: index of the next argument without keyword */
	size_t pos;
	/** @last: the last keyword */
	const struct arg *last;
	/** @wants: the argument whose value is next, NULL if none is */
	const struct arg *wants;
};

const struct arg *args_keyword(const struct cmd *cmd, const char *word);
const struct arg *args_next_pos(const struct request *req,
				struct args_at *at, const char *word);
bool args_follows(const struct arg *arg, const struct args_at *at);
const struct arg *args_rival(const struct request *req,
			     const struct arg *arg);
int args_step(struct request *req, struct args_at *at, const char *word);
int args_parse(struct request *req, int argc, char **argv);
const struct value *args_value(const struct request *req, const char *word);
int args_resolve(struct request *req);
void args_put(const struct request *req, struct nlmsghdr *nlh);
int args_refused(const struct request *req);
int args_send(struct request *req);
bool mac_parse(const char *text, uint8_t mac[6]);

#endif
