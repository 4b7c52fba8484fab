// SPDX-License-Identifier: GPL-2.0
/*
 * The balance planner; Documentation/balancing.rst has the rule in prose.
 *
 * The most utilised member gives stations away until nothing worthwhile is left
 * to win, then the next one. A member that nothing relieves (one heavy station)
 * is set aside, so that it does not hide the others. No step takes a member to
 * where the one it relieves was, so the highest utilisation never rises. What
 * to do depends on loads and pins alone, so a run that had the moves it wanted
 * leaves nothing to do for one right after it.
 */
#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "balance.h"

/* Utilisation is in parts of this */
#define VMB_BAL_SHIFT	32
#define VMB_BAL_ONE	BIT_ULL(VMB_BAL_SHIFT)

/* About 1 %: to win less utilisation than this is not worth a move ... */
#define VMB_BAL_TRIVIAL	(VMB_BAL_ONE / 128)
/* ... nor to come closer to the ideal than this part of the utilisation */
#define VMB_BAL_CLOSE	32
/*
 * As long as nothing has moved it takes more, 5 % of what is reached by it:
 * what comes and goes by itself is not to make stations come and go.
 */
#define VMB_BAL_FIRST	21

/* Not to speak of, beside others: less than this part of the mean */
#define VMB_BAL_LIGHT	16

/* The search: so many members, stations, and (over all members) steps */
#define VMB_BAL_SIDES	4
#define VMB_BAL_HEAVY	16
#define VMB_BAL_NODES	16384

/* Far more than it takes: what ends the loops should all else fail */
#define VMB_BAL_ROUNDS	8
#define VMB_BAL_STEPS	64

/* A run: the caller's arrays, and how many stations are away from home */
struct vmb_bal_plan {
	struct vmb_bal_member *members;
	unsigned int n_members;
	struct vmb_bal_station *stations;
	unsigned int n_stations;
	unsigned int moved;
	unsigned int max_moves;
};

static u64 vmb_bal_inverse(u64 capacity)
{
	return div64_u64(U64_MAX, capacity);
}

static u64 vmb_bal_share(u64 tx, u64 rx, u64 inverse)
{
	return mul_u64_u64_shr(max(tx, rx), inverse, 64 - VMB_BAL_SHIFT);
}

static u64 vmb_bal_less(u64 a, u64 b)
{
	return a > b ? a - b : 0;
}

static u64 vmb_bal_util(const struct vmb_bal_member *m)
{
	return vmb_bal_share(m->tx, m->rx, m->inverse);
}

static u64 vmb_bal_bytes(const struct vmb_bal_member *m, u64 util)
{
	return mul_u64_u64_shr(m->capacity, util, VMB_BAL_SHIFT);
}

static u64 vmb_bal_util_with(const struct vmb_bal_member *m,
			     const struct vmb_bal_station *st)
{
	return vmb_bal_share(m->tx + st->tx, m->rx + st->rx, m->inverse);
}

static u64 vmb_bal_util_without(const struct vmb_bal_member *m,
				const struct vmb_bal_station *st)
{
	return vmb_bal_share(vmb_bal_less(m->tx, st->tx),
			     vmb_bal_less(m->rx, st->rx), m->inverse);
}

/* What is worth moving stations off a member utilised so much */
static u64 vmb_bal_threshold(u64 util)
{
	return max(VMB_BAL_TRIVIAL, div_u64(util, VMB_BAL_CLOSE));
}

/* What has to be won by it, as long as nothing else has moved */
static u64 vmb_bal_due(const struct vmb_bal_plan *p, u64 util)
{
	if (p->moved)
		return vmb_bal_threshold(util);
	return max(VMB_BAL_TRIVIAL, div_u64(util, VMB_BAL_FIRST));
}

static void vmb_bal_add(struct vmb_bal_member *m,
			const struct vmb_bal_station *st)
{
	m->tx += st->tx;
	m->rx += st->rx;
}

static void vmb_bal_sub(struct vmb_bal_member *m,
			const struct vmb_bal_station *st)
{
	m->tx = vmb_bal_less(m->tx, st->tx);
	m->rx = vmb_bal_less(m->rx, st->rx);
}

