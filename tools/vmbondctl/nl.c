// SPDX-License-Identifier: GPL-2.0
/* Netlink sockets: requests, dumps, and the kernel's words on refusals. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vmbond.h>
#include <stdio.h>
#include <string.h>

#include "nl.h"
#include "obj.h"
#include "vmbondctl.h"

struct nl_sock {
	struct mnl_socket *mnl;
	uint32_t portid;
	uint32_t seq;
};

static struct nl_sock genl, rtnl;
/* Where the request in send_buf goes. */
static struct nl_sock *target;
static uint16_t family;
static uint32_t events_group;
static char send_buf[NL_BUF];
static char recv_buf[NL_BUF];

struct nl_error nl_error;

/**
 * nl_attr_uint() - read a u32, or a uint of 4 or 8 bytes
 * @attr: the attribute
 * @value: what it holds
 *
 * Return: false if it holds something else.
 */
bool nl_attr_uint(const struct nlattr *attr, uint64_t *value)
{
	uint32_t u32;

	switch (mnl_attr_get_payload_len(attr)) {
	case sizeof(u32):
		memcpy(&u32, mnl_attr_get_payload(attr), sizeof(u32));
		*value = u32;
		return true;
	case sizeof(*value):
		memcpy(value, mnl_attr_get_payload(attr), sizeof(*value));
		return true;
	}
	return false;
}

/**
 * nl_attr_text() - read a string
 * @attr: the attribute
 *
 * Return: NULL if it does not end within the attribute.
 */
const char *nl_attr_text(const struct nlattr *attr)
{
	const char *text = mnl_attr_get_payload(attr);

	if (!memchr(text, '\0', mnl_attr_get_payload_len(attr)))
		return NULL;
	return text;
}

static struct mnl_socket *sock_open(int bus)
{
	struct mnl_socket *mnl = mnl_socket_open(bus);
	int on = 1;

	if (!mnl)
		return NULL;
	if (mnl_socket_bind(mnl, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(mnl);
		return NULL;
	}
	mnl_socket_setsockopt(mnl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(mnl, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(mnl, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return mnl;
}

static int sock_get(struct nl_sock *sock, int bus)
{
	if (sock->mnl)
		return 0;
	sock->mnl = sock_open(bus);
	if (!sock->mnl)
		return -errno;
	sock->portid = mnl_socket_get_portid(sock->mnl);
	return 0;
}

static void sock_put(struct nl_sock *sock)
{
	if (sock->mnl)
		mnl_socket_close(sock->mnl);
	sock->mnl = NULL;
}

/* The request was sent from send_buf, and is there still. */
static uint16_t attr_at(uint32_t offset)
{
	const struct nlmsghdr *nlh = (const void *)send_buf;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		uint32_t start = (const char *)attr - send_buf;

		if (offset >= start && offset < start + attr->nla_len)
			return mnl_attr_get_type(attr);
	}
	return 0;
}

static void read_range(const struct nlattr *nest, struct nl_range *range)
{
	bool min = false, max = false;
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case NL_POLICY_TYPE_ATTR_MIN_VALUE_U:
			min = nl_attr_uint(attr, &range->min);
			break;
		case NL_POLICY_TYPE_ATTR_MAX_VALUE_U:
			max = nl_attr_uint(attr, &range->max);
			break;
		}
	}
	range->known = min && max;
}

static void read_ext_ack(const struct nlmsghdr *nlh, size_t skip)
{
	const struct nlattr *attr;
	const char *text;
	uint64_t value;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, nlh, skip) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			text = nl_attr_text(attr);
			if (text)
				snprintf(nl_error.text, sizeof(nl_error.text),
					 "%s", text);
			break;
		case NLMSGERR_ATTR_OFFS:
			if (nl_attr_uint(attr, &value))
				nl_error.attr = attr_at(value);
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			if (!nl_attr_uint(attr, &value))
				break;
			nl_error.attr = value;
			nl_error.missing = true;
			break;
		case NLMSGERR_ATTR_POLICY:
			read_range(attr, &nl_error.range);
			break;
		}
	}
}

/* The kernel's errors are small negative numbers. */
static int errno_of(int error)
{
	return error < 0 && error >= -4095 ? -error : EBADMSG;
}

static int on_error(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*ack);

	(void)data;
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ack)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
		uint32_t echo = ack->msg.nlmsg_len;

		if (echo < sizeof(*nlh) ||
		    echo - sizeof(*nlh) >
		    mnl_nlmsg_get_payload_len(nlh) - skip) {
			errno = EBADMSG;
			return MNL_CB_ERROR;
		}
		skip += MNL_ALIGN(echo - sizeof(*nlh));
	}
	read_ext_ack(nlh, skip);
	if (!ack->error) {
		if (nl_error.text[0])
			warn("%s", nl_error.text);
		return MNL_CB_STOP;
	}
	errno = errno_of(ack->error);
	return MNL_CB_ERROR;
}

