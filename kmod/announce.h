/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_ANNOUNCE_H
#define VMBOND_ANNOUNCE_H

#include "vmbond.h"

/* How long announcements of a station may come back on other members. */
#define VMB_ANNOUNCE_LOCK	(5 * HZ)

/**
 * vmb_announce_locked - may an announcement of a station be our own
 * @st: the station
 */
static inline bool vmb_announce_locked(const struct vmb_station *st)
{
	return vmb_within(READ_ONCE(st->announced), VMB_ANNOUNCE_LOCK);
}

void vmb_announce(struct vmb_bond *bond, struct vmb_station *st);
void vmb_announce_port(struct vmb_port *port);
void vmb_announce_again(struct vmb_bond *bond, u64 key);
void vmb_announce_work(struct work_struct *work);
void vmb_announce_peers(struct vmb_bond *bond, unsigned long *next);

#endif
