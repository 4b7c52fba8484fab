/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink sockets, messages, and the family's requests as tables. */
#ifndef NL_H
#define NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>

/** enum kind - what an attribute holds */
enum kind { NUMBER, STRING, BINARY, NEST, FLAG };

/**
 * struct attr - an attribute that a request may have
 * @name: as in the specification
 * @type: its number
 * @kind: what it holds
 * @min: of a number
 * @max: of a number
 * @multi: there may be many
 */
struct attr {
	const char *name;
	int type;
	enum kind kind;
	uint32_t min;
	uint32_t max;
	int multi;
};

/**
 * struct request - a request of the family
 * @name: as in the specification
 * @cmd: its number
 * @dump: it is a dump
 * @attr: what it may have
 * @n: how many these are
 */
struct request {
	const char *name;
	int cmd;
	int dump;
	const struct attr *attr;
	int n;
};

extern const struct request *const nl_requests;
extern const int nl_n_requests;

/**
 * struct msg - messages in the making
 * @len: bytes in @buf
 * @head: where the current message starts
 * @buf: the messages
 */
struct msg {
	size_t len;
	size_t head;
	unsigned char buf[64 << 10];
};

int nl_open(int protocol);
int nl_family(int fd);
void msg_start(struct msg *m, int type, int flags, const void *head,
	       size_t len);
void msg_put(struct msg *m, int type, const void *data, size_t len);
void msg_put_u32(struct msg *m, int type, uint32_t value);
size_t msg_nest(struct msg *m, int type);
void msg_nest_end(struct msg *m, size_t nest);
void msg_genl(struct msg *m, int family, int cmd, int flags);
bool msg_parse(struct msg *m, int family, char *text);

#endif
