// SPDX-License-Identifier: GPL-2.0
/*
 * Test frames: from words to bytes and back to words.
 *
 *   s=MAC      source; two hex digits stand for the end of 02:00:00:00:00:..
 *   s=MAC+     each further frame has the next address
 *   d=MAC      destination; "all" is broadcast
 *   t=TAGS     VLAN tags, outermost first, divided by dots. A tag is
 *              [TPID/]VID[pPCP][d]; "s" before the VID stands for 88a8/
 *   type=HEX   EtherType, 88b5 if not given
 *   data=HEX   what follows it
 *   len=N      length without tags, 60 if not given
 *   raw=HEX    the whole frame, without a trailer
 *   gso=MSS    a TCP segment that is still to be cut up
 *   n=N        how many
 *   gap=US     time between two
 */

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "frame.h"

/* Every test frame ends in this and in the number it goes by. */
#define TRAILER_MAGIC	0x766d6266
#define TRAILER_LEN	8

#define IP_LEN		20
#define TCP_LEN		20

static const struct sock_filter trailer_code[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ETH_HLEN + TRAILER_LEN, 0, 5),
	BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, TRAILER_LEN),
	BPF_STMT(BPF_MISC | BPF_TAX, 0),
	BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TRAILER_MAGIC, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, FRAME_MAX),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

const struct sock_fprog trailer_filter = {
	.len = sizeof(trailer_code) / sizeof(trailer_code[0]),
	.filter = (struct sock_filter *)trailer_code,
};

