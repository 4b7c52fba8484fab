// SPDX-License-Identifier: GPL-2.0
/* The arguments of a command: from words to values to attributes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "link.h"
#include "nearest.h"
#include "nl.h"
#include "obj.h"
#include "vmbondctl.h"

static const char *const expected[] = {
	[ARG_NEW] = "a name of 1 to 15 characters",
	[ARG_BOND] = "the name of a bond",
	[ARG_DEV] = "the name of a device",
	[ARG_MEMBER] = "the name of a member",
	[ARG_PORT] = "the name of a port",
	[ARG_MAC] = "a MAC like 52:54:00:12:34:56",
	[ARG_VID] = "a VID from 0 to 4094",
	[ARG_LIST] = "a LIST of VIDs from 0 to 4094 like 10,20,25-100, or all,",
	[ARG_NUMBER] = "a number from 0 to 4294967295",
	[ARG_COUNT] = "a number from 1 to 4294967295",
	[ARG_MS] = "a time like 500ms or 10s, or a number of milliseconds,",
	[ARG_SECONDS] = "a time like 300s, or a number of seconds,",
	[ARG_SWITCH] = "on or off",
	[ARG_NAMES] = "a list of names like a,b, of up to 127 letters,",
	[ARG_WATCHED] = "all, config, events or the name of a bond",
};

static bool number_parse(const char *text, const char **end, uint64_t *num)
{
	const char *c = text;

	for (*num = 0; *c >= '0' && *c <= '9'; c++) {
		*num = *num * 10 + (*c - '0');
		if (*num > UINT32_MAX)
			return false;
	}
	*end = c;
	return c != text;
}

/* @unit is how many milliseconds a bare number counts. */
static bool time_parse(const char *text, unsigned int unit, uint32_t *num)
{
	unsigned int given = unit;
	const char *end;
	uint64_t value;

	if (!number_parse(text, &end, &value))
		return false;
	if (!strcmp(end, "ms"))
		given = 1;
	else if (!strcmp(end, "s"))
		given = 1000;
	else if (*end)
		return false;
	value *= given;
	if (value % unit || value / unit > UINT32_MAX)
		return false;
	*num = value / unit;
	return true;
}

/**
 * mac_parse() - read a MAC
 * @text: six pairs of hexadecimal digits with colons between them
 * @mac: what they say
 */
bool mac_parse(const char *text, uint8_t mac[6])
{
	for (int i = 0; i < 6; i++, text += 3) {
		char pair[3] = { text[0], text[0] ? text[1] : 0 };

		if (strspn(pair, "0123456789abcdefABCDEF") != 2 ||
		    text[2] != (i < 5 ? ':' : '\0'))
			return false;
		mac[i] = strtoul(pair, NULL, 16);
	}
	return true;
}

static bool names_good(const char *text)
{
	size_t len = strcspn(text, ",");

	return name_good(text, len) &&
	       (!text[len] || names_good(text + len + 1));
}

static int wrong(const struct arg *arg, const char *text)
{
	return fail(ST_USAGE, "%s \"%s\": %s%s%s was expected", arg->word,
		    text, expected[arg->type], arg->none ? " or " : "",
		    arg->none ?: "");
}

static int enum_parse(struct value *value)
{
	const char *const *words = value->arg->words;
	struct nearest near = { .given = value->text };
	char list[128] = "";
	size_t len = 0;

	for (uint32_t i = 0; words[i]; i++) {
		if (!strcmp(words[i], value->text)) {
			value->num = i;
			return 0;
		}
		nearest_try(&near, words[i]);
		len += snprintf(list + len, sizeof(list) - len, "%s%s",
				!i ? "" : words[i + 1] ? ", " : " or ",
				words[i]);
	}
	return fail(ST_USAGE, "%s \"%s\": %s was expected%s",
		    value->arg->word, value->text, list, nearest_hint(&near));
}

static int value_parse(struct value *value)
{
	const struct arg *arg = value->arg;
	const char *text = value->text, *end;
	uint64_t num;
	bool good;

	if (arg->none && !strcmp(text, arg->none)) {
		value->none = true;
		return 0;
	}
	switch (arg->type) {
	case ARG_ENUM:
		return enum_parse(value);
	case ARG_NEW:
		good = *text && strlen(text) < IFNAMSIZ;
		break;
	case ARG_MAC:
		good = mac_parse(text, value->mac);
		break;
	case ARG_VID:
		good = vid_parse(text, &end, &value->num) && !*end;
		break;
	case ARG_LIST:
		end = list_parse(&value->set, text);
		if (end && end != text && *end)
			return fail(ST_USAGE, "%s \"%s\": %s was expected "
				    "at \"%s\"", arg->word, text,
				    expected[ARG_LIST], end);
		good = !end;
		break;
	case ARG_NUMBER:
	case ARG_COUNT:
		good = number_parse(text, &end, &num) && !*end &&
		       (num || arg->type == ARG_NUMBER);
		value->num = num;
		break;
	case ARG_MS:
		good = time_parse(text, 1, &value->num);
		break;
	case ARG_SECONDS:
		good = time_parse(text, 1000, &value->num);
		break;
	case ARG_SWITCH:
		value->num = !strcmp(text, "on");
		good = value->num || !strcmp(text, "off");
		break;
	case ARG_NAMES:
		good = names_good(text);
		break;
	default:
		good = *text;
	}
	return good ? 0 : wrong(arg, text);
}

