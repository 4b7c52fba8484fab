/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernels before 6.2 have no split operations, which is what the generated
 * family is made of. There, the family is a look-alike around a real one that
 * is filled in when it is registered, see ../../compat/genetlink.c.
 */
#include_next <net/genetlink.h>

#if !defined(VMBOND_COMPAT_GENETLINK_H) && !defined(VMB_HAVE_GENL_SPLIT_OPS)
#define VMBOND_COMPAT_GENETLINK_H

/*
 * A command's do, or its dump. The fields are those of the kernel that has
 * them.
 */
struct genl_split_ops {
	union {
		struct {
			int (*pre_doit)(const struct genl_split_ops *ops,
					struct sk_buff *skb,
					struct genl_info *info);
			int (*doit)(struct sk_buff *skb,
				    struct genl_info *info);
			void (*post_doit)(const struct genl_split_ops *ops,
					  struct sk_buff *skb,
					  struct genl_info *info);
		};
		struct {
			int (*start)(struct netlink_callback *cb);
			int (*dumpit)(struct sk_buff *skb,
				      struct netlink_callback *cb);
		};
	};
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 flags;
};

/**
 * struct vmb_genl_family - a family of split operations, and the real one
 */
struct vmb_genl_family {
	/** @real: what the kernel knows */
	struct genl_family real;

	/* private: from here on as in the kernel that has split operations */
	char name[GENL_NAMSIZ];
	unsigned int version;
	bool netnsok;
	bool parallel_ops;
	struct module *module;
	const struct genl_split_ops *split_ops;
	unsigned int n_split_ops;
	const struct genl_multicast_group *mcgrps;
	unsigned int n_mcgrps;
};

int vmb_genl_register(struct vmb_genl_family *f);
int vmb_genl_unregister(const struct vmb_genl_family *f);

#define genl_family			vmb_genl_family
#define genl_register_family(f)		vmb_genl_register(f)
#define genl_unregister_family(f)	vmb_genl_unregister(f)
#define genlmsg_put(skb, portid, seq, f, flags, cmd)			\
	genlmsg_put(skb, portid, seq, &(f)->real, flags, cmd)
#define genlmsg_put_reply(skb, info, f, flags, cmd)			\
	genlmsg_put_reply(skb, info, &(f)->real, flags, cmd)
#define genlmsg_multicast_netns(f, net, skb, portid, group, flags)	\
	genlmsg_multicast_netns(&(f)->real, net, skb, portid, group, flags)
#define genl_has_listeners(f, net, group)				\
	genl_has_listeners(&(f)->real, net, group)
#define genl_set_err(f, net, portid, group, code)			\
	genl_set_err(&(f)->real, net, portid, group, code)

#endif

/* Kernels before 6.6; all that is asked of it is in both. */
#if !defined(genl_info_dump) && !defined(VMB_HAVE_GENL_INFO_DUMP)
#define genl_info_dump(cb)		genl_dumpit_info(cb)
#endif
