// SPDX-License-Identifier: GPL-2.0
/*
 * The forwarding database: stations by (MAC, VLAN), and by port in the order
 * of their last frame. It knows of no frames, pins or announcements.
 *
 * The table has a fixed size and a multiplicative hash: the number of
 * stations is bounded, and a resizable table costs twice as much a lookup.
 */

#include <linux/slab.h>
#include "fdb.h"

static struct kmem_cache *vmb_station_cache __ro_after_init;

/**
 * vmb_fdb_init - make an empty table
 * @fdb: the table
 * @max: stations it may have
 *
 * Return: 0 or -ENOMEM.
 */
int vmb_fdb_init(struct vmb_fdb *fdb, u32 max)
{
	fdb->bucket = kvcalloc(VMB_FDB_BUCKETS, sizeof(*fdb->bucket),
			       GFP_KERNEL_ACCOUNT);
	if (!fdb->bucket)
		return -ENOMEM;
	fdb->salt = get_random_u64() | 1;
	fdb->max = max;
	fdb->scanned = jiffies - 2 * HZ;
	fdb->announce_tick = jiffies;
	spin_lock_init(&fdb->lock);
	INIT_LIST_HEAD(&fdb->announce);
	INIT_LIST_HEAD(&fdb->announce_again);
	return 0;
}

/**
 * vmb_fdb_exit - free a table whose stations are all unlinked
 * @fdb: the table
 *
 * Context: nobody reads it any more.
 */
void vmb_fdb_exit(struct vmb_fdb *fdb)
{
	WARN_ON_ONCE(fdb->count);
	kvfree(fdb->bucket);
	fdb->bucket = NULL;
}

/**
 * vmb_fdb_alloc - a new station, in no table yet
 * @key: vmb_key() of it
 * @kind: how it came to be
 *
 * Context: any.
 * Return: the station, or NULL.
 */
struct vmb_station *vmb_fdb_alloc(u64 key, enum vmb_kind kind)
{
	struct vmb_station *st;

	st = kmem_cache_zalloc(vmb_station_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!st)
		return NULL;
	st->key = key;
	st->kind = kind;
	st->last_tx = jiffies;
	/* long ago: no announce lock is held */
	st->announced = jiffies - MAX_JIFFY_OFFSET / 2;
	INIT_LIST_HEAD(&st->announce);
	RB_CLEAR_NODE(&st->lru);
	return st;
}

static bool vmb_lru_less(struct rb_node *a, const struct rb_node *b)
{
	return time_before(rb_entry(a, struct vmb_station, lru)->lru_stamp,
			   rb_entry(b, struct vmb_station, lru)->lru_stamp);
}

/* Only what may be evicted is in the order: learned stations. */
static void vmb_lru_add(struct vmb_station *st, struct vmb_port *port)
{
	if (st->kind != VMB_KIND_LEARNED)
		return;
	st->lru_stamp = READ_ONCE(st->last_tx);
	rb_add_cached(&st->lru, &port->lru, vmb_lru_less);
	port->learned++;
}

static void vmb_lru_del(struct vmb_station *st, struct vmb_port *port)
{
	if (RB_EMPTY_NODE(&st->lru))
		return;
	rb_erase_cached(&st->lru, &port->lru);
	RB_CLEAR_NODE(&st->lru);
	port->learned--;
}

/**
 * vmb_fdb_link - put a station in the table
 * @fdb: the table; its lock is held
 * @st: the station
 * @port: where it is
 */
void vmb_fdb_link(struct vmb_fdb *fdb, struct vmb_station *st,
		  struct vmb_port *port)
{
	lockdep_assert_held(&fdb->lock);
	rcu_assign_pointer(st->port, port);
	vmb_lru_add(st, port);
	WRITE_ONCE(port->stations, port->stations + 1);
	WRITE_ONCE(fdb->count, fdb->count + 1);
	WRITE_ONCE(fdb->gen, fdb->gen + 1);
	hlist_add_head_rcu(&st->hash, vmb_fdb_bucket(fdb, st->key));
}

