// SPDX-License-Identifier: GPL-2.0
/* Options, dispatch, batch files and messages. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "complete.h"
#include "nearest.h"
#include "nl.h"
#include "out.h"
#include "vmbondctl.h"

/* Words that a line of a batch may have. */
#define WORDS_MAX 64

struct settings settings;
void (*message_hook)(void);

const struct object *const objects[] = {
	&bond_object,
	&member_object,
	&port_object,
	&fdb_object,
	&monitor_object,
	&top_object,
	&save_object,
	NULL
};

static const char usage_options[] =
	"  -j          print JSON\n"
	"  -p          print JSON indented\n"
	"  -s          show counters, and the stations of each member\n"
	"  -c          use colour where the output is a terminal\n"
	"  -t          print the time of each event\n"
	"  -n NETNS    work in this network namespace\n"
	"  -b FILE     read requests from FILE, one a line; - is the input\n"
	"  -force      go on with the next line when one has failed\n"
	"  -V          print the version\n"
	"  -h          print this\n";

/* What messages are about: the place in a batch, and the request. */
static char place[PATH_MAX + 16];
static char what[128];

void what_set(const char *fmt, ...)
{
	va_list args;

	what[0] = '\0';
	if (!fmt)
		return;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
}

static void say(const char *kind, const char *fmt, va_list args)
{
	if (message_hook)
		message_hook();
	fflush(stdout);
	fprintf(stderr, "vmbondctl: %s%s%s%s", place, what,
		*what ? ": " : "", kind);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

int fail(enum status status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("", fmt, args);
	va_end(args);
	return status;
}

void warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("warning: ", fmt, args);
	va_end(args);
}

void out_of_memory(void)
{
	fail(ST_REFUSED, "out of memory");
	exit(ST_REFUSED);
}

static void usage_object(FILE *file, const struct object *object)
{
	const char *lead = "Usage:";

	for (const struct cmd *cmd = object->cmds; cmd->usage; cmd++) {
		fprintf(file, "%-6s vmbondctl %s%s%s\n", lead, object->name,
			*cmd->usage ? " " : "", cmd->usage);
		lead = "";
	}
	if (object->notes)
		fputs(object->notes, file);
}

static void usage_all(FILE *file)
{
	fputs("Usage: vmbondctl [OPTIONS] OBJECT COMMAND ...\n"
	      "       vmbondctl [OPTIONS] -b FILE\n"
	      "       vmbondctl OBJECT help\n"
	      "OBJECT: bond | member | port | fdb | monitor | top | save\n"
	      "OPTIONS:\n", file);
	fputs(usage_options, file);
}

static int usage_cmd(int status, const struct object *object,
		     const struct cmd *cmd)
{
	FILE *file = status ? stderr : stdout;

	/* A batch is not the place to learn the grammar. */
	if (status == ST_REFUSED || (status && *place))
		return status;
	fprintf(file, "Usage: vmbondctl %s%s%s\n", object->name,
		*cmd->usage ? " " : "", cmd->usage);
	if (!status && object->notes)
		fputs(object->notes, file);
	return status;
}

static int run_cmd(const struct object *object, const struct cmd *cmd,
		   int argc, char **argv)
{
	const char *name = cmd->name ?: "", *gap = cmd->name ? " " : "";
	static struct request req;
	const char *last = NULL;
	int err;

	if (argc == 1 && !strcmp(argv[0], "help"))
		return usage_cmd(ST_DONE, object, cmd);

	what_set("%s%s%s", object->name, gap, name);
	req = (struct request){ .cmd = cmd };
	err = args_parse(&req, argc, argv);
	if (err)
		return usage_cmd(err, object, cmd);

	for (size_t i = 0; cmd->pos && cmd->pos[i].word; i++)
		if (req.values[i].arg)
			last = req.values[i].text;
	if (last)
		what_set("%s%s%s %s", object->name, gap, name, last);
	return cmd->run ? cmd->run(&req) : args_send(&req);
}

static int run_object(const struct object *object, int argc, char **argv)
{
	const struct cmd *cmd = object->cmds;
	struct nearest near;

	if (argc && !strcmp(argv[0], "help")) {
		usage_object(stdout, object);
		return ST_DONE;
	}
	if (!cmd->name)
		return run_cmd(object, cmd, argc, argv);

	near = (struct nearest){ .given = argc ? argv[0] : "show" };
	for (; cmd->usage; cmd++) {
		if (!strcmp(cmd->name, near.given))
			return run_cmd(object, cmd, argc ? argc - 1 : 0,
				       argv + 1);
		nearest_try(&near, cmd->name);
	}
	what_set("%s", object->name);
	fail(ST_USAGE, "there is no command \"%s\"%s", argv[0],
	     nearest_hint(&near));
	if (!*place)
		usage_object(stderr, object);
	return ST_USAGE;
}

static int run(int argc, char **argv)
{
	struct nearest near = { .given = argv[0] };

	what_set(NULL);
	if (!strcmp(argv[0], "help")) {
		usage_all(stdout);
		return ST_DONE;
	}
	for (size_t i = 0; objects[i]; i++) {
		if (!strcmp(objects[i]->name, argv[0]))
			return run_object(objects[i], argc - 1, argv + 1);
		nearest_try(&near, objects[i]->name);
	}
	return fail(ST_USAGE, "there is no object \"%s\"%s", argv[0],
		    near.word ? nearest_hint(&near) :
		    ", see \"vmbondctl help\"");
}

