// SPDX-License-Identifier: GPL-2.0
/*
 * Frames at random, into tap devices that the program makes:
 *
 *   frames [-n COUNT] [-t SECONDS] [-s SEED] TAP...
 *
 * It prints "ready", waits for a line on standard input, sends, and prints how
 * many frames the devices took. Frames are what guests and switches send, with
 * all kinds of tags, changed here and there, cut or lengthened; their virtio
 * headers ask for segmentation and checksums with and without sense. So buffers
 * come in one piece or with but a few bytes of the header in front, and a TAP
 * whose name ends in "f" makes each piece a fragment of its own.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#define TAPS	8
#define LONG	65000

struct frame {
	unsigned int len;
	unsigned int l3;	/* where the network header is */
	unsigned char data[LONG + 600];
};

static uint64_t seed;
static struct frame f;

static uint32_t rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % n;
}

static int one_in(uint32_t n)
{
	return !rnd(n);
}

/* put(text): bytes in hex; xx is one at random */
static void put(const char *hex)
{
	for (; *hex; hex += 2)
		if (*hex == ' ') {
			hex--;
		} else if (*hex == 'x') {
			f.data[f.len++] = rnd(256);
		} else {
			char byte[3] = { hex[0], hex[1] };

			f.data[f.len++] = strtoul(byte, NULL, 16);
		}
}

static void put16(unsigned int n)
{
	f.data[f.len++] = n >> 8;
	f.data[f.len++] = n;
}

static void address(int destination)
{
	static const char *const groups[] = {
		"ffffffffffff", "ffffffffffff", "33330000000x", "01005e0000fb",
		"0180c2000000", "0180c200000e", "000000000000", "xxxxxxxxxxxx",
	};

	if (one_in(destination ? 3 : 40)) {
		put(groups[rnd(8)][11] == 'x' ? "333300000001" :
						groups[rnd(8)]);
		return;
	}
	put("0200000000");
	/* guests, members and the bond itself as the tests name them */
	f.data[f.len++] = one_in(10) ? 0xf0 + rnd(16) : rnd(8);
}

static void tag(unsigned int tpid)
{
	static const int vids[] = { 0, 1, 10, 10, 20, 30, 4094, 4095 };

	put16(tpid);
	put16(vids[rnd(8)] | (one_in(4) ? rnd(16) << 12 : 0));
}

static void tags(void)
{
	static const int tpids[] = { 0x8100, 0x8100, 0x88a8, 0x9100 };
	unsigned int n = one_in(2) ? 0 : 1 + rnd(one_in(10) ? 9 : 2);

	while (n--)
		tag(tpids[rnd(4)]);
}

static const char *const packets[] = {
	/* ARP: request, gratuitous, reply; RARP */
	"0806 0001080006040001 0200000000xx c000020a 000000000000 c0000214",
	"0806 0001080006040001 020000000001 c000020a ffffffffffff c000020a",
	"0806 0001080006040002 0200000000xx c000020a ffffffffffff c000020a",
	"8035 0001080006040003 020000000001 00000000 020000000001 00000000",
	/* IPv4: UDP, TCP, IGMP with and without options, a fragment */
	"0800 450000xx0000000040110000 0a00000x 0a000001 xxxx0035 00xx0000",
	"0800 4500ffff0000000040060000 0a000001 0a000002 xxxxxxxx "
		"xxxxxxxxxxxxxxxx 50100000 00000000",
	"0800 460000200000000001020000 00000000 e0000016 94040000 22000000",
	"0800 4f00001c0000000001020000 00000000 e0000001 16xx0000 e0000001",
	"0800 4500001c0000200140110000 0a000001 0a000002 xxxxxxxxxxxxxxxx",
	/* IPv6: advertisement, UDP, MLD behind its option, a long chain */
	"86dd 6000000000203aff fe8000000000000000000000000000xx "
		"ff020000000000000000000000000001 8800xxxx20000000 "
		"fe8000000000000000000000000000xx 0201020000000001",
	"86dd 6000000000081140 fe800000000000000000000000000001 "
		"fe800000000000000000000000000002 xxxxxxxx00080000",
	"86dd 6000000000240001 fe800000000000000000000000000001 "
		"ff020000000000000000000000000016 3a00050200000000 "
		"8f00xxxx00000001 04000000",
	"86dd 6000000000100001 fe800000000000000000000000000001 "
		"ff020000000000000000000000000016 3axx050200000000 8f00xxxx",
	/* LLC: a BPDU; LACP, LLDP, PAUSE, and nothing known */
	"0026 424203 0000 00 00 00 8000xxxxxxxxxxxx",
	"8809 0101 0114",
	"88cc 0207 04xxxxxxxxxxxx",
	"8808 0001 ffff",
	"xxxx",
};

