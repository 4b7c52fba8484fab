/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_PORT_H
#define VMBONDCTL_PORT_H

#include "obj.h"

const char *port_vlan_text(const struct port *port);
const char *port_summary(const struct port *port);

#endif
