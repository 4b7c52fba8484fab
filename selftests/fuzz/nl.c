// SPDX-License-Identifier: GPL-2.0
/* Netlink sockets and messages, and requests that are written as text. */

#include <err.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include "nl.h"
#include "spec.h"

const struct request *const nl_requests = requests;
const int nl_n_requests = sizeof(requests) / sizeof(*requests);

/**
 * nl_open - a netlink socket that gets the kernel's words for its errors
 * @protocol: NETLINK_...
 */
int nl_open(int protocol)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd, one = 1;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (fd < 0 || bind(fd, (void *)&self, sizeof(self)))
		err(1, "netlink");
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	return fd;
}

/**
 * nl_family - the number of the family vmbond
 * @fd: a socket of generic netlink
 */
int nl_family(int fd)
{
	static struct msg m;
	struct nlattr *a;
	ssize_t len;
	size_t at;

	m.len = 0;
	msg_genl(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	msg_put(&m, CTRL_ATTR_FAMILY_NAME, "vmbond", sizeof("vmbond"));
	if (send(fd, m.buf, m.len, 0) < 0)
		err(1, "send");
	len = recv(fd, m.buf, sizeof(m.buf), 0);
	if (len < 0)
		err(1, "recv");
	for (at = NLMSG_HDRLEN + GENL_HDRLEN; at + NLA_HDRLEN <= (size_t)len;
	     at += NLA_ALIGN(a->nla_len)) {
		a = (void *)(m.buf + at);
		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(uint16_t *)(a + 1);
		if (a->nla_len < NLA_HDRLEN)
			break;
	}
	errx(1, "there is no family vmbond");
}

static void msg_length(struct msg *m)
{
	struct nlmsghdr *h = (void *)(m->buf + m->head);

	h->nlmsg_len = m->len - m->head;
}

static void msg_append(struct msg *m, const void *data, size_t len)
{
	if (m->len + NLMSG_ALIGN(len) > sizeof(m->buf))
		errx(1, "a message is too long");
	memcpy(m->buf + m->len, data, len);
	memset(m->buf + m->len + len, 0, NLMSG_ALIGN(len) - len);
	m->len += NLMSG_ALIGN(len);
}

/**
 * msg_start - start a message behind those that are there
 * @m: the messages
 * @type: its type
 * @flags: NLM_F_..., besides NLM_F_REQUEST
 * @head: the family's header
 * @len: its length
 */
void msg_start(struct msg *m, int type, int flags, const void *head, size_t len)
{
	struct nlmsghdr h = { .nlmsg_type = type,
			      .nlmsg_flags = flags | NLM_F_REQUEST };

	m->head = m->len;
	msg_append(m, &h, sizeof(h));
	msg_append(m, head, len);
	msg_length(m);
}

/**
 * msg_put - append an attribute
 * @m: the messages
 * @type: its type
 * @data: what it holds
 * @len: of that
 */
void msg_put(struct msg *m, int type, const void *data, size_t len)
{
	struct nlattr a = { .nla_type = type, .nla_len = NLA_HDRLEN + len };

	msg_append(m, &a, sizeof(a));
	msg_append(m, data, len);
	msg_length(m);
}

/**
 * msg_put_u32 - append a number
 * @m: the messages
 * @type: its type
 * @value: the number
 */
void msg_put_u32(struct msg *m, int type, uint32_t value)
{
	msg_put(m, type, &value, sizeof(value));
}

/**
 * msg_nest - start an attribute of attributes
 * @m: the messages
 * @type: its type
 *
 * Return: what msg_nest_end() wants.
 */
size_t msg_nest(struct msg *m, int type)
{
	size_t nest = m->len;

	msg_put(m, type | NLA_F_NESTED, "", 0);
	return nest;
}

/**
 * msg_nest_end - end it
 * @m: the messages
 * @nest: what msg_nest() returned
 */
void msg_nest_end(struct msg *m, size_t nest)
{
	struct nlattr *a = (void *)(m->buf + nest);

	a->nla_len = m->len - nest;
}

/**
 * msg_genl - start a message of generic netlink
 * @m: the messages
 * @family: which
 * @cmd: its command
 * @flags: NLM_F_...
 */
void msg_genl(struct msg *m, int family, int cmd, int flags)
{
	struct genlmsghdr h = { .cmd = cmd, .version = 1 };

	msg_start(m, family, flags, &h, sizeof(h));
}

/* 10,20-29 */
static void msg_put_ranges(struct msg *m, int type, char *list)
{
	char *range, *save;

	for (range = strtok_r(list, ",", &save); range;
	     range = strtok_r(NULL, ",", &save)) {
		size_t nest = msg_nest(m, type);
		char *end;

		msg_put_u32(m, 1, strtoul(range, &end, 10));
		if (*end == '-')
			msg_put_u32(m, 2, strtoul(end + 1, NULL, 10));
		msg_nest_end(m, nest);
	}
}

/* A number may be that of a device, by its name. */
static uint32_t number(const char *value)
{
	char *end;
	uint32_t n = strtoul(value, &end, 0);

	return *end ? if_nametoindex(value) : n;
}

static void msg_put_value(struct msg *m, const struct attr *a, char *value)
{
	unsigned char mac[6];

	switch (a->kind) {
	case NUMBER:
		msg_put_u32(m, a->type, number(value));
		break;
	case STRING:
		msg_put(m, a->type, value, strlen(value) + 1);
		break;
	case BINARY:
		if (sscanf(value, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1,
			   mac + 2, mac + 3, mac + 4, mac + 5) != 6)
			errx(1, "not a MAC: %s", value);
		msg_put(m, a->type, mac, sizeof(mac));
		break;
	case NEST:
		msg_put_ranges(m, a->type, value);
		break;
	case FLAG:
		msg_put(m, a->type, "", 0);
		break;
	}
}

static const struct attr *attr_find(const struct request *r, const char *name)
{
	int i;

	for (i = 0; i < r->n; i++)
		if (!strcmp(r->attr[i].name, name))
			return &r->attr[i];
	errx(1, "%s has no attribute %s", r->name, name);
}

/**
 * msg_parse - a message from text
 * @m: the messages; it becomes the only one
 * @family: the family's number
 * @text: "bond-new ifname=b0 vlans=1-10", changed; "-dump" after the name
 *	  makes a dump
 *
 * Return: false if the family has no request of that name.
 */
bool msg_parse(struct msg *m, int family, char *text)
{
	char *word, *value, *save, *dump;
	int i;

	word = strtok_r(text, " ", &save);
	dump = strstr(word, "-dump");
	if (dump)
		*dump = 0;
	for (i = 0; i < nl_n_requests; i++)
		if (!strcmp(nl_requests[i].name, word) &&
		    nl_requests[i].dump == !!dump)
			break;
	if (i == nl_n_requests)
		return false;

	m->len = 0;
	msg_genl(m, family, nl_requests[i].cmd,
		 dump ? NLM_F_DUMP : NLM_F_ACK);
	while ((word = strtok_r(NULL, " ", &save))) {
		value = strchr(word, '=');
		if (value)
			*value++ = 0;
		msg_put_value(m, attr_find(&nl_requests[i], word), value);
	}
	return true;
}
