// SPDX-License-Identifier: MIT
/* Gives back pages of small blocks' shadow: those that came and went between large ones leave them full of zeroes. */
#include "runtime/shadow.h"

#include <sys/mman.h>
#include <unistd.h>

enum { STEP = 128 << 10, PAGES = 512 };

struct run {
	char *start;
	size_t size; /* bytes */
};

static int is_zero(const char *page, size_t size)
{
	const uint64_t *word = (const uint64_t *)(const void *)page, *const end = word + size / sizeof *word;

	while (word < end && !*word)
		word++;
	return word == end;
}

static void give_back(struct run *run)
{
	if (run->size)
		madvise(run->start, run->size, MADV_DONTNEED);
	run->size = 0;
}

/* Of the @n pages of @size bytes from @start. */
static void trim_pages(char *start, size_t n, size_t size)
{
	unsigned char is_there[PAGES];
	struct run run = {0};

	if (mincore(start, n * size, is_there) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		char *page = start + i * size;

		if (!(is_there[i] & 1) || !is_zero(page, size)) {
			give_back(&run);
			continue;
		}
		run.start = run.size ? run.start : page;
		run.size += size;
	}
	give_back(&run);
}

static void trim_leaf(struct rt_range leaf)
{
	const size_t size = (size_t)getpagesize(), pages = (leaf.end - leaf.start) / size;

	for (size_t at = 0; at < pages; at += PAGES)
		trim_pages((char *)leaf.start + at * size, pages - at < PAGES ? pages - at : PAGES, size);
}

static void trim_leaves(void)
{
	for (uintptr_t region = 0; (region = shadow_next_region(region)) < SHADOW_REGIONS; region++)
		trim_leaf(shadow_leaf_of(SHADOW_SMALL, region));
}

void shadow_trim(uint64_t peak)
{
	static uint64_t seen; /* the peak at the last look */

	if (peak < seen + seen / 8 + STEP)
		return;
	seen = peak;
	/* While there is one thread only this one writes entries, and it is here; another one has to come by the lock first. */
	rt_lock(&rt.lock);
	if (!rt.multi)
		trim_leaves();
	rt_unlock(&rt.lock);
}
