/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_FDB_H
#define VMBONDCTL_FDB_H

#include "obj.h"

int fdb_load(uint32_t bond, bool *gone, struct fdb **stations, size_t *count);
const char *fdb_since(const struct fdb *fdb, const char *lead);
const char *fdb_summary(const struct fdb *fdb);

#endif
