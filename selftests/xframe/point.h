/* SPDX-License-Identifier: GPL-2.0 */
/* Devices, in whatever namespace, that frames are sent and seen on. */

#ifndef XFRAME_POINT_H
#define XFRAME_POINT_H

#include "frame.h"

#define POINTS_MAX	64
#define STREAMS_MAX	16
#define NAME_MAX_LEN	16
#define SEEN_DATA	96

/* What arrived of a stream at a point. */
struct arrival {
	unsigned int got;
	unsigned int twice;
	uint64_t last_ns;
	uint64_t gap_ns;
	/* a bit for each number that came */
	unsigned char *numbers;
};

/* A frame kept to be looked at later. */
struct seen {
	unsigned char data[SEEN_DATA];
	struct frame frame;
};

struct point {
	char name[NAME_MAX_LEN];
	int fd;
	int ifindex;
	/* looks at what the device sends instead of what it receives */
	bool out;
	/* keeps frames that are no test frames */
	bool keep;
	struct seen *seen;
	size_t n_seen;
	struct arrival arrivals[STREAMS_MAX];
};

extern struct point *points[POINTS_MAX];
extern int n_points;

struct point *point_find(const char *name);
const char *point_open(const char *name, const char *netns,
		       const char *ifname, const char *options);
void point_close(struct point *p);

/* Returns an errno, 0 if the frame was sent. */
int point_send(struct point *p, const struct spec *spec, unsigned int nth,
	       uint32_t number);

/* Takes the next frame that waits; false if there is none. */
bool point_recv(struct point *p, struct frame *f);

void point_keep(struct point *p, const struct frame *f);
void point_forget(struct point *p);
void point_clear_arrival(struct point *p, int stream);
void point_arrived(struct point *p, int stream, uint32_t nth, uint64_t ns);

#endif
