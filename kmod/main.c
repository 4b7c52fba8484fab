// SPDX-License-Identifier: GPL-2.0
/* Module load and unload: one order, and its reverse. */

#include <linux/module.h>
#include <net/rtnetlink.h>
#include "dev.h"
#include "fdb.h"
#include "netlink.h"
#include "notify.h"

struct workqueue_struct *vmb_wq;

static int __init vmb_module_init(void)
{
	int err;

	vmb_wq = alloc_workqueue("vmbond", WQ_UNBOUND, 0);
	if (!vmb_wq)
		return -ENOMEM;
	err = vmb_fdb_cache_init();
	if (err)
		goto err_wq;
	err = vmb_notify_init();
	if (err)
		goto err_cache;
	err = rtnl_link_register(&vmb_link_ops);
	if (err)
		goto err_notify;
	err = vmb_netlink_init();
	if (err)
		goto err_link;
	return 0;

err_link:
	rtnl_link_unregister(&vmb_link_ops);
err_notify:
	vmb_notify_exit();
err_cache:
	vmb_fdb_cache_exit();
err_wq:
	destroy_workqueue(vmb_wq);
	return err;
}

static void __exit vmb_module_exit(void)
{
	vmb_netlink_exit();
	/* deletes all bonds */
	rtnl_link_unregister(&vmb_link_ops);
	vmb_notify_exit();
	vmb_fdb_cache_exit();
	destroy_workqueue(vmb_wq);
}

module_init(vmb_module_init);
module_exit(vmb_module_exit);

MODULE_DESCRIPTION("End-host switch with a bonded uplink for virtual machines");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK("vmbond");
MODULE_ALIAS_GENL_FAMILY(VMBOND_FAMILY_NAME);
