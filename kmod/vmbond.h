/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects of a bond. What happens to them is in the file of their name.
 */
#ifndef VMBOND_H
#define VMBOND_H

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <linux/vmbond.h>
#include "compat.h"
#include "drop.h"
#include "vlan.h"

/**
 * DOC: Locking
 *
 * Three rules, and no others:
 *
 * RTNL protects configuration: which bonds, members and ports there are, what
 * was asked of them, and the state of the members' links. Everything that a
 * frame reads of it is published under RCU: the VLAN mode of a port
 * (&struct vmb_port.vlan), the ports of a VLAN (&struct vmb_bond.vlan_ports),
 * the usable members (&struct vmb_bond.uplink). These are immutable; a change
 * publishes a new one and frees the old after a grace period.
 *
 * &struct vmb_fdb.lock protects the stations: the table, each port's share of
 * it, which member a station is pinned to, and the queue of announcements. It
 * is taken with BH disabled, for a new station, a move or a dump of one
 * bucket, never for a frame of a station that is known and stays where it is.
 *
 * &struct vmb_dedup.lock protects the fingerprints of frames of which a
 * copy may come, &struct vmb_port.bum_lock a port's token bucket.
 *
 * All three are leaves, but that a move of a station takes the dedup lock
 * within the fdb lock: nothing is sent, called back or waited for under them;
 * at most, work is queued. RTNL may be held outside of them, never the other
 * way round. Frames run under RCU alone. A frame reads a station's pin and port
 * with rcu_dereference(); members and ports are freed a grace period after the
 * last station that named them has let go.
 *
 * Work items that need RTNL try it and come back later, so that a bond can be
 * removed under RTNL while it waits for them.
 */

#define VMB_MEMBERS_MAX		16

struct vmb_dedup;
struct vmb_port_set;
struct vmb_quiet;

/**
 * struct vmb_pcpu_stats - one CPU's counters of a member or a port
 */
struct vmb_pcpu_stats {
	/** @rx_packets: frames that came in */
	u64_stats_t rx_packets;
	/** @rx_bytes: their bytes */
	u64_stats_t rx_bytes;
	/** @tx_packets: frames that went out */
	u64_stats_t tx_packets;
	/** @tx_bytes: their bytes */
	u64_stats_t tx_bytes;
	/** @made: frames made here to go out: copies, announcements, queries */
	u64_stats_t made;
	/** @unsampled: bytes that came in since the last sample */
	u32 unsampled;
	/** @drops: frames dropped, by enum vmb_drop */
	u64_stats_t drops[VMB_DROP_N];
	/** @syncp: makes 64 bit counters readable on 32 bit machines */
	struct u64_stats_sync syncp;
};

/**
 * struct vmb_rate - decayed bytes a second, both ways
 */
struct vmb_rate {
	/** @tx: sent */
	u64 tx;
	/** @rx: received */
	u64 rx;
	/** @last_tx: the byte counter at the last sample */
	u64 last_tx;
	/** @last_rx: the byte counter at the last sample */
	u64 last_rx;
};

/**
 * struct vmb_station - a MAC on a VLAN: one entry of the forwarding database
 *
 * The first line is what frames read; what they write there are times, so once
 * a jiffy at most, for another CPU may have the frames for a station than those
 * from it. What they count is in the next line, and is sampled:
 * vmb_station_count().
 *
 * An odd number of lines, so that the first ones of many stations are in all
 * sets of a cache and not in every fourth.
 */