static bool vmb_bal_movable(const struct vmb_bal_plan *p,
			    const struct vmb_bal_station *st)
{
	return !st->fixed &&
	       (st->member != st->home || p->moved < p->max_moves);
}

static void vmb_bal_move(struct vmb_bal_plan *p, struct vmb_bal_station *st,
			 u16 to)
{
	vmb_bal_sub(&p->members[st->member], st);
	p->members[st->member].stations--;
	p->moved -= st->member != st->home;

	st->member = to;
	vmb_bal_add(&p->members[to], st);
	p->members[to].stations++;
	p->moved += to != st->home;
}

/* Heaviest first, in the same order whatever order they came in */
static int vmb_bal_cmp(const void *a, const void *b)
{
	const struct vmb_bal_station *sa = a, *sb = b;
	u64 la = max(sa->tx, sa->rx), lb = max(sb->tx, sb->rx);

	if (la != lb)
		return la > lb ? -1 : 1;
	if (sa->id != sb->id)
		return sa->id < sb->id ? -1 : 1;
	return 0;
}

static void vmb_bal_all_in(struct vmb_bal_plan *p)
{
	unsigned int i;

	for (i = 0; i < p->n_members; i++)
		p->members[i].aside = false;
}

/* Where all members not set aside would be if load were a fluid */
static u64 vmb_bal_level(const struct vmb_bal_plan *p)
{
	u64 tx = 0, rx = 0, capacity = 0;
	unsigned int i;

	for (i = 0; i < p->n_members; i++) {
		const struct vmb_bal_member *m = &p->members[i];

		if (m->aside)
			continue;
		tx += m->tx;
		rx += m->rx;
		capacity += m->capacity;
	}
	return vmb_bal_share(tx, rx, vmb_bal_inverse(capacity));
}

/* The most utilised member not set aside, or -1 */
static int vmb_bal_top(const struct vmb_bal_plan *p)
{
	unsigned int i;
	int top = -1;

	for (i = 0; i < p->n_members; i++) {
		if (p->members[i].aside)
			continue;
		if (top < 0 || vmb_bal_util(&p->members[i]) >
			       vmb_bal_util(&p->members[top]))
			top = i;
	}
	return top;
}

/* The member that would be least utilised if @st went there */
static u16 vmb_bal_best(const struct vmb_bal_plan *p,
			const struct vmb_bal_station *st)
{
	u64 low = U64_MAX;
	unsigned int i;
	u16 best = 0;

	for (i = 0; i < p->n_members; i++) {
		u64 util = vmb_bal_util_with(&p->members[i], st);

		if (util < low) {
			low = util;
			best = i;
		}
	}
	return best;
}

/*
 * Give away what brings @top down towards @level without passing it, heaviest
 * first. Stations may be tiny, so what counts is not what one wins but what all
 * that are still to come can win together: when that is not worth a move, stop.
 */
static bool vmb_bal_shed(struct vmb_bal_plan *p, u16 top, u64 level,
			 u64 threshold)
{
	struct vmb_bal_station *st, *end = p->stations + p->n_stations;
	struct vmb_bal_member *src = &p->members[top], *dst;
	const struct vmb_bal_member was = *src;
	u64 util = vmb_bal_util(src), gap = util - level;
	u64 rest = 0, left, win;
	bool any = false;

	for (st = p->stations; st < end; st++) {
		if (st->member != top || st->fixed)
			continue;
		win = util - vmb_bal_util_without(&was, st);
		if (win <= gap)
			rest += win;
	}

	for (st = p->stations; st < end; st++) {
		if (rest < VMB_BAL_TRIVIAL || util < level + threshold)
			break;
		if (st->member != top || st->fixed)
			continue;
		win = vmb_bal_util(&was) - vmb_bal_util_without(&was, st);
		if (win > gap)
			continue;
		rest -= win;

		left = vmb_bal_util_without(src, st);
		dst = &p->members[vmb_bal_best(p, st)];
		if (left < level || left == util || !vmb_bal_movable(p, st) ||
		    vmb_bal_util_with(dst, st) > max(left, vmb_bal_util(dst)))
			continue;
		vmb_bal_move(p, st, dst - p->members);
		util = left;
		any = true;
	}
	return any;
}

