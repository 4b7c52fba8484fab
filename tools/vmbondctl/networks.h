/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_NETWORKS_H
#define VMBONDCTL_NETWORKS_H

#include <stdint.h>

#include "names.h"

/**
 * struct networks - the networks of a bond, which are its alternative names
 */
struct networks {
	/** @ifindex: the bond */
	uint32_t ifindex;
	/** @old: those it has */
	struct names old;
	/** @wanted: those it is to have */
	struct names wanted;
};

int networks_add(const struct networks *nets);
void networks_undo(const struct networks *nets);
int networks_del(const struct networks *nets);
void networks_free(struct networks *nets);

#endif
