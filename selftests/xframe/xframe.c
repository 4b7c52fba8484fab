// SPDX-License-Identifier: GPL-2.0
/*
 * xframe [CPU] - send frames on some devices and say where they come out
 *
 * Commands are lines on standard input; each is answered by a line that starts
 * with "ok" or "error". Words of a frame (WORDS) are described in frame.c.
 *
 *   open NAME NETNS DEV [out] [keep] [proto=HEX]
 *        make the device known under this name. What it receives is looked
 *        at, or what it sends (out); test frames only, or all (keep); all
 *        that comes in, or what goes up its stack of one EtherType (proto)
 *   close NAME
 *   try NAME WORDS
 *        send from there and answer where the frame came out, and how often:
 *        NAME:TAGS[/gsoMSS][xCOUNT]. A frame of an earlier try that comes
 *        only now has a "!" behind it. Of frames on their way out, "~" marks
 *        an outer tag that is in the data and not beside it
 *   stream NUMBER NAME WORDS
 *        send on and on (or n=), one every gap= microseconds
 *   stop NUMBER
 *        answers sent=N failed=N, and for every point that got any of them
 *        NAME.got=N NAME.twice=N NAME.gap=MS (the longest time without)
 *   arrive NUMBER NAME N MS
 *        wait until N more of the stream's frames came there
 *   await NAME N MS WORDS
 *        wait until N frames like this were kept there
 *   count NAME WORDS
 *        how many frames like this were kept
 *   seen NAME
 *        lines with the frames that were kept: time in ms, tags, source,
 *        destination, type and data
 *   forget NAME
 *
 * When the input ends, streams go on until they are done or the program is
 * killed.
 *
 * How a try knows that nothing more will come: everything runs on one CPU, and
 * veth devices and the loopback device queue what they send to that CPU's
 * backlog, first in first out. A frame sent on the loopback device after the
 * test frame comes back when what the test frame caused is one device further.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "point.h"

/* More than any topology here has devices in a row. */
#define MARKER_ROUNDS	8
#define MARKER_TIMEOUT	10000
#define NTH_MASK	0xffffff
#define HITS_MAX	4096

struct stream {
	bool running;
	struct point *from;
	struct spec spec;
	unsigned int sent;
	unsigned int failed;
	uint64_t next_ns;
};

/* Stream 0 is that of the tries. */
static struct stream streams[STREAMS_MAX];

/* Where frames of a try came out. */
static struct hit {
	int point;
	char text[TEXT_MAX];
	unsigned int count;
} hits[HITS_MAX];
static int n_hits;
static uint32_t try_first;

static int marker_fd;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void add_hit(int point, const struct frame *f, bool late)
{
	char text[TEXT_MAX], *end;
	int i;

	frame_tags(f, text, sizeof(text) - 16);
	end = text + strlen(text);
	if (f->vnet.gso_type)
		end += sprintf(end, "/gso%d", f->vnet.gso_size);
	if (late)
		strcpy(end, "!");
	for (i = 0; i < n_hits; i++)
		if (hits[i].point == point && !strcmp(hits[i].text, text))
			break;
	if (i == HITS_MAX)
		return;
	if (i == n_hits) {
		hits[i].point = point;
		strcpy(hits[i].text, text);
		hits[i].count = 0;
		n_hits++;
	}
	hits[i].count++;
}

static void take_in(void)
{
	uint32_t number, nth;
	struct frame f;
	int i, id;

	for (i = 0; i < n_points; i++) {
		while (point_recv(points[i], &f)) {
			if (!frame_number(&f, &number)) {
				point_keep(points[i], &f);
				continue;
			}
			id = number >> 24;
			nth = number & NTH_MASK;
			if (!id)
				add_hit(i, &f, nth < try_first);
			else if (id < STREAMS_MAX)
				point_arrived(points[i], id, nth, f.ns);
		}
	}
}

static bool marker_round(void)
{
	static const unsigned char frame[ETH_ZLEN] = { [12] = 0x88, 0xb5 };
	struct pollfd pfd = { .fd = marker_fd, .events = POLLIN };
	char buf[ETH_ZLEN];

	return write(marker_fd, frame, sizeof(frame)) == sizeof(frame) &&
	       poll(&pfd, 1, MARKER_TIMEOUT) == 1 &&
	       read(marker_fd, buf, sizeof(buf)) > 0;
}

static const char *settle(void)
{
	int i;

	for (i = 0; i < MARKER_ROUNDS; i++)
		if (!marker_round())
			return "the marker did not come back";
	take_in();
	return NULL;
}

/* A namespace of our own has a loopback device that is ours alone. */
static bool marker_open(int on_cpu)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_802_EX1),
		.sll_ifindex = 1,
	};
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(on_cpu, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu) || unshare(CLONE_NEWNET))
		return false;
	marker_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	return marker_fd >= 0 && !ioctl(marker_fd, SIOCSIFFLAGS, &ifr) &&
	       !bind(marker_fd, (struct sockaddr *)&addr, sizeof(addr));
}

