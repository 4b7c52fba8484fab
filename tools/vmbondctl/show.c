// SPDX-License-Identifier: GPL-2.0
/* Show commands that print a line for each object of a dump. */
#include "nl.h"
#include "out.h"
#include "show.h"

static void again(void *data)
{
	(void)data;
	out_again();
}

/**
 * show_filtered() - print the objects that a filter lets pass
 * @kind: their kind
 * @filter: the filter
 * @heads: headings of the columns
 * @each: prints an object
 * @data: for @each
 *
 * Return: 0, or the status of a failure that was told.
 */
int show_filtered(const struct kind *kind, const struct filter *filter,
		  const char *const *heads,
		  void (*each)(const void *obj, void *data), void *data)
{
	struct dump dump = { .each = each, .again = again, .data = data };

	out_begin(heads);
	return out_end(obj_dump(kind, filter, &dump));
}

/**
 * show_dump() - carry out "show [NAME]"
 * @req: the request
 * @kind: the kind of object
 * @heads: headings of the columns
 * @each: prints an object
 *
 * Return: 0, or the status of a failure that was told.
 */
int show_dump(struct request *req, const struct kind *kind,
	      const char *const *heads,
	      void (*each)(const void *obj, void *data))
{
	const struct value *name = args_value(req, "NAME");
	struct filter filter = { 0 };
	int err = nl_open() ?: args_resolve(req);

	if (err)
		return err;
	if (name)
		filter.bond = name->num;
	return show_filtered(kind, &filter, heads, each, NULL);
}
