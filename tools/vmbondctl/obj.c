// SPDX-License-Identifier: GPL-2.0
/*
 * The objects of the netlink spec: one table a kind says how to read each
 * attribute, what it is called and how it stands in JSON. Text can only be
 * made of what was read, so nothing is in the text that is not in JSON.
 */
#include <linux/genetlink.h>
#include <string.h>

#include "link.h"
#include "nl.h"
#include "obj.h"
#include "vmbondctl.h"

enum field_type {
	F_U32,
	F_U64,
	F_BOOL,
	F_ENUM,
	F_NAME,
	F_DEV,
	F_SET,
	F_MAC,
	F_STATS,
	F_NETWORKS,
};

/* How a field stands in JSON when its attribute is not there. */
enum field_absent {
	A_ZERO,
	A_NULL,
	A_NOTHING,
};

struct field {
	const char *name;
	const char *key;
	size_t offset;
	uint16_t attr;
	enum field_type type;
	enum field_absent absent;
	const char *const *words;
};

const char *const mode_words[] = {
	[VMBOND_MODE_BALANCE_SLB] = "balance-slb",
	[VMBOND_MODE_ACTIVE_BACKUP] = "active-backup",
	NULL
};

const char *const rx_check_words[] = {
	[VMBOND_RX_CHECK_ADAPTIVE] = "adaptive",
	[VMBOND_RX_CHECK_STRICT] = "strict",
	[VMBOND_RX_CHECK_OFF] = "off",
	NULL
};

const char *const vlan_mode_words[] = {
	[VMBOND_VLAN_MODE_NONE] = "none",
	[VMBOND_VLAN_MODE_ACCESS] = "access",
	[VMBOND_VLAN_MODE_TRUNK] = "trunk",
	[VMBOND_VLAN_MODE_TUNNEL] = "tunnel",
	NULL
};

const char *const admin_words[] = {
	[VMBOND_ADMIN_STATE_UP] = "up",
	[VMBOND_ADMIN_STATE_DRAIN] = "drain",
	NULL
};

const char *const member_words[] = {
	[VMBOND_MEMBER_STATE_DOWN] = "down",
	[VMBOND_MEMBER_STATE_UP] = "up",
	[VMBOND_MEMBER_STATE_DRAIN] = "drain",
	NULL
};

const char *const station_words[] = {
	[VMBOND_STATION_STATE_LEARNED] = "learned",
	[VMBOND_STATION_STATE_STALE] = "stale",
	[VMBOND_STATION_STATE_STATIC] = "static",
	[VMBOND_STATION_STATE_LOCAL] = "local",
	NULL
};

const char *const cause_words[] = {
	[VMBOND_CAUSE_CONFIG] = "config",
	[VMBOND_CAUSE_LEARNED] = "learned",
	[VMBOND_CAUSE_ROAMED] = "roamed",
	[VMBOND_CAUSE_MOVED_OUT] = "moved-out",
	[VMBOND_CAUSE_EVICTED] = "evicted",
	[VMBOND_CAUSE_FLUSHED] = "flushed",
	[VMBOND_CAUSE_FAILOVER] = "failover",
	[VMBOND_CAUSE_RETURNED] = "returned",
	[VMBOND_CAUSE_REBALANCE] = "rebalance",
	[VMBOND_CAUSE_DRAIN] = "drain",
	[VMBOND_CAUSE_MANUAL] = "manual",
	[VMBOND_CAUSE_LINK] = "link",
	[VMBOND_CAUSE_LIMIT] = "limit",
	[VMBOND_CAUSE_RECEIVER] = "receiver",
	NULL
};

static const char *const drop_names[] = {
	[VMBOND_A_DROPS_VLAN] = "vlan",
	[VMBOND_A_DROPS_REFLECTED] = "reflected",
	[VMBOND_A_DROPS_RECEIVER] = "receiver",
	[VMBOND_A_DROPS_DUPLICATE] = "duplicate",
	[VMBOND_A_DROPS_UNKNOWN] = "unknown",
	[VMBOND_A_DROPS_NO_MEMBER] = "no_member",
	[VMBOND_A_DROPS_LINK_LOCAL] = "link_local",
	[VMBOND_A_DROPS_BPDU] = "bpdu",
	[VMBOND_A_DROPS_SPOOF] = "spoof",
	[VMBOND_A_DROPS_MAC_LIMIT] = "mac_limit",
	[VMBOND_A_DROPS_ISOLATED] = "isolated",
	[VMBOND_A_DROPS_BUM_LIMIT] = "bum_limit",
	[VMBOND_A_DROPS_MTU] = "mtu",
	[VMBOND_A_DROPS_NOMEM] = "nomem",
	[VMBOND_A_DROPS_STANDBY] = "standby",
	[VMBOND_A_DROPS_HAIRPIN] = "hairpin",
	[VMBOND_A_DROPS_DOWN] = "down",
	[VMBOND_A_DROPS_MALFORMED] = "malformed",
};

