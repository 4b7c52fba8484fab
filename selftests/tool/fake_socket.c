// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets of libmnl that lead to the fake kernel in place of the real one.
 * Linked into a test build of vmbondctl, where they win over the library's.
 *
 * A packet is a netlink message; one of four bytes is an errno to fail with.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* What the first packet, or one that is no message, says. */
enum { HELLO = 1, JOIN = 2, NAME = 3 };

struct mnl_socket {
	int fd;
};

static void tell(int fd, uint32_t what, uint32_t value)
{
	uint32_t packet[2] = { what, value };

	if (send(fd, packet, sizeof(packet), 0) < 0)
		abort();
}

struct mnl_socket *mnl_socket_open(int bus)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct mnl_socket *nl = calloc(1, sizeof(*nl));
	const char *path = getenv("FAKE_KERNEL");

	nl->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	strncpy(addr.sun_path, path ? path : "", sizeof(addr.sun_path) - 1);
	if (connect(nl->fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(nl->fd);
		free(nl);
		return NULL;
	}
	tell(nl->fd, HELLO, bus);
	return nl;
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
	(void)len;
	if (type == NETLINK_ADD_MEMBERSHIP)
		tell(nl->fd, JOIN, *(uint32_t *)buf);
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

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
			  size_t len)
{
	return send(nl->fd, buf, len, MSG_NOSIGNAL);
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf,
			    size_t len)
{
	ssize_t got = recv(nl->fd, buf, len, 0);
	uint32_t err;

	if (got != sizeof(err))
		return got;
	memcpy(&err, buf, sizeof(err));
	errno = err;
	return -1;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	close(nl->fd);
	free(nl);
	return 0;
}

char *if_indextoname(unsigned int ifindex, char name[IF_NAMESIZE])
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_ROUTE);
	ssize_t len;

	if (!nl)
		return NULL;
	tell(nl->fd, NAME, ifindex);
	len = recv(nl->fd, name, IF_NAMESIZE - 1, 0);
	mnl_socket_close(nl);
	if (len <= 1)
		return NULL;
	name[len] = '\0';
	return name;
}