#define N_PACKETS (sizeof(packets) / sizeof(*packets))

static void make(void)
{
	unsigned int n;

	f.len = 0;
	address(1);
	address(0);
	tags();
	f.l3 = f.len + 2;
	for (const char *p = packets[rnd(N_PACKETS)]; *p; p++) {
		char pair[3] = { p[0], p[1] };

		if (*p == ' ')
			continue;
		put(pair[0] == 'x' || pair[1] == 'x' ? "xx" : pair);
		p++;
	}
	/* most are as short as Ethernet allows, some are long */
	n = one_in(8) ? rnd(one_in(20) ? LONG : 9000) : rnd(100);
	while (f.len < 60 || n) {
		f.data[f.len] = f.len * 7;
		f.len++;
		n -= !!n;
	}
}

static void damage(void)
{
	unsigned int n = rnd(4);

	while (n--)
		f.data[rnd(one_in(2) ? 64 : f.len)] ^= 1 << rnd(8);
	if (one_in(10))
		f.len = rnd(f.len + 1);
}

/* Half of the time the header is none, or one that has sense. */
static void header(struct virtio_net_hdr *h)
{
	static const int types[] = {
		VIRTIO_NET_HDR_GSO_NONE, VIRTIO_NET_HDR_GSO_TCPV4,
		VIRTIO_NET_HDR_GSO_UDP, VIRTIO_NET_HDR_GSO_TCPV6,
		5 /* VIRTIO_NET_HDR_GSO_UDP_L4, too new for some headers */,
	};

	memset(h, 0, sizeof(*h));
	if (one_in(3))
		return;
	h->hdr_len = one_in(2) ? f.l3 + 40 : rnd(f.len + 20);
	if (one_in(4))
		return;
	h->flags = one_in(4) ? rnd(8) : VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h->csum_start = one_in(4) ? rnd(f.len + 4) : f.l3 + 20;
	h->csum_offset = one_in(2) ? 16 : one_in(2) ? 6 : rnd(70);
	h->gso_type = types[rnd(5)];
	if (one_in(10))
		h->gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	h->gso_size = one_in(4) ? rnd(65536) : 100 + rnd(1400);
}

/* In pieces, which a tap that wants them makes fragments of. */
static int send_frame(int fd)
{
	struct virtio_net_hdr h;
	struct iovec iov[1 + 16] = { { &h, sizeof(h) } };
	unsigned int n = 1, at = 0, len;

	header(&h);
	while (at < f.len && n < 17) {
		len = n == 16 || one_in(2) ? f.len - at : 1 + rnd(f.len - at);
		iov[n++] = (struct iovec){ f.data + at, len };
		at += len;
	}
	return writev(fd, iov, n) > 0;
}

static int tap(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	unsigned int offload = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 |
			       TUN_F_TSO_ECN;
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		err(4, "/dev/net/tun");
	if (name[strlen(name) - 1] == 'f')
		ifr.ifr_flags |= IFF_NAPI | IFF_NAPI_FRAGS;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &ifr))
		err(1, "%s", name);
	/* some take what is to be segmented, some do not */
	if (name[strlen(name) - 2] % 2 && ioctl(fd, TUNSETOFFLOAD, offload))
		err(1, "%s: offload", name);
	return fd;
}

int main(int argc, char **argv)
{
	static unsigned char sink[LONG + 600];
	uint64_t n, sent = 0, count = 100000;
	unsigned int taps, i;
	int opt, fd[TAPS];
	time_t end = 0;

	seed = time(NULL) * 2654435761u + getpid();
	while ((opt = getopt(argc, argv, "n:t:s:")) != -1)
		switch (opt) {
		case 'n':
			count = strtoull(optarg, NULL, 0);
			break;
		case 't':
			end = atoi(optarg);
			count = UINT64_MAX;
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0) | 1;
			break;
		default:
			errx(1, "see the source");
		}
	taps = argc - optind;
	if (!taps || taps > TAPS)
		errx(1, "1 to %d taps", TAPS);
	for (i = 0; i < taps; i++)
		fd[i] = tap(argv[optind + i]);
	printf("ready, seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	if (read(STDIN_FILENO, sink, sizeof(sink)) < 0)
		err(1, "standard input");

	if (end)
		end += time(NULL);
	for (n = 0; n < count && (!end || time(NULL) < end); n++) {
		make();
		if (one_in(2))
			damage();
		sent += send_frame(fd[rnd(taps)]);
		if (n % 16 == 0)
			while (read(fd[rnd(taps)], sink, sizeof(sink)) > 0)
				;
	}
	printf("frames %llu of %llu\n", (unsigned long long)sent,
	       (unsigned long long)n);
	return 0;
}