struct vmb_station {
	/** @hash: in its bucket; RCU, changed under the fdb lock */
	struct hlist_node hash;
	/** @key: vmb_key() of its MAC and VLAN; never changes */
	u64 key;
	/** @port: where it is; RCU, changed under the fdb lock */
	struct vmb_port __rcu *port;
	/** @pin: the member it leaves through, or NULL; RCU, fdb lock */
	struct vmb_member __rcu *pin;
	/** @last_tx: jiffies of its last frame */
	unsigned long last_tx;
	/**
	 * @pin_rx: when a frame for it came last on its pin, and which that
	 * was: &vmb_member.stamp and jiffies in one word
	 */
	atomic64_t pin_rx;
	/** @kind: enum vmb_kind; changed under the fdb lock */
	u8 kind;
	/** @sent: it has sent a frame, ever (a local address may not have) */
	bool sent;
	/**
	 * @away: local: seen beyond the uplink since it last sent, so that it
	 * is another node's for now (a shared address); its frames clear it
	 */
	bool away;
	/** @off_pin: enum vmb_off_pin, lately; dedup lock */
	u8 off_pin;
	/** @primary_mac: local: it is the bond's own MAC; fdb lock */
	bool primary_mac;
	/** @tx_sampled: @tx_bytes is counted by samples */
	bool tx_sampled;
	/** @rx_sampled: @rx_bytes is */
	bool rx_sampled;
	/**
	 * @untold: it came or its pin changed, and no event says so yet: one
	 * more than the enum vmbond_cause of that; 0: all is told
	 */
	u8 untold;

	/** @tx_bytes: bytes it sent to the uplink; approximate */
	u64 tx_bytes ____cacheline_aligned;
	/** @rx_bytes: bytes for it from the uplink; approximate */
	u64 rx_bytes;
	union {
		/** @lru: in its port's tree, by @lru_stamp; fdb lock */
		struct rb_node lru;
		/** @rcu: to free it after the last reader; in no tree then */
		struct rcu_head rcu;
	};
	/** @lru_stamp: @last_tx when it was put there; fdb lock */
	unsigned long lru_stamp;
	/** @announced: jiffies of the last announcement by it or for it */
	unsigned long announced;
	/** @announce: in the queue of announcements; fdb lock */
	struct list_head announce;
	/** @rate: decayed; fdb lock */
	struct vmb_rate rate;
	/** @wanted: ifindex of the member chosen by hand, or 0; fdb lock */
	int wanted;
	/** @off_pin_at: u32 of jiffies when @off_pin was set; dedup lock */
	u32 off_pin_at;
	/** @pinned: jiffies when it was pinned; fdb lock */
	unsigned long pinned;
	/** @announce_at: u32 of jiffies when the next one is due; fdb lock */
	u32 announce_at;
	/** @moved_run: the planner's run that moved it last; fdb lock */
	u32 moved_run;
	/** @pin_cause: enum vmbond_cause of its pin; fdb lock */
	u8 pin_cause;
	/** @announce_left: announcements still to send; fdb lock */
	u8 announce_left;
	/** @mark: for mark and sweep; fdb lock */
	bool mark;
};

/* The last of what frames read is in a line of the usual size, too. */
static_assert(offsetof(struct vmb_station, untold) < 64);

/** enum vmb_off_pin - what may come by another member than a station's pin */
enum vmb_off_pin {
	/** @VMB_OFF_PIN_COPIES: copies, where the pin gets frames */
	VMB_OFF_PIN_COPIES,
	/**
	 * @VMB_OFF_PIN_TAKEN: a frame was taken, or flooded to it before it was
	 * known; a copy may be on the pin
	 */
	VMB_OFF_PIN_TAKEN,
	/**
	 * @VMB_OFF_PIN_MOVED: what the switch had in its queue for the old pin,
	 * which is alive: frames that nobody else will bring
	 */
	VMB_OFF_PIN_MOVED,
};

/** enum vmb_kind - how a station came to be */
enum vmb_kind {
	/** @VMB_KIND_LEARNED: from a frame */
	VMB_KIND_LEARNED,
	/** @VMB_KIND_STATIC: set by the administrator */
	VMB_KIND_STATIC,
	/** @VMB_KIND_LOCAL: an address of the bond itself */
	VMB_KIND_LOCAL,
};