static int run_line(char *line)
{
	char *words[WORDS_MAX + 1];
	int count = 0;

	/* Within a word it is a letter, which names of devices may have. */
	for (char *word = strtok(line, " \t\r\n"); word && *word != '#';
	     word = strtok(NULL, " \t\r\n")) {
		if (count == WORDS_MAX)
			return fail(ST_USAGE, "more than %d words", WORDS_MAX);
		words[count++] = word;
	}
	words[count] = NULL;
	if (!count)
		return ST_DONE;
	if (!strcmp(words[0], "monitor") || !strcmp(words[0], "top"))
		return fail(ST_USAGE, "\"%s\" cannot be part of a batch",
			    words[0]);
	return run(count, words);
}

static int run_batch(const char *name)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	int status = ST_DONE, line_status;
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;

	if (!file)
		return fail(ST_USAGE, "cannot open \"%s\": %s", name,
			    strerror(errno));
	while (getline(&line, &room, file) >= 0) {
		snprintf(place, sizeof(place), "%s:%u: ",
			 file == stdin ? "-" : name, ++number);
		what_set(NULL);
		line_status = run_line(line);
		if (line_status > status)
			status = line_status;
		if (line_status && !settings.force)
			break;
	}
	place[0] = '\0';
	if (ferror(file))
		status = fail(ST_REFUSED, "cannot read \"%s\": %s", name,
			      strerror(errno));
	free(line);
	if (file != stdin)
		fclose(file);
	return status;
}

/**
 * netns_enter() - work in another network namespace from now on
 * @name: a name as ip-netns(8) gives it, or the path of one
 *
 * Return: 0, or the status of a failure that was told.
 */
int netns_enter(const char *name)
{
	char *path;
	int fd, err;

	if (asprintf(&path, "%s%s", strchr(name, '/') ? "" : "/run/netns/",
		     name) < 0)
		out_of_memory();
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd < 0 && errno == ENOENT)
		return fail(ST_REFUSED, "there is no network namespace \"%s\"",
			    name);
	if (fd < 0)
		return fail(ST_REFUSED,
			    "cannot open the network namespace \"%s\": %s",
			    name, strerror(errno));
	err = setns(fd, CLONE_NEWNET);
	close(fd);
	if (err)
		return fail(ST_REFUSED,
			    "cannot enter the network namespace \"%s\": %s",
			    name, strerror(errno));
	return 0;
}

static bool option_flag(char letter, struct settings *set)
{
	bool *flag = letter == 'j' ? &set->json :
		     letter == 'p' ? &set->pretty :
		     letter == 's' ? &set->stats :
		     letter == 'c' ? &set->colour :
		     letter == 't' ? &set->stamp :
		     letter == 'V' ? &set->version :
		     letter == 'h' ? &set->help : NULL;

	if (flag)
		*flag = true;
	return flag;
}

/**
 * options_parse() - read the options before the object
 * @argc: how many words there are
 * @argv: the words
 * @set: filled
 *
 * Return: how many words were options, -1 for a failure that was told.
 */
int options_parse(int argc, char **argv, struct settings *set)
{
	int i;

	for (i = 0; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		const char *word = argv[i] + 1;

		if (!strcmp(word, "force")) {
			set->force = true;
			continue;
		}
		if (!strcmp(word, "n") || !strcmp(word, "b")) {
			if (i + 1 == argc) {
				fail(ST_USAGE, "\"-%s\" takes a value", word);
				return -1;
			}
			*(*word == 'n' ? &set->netns : &set->batch) =
				argv[++i];
			continue;
		}
		if (!strcmp(word, "-help") || !strcmp(word, "-version")) {
			*(word[1] == 'h' ? &set->help : &set->version) = true;
			continue;
		}
		/* Letters without a value may stand together. */
		while (option_flag(*word, set))
			word++;
		if (*word) {
			fail(ST_USAGE, "there is no option \"%s\", "
			     "see \"vmbondctl -h\"", argv[i]);
			return -1;
		}
	}
	return i;
}

/* What is closed would be the first netlink socket, and written to. */
static void open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
}

int main(int argc, char **argv)
{
	int used, status;

	open_standard();
	if (argc > 1 && !strcmp(argv[1], "complete"))
		return complete(argc - 2, argv + 2);

	used = options_parse(argc - 1, argv + 1, &settings) + 1;
	if (!used)
		return ST_USAGE;
	if (settings.version) {
		puts("vmbondctl " VERSION);
		return ST_DONE;
	}
	if (settings.help) {
		usage_all(stdout);
		return ST_DONE;
	}
	settings.colour = settings.colour && !settings.json &&
			  isatty(STDOUT_FILENO);
	if (used < argc && settings.batch)
		return fail(ST_USAGE, "\"%s\": with -b the requests are in "
			    "the file", argv[used]);
	if (used == argc && !settings.batch) {
		usage_all(stderr);
		return ST_USAGE;
	}
	status = settings.netns ? netns_enter(settings.netns) : 0;
	if (!status)
		status = settings.batch ? run_batch(settings.batch) :
			 run(argc - used, argv + used);
	nl_close();
	return status;
}
