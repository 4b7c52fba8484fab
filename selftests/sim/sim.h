/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bond's members and stations as loads over time, and the two rules that
 * spread them: the planner with what the kernel does around it, and OVS's.
 */
#ifndef SIM_H
#define SIM_H

#include <linux/types.h>

#define SIM_MEMBERS	32
#define SIM_STATIONS	8192
#define SIM_INTERVAL	10	/* seconds from one run to the next */
#define SIM_BUCKETS	256

#define MBIT		125000ULL
#define GBIT		(1000 * MBIT)

struct sim_rate {
	u64 tx;
	u64 rx;
};

/**
 * struct sim_world - what is the case, whatever rule is at work
 */
struct sim_world {
	/** @n_members: members there are, up or not */
	unsigned int n_members;
	/** @capacity: bytes/s */
	u64 capacity[SIM_MEMBERS];
	/** @up: may be used */
	bool up[SIM_MEMBERS];
	/** @n_stations: stations there are, idle ones too */
	unsigned int n_stations;
	/** @rate: what they do in this interval, bytes/s */
	struct sim_rate rate[SIM_STATIONS];
};

/**
 * struct vmbond - the planner's surroundings, as in the kernel
 */
struct vmbond {
	/** @pin: member of each station */
	u16 pin[SIM_STATIONS];
	/** @rate: decayed rates */
	struct sim_rate rate[SIM_STATIONS];
	/** @held: runs for which the station does not move again */
	u8 held[SIM_STATIONS];
	/** @max_moves: at most so many a run */
	unsigned int max_moves;
	/** @level: a member came back, and the runs since were cut short */
	bool level;
};

/**
 * struct ovs_bucket - stations whose hashes agree
 */
struct ovs_bucket {
	/** @tx: bytes, halved after each run */
	u64 tx;
	/** @member: where they leave, -1 before the first of them sent */
	int member;
};

/**
 * struct ovs - balance-slb as peers know it: members have no speed, receiving
 * has no weight, and what hashes alike moves together
 */
struct ovs {
	/** @bucket: the table */
	struct ovs_bucket bucket[SIM_BUCKETS];
	/** @hash: bucket of each station */
	u8 hash[SIM_STATIONS];
	/** @next: member for the next new bucket */
	unsigned int next;
};

/* sim.c: numbers that are the same on every machine */
double sim_random(void);

/* vmbond.c */
void vmbond_start(struct vmbond *v, const struct sim_world *w, const u16 *pin);
void vmbond_down(struct vmbond *v, const struct sim_world *w, u16 member);
void vmbond_up(struct vmbond *v);
unsigned int vmbond_run(struct vmbond *v, const struct sim_world *w);

/* ovs.c */
void ovs_start(struct ovs *o, const struct sim_world *w);
void ovs_pins(struct ovs *o, const struct sim_world *w, u16 *pin);
void ovs_account(struct ovs *o, const struct sim_world *w);
void ovs_rebalance(struct ovs *o, const struct sim_world *w);
unsigned int ovs_run(struct ovs *o, const struct sim_world *w);

/* optimum.c: utilisation, 1.0 is full */
double sim_highest(const struct sim_world *w, const u16 *pin);
double sim_bound(const struct sim_world *w);
double sim_optimum(const struct sim_world *w);

/* load.c */
typedef void (*sim_load)(struct sim_world *w, unsigned int run);

void load_idle(struct sim_world *w, unsigned int run);
void load_equal(struct sim_world *w, unsigned int run);
void load_zipf(struct sim_world *w, unsigned int run);
void load_elephants(struct sim_world *w, unsigned int run);
void load_one_elephant(struct sim_world *w, unsigned int run);
void load_receivers(struct sim_world *w, unsigned int run);
void load_both_ways(struct sim_world *w, unsigned int run);
void load_trivial(struct sim_world *w, unsigned int run);
void load_noise(struct sim_world *w, unsigned int run);
void load_restless(struct sim_world *w, unsigned int run);
void load_bursty(struct sim_world *w, unsigned int run);
void load_trace(struct sim_world *w, unsigned int run);
void load_trace_open(const char *path, unsigned int *stations,
		     unsigned int *intervals);
void load_small(struct sim_world *w, unsigned int run);

#endif /* SIM_H */
