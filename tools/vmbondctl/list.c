// SPDX-License-Identifier: GPL-2.0
/* A LIST of VIDs, "10,20,25-100" or "all", as a set and back. */
#include <stdio.h>
#include <string.h>

#include "list.h"

static bool list_has(const struct vid_set *set, unsigned int vid)
{
	return set->bits[vid / 64] >> (vid % 64) & 1;
}

/**
 * list_add() - put a range of VIDs into a set
 * @set: the set
 * @first: the lowest VID
 * @last: the highest VID, what lies beyond VID_MAX is left out
 */
void list_add(struct vid_set *set, unsigned int first, unsigned int last)
{
	for (unsigned int vid = first; vid <= last && vid <= VID_MAX; vid++)
		set->bits[vid / 64] |= UINT64_C(1) << (vid % 64);
}

/**
 * list_next() - find a range of a set
 * @set: the set
 * @from: the lowest VID to look at
 * @range: what was found
 *
 * Return: false if there is none.
 */
bool list_next(const struct vid_set *set, unsigned int from,
	       struct vid_range *range)
{
	unsigned int vid = from;

	while (vid <= VID_MAX && !list_has(set, vid))
		vid++;
	if (vid > VID_MAX)
		return false;
	range->first = vid;
	while (vid < VID_MAX && list_has(set, vid + 1))
		vid++;
	range->last = vid;
	return true;
}

bool list_empty(const struct vid_set *set)
{
	struct vid_range range;

	return !list_next(set, 0, &range);
}

/**
 * vid_parse() - read a VID
 * @text: decimal digits
 * @end: set to what follows them
 * @vid: the VID
 *
 * Return: false if there is no VID from 0 to VID_MAX.
 */
bool vid_parse(const char *text, const char **end, unsigned int *vid)
{
	unsigned int value = 0;
	const char *c = text;

	for (; *c >= '0' && *c <= '9'; c++) {
		value = value * 10 + (*c - '0');
		if (value > VID_MAX)
			return false;
	}
	*end = c;
	*vid = value;
	return c != text;
}

/**
 * list_parse() - read a LIST
 * @set: filled with its VIDs
 * @text: the LIST
 *
 * Return: NULL, or where in @text something else was expected.
 */
const char *list_parse(struct vid_set *set, const char *text)
{
	memset(set, 0, sizeof(*set));
	if (!strcmp(text, "all")) {
		list_add(set, 0, VID_MAX);
		return NULL;
	}
	for (;;) {
		unsigned int first, last;
		const char *end;

		if (!vid_parse(text, &end, &first))
			return text;
		last = first;
		if (*end == '-' &&
		    (!vid_parse(end + 1, &end, &last) || last < first))
			return text;
		list_add(set, first, last);
		if (!*end)
			return NULL;
		if (*end != ',')
			return text;
		text = end + 1;
	}
}

/**
 * list_format() - write a LIST
 * @set: the VIDs
 * @text: where to write
 *
 * Return: @text, which is empty if the set is.
 */
char *list_format(const struct vid_set *set, char text[LIST_TEXT])
{
	struct vid_range range;
	unsigned int from = 0;
	char *pos = text;

	*pos = '\0';
	if (list_next(set, 0, &range) && !range.first &&
	    range.last == VID_MAX)
		return strcpy(text, "all");

	for (; list_next(set, from, &range); from = range.last + 1) {
		pos += sprintf(pos, "%s%u", from ? "," : "", range.first);
		if (range.last > range.first)
			pos += sprintf(pos, "-%u", range.last);
	}
	return text;
}
