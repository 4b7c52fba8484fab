// SPDX-License-Identifier: GPL-2.0
/* An object belongs to one module, so the pure parts are compiled again. */

#include <linux/module.h>
#include "../balance.c"
#include "../dedup.c"
#include "../vlan.c"

MODULE_DESCRIPTION("KUnit tests of vmbond's pure parts");
MODULE_LICENSE("GPL");