/**
 * vmb_fdb_unlink - take a station out of the table
 * @fdb: the table; its lock is held
 * @st: the station; to be freed with vmb_fdb_free()
 */
void vmb_fdb_unlink(struct vmb_fdb *fdb, struct vmb_station *st)
{
	struct vmb_port *port = vmb_station_port(fdb, st);

	lockdep_assert_held(&fdb->lock);
	hlist_del_init_rcu(&st->hash);
	vmb_lru_del(st, port);
	list_del_init(&st->announce);
	WRITE_ONCE(port->stations, port->stations - 1);
	WRITE_ONCE(fdb->count, fdb->count - 1);
	WRITE_ONCE(fdb->gen, fdb->gen + 1);
}

/**
 * vmb_fdb_set_kind - a station becomes learned, static or local
 * @fdb: the table; its lock is held
 * @st: the station
 * @kind: what it becomes
 */
void vmb_fdb_set_kind(struct vmb_fdb *fdb, struct vmb_station *st,
		      enum vmb_kind kind)
{
	struct vmb_port *port = vmb_station_port(fdb, st);

	lockdep_assert_held(&fdb->lock);
	vmb_lru_del(st, port);
	WRITE_ONCE(st->kind, kind);
	vmb_lru_add(st, port);
}

/**
 * vmb_fdb_set_port - a station went to another port of the bond
 * @fdb: the table; its lock is held
 * @st: the station
 * @port: where it is now
 */
void vmb_fdb_set_port(struct vmb_fdb *fdb, struct vmb_station *st,
		      struct vmb_port *port)
{
	struct vmb_port *old = vmb_station_port(fdb, st);

	lockdep_assert_held(&fdb->lock);
	vmb_lru_del(st, old);
	WRITE_ONCE(old->stations, old->stations - 1);
	rcu_assign_pointer(st->port, port);
	WRITE_ONCE(port->stations, port->stations + 1);
	vmb_lru_add(st, port);
	WRITE_ONCE(fdb->gen, fdb->gen + 1);
}

/**
 * vmb_fdb_stalest - the learned station of a port that has sent least lately
 * @fdb: the table; its lock is held
 * @port: the port
 *
 * Frames do not reorder the tree, they only write the time: the first one is
 * put in its place anew until it is where it belongs. Each frame's time is
 * caught up with once at most, so a MAC flood pays O(log n) a frame.
 *
 * Return: the station, or NULL where all are static or local.
 */
struct vmb_station *vmb_fdb_stalest(struct vmb_fdb *fdb, struct vmb_port *port)
{
	struct vmb_station *st;
	struct rb_node *first;

	lockdep_assert_held(&fdb->lock);
	while ((first = rb_first_cached(&port->lru))) {
		st = rb_entry(first, struct vmb_station, lru);
		if (st->lru_stamp == READ_ONCE(st->last_tx))
			return st;
		vmb_lru_del(st, port);
		vmb_lru_add(st, port);
	}
	return NULL;
}

static void vmb_fdb_free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(vmb_station_cache,
			container_of(rcu, struct vmb_station, rcu));
}

/**
 * vmb_fdb_free - free a station once no frame looks at it any more
 * @st: the station, in no table
 */
void vmb_fdb_free(struct vmb_station *st)
{
	call_rcu(&st->rcu, vmb_fdb_free_rcu);
}

/**
 * vmb_fdb_cache_init - at module load
 *
 * Return: 0 or -ENOMEM.
 */
int vmb_fdb_cache_init(void)
{
	vmb_station_cache = kmem_cache_create("vmbond_station",
					      sizeof(struct vmb_station), 0,
					      SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT,
					      NULL);
	return vmb_station_cache ? 0 : -ENOMEM;
}

/**
 * vmb_fdb_cache_exit - at module unload, when all bonds are gone
 */
void vmb_fdb_cache_exit(void)
{
	/* vmb_fdb_free() and whatever else was handed to call_rcu() */
	rcu_barrier();
	kmem_cache_destroy(vmb_station_cache);
}