#define FIELD(_struct, _field, _attr, _type, _name, ...) \
	{ .name = (_name), .offset = offsetof(struct _struct, _field), \
	  .attr = (_attr), .type = (_type), ##__VA_ARGS__ }
#define BOND(_field, _attr, ...) \
	FIELD(bond, _field, VMBOND_A_BOND_##_attr, ##__VA_ARGS__)
#define MEMBER(_field, _attr, ...) \
	FIELD(member, _field, VMBOND_A_MEMBER_##_attr, ##__VA_ARGS__)
#define PORT(_field, _attr, ...) \
	FIELD(port, _field, VMBOND_A_PORT_##_attr, ##__VA_ARGS__)
#define FDB(_field, _attr, ...) \
	FIELD(fdb, _field, VMBOND_A_FDB_##_attr, ##__VA_ARGS__)
#define MOVE(_field, _attr, ...) \
	FIELD(move, _field, VMBOND_A_MOVE_##_attr, ##__VA_ARGS__)

static const struct field bond_fields[] = {
	BOND(ifname, IFNAME, F_NAME, "ifname"),
	BOND(ifindex, IFINDEX, F_U32, "ifindex"),
	BOND(mode, MODE, F_ENUM, "mode", .words = mode_words),
	BOND(rx_check, RX_CHECK, F_ENUM, "rx-check",
	     .words = rx_check_words),
	BOND(native, NATIVE, F_U32, "native"),
	BOND(vlans, VLANS, F_SET, "vlans"),
	BOND(rebalance_interval, REBALANCE_INTERVAL, F_U32,
	     "rebalance-interval", .key = "rebalance_interval_ms"),
	BOND(max_moves, MAX_MOVES, F_U32, "max-moves"),
	BOND(updelay, UPDELAY, F_U32, "updelay", .key = "updelay_ms"),
	BOND(downdelay, DOWNDELAY, F_U32, "downdelay",
	     .key = "downdelay_ms"),
	BOND(min_links, MIN_LINKS, F_U32, "min-links"),
	BOND(primary, PRIMARY, F_DEV, "primary", .absent = A_NULL),
	BOND(ageing, AGEING, F_U32, "ageing", .key = "ageing_s"),
	BOND(max_macs, MAX_MACS, F_U32, "max-macs"),
	BOND(announce_count, ANNOUNCE_COUNT, F_U32, "announce-count"),
	FIELD(bond, ifindex, 0, F_NETWORKS, "networks"),
	BOND(carrier, CARRIER, F_BOOL, "carrier"),
	BOND(members, MEMBERS, F_U32, "members"),
	BOND(ports, PORTS, F_U32, "ports"),
	BOND(stations, STATIONS, F_U32, "stations"),
	BOND(stats, STATS, F_STATS, "stats"),
	BOND(cause, CAUSE, F_ENUM, "cause", .absent = A_NOTHING,
	     .words = cause_words),
	{ 0 }
};

static const struct field member_fields[] = {
	MEMBER(ifname, IFNAME, F_NAME, "ifname"),
	MEMBER(ifindex, IFINDEX, F_U32, "ifindex"),
	MEMBER(bond, BOND, F_DEV, "bond", .absent = A_NULL),
	MEMBER(state, STATE, F_ENUM, "state", .words = member_words),
	MEMBER(admin_state, ADMIN_STATE, F_ENUM, "admin-state",
	       .words = admin_words),
	MEMBER(carrier, CARRIER, F_BOOL, "carrier"),
	MEMBER(weight, WEIGHT, F_U32, "weight"),
	MEMBER(speed, SPEED, F_U32, "speed", .key = "speed_mbps"),
	MEMBER(receiver, RECEIVER, F_SET, "receiver"),
	MEMBER(stations, STATIONS, F_U32, "stations"),
	MEMBER(tx_rate, TX_RATE, F_U64, "tx-rate", .key = "tx_bps"),
	MEMBER(rx_rate, RX_RATE, F_U64, "rx-rate", .key = "rx_bps"),
	MEMBER(stats, STATS, F_STATS, "stats"),
	MEMBER(cause, CAUSE, F_ENUM, "cause", .absent = A_NOTHING,
	       .words = cause_words),
	{ 0 }
};

static const struct field port_fields[] = {
	PORT(ifname, IFNAME, F_NAME, "ifname"),
	PORT(ifindex, IFINDEX, F_U32, "ifindex"),
	PORT(bond, BOND, F_DEV, "bond", .absent = A_NULL),
	PORT(vlan_mode, VLAN_MODE, F_ENUM, "vlan-mode", .key = "mode",
	     .words = vlan_mode_words),
	PORT(vid, VID, F_U32, "vid", .absent = A_NULL),
	PORT(vlans, VLANS, F_SET, "vlans"),
	PORT(native, NATIVE, F_U32, "native", .absent = A_NULL),
	PORT(native_tagged, NATIVE_TAGGED, F_BOOL, "native-tagged"),
	PORT(dot1q, DOT1Q, F_BOOL, "dot1q"),
	PORT(mac_lock, MAC_LOCK, F_BOOL, "mac-lock"),
	PORT(max_macs, MAX_MACS, F_U32, "max-macs"),
	PORT(isolated, ISOLATED, F_BOOL, "isolated"),
	PORT(flood, FLOOD, F_BOOL, "flood"),
	PORT(bum_limit, BUM_LIMIT, F_U32, "bum-limit"),
	PORT(priority_tags, PRIORITY_TAGS, F_BOOL, "priority-tags"),
	PORT(standby, STANDBY, F_BOOL, "standby"),
	PORT(stations, STATIONS, F_U32, "stations"),
	PORT(stats, STATS, F_STATS, "stats"),
	PORT(cause, CAUSE, F_ENUM, "cause", .absent = A_NOTHING,
	     .words = cause_words),
	{ 0 }
};

static const struct field fdb_fields[] = {
	FDB(mac, MAC, F_MAC, "mac"),
	FDB(vid, VID, F_U32, "vid"),
	FDB(service, SERVICE, F_BOOL, "service"),
	FDB(bond, BOND, F_DEV, "bond", .absent = A_NULL),
	FDB(port, PORT, F_DEV, "port", .absent = A_NULL),
	FDB(member, MEMBER, F_DEV, "member", .absent = A_NULL),
	FDB(state, STATE, F_ENUM, "state", .words = station_words),
	FDB(age, AGE, F_U64, "age", .key = "age_ms"),
	FDB(tx_bytes, TX_BYTES, F_U64, "tx-bytes"),
	FDB(rx_bytes, RX_BYTES, F_U64, "rx-bytes"),
	FDB(tx_rate, TX_RATE, F_U64, "tx-rate", .key = "tx_bps"),
	FDB(rx_rate, RX_RATE, F_U64, "rx-rate", .key = "rx_bps"),
	FDB(pin_age, PIN_AGE, F_U64, "pin-age", .key = "pin_age_ms",
	    .absent = A_NULL),
	FDB(pin_cause, PIN_CAUSE, F_ENUM, "pin-cause", .absent = A_NULL,
	    .words = cause_words),
	FDB(manual, MANUAL, F_BOOL, "manual"),
	FDB(wanted, WANTED, F_DEV, "wanted", .absent = A_NULL),
	FDB(cause, CAUSE, F_ENUM, "cause", .absent = A_NOTHING,
	    .words = cause_words),
	{ 0 }
};

static const struct field move_fields[] = {
	MOVE(mac, MAC, F_MAC, "mac"),
	MOVE(vid, VID, F_U32, "vid"),
	MOVE(service, SERVICE, F_BOOL, "service"),
	MOVE(from, FROM, F_DEV, "from", .absent = A_NULL),
	MOVE(to, TO, F_DEV, "to", .absent = A_NULL),
	MOVE(rate, RATE, F_U64, "rate", .key = "bps"),
	{ 0 }
};

const struct kind bond_kind = {
	.name = "bond",
	.fields = bond_fields,
	.size = sizeof(struct bond),
	.get = VMBOND_CMD_BOND_GET,
};

const struct kind member_kind = {
	.name = "member",
	.fields = member_fields,
	.size = sizeof(struct member),
	.get = VMBOND_CMD_MEMBER_GET,
	.bond = VMBOND_A_MEMBER_BOND,
};

const struct kind port_kind = {
	.name = "port",
	.fields = port_fields,
	.size = sizeof(struct port),
	.get = VMBOND_CMD_PORT_GET,
	.bond = VMBOND_A_PORT_BOND,
};

const struct kind fdb_kind = {
	.name = "fdb",
	.fields = fdb_fields,
	.size = sizeof(struct fdb),
	.get = VMBOND_CMD_FDB_GET,
	.bond = VMBOND_A_FDB_BOND,
};

const struct kind move_kind = {
	.name = "move",
	.fields = move_fields,
	.size = sizeof(struct move),
};

/**
 * obj_word() - name the value of an enum
 * @words: its names
 * @value: as the module sent it, which may be newer than this
 */
const char *obj_word(const char *const *words, uint32_t value)
{
	for (uint32_t i = 0; words[i]; i++)
		if (i == value)
			return words[i];
	return "unknown";
}

/**
 * drop_name() - name a reason to drop a frame
 * @reason: VMBOND_A_DROPS_*
 *
 * Return: NULL if there is no such reason.
 */
const char *drop_name(unsigned int reason)
{
	return reason < ARRAY_SIZE(drop_names) ? drop_names[reason] : NULL;
}

/**
 * obj_attr_name() - name an attribute of a request as the spec does
 * @cmd: enum vmbond_cmd
 * @attr: the attribute
 *
 * Return: NULL if there is no such attribute.
 */
const char *obj_attr_name(uint8_t cmd, uint16_t attr)
{
	const struct kind *kind = &bond_kind;

	if (!attr)
		return NULL;
	if (cmd == VMBOND_CMD_BOND_REBALANCE)
		return attr == VMBOND_A_REBALANCE_BOND ? "bond" : "dry-run";
	if (cmd >= VMBOND_CMD_FDB_GET)
		kind = &fdb_kind;
	else if (cmd >= VMBOND_CMD_PORT_GET)
		kind = &port_kind;
	else if (cmd >= VMBOND_CMD_MEMBER_GET)
		kind = &member_kind;
	for (const struct field *f = kind->fields; f->name; f++)
		if (f->attr == attr)
			return f->name;
	return NULL;
}

static void read_set(const struct nlattr *nest, struct vid_set *set)
{
	uint64_t first = VID_MAX + 1, last = 0;
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case VMBOND_A_VLAN_RANGE_FIRST:
			nl_attr_uint(attr, &first);
			break;
		case VMBOND_A_VLAN_RANGE_LAST:
			nl_attr_uint(attr, &last);
			break;
		}
	}
	if (first <= VID_MAX && last <= VID_MAX)
		list_add(set, first, last < first ? first : last);
}

static void read_drops(const struct nlattr *nest, struct stats *stats)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (drop_name(mnl_attr_get_type(attr)))
			nl_attr_uint(attr,
				     &stats->drops[mnl_attr_get_type(attr)]);
}

static void read_stats(const struct nlattr *nest, struct stats *stats)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case VMBOND_A_STATS_RX_PACKETS:
			nl_attr_uint(attr, &stats->rx_packets);
			break;
		case VMBOND_A_STATS_RX_BYTES:
			nl_attr_uint(attr, &stats->rx_bytes);
			break;
		case VMBOND_A_STATS_TX_PACKETS:
			nl_attr_uint(attr, &stats->tx_packets);
			break;
		case VMBOND_A_STATS_TX_BYTES:
			nl_attr_uint(attr, &stats->tx_bytes);
			break;
		case VMBOND_A_STATS_MADE_PACKETS:
			nl_attr_uint(attr, &stats->made_packets);
			break;
		case VMBOND_A_STATS_DROPS:
			read_drops(attr, stats);
			break;
		}
	}
}

