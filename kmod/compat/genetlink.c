// SPDX-License-Identifier: GPL-2.0
/*
 * Split operations for kernels that know one policy a command: its do and its
 * dump are folded into one operation that lets the attributes of both pass.
 * What is only for the other one is refused here.
 */

#include <linux/slab.h>
#include <net/genetlink.h>
#include "../netlink-gen.h"

static const struct genl_split_ops *vmb_genl_find(u8 cmd, u8 flag)
{
	const struct genl_split_ops *op = vmbond_nl_family.split_ops;
	const struct genl_split_ops *end = op + vmbond_nl_family.n_split_ops;

	while (op < end && (op->cmd != cmd || !(op->flags & flag)))
		op++;
	return op < end ? op : NULL;
}

static bool vmb_genl_takes(const struct genl_split_ops *op, unsigned int type)
{
	return op && op->policy && type <= op->maxattr &&
	       (op->policy[type].type || op->policy[type].len);
}

/* The operation for a request whose attributes are all its own. */
static const struct genl_split_ops *
vmb_genl_check(const struct genlmsghdr *hdr, u8 flag, unsigned int maxattr,
	       struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	const struct genl_split_ops *op = vmb_genl_find(hdr->cmd, flag);
	unsigned int i;

	for (i = 1; attrs && i <= maxattr; i++)
		if (attrs[i] && !vmb_genl_takes(op, i)) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[i],
					    "Unknown attribute type");
			return NULL;
		}
	return op;
}

static unsigned int vmb_genl_maxattr(u8 cmd)
{
	const struct genl_split_ops *d = vmb_genl_find(cmd, GENL_CMD_CAP_DO);
	const struct genl_split_ops *u = vmb_genl_find(cmd, GENL_CMD_CAP_DUMP);

	return max(d ? d->maxattr : 0, u ? u->maxattr : 0);
}

static int vmb_genl_doit(struct sk_buff *skb, struct genl_info *info)
{
	u8 cmd = info->genlhdr->cmd;
	const struct genl_split_ops *op;
	int err;

	op = vmb_genl_check(info->genlhdr, GENL_CMD_CAP_DO,
			    vmb_genl_maxattr(cmd), info->attrs, info->extack);
	if (!op)
		return -EINVAL;
	if (op->pre_doit) {
		err = op->pre_doit(op, skb, info);
		if (err)
			return err;
	}
	err = op->doit(skb, info);
	if (op->post_doit)
		op->post_doit(op, skb, info);
	return err;
}

/* Not when it starts: what is said there does not reach the requester. */
static int vmb_genl_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct genlmsghdr *hdr = nlmsg_data(cb->nlh);
	const struct genl_split_ops *op;

	op = vmb_genl_check(hdr, GENL_CMD_CAP_DUMP, vmb_genl_maxattr(hdr->cmd),
			    genl_dumpit_info(cb)->attrs, cb->extack);
	return op ? op->dumpit(skb, cb) : -EINVAL;
}

/* One command: @d is its do and @u its dump, or NULL. */
static int vmb_genl_fold(struct genl_ops *to, const struct genl_split_ops *d,
			 const struct genl_split_ops *u)
{
	unsigned int i, max = vmb_genl_maxattr((d ?: u)->cmd);
	struct nla_policy *policy;

	policy = kcalloc(max + 1, sizeof(*policy), GFP_KERNEL);
	if (!policy)
		return -ENOMEM;
	for (i = 0; i <= max; i++)
		if (vmb_genl_takes(d, i))
			memcpy(&policy[i], &d->policy[i], sizeof(*policy));
		else if (vmb_genl_takes(u, i))
			memcpy(&policy[i], &u->policy[i], sizeof(*policy));

	to->policy = policy;
	to->maxattr = max;
	if (d) {
		to->cmd = d->cmd;
		to->flags |= d->flags & ~GENL_CMD_CAP_DO;
		to->doit = vmb_genl_doit;
	}
	if (u) {
		to->cmd = u->cmd;
		to->flags |= u->flags & ~GENL_CMD_CAP_DUMP;
		to->start = u->start;
		to->dumpit = vmb_genl_dumpit;
	}
	return 0;
}

static void vmb_genl_free(const struct genl_ops *ops, unsigned int n)
{
	while (n)
		kfree(ops[--n].policy);
	kfree(ops);
}

/**
 * vmb_genl_register - register a family of split operations
 * @f: the family
 *
 * Return: 0 or a negative error.
 */
int vmb_genl_register(struct vmb_genl_family *f)
{
	struct genl_ops *ops;
	unsigned int cmd, n = 0;
	int err;

	ops = kcalloc(f->n_split_ops, sizeof(*ops), GFP_KERNEL);
	if (!ops)
		return -ENOMEM;
	for (cmd = 0; cmd <= U8_MAX; cmd++) {
		const struct genl_split_ops *d, *u;

		d = vmb_genl_find(cmd, GENL_CMD_CAP_DO);
		u = vmb_genl_find(cmd, GENL_CMD_CAP_DUMP);
		if (!d && !u)
			continue;
		err = vmb_genl_fold(&ops[n], d, u);
		if (err)
			goto err_free;
		n++;
	}

	strscpy(f->real.name, f->name, sizeof(f->real.name));
	f->real.version = f->version;
	f->real.netnsok = f->netnsok;
	f->real.parallel_ops = f->parallel_ops;
	f->real.module = f->module;
	f->real.mcgrps = f->mcgrps;
	f->real.n_mcgrps = f->n_mcgrps;
	f->real.ops = ops;
	f->real.n_ops = n;
	/* in parentheses it is not the macro, which takes a look-alike */
	err = (genl_register_family)(&f->real);
	if (err)
		goto err_free;
	return 0;

err_free:
	vmb_genl_free(ops, n);
	return err;
}

/**
 * vmb_genl_unregister - undo vmb_genl_register()
 * @f: the family
 *
 * Return: 0 or a negative error.
 */
int vmb_genl_unregister(const struct vmb_genl_family *f)
{
	int err = (genl_unregister_family)(&f->real);

	if (!err)
		vmb_genl_free(f->real.ops, f->real.n_ops);
	return err;
}
