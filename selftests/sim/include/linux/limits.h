/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIM_LINUX_LIMITS_H
#define SIM_LINUX_LIMITS_H

#include <linux/types.h>

#define U64_MAX (~(u64)0)

#endif
