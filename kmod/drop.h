/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_DROP_H
#define VMBOND_DROP_H

#include <linux/vmbond.h>

/*
 * Why a frame went no further, in the order of the netlink attributes. Each
 * frame is counted once, at the device that it came in by or, where that one
 * did nothing wrong, at the device that it would have left through.
 */
enum vmb_drop {
	VMB_DROP_VLAN		= VMBOND_A_DROPS_VLAN - 1,
	VMB_DROP_REFLECTED	= VMBOND_A_DROPS_REFLECTED - 1,
	VMB_DROP_RECEIVER	= VMBOND_A_DROPS_RECEIVER - 1,
	VMB_DROP_DUPLICATE	= VMBOND_A_DROPS_DUPLICATE - 1,
	VMB_DROP_UNKNOWN	= VMBOND_A_DROPS_UNKNOWN - 1,
	VMB_DROP_NO_MEMBER	= VMBOND_A_DROPS_NO_MEMBER - 1,
	VMB_DROP_LINK_LOCAL	= VMBOND_A_DROPS_LINK_LOCAL - 1,
	VMB_DROP_BPDU		= VMBOND_A_DROPS_BPDU - 1,
	VMB_DROP_SPOOF		= VMBOND_A_DROPS_SPOOF - 1,
	/* Counts frames that are forwarded all the same. */
	VMB_DROP_MAC_LIMIT	= VMBOND_A_DROPS_MAC_LIMIT - 1,
	VMB_DROP_ISOLATED	= VMBOND_A_DROPS_ISOLATED - 1,
	VMB_DROP_BUM_LIMIT	= VMBOND_A_DROPS_BUM_LIMIT - 1,
	VMB_DROP_MTU		= VMBOND_A_DROPS_MTU - 1,
	VMB_DROP_NOMEM		= VMBOND_A_DROPS_NOMEM - 1,
	VMB_DROP_STANDBY	= VMBOND_A_DROPS_STANDBY - 1,
	VMB_DROP_HAIRPIN	= VMBOND_A_DROPS_HAIRPIN - 1,
	VMB_DROP_DOWN		= VMBOND_A_DROPS_DOWN - 1,
	VMB_DROP_MALFORMED	= VMBOND_A_DROPS_MALFORMED - 1,
	VMB_DROP_N		= VMBOND_A_DROPS_MAX,
};

#endif
