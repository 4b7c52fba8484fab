// SPDX-License-Identifier: GPL-2.0
/*
 * Requests at random:
 *
 *   requests [-n COUNT] [-t SECONDS] [-s SEED] [-r PERCENT]
 *
 * Most are what the specification allows, of attributes that the request has,
 * with values in and at the end of their range; some have too much, too little
 * or something else. PERCENT (10) of them are damaged: bytes are changed, and
 * lengths. They name the devices of the network namespace that the program is
 * in, and what it does there is not undone. It prints how many there were.
 */

#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include "nl.h"

/* What goes to the kernel by one system call. */
#define BATCH 32

static int family, fd;
static uint64_t seed;
static unsigned int raw = 10;
static struct msg m;

static uint32_t rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return n ? (seed >> 16) % n : 0;
}

static bool one_in(uint32_t n)
{
	return !rnd(n);
}

/* Devices have small numbers, and there are few; now and then any number. */
static uint32_t ifindex(void)
{
	static struct if_nameindex *list;
	static unsigned int n, age;

	if (one_in(50))
		return rnd(1 << 30);
	if (!list || ++age == 1000) {
		if (list)
			if_freenameindex(list);
		list = if_nameindex();
		for (n = 0; list && list[n].if_index; n++)
			;
		age = 0;
	}
	return n ? list[rnd(n)].if_index : 1;
}

static uint32_t number(const struct attr *a)
{
	if (a->max == 0x7fffffff)
		return ifindex();
	if (one_in(30))
		return a->max + rnd(3) - 1;
	if (one_in(30))
		return a->min + rnd(3) - 1;
	if (one_in(50))
		return rnd(0) + (uint32_t)seed;
	/* few VLANs and short times, so that they meet */
	return a->min + rnd(a->max - a->min > 20 && !one_in(8) ?
			    20 : a->max - a->min + 1);
}

static void put_range(const struct attr *a)
{
	size_t nest = msg_nest(&m, a->type);
	uint32_t first = one_in(5) ? rnd(4100) : rnd(20);

	if (!one_in(40))
		msg_put_u32(&m, 1, first);
	if (one_in(2))
		msg_put_u32(&m, 2, one_in(20) ? rnd(4100) : first + rnd(20));
	if (one_in(100))
		msg_put_u32(&m, rnd(5), rnd(10));
	msg_nest_end(&m, nest);
}

static void put(const struct attr *a)
{
	unsigned char bytes[32] = { 2, 0, 0, 0, 0, rnd(8) };
	char name[32];
	uint32_t i, n;

	switch (a->kind) {
	case NUMBER:
		msg_put_u32(&m, a->type, number(a));
		break;
	case STRING:
		n = snprintf(name, sizeof(name), "fz%u", rnd(4));
		if (one_in(20))
			name[rnd(n)] = rnd(256);
		msg_put(&m, a->type, name, n + !one_in(20));
		break;
	case BINARY:
		if (one_in(20))
			bytes[rnd(6)] = rnd(256);
		msg_put(&m, a->type, bytes, one_in(50) ? rnd(32) : 6);
		break;
	case NEST:
		n = one_in(20) ? rnd(200) : 1 + rnd(4);
		for (i = 0; i < n; i++)
			put_range(a);
		break;
	case FLAG:
		msg_put(&m, a->type, bytes, one_in(20) ? rnd(8) : 0);
		break;
	}
}

/*
 * Bonds that come, members that are attached and all that goes through a whole
 * table take milliseconds, other requests microseconds: the former are rarer.
 */
static bool is_slow(const struct request *r)
{
	if (r->dump || strstr(r->name, "-flush") || strstr(r->name, "-rebal"))
		return true;
	return strncmp(r->name, "fdb", 3) &&
	       (strstr(r->name, "-new") || strstr(r->name, "-del"));
}

static void make(void)
{
	const struct request *r;
	int i;

	do {
		r = &nl_requests[rnd(nl_n_requests)];
	} while (is_slow(r) && !one_in(10));

	msg_genl(&m, family, one_in(500) ? (int)rnd(256) : r->cmd,
		 r->dump ? NLM_F_DUMP : one_in(4) ? NLM_F_ACK : 0);
	for (i = 0; i < r->n; i++) {
		/* without those in front hardly any request is whole */
		if (one_in(i < 3 ? 12 : 2))
			continue;
		put(&r->attr[i]);
		if (one_in(100))
			put(&r->attr[i]);
	}
	if (one_in(60)) {
		const struct request *other = &nl_requests[rnd(nl_n_requests)];

		put(&other->attr[rnd(other->n)]);
	}
	if (one_in(200))
		msg_put(&m, rnd(70), m.buf, rnd(64));
}

/* The header stays: it is the same for all families. */
static void damage(void)
{
	size_t from = m.head + NLMSG_HDRLEN, len = m.len - from;
	unsigned int n = 1 + rnd(4);

	while (n--)
		switch (rnd(4)) {
		case 0:
			m.buf[from + rnd(len)] = rnd(256);
			break;
		case 1:
			m.buf[from + rnd(len)] ^= 1 << rnd(8);
			break;
		case 2: {	/* the length of what may be an attribute */
			size_t at = from + (rnd(len) & ~3u);

			*(uint16_t *)(m.buf + at) = one_in(2) ? rnd(8) :
								rnd(65536);
			break;
		}
		case 3:
			len = 4 + rnd(len - 3);
			m.len = m.head + NLMSG_HDRLEN + NLMSG_ALIGN(len);
			((struct nlmsghdr *)(m.buf + m.head))->nlmsg_len =
				NLMSG_HDRLEN + len;
			break;
		}
}

/* Answers are not looked at, but a dump goes on only when it is read. */
static void drain(void)
{
	static char buf[32 << 10];

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
}

int main(int argc, char **argv)
{
	uint64_t n, count = 100000;
	time_t end = 0;
	int opt, one = 1;

	seed = time(NULL) * 2654435761u + getpid();
	while ((opt = getopt(argc, argv, "n:t:s:r:")) != -1)
		switch (opt) {
		case 'n':
			count = strtoull(optarg, NULL, 0);
			break;
		case 't':
			end = time(NULL) + atoi(optarg);
			count = UINT64_MAX;
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0) | 1;
			break;
		case 'r':
			raw = atoi(optarg);
			break;
		default:
			errx(1, "see the source");
		}
	printf("seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	fd = nl_open(NETLINK_GENERIC);
	setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &one, sizeof(one));
	family = nl_family(fd);

	for (n = 0; n < count && (!end || time(NULL) < end);) {
		int i;

		m.len = 0;
		for (i = 0; i < BATCH && m.len < sizeof(m.buf) / 2; i++, n++) {
			make();
			if (rnd(100) < raw)
				damage();
			if (rnd(100) >= 95)
				break;
		}
		send(fd, m.buf, m.len, 0);
		drain();
	}
	printf("requests %llu\n", (unsigned long long)n);
	return 0;
}
