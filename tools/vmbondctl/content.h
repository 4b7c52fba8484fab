/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_CONTENT_H
#define VMBONDCTL_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "obj.h"

/**
 * struct content - a bond and all that is in it
 */
struct content {
	/** @bond: the bond */
	const struct bond *bond;
	/** @link: its device */
	struct link link;
	/** @members: its members */
	struct member *members;
	/** @n_members: how many */
	size_t n_members;
	/** @ports: its ports */
	struct port *ports;
	/** @n_ports: how many */
	size_t n_ports;
	/** @stations: its static stations */
	struct fdb *stations;
	/** @n_stations: how many */
	size_t n_stations;
};

int content_load(struct content *c, const struct bond *bond);
int content_check(const struct content *c);
void content_of_node(struct content *c);
bool content_has_member(const struct content *c, uint32_t ifindex);
void content_free(struct content *c);

#endif
