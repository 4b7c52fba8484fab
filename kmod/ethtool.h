/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_ETHTOOL_H
#define VMBOND_ETHTOOL_H

extern const struct ethtool_ops vmb_ethtool_ops;

#endif
