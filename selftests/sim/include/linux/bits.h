/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SIM_LINUX_BITS_H
#define SIM_LINUX_BITS_H

#define BIT_ULL(nr) (1ULL << (nr))

#endif
