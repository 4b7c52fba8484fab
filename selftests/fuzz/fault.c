// SPDX-License-Identifier: GPL-2.0
/*
 * Requests while memory fails: for each line
 *
 *   REQUEST [| UNDO]
 *
 * of standard input the request is made again and again, and of its allocations
 * the first fails, then the second, and so on until there are no more. Each
 * time it must be refused with everything as it was before, or do what it does
 * when nothing fails. The undoing request is made after each that was carried
 * out, and must bring the state back. Requests are those of the family, as in
 * "port-new bond=br-phy ifindex=p1", and
 *
 *   link-add NAME vmbond | link-add NAME vlan LOWER VID
 *   link-del NAME
 *   link-set NAME [master=DEV] [mtu=N] [address=MAC] [up=0|1] [name=NEW]
 *
 * A request may be followed by "; REQUEST" for a state without which it has
 * nothing to do, made before each. Prints "ok REQUEST: N faults, N refused" or
 * "not ok" with what differs.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/if_link.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <linux/genetlink.h>
#include "nl.h"

/* What links get that are added, so that they are the same each time. */
#define NEW_INDEX	4000
#define NEW_ADDRESS	"02:00:00:00:0f:a0"

/* More allocations than that no request has. */
#define MANY 20000

#define STATE_SIZE (256 << 10)

static int genl, rtnl, family, nth_fd;
static struct msg m;
static bool is_rtnl;

/* What the state is made of: text, a line for each attribute. */
struct state {
	size_t len;
	char text[STATE_SIZE];
};

static struct state before, after, good;

/* --- requests about links */

static void link_start(int type, int flags, int index)
{
	struct ifinfomsg ifi = { .ifi_index = index };

	msg_start(&m, type, flags | NLM_F_ACK, &ifi, sizeof(ifi));
}

static void link_kind(const char *kind, const char *lower, const char *vid)
{
	size_t info, data;

	if (lower)
		msg_put_u32(&m, IFLA_LINK, if_nametoindex(lower));
	info = msg_nest(&m, IFLA_LINKINFO);
	msg_put(&m, IFLA_INFO_KIND, kind, strlen(kind));
	if (vid) {
		uint16_t id = atoi(vid);

		data = msg_nest(&m, IFLA_INFO_DATA);
		msg_put(&m, IFLA_VLAN_ID, &id, sizeof(id));
		msg_nest_end(&m, data);
	}
	msg_nest_end(&m, info);
}

static void link_value(const char *key, const char *value)
{
	unsigned char a[ETH_ALEN];

	if (!strcmp(key, "master")) {
		msg_put_u32(&m, IFLA_MASTER, if_nametoindex(value));
	} else if (!strcmp(key, "mtu")) {
		msg_put_u32(&m, IFLA_MTU, atoi(value));
	} else if (!strcmp(key, "name")) {
		msg_put(&m, IFLA_IFNAME, value, strlen(value) + 1);
	} else if (!strcmp(key, "address")) {
		if (sscanf(value, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", a, a + 1,
			   a + 2, a + 3, a + 4, a + 5) != sizeof(a))
			errx(2, "not an address: %s", value);
		msg_put(&m, IFLA_ADDRESS, a, sizeof(a));
	} else if (!strcmp(key, "up")) {
		struct ifinfomsg *ifi = (void *)(m.buf + NLMSG_HDRLEN);

		ifi->ifi_change = IFF_UP;
		ifi->ifi_flags = atoi(value) ? IFF_UP : 0;
	} else {
		errx(1, "no such thing to set: %s", key);
	}
}

static void link_parse(char *text)
{
	char *what, *name, *word, *value, *save;

	what = strtok_r(text, " ", &save);
	name = strtok_r(NULL, " ", &save);
	m.len = 0;
	if (!strcmp(what, "link-add")) {
		link_start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, NEW_INDEX);
		msg_put(&m, IFLA_IFNAME, name, strlen(name) + 1);
		word = strtok_r(NULL, " ", &save);
		value = strtok_r(NULL, " ", &save);
		if (!value)
			link_value("address", NEW_ADDRESS);
		link_kind(word, value, strtok_r(NULL, " ", &save));
	} else if (!strcmp(what, "link-del")) {
		link_start(RTM_DELLINK, 0, if_nametoindex(name));
	} else if (!strcmp(what, "link-set")) {
		link_start(RTM_NEWLINK, 0, if_nametoindex(name));
		while ((word = strtok_r(NULL, " ", &save))) {
			value = strchr(word, '=');
			*value++ = 0;
			link_value(word, value);
		}
	} else {
		errx(1, "no such request: %s", what);
	}
}

