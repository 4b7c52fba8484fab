/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_MEMBER_H
#define VMBONDCTL_MEMBER_H

#include "obj.h"

const char *member_state(const struct member *member);
const char *member_speed(const struct member *member);
const char *member_summary(const struct member *member);

#endif