/**
 * args_keyword() - find an argument of a command
 * @cmd: the command
 * @word: the keyword
 *
 * Return: NULL if there is none.
 */
const struct arg *args_keyword(const struct cmd *cmd, const char *word)
{
	for (const struct arg *arg = cmd->opts; arg && arg->word; arg++)
		if (!strcmp(arg->word, word))
			return arg;
	return NULL;
}

static struct value *value_slot(struct request *req, const struct arg *arg)
{
	const struct arg *pos = req->cmd->pos;
	size_t count = 0;

	while (pos && pos[count].word) {
		if (&pos[count] == arg)
			return &req->values[count];
		count++;
	}
	return &req->values[count + (arg - req->cmd->opts)];
}

/* Whether a word is meant for an argument that may be left out. */
static bool fits(const struct cmd *cmd, const struct arg *arg,
		 const char *word)
{
	uint8_t mac[6];

	if (!arg->optional)
		return true;
	if (args_keyword(cmd, word) || *word == '-')
		return false;
	return (arg->type == ARG_MAC) == mac_parse(word, mac);
}

/**
 * args_next_pos() - find the argument without keyword that is next
 * @req: the request
 * @at: where in the command line it is; what is left out is stepped over
 * @word: the word, NULL if it is not known yet
 *
 * Return: NULL if there is none.
 */
const struct arg *args_next_pos(const struct request *req,
				struct args_at *at, const char *word)
{
	const struct arg *pos = req->cmd->pos;

	while (pos && pos[at->pos].word && word &&
	       !fits(req->cmd, &pos[at->pos], word))
		at->pos++;
	return pos && pos[at->pos].word ? &pos[at->pos] : NULL;
}

/**
 * args_follows() - whether a keyword may stand here for what is before it
 * @arg: the argument with this keyword
 * @at: where in the command line it is
 */
bool args_follows(const struct arg *arg, const struct args_at *at)
{
	return !arg->after ||
	       (at->last && (!strcmp(at->last->word, arg->after) ||
			     (arg->or_after &&
			      !strcmp(at->last->word, arg->or_after))));
}

/* The keywords of a command, but for those that only follow others. */
static const char *keywords(const struct cmd *cmd)
{
	static char list[256];
	size_t len = 0;

	list[0] = '\0';
	for (const struct arg *arg = cmd->opts; arg && arg->word; arg++)
		if (!arg->after)
			len += snprintf(list + len, sizeof(list) - len,
					"%s%s", len ? ", " : "", arg->word);
	return list;
}

static int unknown(const struct cmd *cmd, const char *word)
{
	struct nearest near = { .given = word };

	for (const struct arg *arg = cmd->opts; arg && arg->word; arg++)
		nearest_try(&near, arg->word);
	if (*word == '-' && !near.word)
		return fail(ST_USAGE, "\"%s\" is not known here; options "
			    "stand before the object", word);
	if (!cmd->opts)
		return fail(ST_USAGE, "\"%s\" is a word too many", word);
	if (near.word)
		return fail(ST_USAGE, "\"%s\" is not known here%s", word,
			    nearest_hint(&near));
	return fail(ST_USAGE, "\"%s\" is not known here, it can be: %s", word,
		    keywords(cmd));
}

/**
 * args_rival() - find what excludes an argument
 * @req: the request
 * @arg: the argument
 *
 * Return: an argument that was given and says the same in another way, as
 * access and trunk do for the VLANs of a port; NULL if there is none.
 */
const struct arg *args_rival(const struct request *req,
			     const struct arg *arg)
{
	for (size_t i = 0; arg->with && i < ARGS_MAX; i++)
		if (req->values[i].arg && req->values[i].arg->with ==
		    arg->with)
			return req->values[i].arg;
	return NULL;
}

static int args_allowed(struct request *req, const struct arg *arg,
			const struct args_at *at)
{
	const struct arg *other = args_rival(req, arg);

	if (value_slot(req, arg)->arg)
		return fail(ST_USAGE, "\"%s\" is given twice", arg->word);
	if (other)
		return fail(ST_USAGE, "\"%s\" and \"%s\" exclude each other",
			    other->word, arg->word);
	if (!args_follows(arg, at))
		return fail(ST_USAGE, "\"%s\" can only follow \"%s\"",
			    arg->word, arg->after);
	return 0;
}

