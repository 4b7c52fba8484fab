/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMBONDCTL_NEAREST_H
#define VMBONDCTL_NEAREST_H

/**
 * struct nearest - a word that is not known, compared with those that are
 */
struct nearest {
	/** @given: the word */
	const char *given;
	/** @word: the one that is nearest, NULL if none is near */
	const char *word;
	/** @distance: how far it is */
	unsigned int distance;
};

void nearest_try(struct nearest *near, const char *word);
const char *nearest_hint(const struct nearest *near);

#endif