/* Take back the lightest moves of a trade: those too many, or @all */
static void vmb_bal_undo(struct vmb_bal_plan *p, bool all)
{
	struct vmb_bal_station *st = p->stations + p->n_stations;

	while (st-- > p->stations)
		if (st->member != st->was && (all || p->moved > p->max_moves))
			vmb_bal_move(p, st, st->was);
}

static bool vmb_bal_sends(const struct vmb_bal_member *m)
{
	return m->tx > m->rx;
}

/* The next station of @index that is heavier in the direction its member is */
static struct vmb_bal_station *vmb_bal_offer(struct vmb_bal_plan *p, u16 index)
{
	struct vmb_bal_member *m = &p->members[index];

	while (m->cursor < p->n_stations) {
		struct vmb_bal_station *st = &p->stations[m->cursor++];

		if (st->was == index && !st->fixed &&
		    (vmb_bal_sends(m) ? st->tx > st->rx : st->rx > st->tx))
			return st;
	}
	return NULL;
}

/*
 * Two members may be full in opposite directions, so that neither can take
 * anything of the other. Let them take turns giving what is heavy in their own
 * direction; if that does not help, nothing has happened.
 */
static bool vmb_bal_trade(struct vmb_bal_plan *p, u16 top, u64 level)
{
	struct vmb_bal_member *a = &p->members[top], *b = a, *m;
	u64 util = vmb_bal_util(a), goal = util - vmb_bal_due(p, util);
	bool tx = vmb_bal_sends(a);
	unsigned int i;

	for (m = p->members; m < p->members + p->n_members; m++)
		if (vmb_bal_share(tx ? m->tx : 0, tx ? 0 : m->rx, m->inverse) <
		    vmb_bal_share(tx ? b->tx : 0, tx ? 0 : b->rx, b->inverse))
			b = m;
	if (vmb_bal_sends(b) == tx)
		return false;
	a->cursor = 0;
	b->cursor = 0;
	for (i = 0; i < p->n_stations; i++)
		p->stations[i].was = p->stations[i].member;

	for (;;) {
		struct vmb_bal_station *st;

		m = vmb_bal_util(a) < vmb_bal_util(b) ? b : a;
		st = vmb_bal_offer(p, m - p->members);
		if (!st)
			break;
		if (vmb_bal_util_without(m, st) >= level)
			vmb_bal_move(p, st, (m == a ? b : a) - p->members);
	}

	if (max(vmb_bal_util(a), vmb_bal_util(b)) <= goal) {
		vmb_bal_undo(p, false);
		if (max(vmb_bal_util(a), vmb_bal_util(b)) < util)
			return true;
	}
	vmb_bal_undo(p, true);
	return false;
}

/* A search for a better place for the heaviest stations of a few members */
struct vmb_bal_search {
	/* the members, with those stations only that have a place */
	struct vmb_bal_member side[VMB_BAL_SIDES];
	u16 index[VMB_BAL_SIDES];
	unsigned int n_sides;

	struct vmb_bal_station *heavy[VMB_BAL_HEAVY];
	unsigned int n_heavy;
	/* for each of them its side now, on trial, and in the best result */
	u8 now[VMB_BAL_HEAVY];
	u8 trial[VMB_BAL_HEAVY];
	u8 best[VMB_BAL_HEAVY];

	/* what the members may come to, and what a move has to win */
	u64 limit;
	u64 price;
	/* the highest utilisation of the best result, with the price of it */
	u64 score;
	unsigned int max_moves;
	unsigned int nodes;
};

/*
 * Place the stations from @depth on, each where it is first, then elsewhere.
 * @high is the highest utilisation so far, and @moved how many stations are
 * away from home. No deeper than VMB_BAL_HEAVY.
 */
