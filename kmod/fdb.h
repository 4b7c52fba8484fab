/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_FDB_H
#define VMBOND_FDB_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include "vmbond.h"

/*
 * Four buckets a station at the default limit of 8192: where chains are rarely
 * longer than one, the processor guesses their end and does not wait for each
 * station to come from memory.
 */
#define VMB_FDB_BITS		15
#define VMB_FDB_BUCKETS		BIT(VMB_FDB_BITS)

/*
 * MACs in a row, as a pool has them: eight share a cache line of buckets, and
 * eight such lines are side by side.
 */
#define VMB_FDB_ROW		((u64)63 << 16)

/*
 * Mixed twice: after one multiplication, rows of MACs are at equal distances,
 * which for one salt in a hundred makes chains of ten and more; after two they
 * still are where all keys end in the same zeros, but for what is added.
 */
static inline struct hlist_head *vmb_fdb_bucket(const struct vmb_fdb *fdb,
						u64 key)
{
	u64 h = ((key & ~VMB_FDB_ROW) + fdb->salt) * fdb->salt;

	h ^= h >> 32;
	h = (h * GOLDEN_RATIO_64) >> (64 - VMB_FDB_BITS);
	return &fdb->bucket[h ^ (key & VMB_FDB_ROW) >> 16];
}

/**
 * vmb_fdb_find - look up a station
 * @fdb: the stations
 * @key: vmb_key() of it
 *
 * Context: RCU, or the fdb lock held.
 */
static inline struct vmb_station *vmb_fdb_find(const struct vmb_fdb *fdb,
					       u64 key)
{
	struct vmb_station *st;

	hlist_for_each_entry_rcu(st, vmb_fdb_bucket(fdb, key), hash,
				 lockdep_is_held(&fdb->lock))
		if (st->key == key)
			return st;
	return NULL;
}

/* For all stations of @fdb, with its lock held; @st may be unlinked. */
#define vmb_fdb_for_each(st, tmp, b, fdb)				\
	for ((b) = 0; (b) < VMB_FDB_BUCKETS; (b)++)			\
		hlist_for_each_entry_safe(st, tmp, &(fdb)->bucket[b], hash)

/**
 * vmb_station_stale - has a station been silent for longer than it may be
 * @bond: its bond
 * @st: the station
 */
static inline bool vmb_station_stale(const struct vmb_bond *bond,
				     const struct vmb_station *st)
{
	return READ_ONCE(st->kind) == VMB_KIND_LEARNED &&
	       !vmb_within(READ_ONCE(st->last_tx), READ_ONCE(bond->ageing));
}

int vmb_fdb_init(struct vmb_fdb *fdb, u32 max);
void vmb_fdb_exit(struct vmb_fdb *fdb);
struct vmb_station *vmb_fdb_alloc(u64 key, enum vmb_kind kind);
void vmb_fdb_link(struct vmb_fdb *fdb, struct vmb_station *st,
		  struct vmb_port *port);
void vmb_fdb_unlink(struct vmb_fdb *fdb, struct vmb_station *st);
void vmb_fdb_set_kind(struct vmb_fdb *fdb, struct vmb_station *st,
		      enum vmb_kind kind);
void vmb_fdb_set_port(struct vmb_fdb *fdb, struct vmb_station *st,
		      struct vmb_port *port);
struct vmb_station *vmb_fdb_stalest(struct vmb_fdb *fdb,
				    struct vmb_port *port);
void vmb_fdb_free(struct vmb_station *st);
int vmb_fdb_cache_init(void);
void vmb_fdb_cache_exit(void);

/* The port of @st, with the lock of @fdb held. */
#define vmb_station_port(fdb, st)					\
	rcu_dereference_protected((st)->port, lockdep_is_held(&(fdb)->lock))

/* The pin of @st, with the lock of @fdb held. */
#define vmb_station_pin_of(fdb, st)					\
	rcu_dereference_protected((st)->pin, lockdep_is_held(&(fdb)->lock))

#endif