static bool read_field(const struct field *f, const struct nlattr *attr,
		       void *obj)
{
	char *at = (char *)obj + f->offset;
	const char *text;
	uint64_t value;

	switch (f->type) {
	case F_U64:
		return nl_attr_uint(attr, (uint64_t *)at);
	case F_NAME:
		text = nl_attr_text(attr);
		if (text)
			link_clean_name(at, IFNAMSIZ, text);
		return text;
	case F_MAC:
		if (mnl_attr_get_payload_len(attr) != 6)
			return false;
		memcpy(at, mnl_attr_get_payload(attr), 6);
		return true;
	case F_SET:
		read_set(attr, (struct vid_set *)at);
		return true;
	case F_STATS:
		read_stats(attr, (struct stats *)at);
		return true;
	default:
		if (!nl_attr_uint(attr, &value))
			return false;
		*(uint32_t *)at = value;
		return true;
	}
}

static void read_attr(const struct kind *kind, const struct nlattr *attr,
		      void *obj)
{
	uint64_t *has = obj;

	for (const struct field *f = kind->fields; f->name; f++)
		if (f->attr && f->attr == mnl_attr_get_type(attr) &&
		    read_field(f, attr, obj))
			*has |= UINT64_C(1) << f->attr;
}

/**
 * obj_read() - read an object from a message
 * @kind: its kind
 * @nlh: the message
 * @obj: filled
 */