static void streams_send(void)
{
	uint64_t now = now_ns();
	struct stream *s;
	int id;

	for (id = 1; id < STREAMS_MAX; id++) {
		s = &streams[id];
		if (!s->running || now < s->next_ns)
			continue;
		if (point_send(s->from, &s->spec, s->sent,
			       id << 24 | (s->sent & NTH_MASK)))
			s->failed++;
		s->sent++;
		/* No burst to make up for lost time. */
		s->next_ns = now + s->spec.gap_us * 1000ULL;
		if (s->spec.count > 1 && s->sent >= s->spec.count)
			s->running = false;
	}
}

/* How long until a stream sends; UINT64_MAX if none does. */
static uint64_t streams_wait_ns(void)
{
	uint64_t next = UINT64_MAX, now = now_ns();
	int id;

	for (id = 1; id < STREAMS_MAX; id++)
		if (streams[id].running && streams[id].next_ns < next)
			next = streams[id].next_ns;
	if (next == UINT64_MAX)
		return next;
	return next > now ? next - now : 0;
}

/*
 * Sends and takes in what there is to, and waits for that or for input, until
 * a point in time. Returns true if there is input.
 */
static bool step(uint64_t end, bool input)
{
	struct pollfd fds[POINTS_MAX + 1];
	uint64_t now, wait;
	struct timespec ts;
	int i;

	streams_send();
	now = now_ns();
	wait = streams_wait_ns();
	if (end <= now)
		wait = 0;
	else if (wait > end - now && end != UINT64_MAX)
		wait = end - now;
	ts.tv_sec = wait / 1000000000;
	ts.tv_nsec = wait % 1000000000;
	for (i = 0; i < n_points; i++)
		fds[i] = (struct pollfd){ points[i]->fd, POLLIN, 0 };
	fds[i] = (struct pollfd){ input ? 0 : -1, POLLIN, 0 };
	ppoll(fds, n_points + 1, wait == UINT64_MAX ? NULL : &ts, NULL);
	take_in();
	return fds[n_points].revents;
}

static struct stream *stream_find(const char *word)
{
	int id = word ? atoi(word) : 0;

	return id > 0 && id < STREAMS_MAX ? &streams[id] : NULL;
}

static struct point *next_point(char **rest)
{
	char *name = strsep(rest, " ");

	return name ? point_find(name) : NULL;
}

static unsigned int next_number(char **rest)
{
	char *word = strsep(rest, " ");

	return word ? strtoul(word, NULL, 10) : 0;
}

static const char *cmd_open(char *rest)
{
	char *name = strsep(&rest, " ");
	char *netns = strsep(&rest, " ");
	char *dev = strsep(&rest, " ");
	const char *why;

	if (!dev)
		return "open NAME NETNS DEV";
	why = point_open(name, netns, dev, rest ? rest : "");
	if (!why)
		puts("ok");
	return why;
}

static const char *cmd_close(char *rest)
{
	struct point *p = next_point(&rest);
	int id;

	if (!p)
		return "no such point";
	for (id = 1; id < STREAMS_MAX; id++)
		if (streams[id].from == p)
			streams[id].running = false;
	point_close(p);
	puts("ok");
	return NULL;
}

static int compare_hits(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return x->point - y->point ?: strcmp(x->text, y->text);
}

static const char *cmd_try(char *rest)
{
	struct point *p = next_point(&rest);
	static uint32_t number;
	struct spec spec;
	const char *why;
	unsigned int i;
	int err;

	if (!p)
		return "no such point";
	why = spec_parse(&spec, rest ? rest : (char[]){ "" });
	if (why)
		return why;
	n_hits = 0;
	try_first = number;
	take_in();
	for (i = 0; i < spec.count; i++) {
		err = point_send(p, &spec, i, number++ & NTH_MASK);
		if (err)
			return strerror(err);
	}
	why = settle();
	if (why)
		return why;
	qsort(hits, n_hits, sizeof(*hits), compare_hits);
	printf("ok");
	for (i = 0; i < (unsigned int)n_hits; i++) {
		printf(" %s:%s", points[hits[i].point]->name, hits[i].text);
		if (hits[i].count > 1)
			printf("x%u", hits[i].count);
	}
	putchar('\n');
	return NULL;
}

static const char *cmd_stream(char *rest)
{
	struct stream *s = stream_find(strsep(&rest, " "));
	struct point *p = next_point(&rest);
	const char *why;
	int i;

	if (!s || s->running || !p || !rest)
		return "stream NUMBER NAME WORDS";
	memset(s, 0, sizeof(*s));
	why = spec_parse(&s->spec, rest);
	if (why)
		return why;
	for (i = 0; i < n_points; i++)
		point_clear_arrival(points[i], s - streams);
	s->from = p;
	s->next_ns = now_ns();
	s->running = true;
	puts("ok");
	return NULL;
}

