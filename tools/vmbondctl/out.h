/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_OUT_H
#define VMBONDCTL_OUT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "obj.h"

/* Columns that text is wrapped at. */
#define OUT_WIDTH 100
/* A unit, a MAC or a name with its colour fits. */
#define OUT_TEXT 64

#define PLURAL(n) ((n) == 1 ? "" : "s")

enum colour {
	C_NAME,
	C_MAC,
	C_GOOD,
	C_BAD,
};

void out_begin(const char *const *heads);
void out_again(void);
void out_json(json_t *json);
__attribute__((format(printf, 1, 2)))
void out_cell(const char *fmt, ...);
void out_row(void);
__attribute__((format(printf, 2, 3)))
void out_text(unsigned int indent, const char *fmt, ...);
int out_end(int err);
int out_flush(void);

const char *paint(enum colour colour, const char *text);
const char *text_mac(const uint8_t mac[6]);
const char *text_vid(unsigned int vid, bool service);
const char *text_time(uint64_t ms);
const char *text_rate(uint64_t bps);
const char *text_bytes(uint64_t bytes);
const char *text_dev(uint32_t ifindex);
void out_stats(unsigned int indent, const struct stats *stats);

#endif
