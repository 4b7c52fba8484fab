/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_NL_H
#define VMBONDCTL_NL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

/* A request with the longest LIST, and any reply, fit. */
#define NL_BUF (128 * 1024)
/* Times that an interrupted dump is read before what came is shown. */
#define NL_DUMP_TRIES 4

/**
 * struct nl_range - what a refused attribute may be, as the kernel told
 */
struct nl_range {
	/** @known: whether it told */
	bool known;
	/** @min: the least value */
	uint64_t min;
	/** @max: the greatest value */
	uint64_t max;
};

/**
 * struct nl_error - why the last request was refused
 */
struct nl_error {
	/** @err: errno */
	int err;
	/** @text: the kernel's own words, or empty */
	char text[256];
	/** @attr: the attribute at fault, 0 if the kernel named none */
	uint16_t attr;
	/** @missing: the attribute was not there */
	bool missing;
	/** @range: its bounds */
	struct nl_range range;
};

extern struct nl_error nl_error;

int nl_open(void);
void nl_close(void);
struct nlmsghdr *nl_request(uint8_t cmd);
struct nlmsghdr *nl_link_request(uint16_t type);
int nl_do(struct nlmsghdr *nlh, mnl_cb_t cb, void *data);
int nl_dump(struct nlmsghdr *nlh, mnl_cb_t cb, void *data);
const char *nl_why(void);
int nl_refused(const char *word);
struct mnl_socket *nl_subscribe(void);
bool nl_is_event(const struct nlmsghdr *nlh, uint8_t *cmd);
bool nl_is_removal(const struct nlmsghdr *nlh);

bool nl_attr_uint(const struct nlattr *attr, uint64_t *value);
const char *nl_attr_text(const struct nlattr *attr);

#endif
