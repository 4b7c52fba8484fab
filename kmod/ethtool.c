// SPDX-License-Identifier: GPL-2.0
/* The bond for ethtool(8): driver, link, and the uplink's counters by name. */

#include <linux/ethtool.h>
#include "ethtool.h"
#include "stats.h"

static const char *const vmb_stat_names[] = {
	"uplink_rx_packets",
	"uplink_rx_bytes",
	"uplink_tx_packets",
	"uplink_tx_bytes",
};

static const char *const vmb_drop_names[VMB_DROP_N] = {
	[VMB_DROP_VLAN]		= "drop_vlan",
	[VMB_DROP_REFLECTED]	= "drop_reflected",
	[VMB_DROP_RECEIVER]	= "drop_receiver",
	[VMB_DROP_DUPLICATE]	= "drop_duplicate",
	[VMB_DROP_UNKNOWN]	= "drop_unknown",
	[VMB_DROP_NO_MEMBER]	= "drop_no_member",
	[VMB_DROP_LINK_LOCAL]	= "drop_link_local",
	[VMB_DROP_BPDU]		= "drop_bpdu",
	[VMB_DROP_SPOOF]	= "drop_spoof",
	[VMB_DROP_MAC_LIMIT]	= "mac_limit",
	[VMB_DROP_ISOLATED]	= "drop_isolated",
	[VMB_DROP_BUM_LIMIT]	= "drop_bum_limit",
	[VMB_DROP_MTU]		= "drop_mtu",
	[VMB_DROP_NOMEM]	= "drop_nomem",
	[VMB_DROP_STANDBY]	= "drop_standby",
	[VMB_DROP_HAIRPIN]	= "drop_hairpin",
	[VMB_DROP_DOWN]		= "drop_down",
	[VMB_DROP_MALFORMED]	= "drop_malformed",
};

static void vmb_get_drvinfo(struct net_device *dev,
			    struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "vmbond", sizeof(info->driver));
}

/* The sum of the members that are up, as for any aggregate. */
static int vmb_get_link_ksettings(struct net_device *dev,
				  struct ethtool_link_ksettings *cmd)
{
	struct vmb_bond *bond = netdev_priv(dev);
	struct vmb_member *m;
	u32 speed = 0;

	list_for_each_entry(m, &bond->members, list)
		if (m->up)
			speed += m->speed;
	cmd->base.speed = speed ?: SPEED_UNKNOWN;
	cmd->base.duplex = speed ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	cmd->base.port = PORT_OTHER;
	return 0;
}

static int vmb_get_sset_count(struct net_device *dev, int set)
{
	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return ARRAY_SIZE(vmb_stat_names) + VMB_DROP_N;
}

static void vmb_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	unsigned int i;

	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < ARRAY_SIZE(vmb_stat_names); i++)
		ethtool_sprintf(&data, "%s", vmb_stat_names[i]);
	for (i = 0; i < VMB_DROP_N; i++)
		ethtool_sprintf(&data, "%s", vmb_drop_names[i]);
}

static void vmb_get_ethtool_stats(struct net_device *dev,
				  struct ethtool_stats *stats, u64 *data)
{
	struct vmb_stats sum;

	vmb_stats_bond(&sum, netdev_priv(dev));
	*data++ = sum.rx_packets;
	*data++ = sum.rx_bytes;
	*data++ = sum.tx_packets;
	*data++ = sum.tx_bytes;
	memcpy(data, sum.drops, sizeof(sum.drops));
}

const struct ethtool_ops vmb_ethtool_ops = {
	.get_drvinfo		= vmb_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= vmb_get_link_ksettings,
	.get_ts_info		= ethtool_op_get_ts_info,
	.get_sset_count		= vmb_get_sset_count,
	.get_strings		= vmb_get_strings,
	.get_ethtool_stats	= vmb_get_ethtool_stats,
};
