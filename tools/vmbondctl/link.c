// SPDX-License-Identifier: GPL-2.0
/* Network devices: names to indices and back, and alternative names. */
#include <errno.h>
#include <jansson.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "link.h"
#include "nl.h"
#include "vmbondctl.h"

/* Not in the headers of every libc. */
#ifndef RTEXT_FILTER_SKIP_STATS
#define RTEXT_FILTER_SKIP_STATS (1 << 3)
#endif

/* How many bytes are a control character: one of ASCII, or of UTF-8's two. */
static size_t control_len(const char *text)
{
	unsigned char first = text[0], second = first ? text[1] : 0;

	if (first == 0xc2 && second >= 0x80 && second < 0xa0)
		return 2;
	return first < ' ' || first == 0x7f;
}

/**
 * link_clean_name() - copy a name so that it can be shown
 * @name: where to
 * @size: how much room there is
 * @text: the name, in which the kernel allows nearly any byte
 */
void link_clean_name(char *name, size_t size, const char *text)
{
	json_t *utf8 = json_string(text);
	size_t i, control = 0;

	for (i = 0; text[i] && i < size - 1; i++) {
		if (!control)
			control = control_len(text + i);
		name[i] = control || (!utf8 && text[i] & 0x80) ? '?' : text[i];
		control -= control > 0;
	}
	name[i] = '\0';
	json_decref(utf8);
}

static void read_altnames(const struct nlattr *list, struct link *link)
{
	const struct nlattr *attr;
	const char *text;

	mnl_attr_for_each_nested(attr, list) {
		text = nl_attr_text(attr);
		if (mnl_attr_get_type(attr) == IFLA_ALT_IFNAME && text)
			names_add(&link->altnames, text, strlen(text));
	}
}

static void read_kind(const struct nlattr *info, struct link *link)
{
	const struct nlattr *attr;
	const char *text;

	mnl_attr_for_each_nested(attr, info) {
		text = nl_attr_text(attr);
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND && text)
			snprintf(link->kind, sizeof(link->kind), "%s", text);
	}
}

static int on_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *head = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct link *link = data;
	const char *text;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*head))
		return MNL_CB_OK;
	link->ifindex = head->ifi_index;
	mnl_attr_for_each(attr, nlh, sizeof(*head)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			text = nl_attr_text(attr);
			if (text)
				link_clean_name(link->name,
						sizeof(link->name), text);
			break;
		case IFLA_LINKINFO:
			read_kind(attr, link);
			break;
		case IFLA_PROP_LIST:
			read_altnames(attr, link);
			break;
		}
	}
	return MNL_CB_OK;
}

static int link_get(struct nlmsghdr *nlh, struct link *link)
{
	int err;

	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	err = nl_do(nlh, on_link, link);
	if (err)
		link_free(link);
	return err;
}

/**
 * link_by_name() - find a device by any of its names
 * @name: the name
 * @link: filled, to be freed with link_free()
 *
 * Return: 0 or -errno.
 */
int link_by_name(const char *name, struct link *link)
{
	struct nlmsghdr *nlh;

	memset(link, 0, sizeof(*link));
	if (!*name || strlen(name) >= ALTNAME_MAX)
		return -ENODEV;
	nlh = nl_link_request(RTM_GETLINK);
	if (!nlh)
		return -nl_error.err;
	mnl_attr_put_strz(nlh, strlen(name) < IFNAMSIZ ? IFLA_IFNAME :
			  IFLA_ALT_IFNAME, name);
	return link_get(nlh, link);
}

/**
 * link_by_index() - read a device
 * @ifindex: its index
 * @link: filled, to be freed with link_free()
 *
 * Return: 0 or -errno.
 */
int link_by_index(uint32_t ifindex, struct link *link)
{
	struct nlmsghdr *nlh = nl_link_request(RTM_GETLINK);
	struct ifinfomsg *head;

	memset(link, 0, sizeof(*link));
	if (!nlh)
		return -nl_error.err;
	head = mnl_nlmsg_get_payload(nlh);
	head->ifi_index = ifindex;
	return link_get(nlh, link);
}

void link_free(struct link *link)
{
	names_free(&link->altnames);
}

/**
 * link_altname() - give a device another name, or take it away
 * @ifindex: the device
 * @name: the name
 * @add: whether to give it
 *
 * Return: 0 or -errno.
 */
