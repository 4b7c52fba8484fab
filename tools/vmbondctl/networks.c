// SPDX-License-Identifier: GPL-2.0
/*
 * The networks of a bond. Names are given and taken away one by one, so that
 * it is known which of them was refused.
 */
#include <errno.h>

#include "link.h"
#include "networks.h"
#include "nl.h"
#include "vmbondctl.h"

static int refused(const char *name)
{
	char clean[ALTNAME_MAX];

	link_clean_name(clean, sizeof(clean), name);
	return fail(ST_REFUSED, "network \"%s\": %s", clean,
		    nl_error.err == EEXIST ?
		    "a device has this name already" : nl_why());
}

/**
 * networks_add() - give a bond the names that it is to have besides the old
 * @nets: the networks
 *
 * Return: 0, or the status of a failure that was told.
 */
int networks_add(const struct networks *nets)
{
	for (size_t i = 0; i < nets->wanted.count; i++) {
		const char *name = nets->wanted.name[i];

		if (!names_has(&nets->old, name) &&
		    link_altname(nets->ifindex, name, true))
			return refused(name);
	}
	return 0;
}

/**
 * networks_undo() - take away what networks_add() gave, be it not all
 * @nets: the networks
 */
void networks_undo(const struct networks *nets)
{
	/* The kernel does not take away what another device has. */
	for (size_t i = 0; i < nets->wanted.count; i++)
		if (!names_has(&nets->old, nets->wanted.name[i]))
			link_altname(nets->ifindex, nets->wanted.name[i],
				     false);
}

/**
 * networks_del() - take away the names that a bond is not to have any more
 * @nets: the networks
 *
 * Return: 0, or the status of a failure that was told.
 */
int networks_del(const struct networks *nets)
{
	for (size_t i = 0; i < nets->old.count; i++) {
		const char *name = nets->old.name[i];

		if (!names_has(&nets->wanted, name) &&
		    link_altname(nets->ifindex, name, false))
			return refused(name);
	}
	return 0;
}

void networks_free(struct networks *nets)
{
	names_free(&nets->old);
	names_free(&nets->wanted);
}
