/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBOND_REBALANCE_H
#define VMBOND_REBALANCE_H

#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/vmbond.h>

struct vmb_bond;

/**
 * struct vmb_move - one move that the planner asks for, with names
 */
struct vmb_move {
	/** @key: the station */
	u64 key;
	/** @rate: bytes a second, the larger of both ways */
	u64 rate;
	/** @from: ifindex of its member */
	int from;
	/** @to: ifindex of the member it goes to */
	int to;
};

int vmb_rebalance(struct vmb_bond *bond, bool level, bool dry_run,
		  enum vmbond_cause cause, struct vmb_move **moves);
void vmb_rebalance_work(struct work_struct *work);

#endif