static void vmb_bal_place(struct vmb_bal_search *s, unsigned int depth,
			  u64 high, unsigned int moved)
{
	const struct vmb_bal_station *st;
	unsigned int i;

	if (!s->nodes || high + moved * s->price >= s->score)
		return;
	s->nodes--;
	if (depth == s->n_heavy) {
		s->score = high + moved * s->price;
		memcpy(s->best, s->trial, sizeof(s->best));
		return;
	}

	st = s->heavy[depth];
	for (i = 0; i < s->n_sides; i++) {
		unsigned int k = (s->now[depth] + i) % s->n_sides;
		unsigned int away = s->index[k] != st->home;
		u64 util = vmb_bal_util_with(&s->side[k], st);

		if (util > s->limit || moved + away > s->max_moves)
			continue;
		vmb_bal_add(&s->side[k], st);
		s->trial[depth] = k;
		vmb_bal_place(s, depth + 1, max(high, util), moved + away);
		vmb_bal_sub(&s->side[k], st);
	}
}

static int vmb_bal_side(const struct vmb_bal_search *s, u16 index)
{
	unsigned int k;

	for (k = 0; k < s->n_sides; k++)
		if (s->index[k] == index)
			return k;
	return -1;
}

static void vmb_bal_add_side(struct vmb_bal_search *s,
			     const struct vmb_bal_plan *p, u16 index)
{
	s->side[s->n_sides] = p->members[index];
	s->index[s->n_sides++] = index;
}

/* The member not in the search that is least utilised with @load more */
static u16 vmb_bal_next_side(const struct vmb_bal_search *s,
			     const struct vmb_bal_plan *p, u64 load)
{
	u64 low = U64_MAX;
	unsigned int i;
	u16 best = 0;

	for (i = 0; i < p->n_members; i++) {
		const struct vmb_bal_member *m = &p->members[i];
		u64 util = vmb_bal_share(m->tx + load, m->rx + load,
					 m->inverse);

		if (util < low && vmb_bal_side(s, i) < 0) {
			low = util;
			best = i;
		}
	}
	return best;
}

/*
 * Take the heaviest stations off the first side, or off the others, until there
 * are @n of them or what is left is less than @least. Returns how many of them
 * are away from home.
 */
static unsigned int vmb_bal_pull(struct vmb_bal_search *s,
				 const struct vmb_bal_plan *p, bool first,
				 unsigned int n, u64 least)
{
	struct vmb_bal_station *st, *end = p->stations + p->n_stations;
	unsigned int away = 0;

	for (st = p->stations; st < end && s->n_heavy < n; st++) {
		int k = vmb_bal_side(s, st->member);

		if (max(st->tx, st->rx) < least)
			break;
		if (k < 0 || !k != first || !vmb_bal_movable(p, st))
			continue;
		vmb_bal_sub(&s->side[k], st);
		away += st->member != st->home;
		s->now[s->n_heavy] = k;
		s->heavy[s->n_heavy++] = st;
	}
	return away;
}

/*
 * What shedding cannot do: a station that does not fit exactly, some for
 * others, and that among up to @n members. Many ways to place the heaviest
 * stations of @top and of the members with most room are tried.
 */
static bool vmb_bal_repack(struct vmb_bal_plan *p, u16 top, u64 level,
			   u64 threshold, unsigned int n)
{
	u64 util = vmb_bal_util(&p->members[top]), least = U64_MAX;
	struct vmb_bal_search s = {
		.limit = util - vmb_bal_due(p, util),
		.price = threshold / 2,
		.score = U64_MAX,
		.max_moves = p->max_moves,
		.nodes = VMB_BAL_NODES / p->n_members,
	};
	u64 excess = vmb_bal_bytes(&p->members[top], util - level), high = 0;
	unsigned int i, away;

	vmb_bal_add_side(&s, p, top);
	while (s.n_sides < n)
		vmb_bal_add_side(&s, p, vmb_bal_next_side(&s, p, excess));
	for (i = 0; i < n; i++)
		least = min(least, vmb_bal_bytes(&s.side[i], threshold / 2));

	away = vmb_bal_pull(&s, p, true, VMB_BAL_HEAVY / 2, least);
	away += vmb_bal_pull(&s, p, false, VMB_BAL_HEAVY, least);
	for (i = 0; i < n; i++)
		high = max(high, vmb_bal_util(&s.side[i]));
	if (high > s.limit)
		return false;
	vmb_bal_place(&s, 0, high, p->moved - away);
	if (s.score == U64_MAX)
		return false;

	for (i = 0; i < s.n_heavy; i++)
		if (s.best[i] != s.now[i])
			vmb_bal_move(p, s.heavy[i], s.index[s.best[i]]);
	return true;
}

