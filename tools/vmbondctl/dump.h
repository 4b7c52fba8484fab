/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_DUMP_H
#define VMBONDCTL_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "obj.h"

/** enum torn - what is done where objects change while they are read */
enum torn {
	/** @TORN_WARN: read again; if that does not help, say so */
	TORN_WARN,
	/** @TORN_FAIL: read again; if that does not help, fail */
	TORN_FAIL,
	/** @TORN_TAKE: take it for what it is */
	TORN_TAKE,
};

/**
 * struct filter - which objects of a dump are wanted
 */
struct filter {
	/** @bond: of this bond, 0 for all */
	uint32_t bond;
	/** @port: stations of this port, 0 for all */
	uint32_t port;
	/** @has_vid: stations of @vid only */
	bool has_vid;
	/** @vid: their VLAN */
	uint32_t vid;
	/** @service: stations of service VLANs only */
	bool service;
	/** @torn: what is done where they change while they are read */
	enum torn torn;
	/**
	 * @gone: set if @bond is not there any more, which has no objects
	 * then; NULL: that is a failure
	 */
	bool *gone;
};

/**
 * struct dump - what is done with the objects of a dump
 */
struct dump {
	/** @each: called for each object */
	void (*each)(const void *obj, void *data);
	/** @again: called before the first, and when all are read again */
	void (*again)(void *data);
	/** @data: for both */
	void *data;
};

int obj_dump(const struct kind *kind, const struct filter *filter,
	     const struct dump *dump);
int obj_load(const struct kind *kind, const struct filter *filter,
	     void **objs, size_t *count);

#endif