static void prepare(const char *text)
{
	char copy[512];

	snprintf(copy, sizeof(copy), "%s", text);
	is_rtnl = !msg_parse(&m, family, copy);
	if (is_rtnl) {
		snprintf(copy, sizeof(copy), "%s", text);
		link_parse(copy);
	}
}

/* --- carrying them out */

static void set_nth(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (write(nth_fd, text, len) != len)
		err(1, "fail-nth");
}

/* How far it still was from the failure; 0: it has happened. */
static unsigned int get_nth(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0)
		err(1, "fail-nth");
	return atoi(text);
}

/*
 * Sends what was prepared, with the n-th allocation failing. Returns 0, the
 * error, or 1 where the answer was lost for want of memory.
 */
static int carry_out(unsigned int n, bool *failed)
{
	int fd = is_rtnl ? rtnl : genl, result = 1, error;
	static char buf[64 << 10];
	static uint32_t seq;
	struct nlmsghdr *h = (void *)m.buf;
	ssize_t len;

	h->nlmsg_seq = ++seq;
	if (n)
		set_nth(n);
	len = send(fd, m.buf, m.len, 0);
	error = errno;
	*failed = n && !get_nth();
	if (n)
		set_nth(0);
	if (len < 0)
		return -error;

	while ((len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) != 0) {
		if (len < 0 && errno == EAGAIN)
			break;
		if (len < 0)
			continue;	/* ENOBUFS: the answer was lost */
		for (h = (void *)buf; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len))
			if (h->nlmsg_seq == seq &&
			    (h->nlmsg_type == NLMSG_ERROR ||
			     h->nlmsg_type == NLMSG_DONE))
				result = *(int *)NLMSG_DATA(h);
	}
	return result;
}

/* --- the state */

static void say(struct state *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct state *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	s->len += vsnprintf(s->text + s->len, STATE_SIZE - s->len, format,
			    args);
	va_end(args);
	if (s->len >= STATE_SIZE)
		errx(1, "the state is too large");
}

static const struct nlattr *next_attr(const unsigned char **p,
				      const unsigned char *end)
{
	const struct nlattr *a = (void *)*p;

	if (end - *p < NLA_HDRLEN || a->nla_len < NLA_HDRLEN)
		return NULL;
	*p += NLA_ALIGN(a->nla_len);
	return a;
}

static void say_attr(struct state *s, const char *what,
		     const struct nlattr *a)
{
	const unsigned char *data = (void *)(a + 1);
	int i;

	say(s, " %s%d=", what, a->nla_type & NLA_TYPE_MASK);
	for (i = 0; i < a->nla_len - NLA_HDRLEN; i++)
		say(s, "%02x", data[i]);
}

/* Attributes of the dumps that change by themselves, by set. */
static const struct dump {
	int cmd;
	uint32_t ignored;
} dumps[] = {
	{ 1, 1u << 19 | 1u << 20 },		/* stations, stats */
	{ 7, 1u << 8 | 1u << 10 | 1u << 11 | 1u << 12 | 1u << 13 },
	{ 13, 1u << 16 | 1u << 17 },
	/* member, for the least loaded one is chosen; ages, rates, cause */
	{ 19, 1u << 6 | 0x3f00 | 1u << 14 },
};

/* A new device's are what IPv6 had memory for. */
static bool filters_matter(const struct ndmsg *ndm)
{
	return ndm->ndm_ifindex != NEW_INDEX;
}

