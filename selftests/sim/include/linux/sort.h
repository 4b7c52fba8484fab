/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIM_LINUX_SORT_H
#define SIM_LINUX_SORT_H

#include <stdlib.h>

typedef void (*swap_func_t)(void *a, void *b, int size);

static inline void sort(void *base, size_t num, size_t size,
			int (*cmp)(const void *a, const void *b),
			swap_func_t swap)
{
	(void)swap;
	qsort(base, num, size, cmp);
}

#endif
