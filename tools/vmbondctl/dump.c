// SPDX-License-Identifier: GPL-2.0
/* Dumps: all objects of a kind, read again when they changed meanwhile. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "nl.h"
#include "vmbondctl.h"

struct reader {
	const struct kind *kind;
	const struct dump *dump;
	void *obj;
};

static int on_object(const struct nlmsghdr *nlh, void *data)
{
	struct reader *reader = data;

	obj_read(reader->kind, nlh, reader->obj);
	reader->dump->each(reader->obj, reader->dump->data);
	return MNL_CB_OK;
}

static void put_filter(struct nlmsghdr *nlh, const struct kind *kind,
		       const struct filter *filter)
{
	if (filter->bond && kind->bond)
		mnl_attr_put_u32(nlh, kind->bond, filter->bond);
	if (filter->port)
		mnl_attr_put_u32(nlh, VMBOND_A_FDB_PORT, filter->port);
	if (filter->has_vid)
		mnl_attr_put_u32(nlh, VMBOND_A_FDB_VID, filter->vid);
	if (filter->service)
		mnl_attr_put_u32(nlh, VMBOND_A_FDB_SERVICE, 1);
}

/**
 * obj_dump() - read the objects of a kind
 * @kind: the kind
 * @filter: which of them
 * @dump: what to do with them
 *
 * What changed while it was read is read again.
 *
 * Return: 0, or the status of a failure that was told.
 */
int obj_dump(const struct kind *kind, const struct filter *filter,
	     const struct dump *dump)
{
	struct reader reader = { .kind = kind, .dump = dump };
	int err = -EINTR;

	reader.obj = malloc(kind->size);
	if (!reader.obj)
		out_of_memory();
	for (int i = 0; err == -EINTR && i < NL_DUMP_TRIES; i++) {
		struct nlmsghdr *nlh = nl_request(kind->get);

		dump->again(dump->data);
		put_filter(nlh, kind, filter);
		err = nl_dump(nlh, on_object, &reader);
		if (err == -EINTR && filter->torn == TORN_TAKE)
			err = 0;
	}
	if (err == -ENODEV && filter->bond && kind->bond && filter->gone) {
		*filter->gone = true;
		dump->again(dump->data);
		err = 0;
	}
	free(reader.obj);
	if (err == -EINTR && filter->torn == TORN_FAIL)
		return fail(ST_REFUSED, "%s objects change faster than they "
			    "can be read, try again", kind->name);
	if (err == -EINTR) {
		warn("%s objects change faster than they can be read, "
		     "some may be missing or shown twice", kind->name);
		return 0;
	}
	return err ? nl_refused(NULL) : 0;
}

struct loader {
	const struct kind *kind;
	char *objs;
	size_t count, room;
};

static void load_again(void *data)
{
	struct loader *loader = data;

	loader->count = 0;
}

static void load_each(const void *obj, void *data)
{
	struct loader *loader = data;
	size_t size = loader->kind->size;

	if (loader->count == loader->room) {
		loader->room = loader->room * 2 ?: 64;
		loader->objs = realloc(loader->objs, loader->room * size);
		if (!loader->objs)
			out_of_memory();
	}
	memcpy(loader->objs + loader->count++ * size, obj, size);
}

/**
 * obj_load() - read the objects of a kind into memory
 * @kind: the kind
 * @filter: which of them
 * @objs: set to an array, to be freed unless this fails
 * @count: set to its length
 *
 * Return: 0, or the status of a failure that was told.
 */
int obj_load(const struct kind *kind, const struct filter *filter,
	     void **objs, size_t *count)
{
	struct loader loader = { .kind = kind };
	struct dump dump = {
		.each = load_each,
		.again = load_again,
		.data = &loader,
	};
	int err = obj_dump(kind, filter, &dump);

	if (err) {
		free(loader.objs);
		loader.objs = NULL;
		loader.count = 0;
	}
	*objs = loader.objs;
	*count = loader.count;
	return err;
}
