/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_OBJ_H
#define VMBONDCTL_OBJ_H

#include <jansson.h>
#include <libmnl/libmnl.h>
#include <linux/vmbond.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "list.h"

/**
 * struct stats - counters of a bond, member or port
 */
struct stats {
	/** @rx_packets: frames that came in */
	uint64_t rx_packets;
	/** @rx_bytes: their bytes */
	uint64_t rx_bytes;
	/** @tx_packets: frames that went out */
	uint64_t tx_packets;
	/** @tx_bytes: their bytes */
	uint64_t tx_bytes;
	/** @made_packets: frames that the bond made itself to go out here */
	uint64_t made_packets;
	/** @drops: frames dropped, by VMBOND_A_DROPS_* */
	uint64_t drops[VMBOND_A_DROPS_MAX + 1];
};

/*
 * The objects, as the module describes them. @has has the bit of each
 * attribute that was there. The fields are those of the netlink spec.
 */
struct bond {
	uint64_t has;
	uint32_t ifindex;
	char ifname[IFNAMSIZ];
	uint32_t mode, rx_check, native;
	struct vid_set vlans;
	uint32_t rebalance_interval, max_moves, updelay, downdelay, min_links;
	uint32_t primary, ageing, max_macs, announce_count;
	uint32_t carrier, members, ports, stations;
	struct stats stats;
	uint32_t cause;
};

struct member {
	uint64_t has;
	uint32_t bond, ifindex;
	char ifname[IFNAMSIZ];
	uint32_t weight, admin_state, state, carrier, speed;
	struct vid_set receiver;
	uint32_t stations;
	uint64_t tx_rate, rx_rate;
	struct stats stats;
	uint32_t cause;
};

struct port {
	uint64_t has;
	uint32_t bond, ifindex;
	char ifname[IFNAMSIZ];
	uint32_t vlan_mode, vid;
	struct vid_set vlans;
	uint32_t native, native_tagged, dot1q, mac_lock, max_macs, isolated;
	uint32_t flood;
	uint32_t bum_limit, priority_tags, standby, stations;
	struct stats stats;
	uint32_t cause;
};

struct fdb {
	uint64_t has;
	uint32_t bond;
	uint8_t mac[6];
	uint32_t vid, service, port, member, state;
	uint64_t age, tx_bytes, rx_bytes, tx_rate, rx_rate, pin_age;
	uint32_t pin_cause, manual, wanted, cause;
};

struct move {
	uint64_t has;
	uint8_t mac[6];
	uint32_t vid, service, from, to;
	uint64_t rate;
};

#define OBJ_HAS(obj, attr) ((obj)->has >> (attr) & 1)

struct field;

/**
 * struct kind - how to read and show one kind of object
 */
struct kind {
	/** @name: its name in messages and events */
	const char *name;
	/** @fields: its fields, the last has no name */
	const struct field *fields;
	/** @size: of its struct */
	size_t size;
	/** @get: the command that dumps it */
	uint8_t get;
	/** @bond: the attribute to dump those of one bond by, or 0 */
	uint16_t bond;
};

extern const struct kind bond_kind, member_kind, port_kind, fdb_kind;
extern const struct kind move_kind;

/* The words for the values of an enum; the last is NULL. */
extern const char *const mode_words[], *const rx_check_words[];
extern const char *const vlan_mode_words[], *const admin_words[];
extern const char *const member_words[], *const station_words[];
extern const char *const cause_words[];

const char *obj_word(const char *const *words, uint32_t value);
const char *obj_attr_name(uint8_t cmd, uint16_t attr);
const char *drop_name(unsigned int reason);
void obj_read(const struct kind *kind, const struct nlmsghdr *nlh, void *obj);
void obj_read_nest(const struct kind *kind, const struct nlattr *nest,
		   void *obj);
json_t *obj_json(const struct kind *kind, const void *obj);
void obj_put_set(struct nlmsghdr *nlh, uint16_t attr,
		 const struct vid_set *set);

#endif
