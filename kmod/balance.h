/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The balance planner: which stations should leave through another member.
 * It knows rates and capacities only, holds no state and allocates nothing.
 */
#ifndef VMB_BALANCE_H
#define VMB_BALANCE_H

#include <linux/types.h>

/**
 * struct vmb_bal_member - one usable member, as the planner sees it
 *
 * Rates and capacities stay below 2^46 (560 Tbit/s), counts below 2^17.
 */
struct vmb_bal_member {
	/**
	 * @capacity: speed times relative weight, in bytes/s, never 0. "1 % of
	 * link speed" is 1 % of this, so that the heaviest weight should be 1.
	 */
	u64 capacity;
	/** @tx: bytes/s sent by all its stations */
	u64 tx;
	/** @rx: bytes/s received by all its stations */
	u64 rx;
	/** @stations: how many stations are pinned to it */
	u32 stations;
	/** @fresh: how many of them came after @tx and @rx were taken */
	u32 fresh;

	/* private: the planner's own */
	u64 inverse;
	u32 cursor;
	bool aside;
};

/**
 * struct vmb_bal_station - one station, as the planner sees it
 */
struct vmb_bal_station {
	/** @tx: decayed bytes/s sent */
	u64 tx;
	/** @rx: decayed bytes/s received */
	u64 rx;
	/** @id: what a move calls it, for the planner sorts the array */
	u32 id;
	/** @member: index of its member */
	u16 member;
	/** @fixed: pinned by hand or moved lately: a load that stays */
	bool fixed;

	/* private: the planner's own */
	u16 home;
	u16 was;
};

/**
 * struct vmb_bal_params - what one run may do
 */
struct vmb_bal_params {
	/** @max_moves: no more moves than this */
	u32 max_moves;
	/** @level: a member came (back): even out the numbers too */
	bool level;
};

/**
 * struct vmb_bal_move - one station's way to another member
 */
struct vmb_bal_move {
	/** @station: the station's id */
	u32 station;
	/** @from: index of the member it leaves */
	u16 from;
	/** @to: index of the member it goes to */
	u16 to;
};

unsigned int vmb_balance_plan(struct vmb_bal_member *members,
			      unsigned int n_members,
			      struct vmb_bal_station *stations,
			      unsigned int n_stations,
			      const struct vmb_bal_params *params,
			      struct vmb_bal_move *moves);
u16 vmb_balance_pick(const struct vmb_bal_member *members,
		     unsigned int n_members);

#endif /* VMB_BALANCE_H */