int link_altname(uint32_t ifindex, const char *name, bool add)
{
	struct nlmsghdr *nlh = nl_link_request(add ? RTM_NEWLINKPROP :
					       RTM_DELLINKPROP);
	struct ifinfomsg *head;
	struct nlattr *list;

	if (!nlh)
		return -nl_error.err;
	if (add)
		nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND;
	head = mnl_nlmsg_get_payload(nlh);
	head->ifi_index = ifindex;
	list = mnl_attr_nest_start(nlh, IFLA_PROP_LIST);
	mnl_attr_put_strz(nlh, IFLA_ALT_IFNAME, name);
	mnl_attr_nest_end(nlh, list);
	return nl_do(nlh, NULL, NULL);
}

/* For how many seconds a name is believed: nobody tells of a new one. */
#define KNOWN_TIME 1

/* Names by index, as a table of lists. */
struct known {
	struct known *next;
	uint32_t ifindex;
	time_t since;
	char name[IFNAMSIZ];
};

static struct known *known[256];

static struct known *known_find(uint32_t ifindex)
{
	struct known *k = known[ifindex % ARRAY_SIZE(known)];

	while (k && k->ifindex != ifindex)
		k = k->next;
	return k;
}

static time_t seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/**
 * link_remember() - note the name of a device
 * @ifindex: the device
 * @name: its name, as clean as link_clean_name() makes it
 */
void link_remember(uint32_t ifindex, const char *name)
{
	struct known **head = &known[ifindex % ARRAY_SIZE(known)];
	struct known *k = known_find(ifindex);

	if (!k) {
		k = calloc(1, sizeof(*k));
		if (!k)
			out_of_memory();
		k->ifindex = ifindex;
		k->next = *head;
		*head = k;
	}
	snprintf(k->name, sizeof(k->name), "%s", name);
	k->since = seconds();
}

/**
 * link_name() - name a device
 * @ifindex: the device
 *
 * Return: its name, as it was two seconds ago at most; that of one that is gone
 * as it was last seen. One that was never seen is named by its index.
 */
const char *link_name(uint32_t ifindex)
{
	struct known *k = known_find(ifindex);
	char name[IFNAMSIZ], clean[IFNAMSIZ];
	static char numbers[4][24];
	static unsigned int next;

	if (k && seconds() - k->since <= KNOWN_TIME)
		return k->name;
	if (if_indextoname(ifindex, name)) {
		link_clean_name(clean, sizeof(clean), name);
		link_remember(ifindex, clean);
		return known_find(ifindex)->name;
	}
	if (k)
		return k->name;
	/* The names of a row are all in use at once. */
	next = (next + 1) % ARRAY_SIZE(numbers);
	snprintf(numbers[next], sizeof(numbers[next]), "#%u", ifindex);
	return numbers[next];
}

static int no_device(const char *name, int err)
{
	if (err == -ENODEV)
		return fail(ST_REFUSED, "there is no device \"%s\"", name);
	return fail(ST_REFUSED, "cannot look up \"%s\": %s", name,
		    strerror(-err));
}

/**
 * link_find() - find the index of a device
 * @name: any of its names
 * @ifindex: set to its index
 *
 * Return: 0, or the status of a failure that was told.
 */
int link_find(const char *name, uint32_t *ifindex)
{
	struct link link;
	int err = link_by_name(name, &link);

	if (err)
		return no_device(name, err);
	*ifindex = link.ifindex;
	link_free(&link);
	return 0;
}

/**
 * link_find_bond() - find the index of a bond
 * @name: any of its names
 * @ifindex: set to its index
 *
 * Return: 0, or the status of a failure that was told.
 */
int link_find_bond(const char *name, uint32_t *ifindex)
{
	struct link link;
	int err = link_by_name(name, &link);

	if (err == -ENODEV)
		return fail(ST_REFUSED, "there is no bond \"%s\"", name);
	if (err)
		return no_device(name, err);
	*ifindex = link.ifindex;
	if (strcmp(link.kind, "vmbond"))
		err = fail(ST_REFUSED, "%s is not a vmbond, it is %s%s", name,
			   *link.kind ? "of kind " : "another device",
			   link.kind);
	link_free(&link);
	return err;
}
