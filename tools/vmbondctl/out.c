// SPDX-License-Identifier: GPL-2.0
/*
 * What the show commands print: one JSON array, or text in columns.
 *
 * A dump that was interrupted is read again, and columns are as wide as their
 * widest cell, so all output is laid down in a file without a name before any
 * of it is printed: that keeps the memory the same however long it is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "link.h"
#include "out.h"
#include "vmbondctl.h"

#define COLUMNS_MAX 16
#define GAP 2
#define INDENT 4
/* What the last column has at least; more than that is wrapped. */
#define LAST_MIN 16

/* In the spool: a row ends each cell with a tab, text begins with its mark. */
#define TEXT_MARK '\1'

static FILE *spool;
static const char *const *heads;
static bool empty;

/**
 * out_begin() - begin a list
 * @columns: headings of its columns in text, the last is NULL; or NULL
 */
void out_begin(const char *const *columns)
{
	int fd = memfd_create("vmbondctl", MFD_CLOEXEC);

	spool = fd < 0 ? NULL : fdopen(fd, "w+");
	if (!spool)
		out_of_memory();
	heads = columns;
	out_again();
}

/* Forget what was printed since out_begin(). */
void out_again(void)
{
	rewind(spool);
	if (ftruncate(fileno(spool), 0))
		out_of_memory();
	empty = true;
	if (settings.json)
		return;
	for (size_t i = 0; heads && heads[i]; i++)
		out_cell("%s", heads[i]);
	if (heads)
		out_row();
	empty = true;
}

/**
 * out_json() - print an object of the list
 * @json: the object, which is released
 */
void out_json(json_t *json)
{
	if (!empty)
		fputs(settings.pretty ? ",\n" : ",", spool);
	json_dumpf(json, spool, settings.pretty ? JSON_INDENT(4) :
		   JSON_COMPACT);
	json_decref(json);
	empty = false;
}

/* Print a cell of a row. */
void out_cell(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(spool, fmt, args);
	va_end(args);
	fputc('\t', spool);
	empty = false;
}

/* End a row. */
void out_row(void)
{
	fputc('\n', spool);
}

/**
 * out_text() - print text that is in no column
 * @indent: columns to leave out before it; what is wrapped of it has more
 * @fmt: as in printf(3)
 */
void out_text(unsigned int indent, const char *fmt, ...)
{
	va_list args;

	fprintf(spool, "%c%c", TEXT_MARK, 'a' + indent);
	va_start(args, fmt);
	vfprintf(spool, fmt, args);
	va_end(args);
	fputc('\n', spool);
	empty = false;
}

/* The columns that text takes, its colours left out. */
static size_t width(const char *text, size_t len)
{
	size_t columns = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\033')
			while (i < len && text[i] != 'm')
				i++;
		else if ((text[i] & 0xc0) != 0x80)
			columns++;
	}
	return columns;
}

/*
 * How much of text has room on a line, to the last comma or gap; or to the last
 * space, which may part a number from its unit. 0 if that is nowhere.
 */
static size_t line_end(const char *text, size_t room, bool any_space)
{
	size_t fits = 0;

	for (size_t i = 1; text[i]; i++) {
		if (text[i - 1] != ',' &&
		    (text[i - 1] != ' ' || (text[i] != ' ' && !any_space)))
			continue;
		if (width(text, i) > room)
			break;
		fits = i;
	}
	return fits;
}

/* How much of text to print on a line. */
static size_t piece(const char *text, size_t room)
{
	size_t len = strlen(text), word = strcspn(text, " ,") + 1;

	if (width(text, len) <= room)
		return len;
	return line_end(text, room, false) ?: line_end(text, room, true) ?:
	       word < len ? word : len;
}

/* Print to the end of a line that is at this column, and on with a hang. */
static void print_wrapped(const char *text, size_t at, size_t hang)
{
	size_t room = OUT_WIDTH - at;

	for (;;) {
		size_t len = piece(text, room), end = len;

		while (end && text[end - 1] == ' ')
			end--;
		printf("%.*s\n", (int)end, text);
		text += len;
		text += strspn(text, " ");
		if (!*text)
			return;
		printf("%*s", (int)hang, "");
		room = OUT_WIDTH - hang;
	}
}

static void widen(char *line, size_t widths[COLUMNS_MAX])
{
	char *cell, *next = line;

	if (*line == TEXT_MARK)
		return;
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		cell = strsep(&next, "\t");
		if (!next)
			return;
		if (width(cell, next - cell - 1) > widths[i])
			widths[i] = width(cell, next - cell - 1);
	}
}

/*
 * From how wide columns are to where they begin. What has no room beside the
 * others goes on a line below; the last one can be wrapped.
 */
static void place(size_t columns[COLUMNS_MAX])
{
	size_t at = 0;

	for (size_t i = 0; i < COLUMNS_MAX && columns[i]; i++) {
		bool last = i + 1 == COLUMNS_MAX || !columns[i + 1];
		size_t wide = columns[i];

		if (last && wide > LAST_MIN)
			wide = LAST_MIN;
		if (at + wide > OUT_WIDTH)
			at = INDENT;
		columns[i] = at;
		at += wide + GAP;
	}
}

static void print_row(char *line, const size_t columns[COLUMNS_MAX])
{
	char *cell, *next = line;
	size_t at = 0, i = 0;

	while ((cell = strsep(&next, "\t")) && next) {
		if (columns[i] < at) {
			putchar('\n');
			at = 0;
		}
		printf("%*s", (int)(columns[i] - at), "");
		at = columns[i++];
		/* What is far to the right is wrapped under the middle. */
		if (!*next) {
			print_wrapped(cell, at, at < OUT_WIDTH / 2 ? at :
				      OUT_WIDTH / 2);
			return;
		}
		fputs(cell, stdout);
		at += width(cell, next - cell - 1);
	}
}