/**
 * struct vmb_fdb - the stations of a bond
 */
struct vmb_fdb {
	/** @bucket: the table */
	struct hlist_head *bucket;
	/** @salt: odd and random, so that no guest can aim at one bucket */
	u64 salt;
	/** @lock: covers everything that changes here and in the stations */
	spinlock_t lock;
	/** @count: stations */
	u32 count;
	/** @max: stations there may be */
	u32 max;
	/** @gen: changes whenever a station comes or goes */
	u32 gen;
	/** @scanned: jiffies when all were looked at that may be reclaimed */
	unsigned long scanned;
	/** @announce: stations to announce for the first time */
	struct list_head announce;
	/** @announce_again: and those to repeat, the next one first */
	struct list_head announce_again;
	/** @announce_tick: jiffies when the current tick's batch began */
	unsigned long announce_tick;
	/** @announce_sent: announcements in that tick */
	u32 announce_sent;
};

/** enum vmb_port_flags - what a frame from a port must look at, beyond VLANs */
enum vmb_port_flags {
	/** @VMB_PORT_SELF: the bond's own netdev */
	VMB_PORT_SELF		= BIT(0),
	/** @VMB_PORT_MAC_LOCK: static stations only */
	VMB_PORT_MAC_LOCK	= BIT(1),
	/** @VMB_PORT_ISOLATED: nothing from or to another isolated port */
	VMB_PORT_ISOLATED	= BIT(2),
	/** @VMB_PORT_FLOOD: gets unknown unicast */
	VMB_PORT_FLOOD		= BIT(3),
	/** @VMB_PORT_STANDBY: waits for the guest to announce itself */
	VMB_PORT_STANDBY	= BIT(4),
	/** @VMB_PORT_BUM: @bum_limit is set */
	VMB_PORT_BUM		= BIT(5),
	/** @VMB_PORT_PROMISC: self: its netdev is promiscuous */
	VMB_PORT_PROMISC	= BIT(6),
	/** @VMB_PORT_LEAVING: it is being detached; nothing is learned there */
	VMB_PORT_LEAVING	= BIT(7),
	/** @VMB_PORT_FLOODED: gets unknown unicast, for one reason or other */
	VMB_PORT_FLOODED	= VMB_PORT_FLOOD | VMB_PORT_PROMISC,
};

/**
 * struct vmb_tokens - a token bucket
 */
struct vmb_tokens {
	/** @left: frames that may pass now, in 1/HZ; below 0: in debt */
	s64 left;
	/** @at: jiffies of the last refill */
	unsigned long at;
};

/**
 * struct vmb_port - a device facing a VM, or the bond's own
 */
struct vmb_port {
	/** @dev: the device */
	struct net_device *dev;
	/** @bond: the bond it is attached to */
	struct vmb_bond *bond;
	/** @vlan: its VLAN mode; RCU, changed under RTNL */
	struct vmb_vlan_conf __rcu *vlan;
	/** @stats: its counters */
	struct vmb_pcpu_stats __percpu *stats;
	/** @flags: enum vmb_port_flags; changed bit by bit, atomically */
	unsigned long flags;
	/** @bum_limit: broadcast and such a second; RTNL */
	u32 bum_limit;
	/** @bum_lock: covers @bum and @flooded */
	spinlock_t bum_lock;
	/** @bum: broadcast and multicast it may send */
	struct vmb_tokens bum;
	/** @flooded: unknown unicast it may send to other ports */
	struct vmb_tokens flooded;
	/** @lru: its learned stations, stalest first; fdb lock */
	struct rb_root_cached lru;
	/** @stations: all its stations; fdb lock */
	u32 stations;
	/** @learned: those in @lru; fdb lock */
	u32 learned;
	/** @max: stations it may have; fdb lock */
	u32 max;
	/** @limit_at: jiffies of the last event about @max; fdb lock */
	unsigned long limit_at;
	/** @list: in &vmb_bond.ports; RTNL */
	struct list_head list;
	/** @tracker: of the reference to @dev */
	netdevice_tracker tracker;
	/** @rcu: to free it after the last reader */
	struct rcu_head rcu;
};

/**
 * struct vmb_member - a NIC in the uplink
 */
struct vmb_member {
	/** @dev: the NIC */
	struct net_device *dev;
	/** @bond: the bond it is attached to */
	struct vmb_bond *bond;
	/** @stats: its counters */
	struct vmb_pcpu_stats __percpu *stats;
	/** @salt: its part in the rendezvous hash; never changes */
	u64 salt;
	/** @id: its number among the members, below VMB_MEMBERS_MAX */
	unsigned int id;
	/** @stamp: its ifindex in the upper half, for &vmb_station.pin_rx */
	u64 stamp;
	/** @own: the MAC of what it sends itself; RTNL writes */
	u64 own;
	/** @speed: Mb/s, 0: unknown; RTNL writes, read anywhere */
	u32 speed;
	/** @weight: relative to @speed; RTNL writes, read anywhere */
	u32 weight;
	/** @stations: pinned to it; fdb lock */
	u32 stations;
	/** @fresh: those of them that came after the last sample; fdb lock */
	u32 fresh;
	/** @rate: decayed sum of its stations' rates; fdb lock */
	struct vmb_rate rate;
	/** @dev_rate: decayed rate of the device's own counters; fdb lock */
	struct vmb_rate dev_rate;
	/** @up: usable but for draining; RTNL */
	bool up;
	/** @link: it has carrier and is open; RTNL */
	bool link;
	/** @going_down: it is being taken down; RTNL */
	bool going_down;
	/** @drain: the administrator wants it empty; RTNL */
	bool drain;
	/** @waits_since: jiffies when @link changed; 0: @up followed; RTNL */
	unsigned long waits_since;
	/** @orig_mtu: what its MTU was; RTNL */
	int orig_mtu;
	/** @quiet: what its filters hold; NULL: it is promiscuous; RTNL */
	const struct vmb_quiet *quiet;
	/** @list: in &vmb_bond.members; RCU, changed under RTNL */
	struct list_head list;
	/** @tracker: of the reference to @dev */
	netdevice_tracker tracker;
	/** @rcu: to free it after the last reader */
	struct rcu_head rcu;
};

/**
 * struct vmb_uplink - the members as frames see them
 *
 * Immutable once published; a change publishes another.
 */
struct vmb_uplink {
	/** @n: members that may be used */
	u32 n;
	/** @n_spare: members behind them for when none of those has carrier */
	u32 n_spare;
	/** @n_own: addresses in @own */
	u32 n_own;
	/** @first: use @member in order (active-backup), not by hash */
	bool first;
	/** @primary: index of the receiver of all VLANs, or -1 */
	int primary;
	/** @own_low: a bit for the last six bits of each address in @own */
	u64 own_low;
	/** @member: the usable ones, then the spare ones */
	struct vmb_member *member[VMB_MEMBERS_MAX];
	/** @own: the MACs of all members: local stations on every VLAN */
	u64 own[2 * VMB_MEMBERS_MAX];
	/**
	 * @before: the members whose frames were accepted when receivers began
	 * to change, as far as they still can be; or NULL
	 */
	struct vmb_uplink *before;
	/** @since: jiffies_64 of the last change */
	u64 since;
	/** @rcu: to free it after the last reader */
	struct rcu_head rcu;
};

/**
 * struct vmb_bond_conf - what the administrator wants of a bond
 */
struct vmb_bond_conf {
	/** @mode: enum vmbond_mode */
	u8 mode;
	/** @rx_check: enum vmbond_rx_check */
	u8 rx_check;
	/** @native: VID that is untagged on the uplink, or 0 */
	u16 native;
	/** @rebalance_interval: milliseconds, 0: never */
	u32 rebalance_interval;
	/** @max_moves: stations that one run may move */
	u32 max_moves;
	/** @updelay: milliseconds */
	u32 updelay;
	/** @downdelay: milliseconds */
	u32 downdelay;
	/** @min_links: members that must be up */
	u32 min_links;
	/** @primary: ifindex of the preferred member, or 0 */
	int primary;
	/** @ageing: seconds */
	u32 ageing;
	/** @max_macs: stations there may be */
	u32 max_macs;
	/** @announce_count: rounds */
	u32 announce_count;
	/** @vlans: what the uplink carries */
	DECLARE_BITMAP(vlans, VLAN_N_VID);
};

/**
 * struct vmb_event_limit - how many station events a bond has sent lately
 */
struct vmb_event_limit {
	/** @second: the one that @n counts */
	unsigned long second;
	/** @n: events in it */
	atomic_t n;
};

/**
 * struct vmb_bond - the switch with its bonded uplink
 */
struct vmb_bond {
	/** @fdb: the stations */
	struct vmb_fdb fdb;
	/** @uplink: the usable members; RCU, changed under RTNL */
	struct vmb_uplink __rcu *uplink;
	/** @uplink_vlan: the uplink's VLAN mode; RCU, changed under RTNL */
	struct vmb_vlan_conf __rcu *uplink_vlan;
	/** @vlan_ports: ports by VLAN; RCU, changed under RTNL */
	struct vmb_port_set __rcu **vlan_ports;
	/** @all_ports: ports that carry all VLANs; RCU, changed under RTNL */
	struct vmb_port_set __rcu *all_ports;
	/** @dedup: unicast of which a copy may come */
	struct vmb_dedup *dedup;
	/**
	 * @handover: frames to many, while receivers change; apart from @dedup,
	 * for the same change may move stations, whose frames are many more
	 */
	struct vmb_dedup *handover;
	/** @dev: the bond's netdev */
	struct net_device *dev;
	/** @rx_check: enum vmbond_rx_check; RTNL writes, frames read */
	u8 rx_check;
	/** @flood_ports: ports with VMB_PORT_FLOODED; fdb lock, frames read */
	u32 flood_ports;
	/** @self: its own netdev as a port */
	struct vmb_port self;
	/** @conf: what was asked for; RTNL */
	struct vmb_bond_conf conf;
	/** @announce_count: that of @conf, for those without RTNL */
	u32 announce_count;
	/** @rebalance_interval: likewise */
	u32 rebalance_interval;
	/** @max_moves: likewise */
	u32 max_moves;
	/** @ageing: jiffies until a station is stale; RTNL writes */
	unsigned long ageing;
	/** @members: in the order in which they came; RCU, RTNL writes */
	struct list_head members;
	/** @n_members: how many; RTNL */
	u32 n_members;
	/** @member_ids: numbers in use, a bit each; RTNL */
	u32 member_ids;
	/** @quiet: what the filters of quiet members hold, or NULL; RTNL */
	struct vmb_quiet *quiet;
	/** @quiet_wanted: the ports allow it, whether it could be had or not */
	bool quiet_wanted;
	/** @ports: all but the self port; RTNL */
	struct list_head ports;
	/** @n_ports: how many; RTNL */
	u32 n_ports;
	/** @list: in the list of all bonds; RTNL */
	struct list_head list;
	/** @used_vids: VLANs in use, as members' events tell them; RTNL */
	DECLARE_BITMAP(used_vids, VLAN_N_VID);
	/** @self_vids: VIDs of the VLAN devices above the bond; fdb lock */
	DECLARE_BITMAP(self_vids, VLAN_N_VID);
	/** @self_dirty: a local station found no memory; fdb lock */
	bool self_dirty;
	/** @run: runs of the planner so far; fdb lock */
	u32 run;
	/** @rebalance_at: jiffies of the next run */
	unsigned long rebalance_at;
	/** @sampled: jiffies of the last sample */
	unsigned long sampled;
	/** @told: listeners know of the bond; RTNL */
	bool told;
	/** @events: so that a guest cannot make too many */
	struct vmb_event_limit events;
	/** @notify_vlans: VLANs on which the node has moved; fdb lock */
	DECLARE_BITMAP(notify_vlans, VLAN_N_VID);
	/** @notify_left: rounds of NETDEV_NOTIFY_PEERS to send; fdb lock */
	u32 notify_left;
	/** @notify_at: jiffies of the next round; fdb lock */
	unsigned long notify_at;
	/** @resend_igmp: the node's stack is to report its groups; RTNL */
	bool resend_igmp;
	/** @link_work: updelay, downdelay, speeds; takes RTNL by trying */
	struct delayed_work link_work;
	/** @rebalance_work: samples and plans; no RTNL */
	struct delayed_work rebalance_work;
	/** @announce_work: sends announcements; no RTNL */
	struct delayed_work announce_work;
	/** @receiver: of each VLAN, the number of its receiver + 1; RTNL */
	u8 receiver[VMB_VLAN_N];
	/** @ask: VLANs whose guests are to report their groups again */
	DECLARE_BITMAP(ask, VMB_VLAN_N);
	/** @ask_again: and those to ask once more */
	DECLARE_BITMAP(ask_again, VMB_VLAN_N);
	/** @ask_again_at: jiffies when that is due */
	unsigned long ask_again_at;
	/** @mcast_work: asks them; no RTNL */
	struct delayed_work mcast_work;
};

/**
 * vmb_mac - a MAC as a number
 * @addr: its six bytes, at any alignment
 */
static inline u64 vmb_mac(const u8 *addr)
{
	return (u64)get_unaligned_be32(addr) << 16 |
	       get_unaligned_be16(addr + 4);
}

/**
 * vmb_key - a station's key: its MAC and VLAN
 * @mac: vmb_mac() of its MAC
 * @vlan: its VLAN
 */
static inline u64 vmb_key(u64 mac, u16 vlan)
{
	return mac << 16 | vlan;
}

static inline u64 vmb_key_mac(u64 key)
{
	return key >> 16;
}

static inline u16 vmb_key_vlan(u64 key)
{
	return key & 0xffff;
}

/**
 * vmb_within - was something within a time, up to now
 * @then: when it was, in jiffies; the other CPU may be one ahead
 * @time: so many jiffies
 *
 * With jiffies of 32 bits, what is months ago may be taken for now once, for
 * @time, and not for as long again.
 */
static inline bool vmb_within(unsigned long then, unsigned long time)
{
	return jiffies - then + 1 <= time + 1;
}

static inline bool vmb_mac_is_multicast(u64 mac)
{
	return mac & BIT_ULL(40);
}

/**
 * vmb_member_usable - may stations be pinned to a member
 * @m: the member
 *
 * Context: RTNL.
 */
static inline bool vmb_member_usable(const struct vmb_member *m)
{
	ASSERT_RTNL();
	return m->up && !m->drain;
}

/**
 * vmb_member_state - a member's state as it is shown
 * @m: the member
 *
 * Context: RTNL.
 */
static inline enum vmbond_member_state
vmb_member_state(const struct vmb_member *m)
{
	ASSERT_RTNL();
	if (m->drain)
		return VMBOND_MEMBER_STATE_DRAIN;
	return m->up ? VMBOND_MEMBER_STATE_UP : VMBOND_MEMBER_STATE_DOWN;
}

extern const struct net_device_ops vmb_netdev_ops;
extern struct workqueue_struct *vmb_wq;

/**
 * vmb_is_bond - is a device a bond of this kind
 * @dev: the device
 */
static inline bool vmb_is_bond(const struct net_device *dev)
{
	return dev->netdev_ops == &vmb_netdev_ops;
}

#endif
