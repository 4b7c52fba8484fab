// SPDX-License-Identifier: GPL-2.0
/* What happens to lower devices, as calls into members and ports. */

#include "announce.h"
#include "dev.h"
#include "event.h"
#include "learn.h"
#include "member.h"
#include "notify.h"
#include "port.h"
#include "uplink.h"

static int vmb_notify_member(struct vmb_member *m, unsigned long event)
{
	switch (event) {
	case NETDEV_CHANGE:
	case NETDEV_UP:
	case NETDEV_DOWN:
		vmb_member_link_changed(m, false);
		break;
	case NETDEV_GOING_DOWN:
		vmb_member_link_changed(m, true);
		break;
	case NETDEV_CHANGEADDR:
		vmb_uplink_publish(m->bond);
		break;
	case NETDEV_CHANGENAME:
		vmb_event_member(m, VMBOND_CAUSE_CONFIG, false);
		break;
	case NETDEV_UNREGISTER:
		vmb_member_del(m, true);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		return notifier_from_errno(-EBUSY);
	}
	return NOTIFY_DONE;
}

static int vmb_notify_port(struct vmb_port *port, unsigned long event)
{
	switch (event) {
	case NETDEV_CHANGE:
		/* Without carrier they were elsewhere, or nowhere. */
		if (netif_carrier_ok(port->dev))
			vmb_announce_port(port);
		break;
	case NETDEV_CHANGENAME:
		vmb_event_port(port, VMBOND_CAUSE_CONFIG, false);
		break;
	case NETDEV_DOWN:
		vmb_flush(port->bond, port, VMB_VLAN_NONE, false);
		break;
	case NETDEV_UNREGISTER:
		vmb_port_del(port);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		return notifier_from_errno(-EBUSY);
	}
	return NOTIFY_DONE;
}

static int vmb_notify(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct vmb_member *m;
	struct vmb_port *port;

	if (vmb_is_bond(dev)) {
		if (event == NETDEV_CHANGENAME)
			vmb_event_bond(netdev_priv(dev), VMBOND_CAUSE_CONFIG,
				       false);
		return NOTIFY_DONE;
	}
	if (event == NETDEV_UNREGISTER)
		vmb_bonds_forget(dev);
	m = vmb_member_get_rtnl(dev);
	if (m)
		return vmb_notify_member(m, event);
	port = vmb_port_get_rtnl(dev);
	if (port)
		return vmb_notify_port(port, event);
	return NOTIFY_DONE;
}

static struct notifier_block vmb_notifier = {
	.notifier_call = vmb_notify,
};

/**
 * vmb_notify_init - at module load
 */
int vmb_notify_init(void)
{
	return register_netdevice_notifier(&vmb_notifier);
}

/**
 * vmb_notify_exit - at module unload
 */
void vmb_notify_exit(void)
{
	unregister_netdevice_notifier(&vmb_notifier);
}
