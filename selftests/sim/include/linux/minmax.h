/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIM_LINUX_MINMAX_H
#define SIM_LINUX_MINMAX_H

/* Like the kernel's, these refuse to compare different types */
#define min(x, y) ({					\
	__typeof__(x) _x = (x);				\
	__typeof__(y) _y = (y);				\
	(void)(&_x == &_y);				\
	_x < _y ? _x : _y; })
#define max(x, y) ({					\
	__typeof__(x) _x = (x);				\
	__typeof__(y) _y = (y);				\
	(void)(&_x == &_y);				\
	_x > _y ? _x : _y; })

#endif
