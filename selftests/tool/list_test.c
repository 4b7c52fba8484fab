// SPDX-License-Identifier: GPL-2.0
/* LIST of VIDs: read, written, and read again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"

static unsigned int count, failed;

static void ok(bool good, const char *what, const char *text)
{
	printf("%sok %u list: %s \"%.40s\"\n", good ? "" : "not ", ++count,
	       what, text);
	failed += !good;
}

/* @written NULL: as it was read. */
static void good(const char *text, const char *written)
{
	char back[LIST_TEXT];
	struct vid_set set;

	ok(!list_parse(&set, text) &&
	   !strcmp(list_format(&set, back), written ? written : text),
	   "reads and writes", text);
}

/* @at: the text from the item that is wrong on. */
static void bad(const char *text, const char *at)
{
	struct vid_set set;
	const char *end = list_parse(&set, text);

	ok(end && !strcmp(end, at), "refuses", text);
}

static void holds(const char *text, unsigned int vid, bool there)
{
	struct vid_range range;
	struct vid_set set;

	list_parse(&set, text);
	ok((list_next(&set, vid, &range) && range.first == vid) == there,
	   there ? "holds its member" : "holds no other", text);
}

static void random_sets(void)
{
	struct vid_set set, again;
	char text[LIST_TEXT];
	bool same = true;

	srand(1);
	for (int i = 0; i < 2000; i++) {
		memset(&set, 0, sizeof(set));
		for (int n = rand() % 200; n >= 0; n--) {
			unsigned int vid = rand() % (VID_MAX + 1);

			list_add(&set, vid, vid + rand() % 64);
		}
		same = same && !list_parse(&again, list_format(&set, text)) &&
		       !memcmp(&set, &again, sizeof(set));
	}
	ok(same, "random sets survive", "writing and reading");
}

/* The texts that take most room. */
static void longest(void)
{
	char text[LIST_TEXT], again[LIST_TEXT];
	struct vid_set set;

	for (unsigned int run = 1; run <= 3; run++) {
		memset(&set, 0, sizeof(set));
		for (unsigned int vid = 0; vid <= VID_MAX; vid += run + 1)
			list_add(&set, vid, vid + run - 1);
		list_format(&set, text);
		ok(!list_parse(&set, text) &&
		   !strcmp(list_format(&set, again), text),
		   "room for the longest", text);
	}
}

int main(void)
{
	struct vid_set none = { { 0 } };
	char text[LIST_TEXT];

	good("0", NULL);
	good("4094", NULL);
	good("10,20,25-100", NULL);
	good("all", NULL);
	good("0-4094", "all");
	good("3,2,1", "1-3");
	good("5,5,5-6", "5-6");
	good("007", "7");
	good("1-1", "1");
	good("1-4094", NULL);

	bad("", "");
	bad("4095", "4095");
	bad("1,4095", "4095");
	bad("1,,2", ",2");
	bad("1,", "");
	bad(",1", ",1");
	bad("1-", "1-");
	bad("-1", "-1");
	bad("2-1", "2-1");
	bad("1-2-3", "1-2-3");
	bad("1 ,2", "1 ,2");
	bad("ALL", "ALL");
	bad("all,1", "all,1");
	bad("0x10", "0x10");
	bad("99999999999999999999", "99999999999999999999");

	holds("63-65", 63, true);
	holds("63-65", 64, true);
	holds("63-65", 62, false);
	holds("63-65", 66, false);
	holds("all", 4094, true);

	ok(list_empty(&none) && !*list_format(&none, text), "none is", "");
	random_sets();
	longest();
	printf("1..%u\n", count);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
