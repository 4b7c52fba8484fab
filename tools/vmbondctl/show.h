/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_SHOW_H
#define VMBONDCTL_SHOW_H

#include "args.h"
#include "dump.h"

int show_filtered(const struct kind *kind, const struct filter *filter,
		  const char *const *heads,
		  void (*each)(const void *obj, void *data), void *data);
int show_dump(struct request *req, const struct kind *kind,
	      const char *const *heads,
	      void (*each)(const void *obj, void *data));

#endif
