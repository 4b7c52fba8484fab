/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_LINK_H
#define VMBONDCTL_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"

/**
 * struct link - a network device
 */
struct link {
	/** @ifindex: its index */
	uint32_t ifindex;
	/** @name: its first name */
	char name[IFNAMSIZ];
	/** @kind: the kind of driver, empty where it has none */
	char kind[32];
	/** @altnames: its other names, not cleaned */
	struct names altnames;
};

int link_by_name(const char *name, struct link *link);
int link_by_index(uint32_t ifindex, struct link *link);
void link_free(struct link *link);
int link_altname(uint32_t ifindex, const char *name, bool add);

const char *link_name(uint32_t ifindex);
void link_remember(uint32_t ifindex, const char *name);
void link_clean_name(char *name, size_t size, const char *text);

int link_find(const char *name, uint32_t *ifindex);
int link_find_bond(const char *name, uint32_t *ifindex);

#endif
