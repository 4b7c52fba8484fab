// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of vmbondctl: the first line of the input is its command line, the
 * rest is what the kernel replies: two bytes of length, then that many of
 * messages, over and over. After "-b" the rest is a batch file instead.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nl.h"
#include "vmbondctl.h"

#define WORDS 32
#define FAMILY 42

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int vmbondctl_main(int argc, char **argv);

struct mnl_socket {
	int fd;
};

static struct mnl_socket the_socket;
static const uint8_t *replies;
static size_t replies_left;
static struct nlmsghdr sent;

struct mnl_socket *mnl_socket_open(int bus)
{
	(void)bus;
	return &the_socket;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

int mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf,
			  socklen_t len)
{
	(void)nl;
	(void)type;
	(void)buf;
	(void)len;
	return 0;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	return nl->fd;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
			  size_t len)
{
	(void)nl;
	memcpy(&sent, buf, sizeof(sent));
	return len;
}

static ssize_t put_end(char *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = sent.nlmsg_flags & NLM_F_DUMP ? NLMSG_DONE :
			  NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_CAPPED;
	nlh->nlmsg_seq = sent.nlmsg_seq;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct nlmsgerr));
	return nlh->nlmsg_len;
}

static ssize_t put_family(char *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	ssize_t len;

	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_seq = sent.nlmsg_seq;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	len = MNL_ALIGN(nlh->nlmsg_len);
	return len + put_end(buf + len);
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf,
			    size_t size)
{
	struct nlmsghdr *nlh = buf;
	size_t len;
	int left;

	(void)nl;
	if (sent.nlmsg_type == GENL_ID_CTRL) {
		sent.nlmsg_type = 0;
		return put_family(buf);
	}
	/* Whoever waits for events would wait for ever. */
	if (replies_left < 2 && !sent.nlmsg_flags) {
		errno = ECONNRESET;
		return -1;
	}
	if (replies_left < 2) {
		memset(&sent, 0, offsetof(struct nlmsghdr, nlmsg_seq));
		return put_end(buf);
	}
	len = replies[0] | replies[1] << 8;
	replies += 2;
	replies_left -= 2;
	if (len > replies_left)
		len = replies_left;
	if (len > size)
		len = size;
	memcpy(buf, replies, len);
	replies += len;
	replies_left -= len;

	/*
	 * A wrong number would only be refused. A length that is negative as
	 * an int has libmnl go round for ever; no kernel sends one.
	 */
	left = len;
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_len > INT_MAX)
			return len - left;
		nlh->nlmsg_seq = sent.nlmsg_seq;
		nlh->nlmsg_pid = 0;
	}
	return len;
}

char *if_indextoname(unsigned int ifindex, char name[IF_NAMESIZE])
{
	if (ifindex > 9)
		return NULL;
	snprintf(name, IF_NAMESIZE, "eth%u", ifindex);
	return name;
}

static void run(char *line)
{
	char *argv[WORDS + 2] = { "vmbondctl" };
	int argc = 1;

	for (char *word = strtok(line, " "); word && argc <= WORDS;
	     word = strtok(NULL, " ")) {
		/* What never ends, or leaves this process for another place. */
		if (!strcmp(word, "top") || !strncmp(word, "-n", 2) ||
		    !strncmp(word, "-b", 2))
			return;
		argv[argc++] = word;
	}
	vmbondctl_main(argc, argv);
}

static void run_batch(const uint8_t *data, size_t size)
{
	int fd = memfd_create("batch", 0);
	char path[32], *argv[] = { "vmbondctl", "-force", "-b", path, NULL };

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	vmbondctl_main(4, argv);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	char line[256] = "";
	size_t len = end ? (size_t)(end - data) : size;

	if (!the_socket.fd)
		the_socket.fd = open("/dev/null", O_RDWR);
	if (len >= sizeof(line))
		return 0;
	if (len)
		memcpy(line, data, len);
	replies = end ? end + 1 : data;
	replies_left = end ? size - len - 1 : 0;
	memset(&sent, 0, sizeof(sent));
	settings = (struct settings){ 0 };
	if (!strcmp(line, "-b"))
		run_batch(replies, replies_left);
	else
		run(line);
	nl_close();
	return 0;
}
