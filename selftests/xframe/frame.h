/* SPDX-License-Identifier: GPL-2.0 */
/* Test frames: from words to bytes and back to words. */

#ifndef XFRAME_FRAME_H
#define XFRAME_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/virtio_net.h>

#define FRAME_MAX	66000
#define TAGS_MAX	4
#define TEXT_MAX	96

struct tag {
	uint16_t tpid;
	uint16_t tci;
};

/* A frame as it is asked for, or looked for. */
struct spec {
	unsigned char src[6];
	unsigned char dst[6];
	struct tag tags[TAGS_MAX];
	int n_tags;
	uint16_t type;
	/* what follows the type, or the whole frame if it is raw */
	unsigned char data[512];
	size_t data_len;
	/* without its tags */
	size_t len;
	/* TCP segment size, or 0 */
	uint16_t gso;
	unsigned int count;
	unsigned int gap_us;
	/* each further frame has the next source address */
	bool step;
	bool raw;
	bool has_src, has_dst, has_tags, has_type;
};

/* A frame as it came. Tags in its data follow the one beside it. */
struct frame {
	unsigned char *data;
	size_t len;
	struct tag hw;
	bool has_hw;
	/* seen on its way out */
	bool out;
	uint64_t ns;
	struct virtio_net_hdr vnet;
};

/* Returns what is wrong with the words, or NULL. */
const char *spec_parse(struct spec *spec, char *words);

/* The nth frame, with the given number in its trailer; returns its length. */
size_t spec_build(const struct spec *spec, unsigned int nth, uint32_t number,
		  unsigned char *buf, struct virtio_net_hdr *vnet);

/* Reads the number in a test frame's trailer. */
bool frame_number(const struct frame *f, uint32_t *number);

/* Its tags, in the words that spec_parse() takes; "-" is untagged. */
void frame_tags(const struct frame *f, char *text, size_t size);

/* What is behind the tags. */
uint16_t frame_type(const struct frame *f, size_t *payload);

/* Is it what the spec names? */
bool frame_matches(const struct frame *f, const struct spec *spec);

/* A classic BPF program that passes frames with a trailer only. */
struct sock_fprog;
extern const struct sock_fprog trailer_filter;

#endif