static bool vmb_bal_relieve(struct vmb_bal_plan *p, u16 top, u64 level,
			    u64 threshold)
{
	unsigned int n;

	if (vmb_bal_shed(p, top, level, threshold) ||
	    vmb_bal_trade(p, top, level))
		return true;
	for (n = 2; n <= VMB_BAL_SIDES && n <= p->n_members; n++)
		if (vmb_bal_repack(p, top, level, threshold, n))
			return true;
	return false;
}

/* Relieve the most utilised members, until that is not worth it */
static bool vmb_bal_by_load(struct vmb_bal_plan *p)
{
	unsigned int steps = VMB_BAL_STEPS * p->n_members;
	bool any = false;
	int top;

	vmb_bal_all_in(p);
	while ((top = vmb_bal_top(p)) >= 0 && steps--) {
		u64 util = vmb_bal_util(&p->members[top]);
		u64 threshold = vmb_bal_threshold(util);
		u64 level = vmb_bal_level(p);

		if (util < level + vmb_bal_due(p, util))
			break;
		if (vmb_bal_relieve(p, top, level, threshold))
			any = true;
		else
			p->members[top].aside = true;
	}
	return any;
}

/* Are @a stations fewer for a member's capacity than @b for another's? */
static bool vmb_bal_fewer(u64 a, const struct vmb_bal_member *ma,
			  u64 b, const struct vmb_bal_member *mb)
{
	return a * mb->capacity < b * ma->capacity;
}

/*
 * The next station of @from with a load of less than @light that @to can have
 * without the pair getting worse, or with which it is utilised @most at most.
 */
static struct vmb_bal_station *vmb_bal_spare(struct vmb_bal_plan *p, u16 from,
					     u16 to, u64 light, u64 most)
{
	struct vmb_bal_member *src = &p->members[from], *dst = &p->members[to];

	while (src->cursor < p->n_stations) {
		struct vmb_bal_station *st = &p->stations[src->cursor++];

		if (st->member == from && vmb_bal_movable(p, st) &&
		    max(st->tx, st->rx) < light &&
		    vmb_bal_util_with(dst, st) <=
		    max(most, vmb_bal_util_without(src, st)))
			return st;
	}
	return NULL;
}

/* Below this a station carries nothing to speak of, beside what others do */
static u64 vmb_bal_light(const struct vmb_bal_plan *p, u64 level)
{
	u64 load = 0;
	unsigned int i;

	if (level < VMB_BAL_TRIVIAL)
		return U64_MAX;
	for (i = 0; i < p->n_members; i++)
		load += vmb_bal_bytes(&p->members[i], level);
	return div64_u64(load, max(p->n_stations, 1U)) / VMB_BAL_LIGHT + 1;
}

/*
 * Even out the numbers with stations that carry nothing to speak of, so that
 * what they carry later finds them spread. Who has more than its share of the
 * load gets none.
 */
static bool vmb_bal_by_number(struct vmb_bal_plan *p)
{
	u64 level, limit, light;
	unsigned int i;
	bool any = false;

	vmb_bal_all_in(p);
	for (i = 0; i < p->n_members; i++)
		p->members[i].cursor = 0;
	level = vmb_bal_level(p);
	limit = level + vmb_bal_threshold(level);
	light = vmb_bal_light(p, level);

	for (;;) {
		struct vmb_bal_member *from = NULL, *to = NULL, *m;
		struct vmb_bal_station *st;
		u64 most;

		for (m = p->members; m < p->members + p->n_members; m++) {
			if (!m->aside &&
			    (!from || vmb_bal_fewer(from->stations, from,
						    m->stations, m)))
				from = m;
			if (vmb_bal_util(m) <= limit &&
			    (!to || vmb_bal_fewer(m->stations + 1, m,
						  to->stations + 1, to)))
				to = m;
		}
		if (!from || !to || !vmb_bal_fewer(to->stations + 1, to,
						   from->stations, from))
			return any;
		/* Of equals one is always above the other, by a few bytes. */
		most = min(vmb_bal_util(to) + div_u64(level, VMB_BAL_CLOSE),
			   limit);
		st = vmb_bal_spare(p, from - p->members, to - p->members,
				   light, most);
		if (st) {
			vmb_bal_move(p, st, to - p->members);
			any = true;
		} else {
			from->aside = true;
		}
	}
}

