/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_COMPLETE_H
#define VMBONDCTL_COMPLETE_H

int complete(int argc, char **argv);

#endif
