/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_BOND_H
#define VMBONDCTL_BOND_H

#include "obj.h"

const char *bond_summary(const struct bond *bond);

#endif