static int complete_check(const struct request *req)
{
	const struct cmd *cmd = req->cmd;
	bool some = !cmd->some;
	size_t i = 0;

	for (const struct arg *arg = cmd->pos; arg && arg->word; arg++)
		if (!req->values[i++].arg && !arg->optional)
			return fail(ST_USAGE, "%s is missing: %s was expected",
				    arg->word, expected[arg->type]);
	for (const struct arg *arg = cmd->opts; arg && arg->word; arg++) {
		if (req->values[i].arg)
			some = true;
		else if (arg->required)
			return fail(ST_USAGE, "\"%s\" is missing", arg->word);
		i++;
	}
	if (some)
		return 0;
	return fail(ST_USAGE, "nothing to set was given, it can be: %s",
		    keywords(cmd));
}

/**
 * args_step() - read one word
 * @req: the request, its command set and its values all zero at first
 * @at: where in the command line it is, all zero at first
 * @word: the word
 *
 * Return: 0, or the status of a failure that was told.
 */
int args_step(struct request *req, struct args_at *at, const char *word)
{
	const struct arg *arg = at->wants;
	struct value *value;
	int err;

	if (!arg) {
		arg = args_next_pos(req, at, word);
		if (arg) {
			at->pos++;
		} else {
			arg = args_keyword(req->cmd, word);
			if (!arg)
				return unknown(req->cmd, word);
			err = args_allowed(req, arg, at);
			if (err)
				return err;
			at->last = arg;
			at->wants = arg->type == ARG_FLAG ? NULL : arg;
		}
	} else {
		at->wants = NULL;
	}
	value = value_slot(req, arg);
	value->arg = arg;
	value->text = word;
	return at->wants || arg->type == ARG_FLAG ? 0 : value_parse(value);
}

/**
 * args_parse() - read the arguments of a command
 * @req: its command, and values that are all zero
 * @argc: how many words there are
 * @argv: the words
 *
 * Return: 0, or the status of a failure that was told.
 */
int args_parse(struct request *req, int argc, char **argv)
{
	struct args_at at = { 0 };
	int err = 0;

	for (int i = 0; i < argc && !err; i++)
		err = args_step(req, &at, argv[i]);
	if (!err && at.wants)
		return fail(ST_USAGE, "a value is missing after \"%s\"",
			    at.wants->word);
	return err ?: complete_check(req);
}

/**
 * args_value() - find what was given for an argument
 * @req: the request
 * @word: the argument
 *
 * Return: NULL if it was not given.
 */
const struct value *args_value(const struct request *req, const char *word)
{
	for (size_t i = 0; i < ARGS_MAX; i++)
		if (req->values[i].arg &&
		    !strcmp(req->values[i].arg->word, word))
			return &req->values[i];
	return NULL;
}

/**
 * args_resolve() - look up the devices of a request
 * @req: the request
 *
 * Return: 0, or the status of a failure that was told.
 */
int args_resolve(struct request *req)
{
	for (size_t i = 0; i < ARGS_MAX; i++) {
		struct value *value = &req->values[i];
		int err = 0;

		if (!value->arg || value->none)
			continue;
		switch (value->arg->type) {
		case ARG_BOND:
			err = link_find_bond(value->text, &value->num);
			break;
		case ARG_DEV:
		case ARG_MEMBER:
		case ARG_PORT:
			err = link_find(value->text, &value->num);
			break;
		default:
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

/**
 * args_put() - put the values of a request into a message
 * @req: the request, its devices looked up
 * @nlh: the message
 */
void args_put(const struct request *req, struct nlmsghdr *nlh)
{
	for (size_t i = 0; i < ARGS_MAX; i++) {
		const struct value *value = &req->values[i];
		const struct arg *arg = value->arg;

		if (!arg)
			continue;
		if (arg->with)
			mnl_attr_put_u32(nlh, arg->with, arg->as);
		if (!arg->attr)
			continue;
		switch (arg->type) {
		case ARG_FLAG:
			mnl_attr_put_u32(nlh, arg->attr, 1);
			break;
		case ARG_NEW:
			mnl_attr_put_strz(nlh, arg->attr, value->text);
			break;
		case ARG_MAC:
			mnl_attr_put(nlh, arg->attr, sizeof(value->mac),
				     value->mac);
			break;
		case ARG_LIST:
			obj_put_set(nlh, arg->attr, &value->set);
			break;
		default:
			mnl_attr_put_u32(nlh, arg->attr, value->num);
		}
	}
}

/**
 * args_refused() - say why the request of a command failed
 * @req: the request
 *
 * Return: ST_REFUSED.
 */
int args_refused(const struct request *req)
{
	const char *word = NULL;

	/* Those without keyword are in the message already. */
	for (const struct arg *arg = req->cmd->opts; arg && arg->word; arg++)
		if (arg->attr && arg->attr == nl_error.attr &&
		    args_value(req, arg->word))
			word = args_value(req, arg->word)->text;
	return nl_refused(word);
}

/**
 * args_send() - carry out a command that is one request
 * @req: the request
 *
 * Return: 0, or the status of a failure that was told.
 */
int args_send(struct request *req)
{
	struct nlmsghdr *nlh;
	int err = nl_open() ?: args_resolve(req);

	if (err)
		return err;
	nlh = nl_request(req->cmd->nl_cmd);
	args_put(req, nlh);
	return nl_do(nlh, NULL, NULL) ? args_refused(req) : 0;
}