static void print_line(const char *text, size_t indent)
{
	printf("%*s", (int)indent, "");
	print_wrapped(text, indent, indent + INDENT);
}

static void print_text(void)
{
	size_t columns[COLUMNS_MAX] = { 0 };
	size_t room = 0;
	char *line = NULL;
	ssize_t len;

	for (int print = 0; print <= 1; print++) {
		rewind(spool);
		if (print)
			place(columns);
		while ((len = getline(&line, &room, spool)) > 0) {
			line[len - 1] = '\0';
			if (!print)
				widen(line, columns);
			else if (*line == TEXT_MARK)
				print_line(line + 2, line[1] - 'a');
			else
				print_row(line, columns);
		}
	}
	free(line);
}

static void print_json(void)
{
	char buf[BUFSIZ];
	size_t len;

	rewind(spool);
	putchar('[');
	while ((len = fread(buf, 1, sizeof(buf), spool)) > 0)
		fwrite(buf, 1, len, stdout);
	puts("]");
}

/**
 * out_end() - end the list and print it
 * @err: the status of what was to fill it; with any but 0 nothing is printed
 *
 * A list that is empty is an empty array, or nothing.
 *
 * Return: 0, or the status of a failure that was told.
 */
int out_end(int err)
{
	if (!err && (fflush(spool) || ferror(spool)))
		err = fail(ST_REFUSED, "cannot keep the output");
	if (!err && settings.json)
		print_json();
	else if (!err && !empty)
		print_text();
	fclose(spool);
	return err ?: out_flush();
}

/**
 * out_flush() - see that what was printed got out
 *
 * Return: 0, or the status of a failure that was told.
 */
int out_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return fail(ST_REFUSED, "cannot write: %s", strerror(errno));
}

/* The texts of a row are all in use at once. */
static char *text_buf(void)
{
	static char bufs[16][OUT_TEXT];
	static unsigned int next;

	return bufs[next++ % ARRAY_SIZE(bufs)];
}

const char *paint(enum colour colour, const char *text)
{
	static const char *const codes[] = {
		[C_NAME] = "36",
		[C_MAC] = "33",
		[C_GOOD] = "32",
		[C_BAD] = "31",
	};
	static char bufs[16][OUT_TEXT];
	static unsigned int next;
	char *buf = bufs[next++ % ARRAY_SIZE(bufs)];

	if (!settings.colour)
		return text;
	snprintf(buf, OUT_TEXT, "\033[%sm%.48s\033[0m", codes[colour], text);
	return buf;
}

const char *text_mac(const uint8_t mac[6])
{
	char *buf = text_buf();

	snprintf(buf, OUT_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
	return paint(C_MAC, buf);
}

/**
 * text_vid() - name a VLAN
 * @vid: its VID
 * @service: it is a service VLAN, another than that of the same VID
 */
const char *text_vid(unsigned int vid, bool service)
{
	char *buf = text_buf();

	snprintf(buf, OUT_TEXT, "%u%s", vid, service ? " service" : "");
	return buf;
}

const char *text_time(uint64_t ms)
{
	static const struct {
		uint64_t ms, below;
		const char *unit;
	} units[] = {
		{ 1, 1000, "ms" },
		{ 1000, 60 * 1000, "s" },
		{ 60 * 1000, 60 * 60 * 1000, "min" },
		{ 60 * 60 * 1000, 48 * 60 * 60 * 1000, "h" },
		{ 24 * 60 * 60 * 1000, UINT64_MAX, "d" },
	};
	char *buf = text_buf();
	size_t i = 0;

	while (ms >= units[i].below && i < ARRAY_SIZE(units) - 1)
		i++;
	snprintf(buf, OUT_TEXT, "%ju %s", (uintmax_t)(ms / units[i].ms),
		 units[i].unit);
	return buf;
}

static const char *text_scaled(uint64_t value, const char *unit)
{
	static const char *const steps[] = { "", "k", "M", "G", "T", "P" };
	double scaled = value;
	char *buf = text_buf();
	size_t i = 0;

	for (; scaled >= 999.5 && i < ARRAY_SIZE(steps) - 1; i++)
		scaled /= 1000;
	snprintf(buf, OUT_TEXT, "%.*f %s%s", i && scaled < 9.95, scaled,
		 steps[i], unit);
	return buf;
}

const char *text_rate(uint64_t bps)
{
	return bps ? text_scaled(bps, "b/s") : "0";
}

const char *text_bytes(uint64_t bytes)
{
	return text_scaled(bytes, "B");
}

/* The name of a device, "-" for none. */
const char *text_dev(uint32_t ifindex)
{
	return ifindex ? paint(C_NAME, link_name(ifindex)) : "-";
}

/**
 * out_stats() - print counters, of the drops those that counted something
 * @indent: columns to leave out
 * @stats: the counters
 */
void out_stats(unsigned int indent, const struct stats *stats)
{
	char drops[1024] = "";
	size_t len = 0;

	for (unsigned int i = 1; i < ARRAY_SIZE(stats->drops); i++) {
		if (!stats->drops[i])
			continue;
		len += snprintf(drops + len, sizeof(drops) - len, "  %s %ju",
				drop_name(i), (uintmax_t)stats->drops[i]);
	}
	out_text(indent, "rx %ju frame%s, %s  tx %ju frame%s, %s",
		 (uintmax_t)stats->rx_packets, PLURAL(stats->rx_packets),
		 text_bytes(stats->rx_bytes),
		 (uintmax_t)stats->tx_packets, PLURAL(stats->tx_packets),
		 text_bytes(stats->tx_bytes));
	if (len)
		out_text(indent, "%s%s", paint(C_BAD, "dropped"), drops);
}
