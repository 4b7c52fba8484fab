/* SPDX-License-Identifier: GPL-2.0 */
#ifdef VMB_HAVE_LINUX_UNALIGNED
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif
