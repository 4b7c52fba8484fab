/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: one at each decision that is not made for every frame, and one
 * for drops. Devices are ifindexes and causes numbers of the netlink family,
 * so that a script needs no header of this module.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vmbond

#if !defined(VMBOND_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VMBOND_TRACE_H

#include <linux/tracepoint.h>
#include "vmbond.h"

TRACE_EVENT(vmbond_drop,
	TP_PROTO(const struct sk_buff *skb, const struct net_device *dev,
		 enum vmb_drop why),
	TP_ARGS(skb, dev, why),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(int, ifindex)
		__field(u32, len)
		__field(u32, reason)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->ifindex = dev->ifindex;
		__entry->len = skb->len;
		/* counted from 1, as the attribute is */
		__entry->reason = why + 1;
	),
	TP_printk("skb=%p ifindex=%d len=%u reason=%u", __entry->skbaddr,
		  __entry->ifindex, __entry->len, __entry->reason)
);

/* A station came (ifindex: its port), or went (ifindex 0). */
TRACE_EVENT(vmbond_station,
	TP_PROTO(const struct vmb_bond *bond, u64 key, int ifindex, u32 cause),
	TP_ARGS(bond, key, ifindex, cause),
	TP_STRUCT__entry(
		__field(int, bond)
		__array(u8, mac, ETH_ALEN)
		__field(u16, vlan)
		__field(int, ifindex)
		__field(u32, cause)
	),
	TP_fast_assign(
		__entry->bond = bond->dev->ifindex;
		u64_to_ether_addr(vmb_key_mac(key), __entry->mac);
		__entry->vlan = vmb_key_vlan(key);
		__entry->ifindex = ifindex;
		__entry->cause = cause;
	),
	TP_printk("bond=%d mac=%pM vlan=%u port=%d cause=%u", __entry->bond,
		  __entry->mac, __entry->vlan, __entry->ifindex,
		  __entry->cause)
);

/* A station was pinned to another member; 0 is none. */
TRACE_EVENT(vmbond_pin,
	TP_PROTO(const struct vmb_bond *bond, u64 key, int from, int to,
		 u32 cause),
	TP_ARGS(bond, key, from, to, cause),
	TP_STRUCT__entry(
		__field(int, bond)
		__array(u8, mac, ETH_ALEN)
		__field(u16, vlan)
		__field(int, from)
		__field(int, to)
		__field(u32, cause)
	),
	TP_fast_assign(
		__entry->bond = bond->dev->ifindex;
		u64_to_ether_addr(vmb_key_mac(key), __entry->mac);
		__entry->vlan = vmb_key_vlan(key);
		__entry->from = from;
		__entry->to = to;
		__entry->cause = cause;
	),
	TP_printk("bond=%d mac=%pM vlan=%u from=%d to=%d cause=%u",
		  __entry->bond, __entry->mac, __entry->vlan, __entry->from,
		  __entry->to, __entry->cause)
);

DECLARE_EVENT_CLASS(vmbond_station_member,
	TP_PROTO(const struct vmb_bond *bond, u64 key, int member),
	TP_ARGS(bond, key, member),
	TP_STRUCT__entry(
		__field(int, bond)
		__array(u8, mac, ETH_ALEN)
		__field(u16, vlan)
		__field(int, member)
	),
	TP_fast_assign(
		__entry->bond = bond->dev->ifindex;
		u64_to_ether_addr(vmb_key_mac(key), __entry->mac);
		__entry->vlan = vmb_key_vlan(key);
		__entry->member = member;
	),
	TP_printk("bond=%d mac=%pM vlan=%u member=%d", __entry->bond,
		  __entry->mac, __entry->vlan, __entry->member)
);

/* A station is announced on a member. */
DEFINE_EVENT(vmbond_station_member, vmbond_announce,
	TP_PROTO(const struct vmb_bond *bond, u64 key, int member),
	TP_ARGS(bond, key, member)
);

/* A frame for a station came off its pin and was accepted. */
DEFINE_EVENT(vmbond_station_member, vmbond_off_pin,
	TP_PROTO(const struct vmb_bond *bond, u64 key, int member),
	TP_ARGS(bond, key, member)
);

/* A report of a station's groups also leaves by the receiver. */
DEFINE_EVENT(vmbond_station_member, vmbond_steer,
	TP_PROTO(const struct vmb_bond *bond, u64 key, int member),
	TP_ARGS(bond, key, member)
);

/* The guests of a VLAN are asked to report their groups. */
TRACE_EVENT(vmbond_query,
	TP_PROTO(const struct vmb_bond *bond, u16 vlan),
	TP_ARGS(bond, vlan),
	TP_STRUCT__entry(
		__field(int, bond)
		__field(u16, vlan)
	),
	TP_fast_assign(
		__entry->bond = bond->dev->ifindex;
		__entry->vlan = vlan;
	),
	TP_printk("bond=%d vlan=%u", __entry->bond, __entry->vlan)
);

/* The planner has run: what it would move, and whether that is done. */
TRACE_EVENT(vmbond_rebalance,
	TP_PROTO(const struct vmb_bond *bond, u32 stations, u32 moves,
		 bool dry_run, u32 cause),
	TP_ARGS(bond, stations, moves, dry_run, cause),
	TP_STRUCT__entry(
		__field(int, bond)
		__field(u32, stations)
		__field(u32, moves)
		__field(bool, dry_run)
		__field(u32, cause)
	),
	TP_fast_assign(
		__entry->bond = bond->dev->ifindex;
		__entry->stations = stations;
		__entry->moves = moves;
		__entry->dry_run = dry_run;
		__entry->cause = cause;
	),
	TP_printk("bond=%d stations=%u moves=%u dry_run=%d cause=%u",
		  __entry->bond, __entry->stations, __entry->moves,
		  __entry->dry_run, __entry->cause)
);

/* A member went up or down, or is (no longer) to be drained. */
TRACE_EVENT(vmbond_member,
	TP_PROTO(const struct vmb_bond *bond, int member, u32 state),
	TP_ARGS(bond, member, state),
	TP_STRUCT__entry(
		__field(int, bond)
		__field(int, member)
		__field(u32, state)
	),
	TP_fast_assign(
		__entry->bond = bond->dev->ifindex;
		__entry->member = member;
		__entry->state = state;
	),
	TP_printk("bond=%d member=%d state=%u", __entry->bond, __entry->member,
		  __entry->state)
);

/* The usable members changed. */
TRACE_EVENT(vmbond_uplink,
	TP_PROTO(const struct vmb_bond *bond, u32 usable, u32 cause),
	TP_ARGS(bond, usable, cause),
	TP_STRUCT__entry(
		__field(int, bond)
		__field(u32, usable)
		__field(u32, cause)
	),
	TP_fast_assign(
		__entry->bond = bond->dev->ifindex;
		__entry->usable = usable;
		__entry->cause = cause;
	),
	TP_printk("bond=%d usable=%u cause=%u", __entry->bond,
		  __entry->usable, __entry->cause)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