void obj_read(const struct kind *kind, const struct nlmsghdr *nlh, void *obj)
{
	const struct nlattr *attr;

	memset(obj, 0, kind->size);
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		read_attr(kind, attr, obj);
}

/**
 * obj_read_nest() - read an object from a nest
 * @kind: its kind
 * @nest: the nest
 * @obj: filled
 */
void obj_read_nest(const struct kind *kind, const struct nlattr *nest,
		   void *obj)
{
	const struct nlattr *attr;

	memset(obj, 0, kind->size);
	mnl_attr_for_each_nested(attr, nest)
		read_attr(kind, attr, obj);
}

static json_t *json_u64(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

static json_t *json_stats(const struct stats *stats)
{
	json_t *drops = json_object();

	for (unsigned int i = 1; i < ARRAY_SIZE(drop_names); i++)
		json_object_set_new(drops, drop_name(i),
				    json_u64(stats->drops[i]));
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}",
			 "rx_packets", json_u64(stats->rx_packets),
			 "rx_bytes", json_u64(stats->rx_bytes),
			 "tx_packets", json_u64(stats->tx_packets),
			 "tx_bytes", json_u64(stats->tx_bytes),
			 "made_packets", json_u64(stats->made_packets),
			 "drops", drops);
}

static json_t *json_networks(uint32_t ifindex)
{
	json_t *array = json_array();
	char name[ALTNAME_MAX];
	struct link link;

	if (link_by_index(ifindex, &link))
		return array;
	for (size_t i = 0; i < link.altnames.count; i++) {
		link_clean_name(name, sizeof(name), link.altnames.name[i]);
		json_array_append_new(array, json_string(name));
	}
	link_free(&link);
	return array;
}