static int on_done(const struct nlmsghdr *nlh, void *data)
{
	int err;

	(void)data;
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(err))
		return MNL_CB_STOP;
	memcpy(&err, mnl_nlmsg_get_payload(nlh), sizeof(err));
	if (!err)
		return MNL_CB_STOP;
	read_ext_ack(nlh, sizeof(err));
	errno = errno_of(err);
	return MNL_CB_ERROR;
}

/*
 * Read on when a dump was interrupted, to have the socket free for the next.
 * mnl_cb_run2() would stop there.
 */
static bool was_interrupted(size_t len)
{
	struct nlmsghdr *nlh = (void *)recv_buf;
	bool interrupted = false;
	int left = len;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		interrupted |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
		nlh->nlmsg_flags &= ~NLM_F_DUMP_INTR;
	}
	return interrupted;
}

/* A signal is for whoever asked for it, after the reply. */
static ssize_t receive(const struct nl_sock *sock)
{
	ssize_t len;

	do {
		len = mnl_socket_recvfrom(sock->mnl, recv_buf,
					  sizeof(recv_buf));
	} while (len < 0 && errno == EINTR);
	return len;
}

/**
 * nl_do() - send a request and read what comes until it is acknowledged
 * @nlh: the request
 * @cb: called for each reply, or NULL
 * @data: for @cb
 *
 * Return: 0 or -errno; nl_error says more. -EINTR if what was dumped changed
 * meanwhile.
 */
int nl_do(struct nlmsghdr *nlh, mnl_cb_t cb, void *data)
{
	static mnl_cb_t ctl[] = {
		[NLMSG_ERROR] = on_error,
		[NLMSG_DONE] = on_done,
	};
	struct nl_sock *sock = target;
	bool interrupted = false;
	ssize_t len;
	int ret;

	nl_error = (struct nl_error){ 0 };
	nlh->nlmsg_seq = ++sock->seq;
	if (mnl_socket_sendto(sock->mnl, nlh, nlh->nlmsg_len) < 0)
		return -(nl_error.err = errno);
	do {
		len = receive(sock);
		if (len < 0)
			return -(nl_error.err = errno);
		interrupted |= was_interrupted(len);
		ret = mnl_cb_run2(recv_buf, len, sock->seq, sock->portid, cb,
				  data, ctl, ARRAY_SIZE(ctl));
	} while (ret > MNL_CB_STOP);
	if (ret == MNL_CB_ERROR)
		return -(nl_error.err = errno);
	return interrupted ? -(nl_error.err = EINTR) : 0;
}

static int on_group(const struct nlattr *group)
{
	const struct nlattr *attr;
	const char *name = NULL;
	uint64_t id = 0;

	mnl_attr_for_each_nested(attr, group) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_MCAST_GRP_NAME:
			name = nl_attr_text(attr);
			break;
		case CTRL_ATTR_MCAST_GRP_ID:
			nl_attr_uint(attr, &id);
			break;
		}
	}
	if (name && !strcmp(name, VMBOND_MCGRP_EVENTS))
		events_group = id;
	return MNL_CB_OK;
}

static int on_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr, *group;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_FAMILY_ID:
			if (mnl_attr_validate(attr, MNL_TYPE_U16) == 0)
				family = mnl_attr_get_u16(attr);
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			mnl_attr_for_each_nested(group, attr)
				on_group(group);
			break;
		}
	}
	return MNL_CB_OK;
}

static struct nlmsghdr *genl_request(uint16_t type, uint8_t cmd, int version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(send_buf);
	struct genlmsghdr *head;

	target = &genl;
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	head = mnl_nlmsg_put_extra_header(nlh, sizeof(*head));
	head->cmd = cmd;
	head->version = version;
	return nlh;
}

/**
 * nl_open() - find the module, having the kernel load it
 *
 * Return: 0, or the status of a failure that was told.
 */
int nl_open(void)
{
	struct nlmsghdr *nlh;
	int err;

	if (family && genl.mnl)
		return 0;
	err = sock_get(&genl, NETLINK_GENERIC);
	if (err)
		return fail(ST_REFUSED, "cannot open a netlink socket: %s",
			    strerror(-err));

	nlh = genl_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, VMBOND_FAMILY_NAME);
	err = nl_do(nlh, on_family, NULL);
	if (!err && family)
		return 0;
	if (err == -ENOENT)
		return fail(ST_REFUSED, "the vmbond module is not loaded and "
			    "the kernel found none to load; "
			    "install it, then \"modprobe vmbond\"");
	return fail(ST_REFUSED, "cannot reach the vmbond module: %s",
		    strerror(-err));
}

