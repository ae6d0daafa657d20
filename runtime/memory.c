// SPDX-License-Identifier: MIT
/* What the runtime itself costs in resident memory. */
#include "runtime/output.h"
#include "runtime/shadow.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Resident bytes of the mapping @memory[@size]; the size is taken up to whole pages. */
static unsigned long resident(void *memory, size_t size)
{
	enum { PAGES = 1024 }; /* the stack may be a signal's */
	const size_t page = (size_t)getpagesize();
	uint64_t map[PAGES / 8], pages = 0;

	size += (uintptr_t)memory & (page - 1);
	memory = (char *)memory - ((uintptr_t)memory & (page - 1));
	for (size_t at = 0; at < size; at += PAGES * page) {
		const size_t part = size - at < PAGES * page ? size - at : PAGES * page;

		memset(map, 0, sizeof map);
		if (mincore((char *)memory + at, part, (unsigned char *)map) < 0)
			continue;
		/* A byte for each page, its lowest bit is the answer: eight at a time. */
		for (size_t i = 0; i < PAGES / 8; i++)
			pages += (map[i] & 0x0101010101010101u) * 0x0101010101010101u >> 56;
	}
	return pages * page;
}

unsigned long rt_tracer_memory(void)
{
	const int saved = errno;
	unsigned long bytes = rt_output_memory();

	for (uint32_t i = 0; i < shadow_leaves(); i++) {
		const struct rt_range leaf = shadow_leaf_at(i);

		if (leaf.end)
			bytes += resident((void *)leaf.start, leaf.end - leaf.start);
	}
	for (const struct rt_thread *thread = rt_thread_list(); thread; thread = thread->next) {
		const uint32_t ids = rt.next_id < thread->ndirect ? rt.next_id : thread->ndirect;

		bytes += resident(rt_counter_at(thread, rt_place_of(ids - 1)), ids * sizeof(struct rt_counter));
		bytes += resident(thread->cache, RT_CACHE * sizeof *thread->cache);
	}
	errno = saved;
	return bytes;
}
