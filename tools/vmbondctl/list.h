/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_LIST_H
#define VMBONDCTL_LIST_H

#include <stdbool.h>
#include <stdint.h>

#define VID_MAX 4094
/* The longest LIST, of pairs with one VID left out between them, fits. */
#define LIST_TEXT 16384

/**
 * struct vid_set - a set of VIDs
 */
struct vid_set {
	/** @bits: one bit a VID */
	uint64_t bits[(VID_MAX + 64) / 64];
};

/**
 * struct vid_range - neighbours in a set
 */
struct vid_range {
	/** @first: the lowest VID */
	unsigned int first;
	/** @last: the highest VID */
	unsigned int last;
};

void list_add(struct vid_set *set, unsigned int first, unsigned int last);
bool list_empty(const struct vid_set *set);
const char *list_parse(struct vid_set *set, const char *text);
bool list_next(const struct vid_set *set, unsigned int from,
	       struct vid_range *range);
char *list_format(const struct vid_set *set, char text[LIST_TEXT]);
bool vid_parse(const char *text, const char **end, unsigned int *vid);

#endif