void nl_close(void)
{
	sock_put(&genl);
	sock_put(&rtnl);
	family = 0;
}

/**
 * nl_request() - begin a request to the module
 * @cmd: enum vmbond_cmd
 *
 * There is one request at a time; nl_open() was called before.
 *
 * Return: the message.
 */
struct nlmsghdr *nl_request(uint8_t cmd)
{
	return genl_request(family, cmd, VMBOND_FAMILY_VERSION);
}

/**
 * nl_link_request() - begin a request about a device
 * @type: RTM_GETLINK or its like
 *
 * Return: the message, NULL if there is no socket for it.
 */
struct nlmsghdr *nl_link_request(uint16_t type)
{
	struct nlmsghdr *nlh;

	if (sock_get(&rtnl, NETLINK_ROUTE)) {
		nl_error = (struct nl_error){ .err = errno };
		return NULL;
	}
	target = &rtnl;
	nlh = mnl_nlmsg_put_header(send_buf);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	return nlh;
}

/**
 * nl_dump() - read all objects, once
 * @nlh: the request to the module
 * @cb: called for each object
 * @data: for @cb
 *
 * Return: as nl_do() does.
 */
int nl_dump(struct nlmsghdr *nlh, mnl_cb_t cb, void *data)
{
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	return nl_do(nlh, cb, data);
}

/**
 * nl_why() - why the last request was refused, in the kernel's words if it
 * had any
 */
const char *nl_why(void)
{
	if (nl_error.text[0])
		return nl_error.text;
	if (nl_error.err == EPERM || nl_error.err == EACCES)
		return "not permitted: this takes CAP_NET_ADMIN, that is, root";
	return strerror(nl_error.err);
}

/**
 * nl_refused() - say why the last request to the module failed
 * @word: what was given for the attribute at fault, NULL if that is not known
 *
 * Return: ST_REFUSED.
 */
int nl_refused(const char *word)
{
	const struct nlmsghdr *nlh = (const void *)send_buf;
	const struct genlmsghdr *head = mnl_nlmsg_get_payload(nlh);
	const char *name = obj_attr_name(head->cmd, nl_error.attr);
	char attr[160] = "", bounds[48] = "";

	if (name && nl_error.range.known)
		snprintf(bounds, sizeof(bounds), ", %ju to %ju",
			 (uintmax_t)nl_error.range.min,
			 (uintmax_t)nl_error.range.max);
	if (name)
		snprintf(attr, sizeof(attr), " (%s%s%.40s%s%s)", name,
			 word ? " " : "", word ?: "",
			 nl_error.missing ? " is missing" : "", bounds);

	/* Of its own accord the module says what there is none of. */
	if (!nl_error.text[0] && nl_error.err == ENOENT)
		return fail(ST_REFUSED, "the vmbond module was removed");
	if (!nl_error.text[0] && nl_error.err == EOPNOTSUPP)
		return fail(ST_REFUSED, "the vmbond module that is loaded "
			    "does not know this request%s", attr);
	return fail(ST_REFUSED, "%s%s", nl_why(), attr);
}

static bool join(struct mnl_socket *mnl, uint32_t group)
{
	return mnl_socket_setsockopt(mnl, NETLINK_ADD_MEMBERSHIP, &group,
				     sizeof(group)) == 0;
}

/**
 * nl_subscribe() - open a socket that events come to, and word of families
 *
 * Return: the socket, or NULL after saying what failed.
 */
struct mnl_socket *nl_subscribe(void)
{
	struct mnl_socket *mnl = sock_open(NETLINK_GENERIC);

	/* The controller's one group has the number of its family. */
	if (mnl && join(mnl, events_group) && join(mnl, GENL_ID_CTRL))
		return mnl;
	fail(ST_REFUSED, "cannot subscribe to events: %s", strerror(errno));
	if (mnl)
		mnl_socket_close(mnl);
	return NULL;
}

/**
 * nl_is_event() - tell the module's messages from others
 * @nlh: a message
 * @cmd: set to its command
 *
 * Return: true for a message of the module.
 */
bool nl_is_event(const struct nlmsghdr *nlh, uint8_t *cmd)
{
	const struct genlmsghdr *head = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type != family ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*head))
		return false;
	*cmd = head->cmd;
	return true;
}

/**
 * nl_is_removal() - tell whether a message says that the module is gone
 * @nlh: a message
 */
bool nl_is_removal(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *head = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*head) ||
	    head->cmd != CTRL_CMD_DELFAMILY)
		return false;
	mnl_attr_for_each(attr, nlh, sizeof(*head))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) == 0)
			return mnl_attr_get_u16(attr) == family;
	return false;
}
