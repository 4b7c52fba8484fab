// SPDX-License-Identifier: GPL-2.0
/* Finds the word that was meant. */
#include <stdio.h>
#include <string.h>

#include "nearest.h"

/*
 * Letters to change, insert, leave out or swap until one word is the other.
 * Words are short; of longer ones the beginning decides.
 */
static unsigned int distance(const char *a, const char *b)
{
	enum { MAX = 24 };
	unsigned int d[MAX + 1][MAX + 1];
	size_t la = strnlen(a, MAX), lb = strnlen(b, MAX);

	for (size_t i = 0; i <= la; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		for (size_t j = 1; j <= lb; j++) {
			unsigned int best = d[i - 1][j - 1] +
					    (a[i - 1] != b[j - 1]);

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[la][lb];
}

/**
 * nearest_try() - compare one more word
 * @near: what was given, and the best so far
 * @word: the word
 */
void nearest_try(struct nearest *near, const char *word)
{
	unsigned int far = distance(near->given, word);

	/* A third of the letters wrong is no slip any more. */
	if (far > 1 && far * 3 > strlen(word))
		return;
	if (!near->word || far < near->distance) {
		near->word = word;
		near->distance = far;
	}
}

/**
 * nearest_hint() - what to add to a message
 * @near: the comparison
 *
 * Return: a text, which is empty where nothing was near.
 */
const char *nearest_hint(const struct nearest *near)
{
	static char hint[64];

	hint[0] = '\0';
	if (near->word)
		snprintf(hint, sizeof(hint), "; did you mean \"%s\"?",
			 near->word);
	return hint;
}