static json_t *json_field(const struct field *f, const void *obj)
{
	const void *at = (const char *)obj + f->offset;
	char text[LIST_TEXT];
	const uint8_t *mac;
	uint32_t u32;

	switch (f->type) {
	case F_U64:
		return json_u64(*(const uint64_t *)at);
	case F_NAME:
		return json_string(at);
	case F_SET:
		return json_string(list_format(at, text));
	case F_STATS:
		return json_stats(at);
	case F_MAC:
		mac = at;
		return json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
				    mac[1], mac[2], mac[3], mac[4], mac[5]);
	default:
		break;
	}
	u32 = *(const uint32_t *)at;
	switch (f->type) {
	case F_BOOL:
		return json_boolean(u32);
	case F_ENUM:
		return json_string(obj_word(f->words, u32));
	case F_DEV:
		return u32 ? json_string(link_name(u32)) : json_null();
	case F_NETWORKS:
		return json_networks(u32);
	default:
		return json_integer(u32);
	}
}

static void json_key(const struct field *f, char *key, size_t size)
{
	size_t i;

	strncpy(key, f->key ?: f->name, size - 1);
	key[size - 1] = '\0';
	for (i = 0; key[i]; i++)
		if (key[i] == '-')
			key[i] = '_';
}

/**
 * obj_json() - make JSON of an object
 * @kind: its kind
 * @obj: the object
 *
 * Return: an object with every key of the kind, whatever the module sent.
 */
json_t *obj_json(const struct kind *kind, const void *obj)
{
	const uint64_t *has = obj;
	json_t *json = json_object();
	char key[32];

	for (const struct field *f = kind->fields; f->name; f++) {
		bool there = !f->attr || *has >> f->attr & 1;

		if (!there && f->absent == A_NOTHING)
			continue;
		json_key(f, key, sizeof(key));
		json_object_set_new(json, key,
				    there || f->absent == A_ZERO ?
				    json_field(f, obj) : json_null());
	}
	return json;
}

/**
 * obj_put_set() - put a set of VIDs into a request
 * @nlh: the request
 * @attr: the attribute, one for each range
 * @set: the set
 */
void obj_put_set(struct nlmsghdr *nlh, uint16_t attr,
		 const struct vid_set *set)
{
	struct vid_range range;
	struct nlattr *nest;

	for (unsigned int vid = 0; list_next(set, vid, &range);
	     vid = range.last + 1) {
		nest = mnl_attr_nest_start(nlh, attr);
		mnl_attr_put_u32(nlh, VMBOND_A_VLAN_RANGE_FIRST, range.first);
		if (range.last > range.first)
			mnl_attr_put_u32(nlh, VMBOND_A_VLAN_RANGE_LAST,
					 range.last);
		mnl_attr_nest_end(nlh, nest);
	}
}
