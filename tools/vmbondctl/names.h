/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_NAMES_H
#define VMBONDCTL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Room for an alternative name and its end, as the kernel has it. */
#define ALTNAME_MAX 128

/**
 * struct names - a list of names
 */
struct names {
	/** @name: the names */
	char **name;
	/** @count: how many */
	size_t count;
};

bool name_good(const char *text, size_t len);
void names_add(struct names *names, const char *text, size_t len);
void names_split(struct names *names, const char *text);
bool names_has(const struct names *names, const char *name);
void names_free(struct names *names);

#endif