/**
 * vmb_balance_plan - find the moves that bring the highest utilisation down
 * @members: the usable members; left as they are after the moves
 * @n_members: how many
 * @stations: their stations; left sorted, heaviest first, after the moves
 * @n_stations: how many
 * @params: what this run may do
 * @moves: room for the smaller of max_moves and @n_stations
 *
 * The rates of a member are at least the sums of its stations'; what is above
 * stays with it. The moves are in the order of @stations and belong together:
 * each alone may do harm.
 *
 * Context: any that may take a few milliseconds. Uses the arrays only.
 * Return: the number of moves written.
 */
unsigned int vmb_balance_plan(struct vmb_bal_member *members,
			      unsigned int n_members,
			      struct vmb_bal_station *stations,
			      unsigned int n_stations,
			      const struct vmb_bal_params *params,
			      struct vmb_bal_move *moves)
{
	struct vmb_bal_plan p = {
		.members = members,
		.n_members = n_members,
		.stations = stations,
		.n_stations = n_stations,
		.max_moves = params->max_moves,
	};
	unsigned int i, n = 0, rounds = VMB_BAL_ROUNDS;
	bool any;

	if (n_members < 2)
		return 0;
	for (i = 0; i < n_members; i++)
		members[i].inverse = vmb_bal_inverse(members[i].capacity);
	for (i = 0; i < n_stations; i++)
		stations[i].home = stations[i].member;
	sort(stations, n_stations, sizeof(*stations), vmb_bal_cmp, NULL);

	do {
		any = vmb_bal_by_load(&p);
		if (params->level && vmb_bal_by_number(&p))
			any = true;
	} while (any && --rounds);

	for (i = 0; i < n_stations; i++)
		if (stations[i].member != stations[i].home)
			moves[n++] = (struct vmb_bal_move){
				.station = stations[i].id,
				.from = stations[i].home,
				.to = stations[i].member,
			};
	return n;
}

/**
 * vmb_balance_pick - choose the member of a station seen for the first time
 * @members: the usable members, with the rates of the last sample and the
 *	number of stations as of now
 * @n_members: how many, at least one
 *
 * The one with the least load for its capacity; while there is no load to
 * speak of, with the fewest stations for it. Stations that came after the
 * sample count as an average one each, so that a burst of them spreads.
 *
 * Return: the index of the member, the lowest of equals.
 */
u16 vmb_balance_pick(const struct vmb_bal_member *members,
		     unsigned int n_members)
{
	u64 load = 0, capacity = 0, stations = 0, each, low = U64_MAX;
	unsigned int i;
	u16 best = 0;

	for (i = 0; i < n_members; i++) {
		load += max(members[i].tx, members[i].rx);
		capacity += members[i].capacity;
		stations += members[i].stations - members[i].fresh;
	}

	if (vmb_bal_share(load, 0, vmb_bal_inverse(capacity)) <
	    VMB_BAL_TRIVIAL) {
		for (i = 1; i < n_members; i++)
			if (vmb_bal_fewer(members[i].stations + 1, &members[i],
					  members[best].stations + 1,
					  &members[best]))
				best = i;
		return best;
	}

	each = div64_u64(load, max(stations, 1ULL));
	for (i = 0; i < n_members; i++) {
		const struct vmb_bal_member *m = &members[i];
		u64 more = (m->fresh + 1) * each;
		u64 util = vmb_bal_share(m->tx + more, m->rx + more,
					 vmb_bal_inverse(m->capacity));

		if (util < low) {
			low = util;
			best = i;
		}
	}
	return best;
}