static const char *cmd_stop(char *rest)
{
	struct stream *s = stream_find(rest);
	const struct arrival *a;
	const char *why;
	int i;

	if (!s)
		return "no such stream";
	s->running = false;
	why = settle();
	if (why)
		return why;
	printf("ok sent=%u failed=%u", s->sent - s->failed, s->failed);
	for (i = 0; i < n_points; i++) {
		a = &points[i]->arrivals[s - streams];
		if (a->got)
			printf(" %s.got=%u %s.twice=%u %s.gap=%u",
			       points[i]->name, a->got, points[i]->name,
			       a->twice, points[i]->name,
			       (unsigned int)(a->gap_ns / 1000000));
	}
	putchar('\n');
	return NULL;
}

static const char *cmd_arrive(char *rest)
{
	struct stream *s = stream_find(strsep(&rest, " "));
	struct point *p = next_point(&rest);
	unsigned int want;
	uint64_t end;

	if (!s || !p)
		return "arrive NUMBER NAME N MS";
	take_in();
	want = p->arrivals[s - streams].got + next_number(&rest);
	end = now_ns() + next_number(&rest) * 1000000ULL;
	while (p->arrivals[s - streams].got < want) {
		if (now_ns() >= end)
			return "they did not come";
		step(end, false);
	}
	puts("ok");
	return NULL;
}

static unsigned int count_seen(const struct point *p, const struct spec *spec)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < p->n_seen; i++)
		n += frame_matches(&p->seen[i].frame, spec);
	return n;
}

static const char *cmd_await(char *rest)
{
	struct point *p = next_point(&rest);
	unsigned int want = next_number(&rest), n;
	uint64_t end = now_ns() + next_number(&rest) * 1000000ULL;
	struct spec spec;
	const char *why;

	if (!p)
		return "no such point";
	why = spec_parse(&spec, rest ? rest : (char[]){ "" });
	if (why)
		return why;
	take_in();
	while ((n = count_seen(p, &spec)) < want) {
		if (now_ns() >= end) {
			printf("error only %u came\n", n);
			return NULL;
		}
		step(end, false);
	}
	printf("ok %u\n", n);
	return NULL;
}

static const char *cmd_count(char *rest)
{
	struct point *p = next_point(&rest);
	struct spec spec;
	const char *why;

	if (!p)
		return "no such point";
	why = spec_parse(&spec, rest ? rest : (char[]){ "" });
	if (!why)
		why = settle();
	if (!why)
		printf("ok %u\n", count_seen(p, &spec));
	return why;
}

static void print_mac(const unsigned char *m)
{
	printf(" %02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
	       m[5]);
}

static void print_seen(const struct frame *f, uint64_t start)
{
	char tags[TEXT_MAX];
	uint16_t type;
	size_t at;

	frame_tags(f, tags, sizeof(tags));
	type = frame_type(f, &at);
	printf("%u %s", (unsigned int)((f->ns - start) / 1000000), tags);
	print_mac(f->data + 6);
	print_mac(f->data);
	printf(" %04x ", type);
	for (; at < f->len; at++)
		printf("%02x", f->data[at]);
	putchar('\n');
}

static const char *cmd_seen(char *rest)
{
	struct point *p = next_point(&rest);
	const char *why;
	size_t i;

	if (!p)
		return "no such point";
	why = settle();
	if (why)
		return why;
	printf("ok %zu\n", p->n_seen);
	for (i = 0; i < p->n_seen; i++)
		print_seen(&p->seen[i].frame, p->seen[0].frame.ns);
	return NULL;
}

static const char *cmd_forget(char *rest)
{
	struct point *p = next_point(&rest);

	if (!p)
		return "no such point";
	take_in();
	point_forget(p);
	puts("ok");
	return NULL;
}

static const struct {
	const char *name;
	const char *(*run)(char *rest);
} commands[] = {
	{ "open", cmd_open },
	{ "close", cmd_close },
	{ "try", cmd_try },
	{ "stream", cmd_stream },
	{ "stop", cmd_stop },
	{ "arrive", cmd_arrive },
	{ "await", cmd_await },
	{ "count", cmd_count },
	{ "seen", cmd_seen },
	{ "forget", cmd_forget },
};

static void run_line(char *line)
{
	const char *why = "no such command";
	char *word;
	size_t i;

	word = strsep(&line, " ");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(word, commands[i].name))
			why = commands[i].run(line);
	if (why)
		printf("error %s\n", why);
	fflush(stdout);
}

/* Runs the lines that have come; returns false at the end of the input. */
static bool run_input(void)
{
	static char buf[8192];
	static size_t used;
	char *line = buf, *end;
	ssize_t n;

	n = read(0, buf + used, sizeof(buf) - used);
	if (n <= 0)
		return false;
	used += n;
	while ((end = memchr(line, '\n', buf + used - line))) {
		*end = 0;
		run_line(line);
		line = end + 1;
	}
	used -= line - buf;
	memmove(buf, line, used);
	return true;
}

int main(int argc, char **argv)
{
	if (!marker_open(argc > 1 ? atoi(argv[1]) : sched_getcpu())) {
		perror("xframe");
		return 1;
	}
	do {
		while (!step(UINT64_MAX, true))
			;
	} while (run_input());
	while (streams_wait_ns() != UINT64_MAX)
		step(UINT64_MAX, false);
	return 0;
}
