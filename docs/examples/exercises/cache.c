/* SPDX-License-Identifier: MIT */
/*
 * A cache that only grows: one entry for each key that was ever asked for. With the argument "cured" it holds at most 1,000, and the
 * oldest goes first.
 */
#include <memlint/memlint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 1000, BUCKETS = 4096 };

struct entry {
	unsigned key;
	char answer[40];
	struct entry *chain, *newer;
};

static struct entry *buckets[BUCKETS], *oldest, *newest;
static unsigned limit = -1u, nentries;

static void forget_oldest(void)
{
	struct entry *entry = oldest, **at = &buckets[entry->key % BUCKETS];

	while (*at != entry)
		at = &(*at)->chain;
	*at = entry->chain;
	oldest = entry->newer;
	nentries--;
	free(entry);
}

static const char *answer(unsigned key)
{
	struct entry *entry = buckets[key % BUCKETS];

	while (entry && entry->key != key)
		entry = entry->chain;
	if (entry)
		return entry->answer;
	if (nentries == limit)
		forget_oldest();
	entry = calloc(1, sizeof *entry);
	entry->key = key;
	snprintf(entry->answer, sizeof entry->answer, "the answer to %u", key);
	entry->chain = buckets[key % BUCKETS];
	buckets[key % BUCKETS] = entry;
	if (oldest)
		newest->newer = entry;
	else
		oldest = entry;
	newest = entry;
	nentries++;
	return entry->answer;
}

int main(int argc, char **argv)
{
	size_t letters = 0;

	if (argc > 1 && !strcmp(argv[1], "cured"))
		limit = LIMIT;
	for (unsigned hour = 0; hour < 5; hour++) {
		for (unsigned i = 0; i < 4000; i++)
			letters += strlen(answer(hour * 4000 + i));
		/* A service would be sent this from outside: the runtime writes a snapshot. */
		if (memlint_is_tracing())
			raise(SIGUSR2);
	}
	return letters == 0;
}
