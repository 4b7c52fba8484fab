// SPDX-License-Identifier: GPL-2.0
/* A bond and all that was set in it, read so that it agrees with itself. */
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "dump.h"
#include "nl.h"
#include "vmbondctl.h"

static int by_key(const void *a, const void *b)
{
	const struct fdb *fa = a, *fb = b;

	return memcmp(fa->mac, fb->mac, sizeof(fa->mac)) ?:
	       (int)fa->vid - (int)fb->vid ?:
	       (int)fa->service - (int)fb->service;
}

static bool same_stations(const struct content *a, const struct content *b)
{
	bool same = a->n_stations == b->n_stations;

	for (size_t i = 0; same && i < a->n_stations; i++)
		same = !by_key(&a->stations[i], &b->stations[i]) &&
		       a->stations[i].port == b->stations[i].port &&
		       a->stations[i].wanted == b->stations[i].wanted;
	return same;
}

/* Static stations, in the order of their keys */
static int read_stations(struct content *c)
{
	struct filter filter = {
		.bond = c->bond->ifindex,
		.torn = TORN_TAKE,
	};
	size_t count, n = 0;
	int err = obj_load(&fdb_kind, &filter, (void **)&c->stations, &count);

	for (size_t i = 0; i < count; i++)
		if (c->stations[i].state == VMBOND_STATION_STATE_STATIC)
			c->stations[n++] = c->stations[i];
	c->n_stations = n;
	if (n)
		qsort(c->stations, n, sizeof(*c->stations), by_key);
	return err;
}

/*
 * Guests' stations may come and go faster than all can be read. Static ones do
 * not: two readings that agree on those are right about them.
 */
static int load_stations(struct content *c)
{
	struct content before = { .bond = c->bond };
	int err = read_stations(&before);
	bool same = false;

	for (int i = 0; i < NL_DUMP_TRIES && !err && !same; i++) {
		err = read_stations(c);
		same = !err && same_stations(&before, c);
		free(before.stations);
		before = *c;
	}
	if (err || same)
		return err;
	return fail(ST_REFUSED, "static stations change faster than they can "
		    "be read, try again");
}

static bool has_port(const struct content *c, uint32_t ifindex)
{
	for (size_t i = 0; i < c->n_ports; i++)
		if (c->ports[i].ifindex == ifindex)
			return true;
	return false;
}

/* Ports come and go between one reading and the next: those of the first. */
static void drop_others(struct content *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_stations; i++)
		if (has_port(c, c->stations[i].port))
			c->stations[n++] = c->stations[i];
	c->n_stations = n;
}

/**
 * content_load() - read a bond and what is in it
 * @c: filled, to be freed with content_free() whether this fails or not
 * @bond: the bond
 *
 * Return: 0 if it was read whole, or the status of a failure that was told.
 */
int content_load(struct content *c, const struct bond *bond)
{
	struct filter filter = { .bond = bond->ifindex, .torn = TORN_FAIL };
	int err;

	*c = (struct content){ .bond = bond };
	if (link_by_index(bond->ifindex, &c->link))
		return fail(ST_REFUSED, "the bond has just gone");
	err = obj_load(&member_kind, &filter, (void **)&c->members,
		       &c->n_members) ?:
	      obj_load(&port_kind, &filter, (void **)&c->ports,
		       &c->n_ports) ?:
	      load_stations(c);
	if (!err)
		drop_others(c);
	return err;
}

static int check_device(uint32_t ifindex, const char *name)
{
	char real[IFNAMSIZ];

	if (if_indextoname(ifindex, real) && !strcmp(real, name) &&
	    *name != '#')
		return 0;
	return fail(ST_REFUSED, "a batch cannot name the device \"%s\"", name);
}

static int check_word(const char *const *words, uint32_t value)
{
	for (uint32_t i = 0; words[i]; i++)
		if (i == value)
			return 0;
	return fail(ST_REFUSED, "the module has a setting that this version "
		    "of vmbondctl has no word for");
}

static int check_networks(const struct link *link)
{
	char clean[ALTNAME_MAX];

	for (size_t i = 0; i < link->altnames.count; i++) {
		const char *name = link->altnames.name[i];

		if (name_good(name, strlen(name)))
			continue;
		link_clean_name(clean, sizeof(clean), name);
		return fail(ST_REFUSED, "a batch cannot name the network "
			    "\"%s\"", clean);
	}
	return 0;
}

/**
 * content_check() - can a batch make the same again
 * @c: the bond
 *
 * Return: 0, or the status of a failure that was told.
 */
int content_check(const struct content *c)
{
	const struct bond *bond = c->bond;
	int err = check_device(bond->ifindex, bond->ifname) ?:
		  check_networks(&c->link) ?:
		  check_word(mode_words, bond->mode) ?:
		  check_word(rx_check_words, bond->rx_check);

	if (!err && bond->primary)
		err = check_device(bond->primary, link_name(bond->primary));
	for (size_t i = 0; i < c->n_members && !err; i++)
		err = check_device(c->members[i].ifindex,
				   c->members[i].ifname) ?:
		      check_word(admin_words, c->members[i].admin_state);
	for (size_t i = 0; i < c->n_ports && !err; i++)
		err = check_device(c->ports[i].ifindex, c->ports[i].ifname) ?:
		      check_word(vlan_mode_words, c->ports[i].vlan_mode);
	return err;
}

/**
 * content_of_node() - forget the VMs, whose devices are not there at boot
 * @c: the bond
 */
void content_of_node(struct content *c)
{
	size_t ports = 0, stations = 0;

	for (size_t i = 0; i < c->n_ports; i++)
		if (c->ports[i].ifindex == c->bond->ifindex)
			c->ports[ports++] = c->ports[i];
	for (size_t i = 0; i < c->n_stations; i++)
		if (c->stations[i].port == c->bond->ifindex)
			c->stations[stations++] = c->stations[i];
	c->n_ports = ports;
	c->n_stations = stations;
}

void content_free(struct content *c)
{
	link_free(&c->link);
	free(c->members);
	free(c->ports);
	free(c->stations);
}

/**
 * content_has_member() - is a device one of the bond's members
 * @c: the bond
 * @ifindex: the device
 */
bool content_has_member(const struct content *c, uint32_t ifindex)
{
	for (size_t i = 0; i < c->n_members; i++)
		if (c->members[i].ifindex == ifindex)
			return true;
	return false;
}
