// SPDX-License-Identifier: GPL-2.0
/* Lists of names. */
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "vmbondctl.h"

/**
 * name_good() - may a name be given to a bond
 * @text: begins with the name
 * @len: its length
 *
 * It has to stand in a list, in a line of a batch and on a terminal.
 */
bool name_good(const char *text, size_t len)
{
	if (!len || len >= ALTNAME_MAX || *text == '#' ||
	    (len == 4 && !memcmp(text, "none", len)))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c <= ' ' || c == 0x7f || c == ',')
			return false;
	}
	return true;
}

/**
 * names_add() - add a name
 * @names: the list, all zero at first
 * @text: begins with the name
 * @len: its length
 */
void names_add(struct names *names, const char *text, size_t len)
{
	names->name = realloc(names->name,
			      (names->count + 1) * sizeof(*names->name));
	if (!names->name)
		out_of_memory();
	names->name[names->count] = strndup(text, len);
	if (!names->name[names->count++])
		out_of_memory();
}

bool names_has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->name[i], name))
			return true;
	return false;
}

/**
 * names_split() - add names that have commas between them, each once
 * @names: the list
 * @text: the names
 */
void names_split(struct names *names, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, ",");
		char *last;

		names_add(names, text, len);
		text += len + (text[len] == ',');

		last = names->name[--names->count];
		if (names_has(names, last))
			free(last);
		else
			names->count++;
	}
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct names){ 0 };
}
