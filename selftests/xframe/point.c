// SPDX-License-Identifier: GPL-2.0
/*
 * Devices, in whatever namespace, that frames are sent and seen on. A socket
 * stays in the namespace it was made in, so one process serves them all.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "point.h"

#define RCVBUF		(32 << 20)
#define SEND_TIMEOUT	1000	/* ms */
#define SEEN_MAX	20000
#define NUMBERS_MAX	(1 << 24)

struct point *points[POINTS_MAX];
int n_points;

struct point *point_find(const char *name)
{
	int i;

	for (i = 0; i < n_points; i++)
		if (!strcmp(points[i]->name, name))
			return points[i];
	return NULL;
}

static int packet_socket(int ifindex, int protocol, bool filter)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = ifindex,
	};
	int on = 1, size = RCVBUF, fd;

	/* Bound to a protocol only when the filter stands. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if ((filter &&
	     setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &trailer_filter,
			sizeof(trailer_filter))) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Opens the socket over there and comes back. */
static const char *open_in_netns(struct point *p, const char *netns,
				 const char *ifname, int protocol)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	const char *why = NULL;
	char path[128];
	int there;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (home < 0 || there < 0 || setns(there, CLONE_NEWNET)) {
		why = "no such namespace";
		goto out;
	}
	p->ifindex = if_nametoindex(ifname);
	if (p->ifindex)
		p->fd = packet_socket(p->ifindex, protocol, !p->keep);
	else
		why = "no such device";
	if (p->ifindex && p->fd < 0)
		why = strerror(errno);
	if (setns(home, CLONE_NEWNET))
		why = "no way back to the first namespace";
out:
	if (there >= 0)
		close(there);
	if (home >= 0)
		close(home);
	return why;
}

const char *point_open(const char *name, const char *netns,
		       const char *ifname, const char *options)
{
	const char *proto = strstr(options, "proto=");
	const char *why;
	struct point *p;

	if (n_points == POINTS_MAX || strlen(name) >= NAME_MAX_LEN ||
	    point_find(name))
		return "no room for that point";
	p = calloc(1, sizeof(*p));
	if (!p)
		return "no memory";
	strcpy(p->name, name);
	p->out = strstr(options, "out");
	p->keep = strstr(options, "keep");
	p->fd = -1;
	why = open_in_netns(p, netns, ifname,
			    proto ? strtol(proto + 6, NULL, 16) : ETH_P_ALL);
	if (why) {
		if (p->fd >= 0)
			close(p->fd);
		free(p);
		return why;
	}
	points[n_points++] = p;
	return NULL;
}

void point_close(struct point *p)
{
	int i;

	for (i = 0; points[i] != p; i++)
		;
	n_points--;
	memmove(points + i, points + i + 1, (n_points - i) * sizeof(*points));
	for (i = 0; i < STREAMS_MAX; i++)
		free(p->arrivals[i].numbers);
	close(p->fd);
	free(p->seen);
	free(p);
}

int point_send(struct point *p, const struct spec *spec, unsigned int nth,
	       uint32_t number)
{
	static unsigned char buf[FRAME_MAX];
	struct virtio_net_hdr vnet;
	struct iovec iov[] = {
		{ .iov_base = &vnet, .iov_len = sizeof(vnet) },
		{ .iov_base = buf },
	};
	struct pollfd pfd = { .fd = p->fd, .events = POLLOUT };

	iov[1].iov_len = spec_build(spec, nth, number, buf, &vnet);
	while (writev(p->fd, iov, 2) < 0)
		/* What is under way still counts as the socket's. */
		if (errno != EAGAIN || poll(&pfd, 1, SEND_TIMEOUT) != 1)
			return errno;
	return 0;
}

static void read_control(struct msghdr *msg, struct frame *f)
{
	struct tpacket_auxdata aux;
	struct cmsghdr *cmsg;
	struct timespec ts;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level == SOL_PACKET &&
		    cmsg->cmsg_type == PACKET_AUXDATA) {
			memcpy(&aux, CMSG_DATA(cmsg), sizeof(aux));
			f->has_hw = aux.tp_status & TP_STATUS_VLAN_VALID;
			f->hw.tci = aux.tp_vlan_tci;
			f->hw.tpid = aux.tp_vlan_tpid;
		} else if (cmsg->cmsg_level == SOL_SOCKET &&
			   cmsg->cmsg_type == SO_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(cmsg), sizeof(ts));
			f->ns = ts.tv_sec * 1000000000ULL + ts.tv_nsec;
		}
	}
}

bool point_recv(struct point *p, struct frame *f)
{
	static unsigned char buf[FRAME_MAX];
	struct sockaddr_ll from;
	char control[256];
	struct iovec iov[] = {
		{ .iov_base = &f->vnet, .iov_len = sizeof(f->vnet) },
		{ .iov_base = buf, .iov_len = sizeof(buf) },
	};
	struct msghdr msg;
	ssize_t len;

	do {
		memset(f, 0, sizeof(*f));
		msg = (struct msghdr) {
			.msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = iov,
			.msg_iovlen = 2,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};
		len = recvmsg(p->fd, &msg, 0);
		if (len < 0 && errno == EAGAIN)
			return false;
		f->out = from.sll_pkttype == PACKET_OUTGOING;
		/* An error is told once, when the device goes down. */
	} while (len < (ssize_t)sizeof(f->vnet) + ETH_HLEN ||
		 f->out != p->out);
	f->data = buf;
	f->len = len - sizeof(f->vnet);
	read_control(&msg, f);
	return true;
}

void point_keep(struct point *p, const struct frame *f)
{
	struct seen *s;

	if (!p->seen)
		p->seen = malloc(SEEN_MAX * sizeof(*p->seen));
	if (!p->seen || p->n_seen == SEEN_MAX)
		return;
	s = &p->seen[p->n_seen++];
	s->frame = *f;
	if (s->frame.len > SEEN_DATA)
		s->frame.len = SEEN_DATA;
	memcpy(s->data, f->data, s->frame.len);
	s->frame.data = s->data;
}

void point_forget(struct point *p)
{
	p->n_seen = 0;
}

void point_clear_arrival(struct point *p, int stream)
{
	free(p->arrivals[stream].numbers);
	memset(&p->arrivals[stream], 0, sizeof(p->arrivals[stream]));
}

void point_arrived(struct point *p, int stream, uint32_t nth, uint64_t ns)
{
	struct arrival *a = &p->arrivals[stream];

	if (!a->numbers)
		a->numbers = calloc(1, NUMBERS_MAX / 8);
	if (a->numbers && a->numbers[nth / 8] & 1 << nth % 8)
		a->twice++;
	else
		a->got++;
	if (a->numbers)
		a->numbers[nth / 8] |= 1 << nth % 8;
	if (a->last_ns && ns - a->last_ns > a->gap_ns)
		a->gap_ns = ns - a->last_ns;
	a->last_ns = ns;
}