static void dump(struct state *s, int fd, int skip, uint32_t ignored,
		 const char *what)
{
	static unsigned char buf[64 << 10];
	struct nlmsghdr *h;
	ssize_t len;

	if (send(fd, m.buf, m.len, 0) < 0)
		err(1, "send");
	for (;;) {
		len = recv(fd, buf, sizeof(buf), 0);
		if (len < 0 && errno == ENOBUFS)
			continue;
		if (len < 0)
			err(1, "recv");
		for (h = (void *)buf; NLMSG_OK(h, len);
		     h = NLMSG_NEXT(h, len)) {
			const unsigned char *p = (void *)h + skip;
			const unsigned char *end = (void *)h + h->nlmsg_len;
			const struct nlattr *a;

			if (h->nlmsg_type == NLMSG_DONE)
				return;
			if (h->nlmsg_type == NLMSG_ERROR)
				errx(1, "a dump was refused");
			if (fd == rtnl && !filters_matter(NLMSG_DATA(h)))
				continue;
			say(s, "%s", what);
			while ((a = next_attr(&p, end))) {
				int type = a->nla_type & NLA_TYPE_MASK;

				if (type > 31 || !(ignored & 1u << type))
					say_attr(s, " ", a);
			}
			say(s, "\n");
		}
	}
}

static void say_link(struct state *s, const struct nlmsghdr *h)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	const unsigned char *p = (void *)(ifi + 1);
	const unsigned char *end = (void *)h + h->nlmsg_len;
	const struct nlattr *a;

	say(s, "link %d flags=%x", ifi->ifi_index,
	    ifi->ifi_flags & (IFF_UP | IFF_PROMISC | IFF_ALLMULTI));
	while ((a = next_attr(&p, end)))
		switch (a->nla_type & NLA_TYPE_MASK) {
		case IFLA_IFNAME:
		case IFLA_ADDRESS:
		case IFLA_MTU:
		case IFLA_MASTER:
		case IFLA_PROMISCUITY:
		case IFLA_ALLMULTI:
			say_attr(s, " ", a);
		}
	say(s, "\n");
}

static void say_links(struct state *s)
{
	struct ifinfomsg ifi = {};
	static unsigned char buf[64 << 10];
	struct nlmsghdr *h;
	ssize_t len;

	m.len = 0;
	msg_start(&m, RTM_GETLINK, NLM_F_DUMP, &ifi, sizeof(ifi));
	if (send(rtnl, m.buf, m.len, 0) < 0)
		err(1, "send");
	for (;;) {
		len = recv(rtnl, buf, sizeof(buf), 0);
		if (len < 0)
			err(1, "recv");
		for (h = (void *)buf; NLMSG_OK(h, len);
		     h = NLMSG_NEXT(h, len)) {
			if (h->nlmsg_type == NLMSG_DONE)
				return;
			if (h->nlmsg_type == RTM_NEWLINK)
				say_link(s, h);
		}
	}
}