static void put16(unsigned char *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static uint16_t get16(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static void put32(unsigned char *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* Reads hex digits, with or without colons. */
static bool parse_hex(const char *word, unsigned char *buf, size_t size,
		      size_t *len)
{
	unsigned int byte;

	for (*len = 0; *word; ++*len) {
		if (*word == ':')
			word++;
		if (*len == size || sscanf(word, "%2x", &byte) != 1 ||
		    !word[1])
			return false;
		buf[*len] = byte;
		word += 2;
	}
	return true;
}

static bool parse_mac(const char *word, unsigned char *mac)
{
	size_t len;

	if (!strcmp(word, "all")) {
		memset(mac, 0xff, 6);
		return true;
	}
	if (!parse_hex(word, mac, 6, &len))
		return false;
	if (len == 1) {
		mac[5] = mac[0];
		memcpy(mac, "\x02\0\0\0", 5);
	}
	return len == 1 || len == 6;
}

static bool parse_tag(char *word, struct tag *tag)
{
	char *end = strchr(word, '/');

	tag->tpid = ETH_P_8021Q;
	if (end) {
		tag->tpid = strtoul(word, &end, 16);
		word = end + 1;
	} else if (*word == 's') {
		tag->tpid = ETH_P_8021AD;
		word++;
	}
	tag->tci = strtoul(word, &end, 10) & 0xfff;
	if (end == word)
		return false;
	if (*end == 'p')
		tag->tci |= (strtoul(end + 1, &end, 10) & 7) << 13;
	if (*end == 'd') {
		tag->tci |= 1 << 12;
		end++;
	}
	return !*end;
}

static bool parse_tags(char *word, struct spec *spec)
{
	char *state = NULL;

	spec->n_tags = 0;
	if (!strcmp(word, "-"))
		return true;
	for (word = strtok_r(word, ".", &state); word;
	     word = strtok_r(NULL, ".", &state))
		if (spec->n_tags == TAGS_MAX ||
		    !parse_tag(word, &spec->tags[spec->n_tags++]))
			return false;
	return true;
}

static bool parse_word(struct spec *spec, const char *key, char *value)
{
	size_t len = strlen(value);

	if (!strcmp(key, "s")) {
		spec->step = len && value[len - 1] == '+';
		if (spec->step)
			value[len - 1] = 0;
		spec->has_src = true;
		return parse_mac(value, spec->src);
	}
	if (!strcmp(key, "d")) {
		spec->has_dst = true;
		return parse_mac(value, spec->dst);
	}
	if (!strcmp(key, "t")) {
		spec->has_tags = true;
		return parse_tags(value, spec);
	}
	if (!strcmp(key, "type")) {
		spec->has_type = true;
		spec->type = strtoul(value, NULL, 16);
		return true;
	}
	if (!strcmp(key, "data") || !strcmp(key, "raw")) {
		spec->raw = *key == 'r';
		return parse_hex(value, spec->data, sizeof(spec->data),
				 &spec->data_len);
	}
	if (!strcmp(key, "len"))
		spec->len = strtoul(value, NULL, 10);
	else if (!strcmp(key, "gso"))
		spec->gso = strtoul(value, NULL, 10);
	else if (!strcmp(key, "n"))
		spec->count = strtoul(value, NULL, 10);
	else if (!strcmp(key, "gap"))
		spec->gap_us = strtoul(value, NULL, 10);
	else
		return false;
	return true;
}

const char *spec_parse(struct spec *spec, char *words)
{
	char *word, *value, *state = NULL;

	memset(spec, 0, sizeof(*spec));
	spec->type = ETH_P_802_EX1;
	spec->count = 1;
	for (word = strtok_r(words, " ", &state); word;
	     word = strtok_r(NULL, " ", &state)) {
		value = strchr(word, '=');
		if (!value)
			return "a word without =";
		*value++ = 0;
		if (!parse_word(spec, word, value))
			return "a word that makes no sense";
	}
	if (spec->len > FRAME_MAX - TAGS_MAX * 4)
		return "too long a frame";
	return NULL;
}

static uint32_t sum16(const unsigned char *p, size_t len, uint32_t sum)
{
	for (; len > 1; p += 2, len -= 2)
		sum += get16(p);
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/*
 * A TCP segment as a stack hands it to a device that can cut it up: the
 * checksum field holds the sum over the pseudo header.
 */
static void put_tcp(unsigned char *buf, size_t ip, size_t end, uint16_t mss,
		    struct virtio_net_hdr *vnet)
{
	static const unsigned char addresses[] = { 192, 0, 2, 1, 192, 0, 2, 2 };
	unsigned char *iph = buf + ip, *tcp = iph + IP_LEN;

	iph[0] = 0x45;
	put16(iph + 2, end - ip);
	iph[8] = 64;
	iph[9] = IPPROTO_TCP;
	memcpy(iph + 12, addresses, sizeof(addresses));
	put16(iph + 10, ~fold(sum16(iph, IP_LEN, 0)));
	put16(tcp, 9);
	put16(tcp + 2, 9);
	tcp[12] = TCP_LEN / 4 << 4;
	tcp[13] = 0x10;
	put16(tcp + 16, fold(sum16(iph + 12, 8, IPPROTO_TCP +
					       end - ip - IP_LEN)));

	vnet->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	vnet->gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	vnet->gso_size = mss;
	vnet->hdr_len = ip + IP_LEN + TCP_LEN;
	vnet->csum_start = ip + IP_LEN;
	vnet->csum_offset = 16;
}

size_t spec_build(const struct spec *spec, unsigned int nth, uint32_t number,
		  unsigned char *buf, struct virtio_net_hdr *vnet)
{
	size_t head, len, i;

	memset(vnet, 0, sizeof(*vnet));
	if (spec->raw) {
		memcpy(buf, spec->data, spec->data_len);
		return spec->data_len;
	}
	memcpy(buf, spec->dst, 6);
	memcpy(buf + 6, spec->src, 6);
	if (spec->step)
		put32(buf + 8, get32(buf + 8) + nth);
	for (head = 12, i = 0; i < (size_t)spec->n_tags; i++, head += 4) {
		put16(buf + head, spec->tags[i].tpid);
		put16(buf + head + 2, spec->tags[i].tci);
	}
	put16(buf + head, spec->gso ? ETH_P_IP : spec->type);
	head += 2;

	len = head - ETH_HLEN + (spec->len ?: ETH_ZLEN);
	if (len < head + spec->data_len + TRAILER_LEN)
		len = head + spec->data_len + TRAILER_LEN;
	memset(buf + head, 0, len - head);
	memcpy(buf + head, spec->data, spec->data_len);
	if (spec->gso)
		put_tcp(buf, head, len, spec->gso, vnet);
	put32(buf + len - 8, TRAILER_MAGIC);
	put32(buf + len - 4, number);
	return len;
}

bool frame_number(const struct frame *f, uint32_t *number)
{
	if (f->len < ETH_HLEN + TRAILER_LEN ||
	    get32(f->data + f->len - 8) != TRAILER_MAGIC)
		return false;
	*number = get32(f->data + f->len - 4);
	return true;
}

static bool is_tag(uint16_t type)
{
	return type == ETH_P_8021Q || type == ETH_P_8021AD ||
	       type == ETH_P_QINQ1;
}

static int frame_get_tags(const struct frame *f, struct tag *tags, int max,
			  size_t *type_at)
{
	size_t at = 12;
	int n = 0;

	if (f->has_hw)
		tags[n++] = f->hw;
	while (n < max && at + 6 <= f->len && is_tag(get16(f->data + at))) {
		tags[n].tpid = get16(f->data + at);
		tags[n++].tci = get16(f->data + at + 2);
		at += 4;
	}
	*type_at = at;
	return n;
}

void frame_tags(const struct frame *f, char *text, size_t size)
{
	struct tag tags[TAGS_MAX];
	int n, i, used = 0;
	size_t at;

	n = frame_get_tags(f, tags, TAGS_MAX, &at);
	snprintf(text, size, "-");
	/* A tag in the data of a frame that leaves: it was put there. */
	if (f->out && n && !f->has_hw)
		used = snprintf(text, size, "~");
	for (i = 0; i < n; i++) {
		if (i)
			used += snprintf(text + used, size - used, ".");
		if (tags[i].tpid == ETH_P_8021AD)
			used += snprintf(text + used, size - used, "s");
		else if (tags[i].tpid != ETH_P_8021Q)
			used += snprintf(text + used, size - used, "%x/",
					 tags[i].tpid);
		used += snprintf(text + used, size - used, "%d",
				 tags[i].tci & 0xfff);
		if (tags[i].tci >> 13)
			used += snprintf(text + used, size - used, "p%d",
					 tags[i].tci >> 13);
		if (tags[i].tci & 1 << 12)
			used += snprintf(text + used, size - used, "d");
	}
}

uint16_t frame_type(const struct frame *f, size_t *payload)
{
	struct tag tags[TAGS_MAX];
	size_t at;

	frame_get_tags(f, tags, TAGS_MAX, &at);
	*payload = at + 2;
	return at + 2 <= f->len ? get16(f->data + at) : 0;
}

bool frame_matches(const struct frame *f, const struct spec *spec)
{
	struct tag tags[TAGS_MAX];
	size_t at;
	int n;

	n = frame_get_tags(f, tags, TAGS_MAX, &at);
	if (spec->has_tags &&
	    (n != spec->n_tags || memcmp(tags, spec->tags, n * sizeof(*tags))))
		return false;
	return (!spec->has_src || !memcmp(f->data + 6, spec->src, 6)) &&
	       (!spec->has_dst || !memcmp(f->data, spec->dst, 6)) &&
	       (!spec->has_type || frame_type(f, &at) == spec->type);
}