/* The members' filters: stations that quiet NICs were told, as bridge fdb. */
static void say_filters(struct state *s)
{
	struct ndmsg ndm = { .ndm_family = PF_BRIDGE };

	m.len = 0;
	msg_start(&m, RTM_GETNEIGH, NLM_F_DUMP, &ndm, sizeof(ndm));
	dump(s, rtnl, NLMSG_HDRLEN + sizeof(ndm), 0, "filter");
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In order: lists are not always, and a new device has a new number. */
static void sort_lines(struct state *s)
{
	static char *line[8192], sorted[STATE_SIZE];
	char *save, *p;
	size_t n = 0, i, len = 0;

	for (p = strtok_r(s->text, "\n", &save); p && n < 8192;
	     p = strtok_r(NULL, "\n", &save))
		line[n++] = p;
	qsort(line, n, sizeof(*line), compare_lines);
	for (i = 0; i < n; i++)
		len += snprintf(sorted + len, sizeof(sorted) - len, "%s\n",
				line[i]);
	memcpy(s->text, sorted, len + 1);
	s->len = len;
}

static void look(struct state *s)
{
	size_t i;

	s->len = 0;
	for (i = 0; i < sizeof(dumps) / sizeof(*dumps); i++) {
		m.len = 0;
		msg_genl(&m, family, dumps[i].cmd, NLM_F_DUMP);
		dump(s, genl, NLMSG_HDRLEN + GENL_HDRLEN, dumps[i].ignored,
		     "object");
	}
	say_links(s);
	say_filters(s);
	sort_lines(s);
}

static bool differ(const struct state *a, const struct state *b)
{
	return strcmp(a->text, b->text) != 0;
}

/*
 * What failed may be tried again a second later, as with the node's addresses,
 * which nobody can refuse.
 */
static void look_until(const struct state *a, const struct state *b)
{
	int i;

	for (i = 0; i < 30; i++) {
		look(&after);
		if (!differ(&after, a) || (b && !differ(&after, b)))
			return;
		usleep(100000);
	}
}

static bool has_line(const char *text, const char *line, size_t len)
{
	const char *p;

	for (p = text; *p; p = strchr(p, '\n') + 1)
		if (!strncmp(p, line, len))
			return true;
	return false;
}

/* The lines of one state that the other has not. */
static void show(const char *sign, const struct state *a,
		 const struct state *b)
{
	const char *p, *end;

	for (p = a->text; *p; p = end + 1) {
		end = strchr(p, '\n');
		if (!has_line(b->text, p, end + 1 - p))
			printf("#   %s %.*s\n", sign, (int)(end - p), p);
	}
}

/* --- a line of the input */

static unsigned int n_faults, n_refused;

static int plain(const char *request)
{
	bool failed;

	prepare(request);
	return carry_out(0, &failed);
}

static bool wrong(const char *why, unsigned int n, const struct state *is,
		  const struct state *should)
{
	printf("# allocation %u: %s\n", n, why);
	show("is    ", is, should);
	show("should", should, is);
	return false;
}

/* One allocation; false if something is not as it should be. */
static bool attempt(const char *request, const char *undo, unsigned int n,
		    bool new_device, bool *more)
{
	int result;

	prepare(request);
	result = carry_out(n, more);
	n_faults += *more;
	n_refused += result < 0;
	/* A device that comes anew has another number each time. */
	if (new_device && result >= 0)
		look(&after);
	else if (result < 0)
		look_until(&before, NULL);
	else
		look_until(&good, result > 0 ? &before : NULL);
	if (result < 0 && differ(&after, &before))
		return wrong("refused, yet changed", n, &after, &before);
	if (result > 0 && !differ(&after, &before))
		return true;
	if (result >= 0 && !new_device && differ(&after, &good))
		return wrong("done, but not wholly", n, &after, &good);
	if (result < 0 || !undo)
		return true;
	result = plain(undo);
	look_until(&before, NULL);
	if (result || differ(&after, &before))
		return wrong("cannot be undone", n, &after, &before);
	return true;
}

static bool go_through(const char *request, const char *undo,
		       const char *first)
{
	bool ok = true, more = true, new_device;
	unsigned int n;

	n_faults = 0;
	n_refused = 0;
	new_device = strstr(request, "bond-new");
	if (first && plain(first))
		errx(1, "%s: refused", first);
	look(&before);
	if (plain(request)) {
		printf("# it is refused without any failure\n");
		return false;
	}
	look(&good);
	if (undo && plain(undo))
		errx(1, "%s: refused", undo);
	for (n = 1; n < MANY && more && ok; n++) {
		look(&before);
		ok = attempt(request, undo, n, new_device, &more);
	}
	return ok && n < MANY;
}

/* "a | b" and the like */
static char *cut(char *line, char at)
{
	char *p = strchr(line, at);

	if (!p)
		return NULL;
	*p++ = 0;
	return p + strspn(p, " ");
}

int main(void)
{
	char line[1024], *undo, *first;
	int status = 0, number = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	mlockall(MCL_CURRENT | MCL_FUTURE);
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		err(4, "fail-nth");
	genl = nl_open(NETLINK_GENERIC);
	rtnl = nl_open(NETLINK_ROUTE);
	family = nl_family(genl);

	while (fgets(line, sizeof(line), stdin)) {
		bool ok;

		line[strcspn(line, "\n")] = 0;
		if (!*line || *line == '#')
			continue;
		first = cut(line, ';');
		undo = cut(line, '|');
		ok = go_through(line, undo, first);
		if (!ok)
			status = 1;
		printf("%s %d %s: %u faults, %u refused\n",
		       ok ? "ok" : "not ok", ++number, line, n_faults,
		       n_refused);
	}
	return status;
}
