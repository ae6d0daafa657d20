// SPDX-License-Identifier: MIT
/* What the runtime itself costs in resident memory. */
#include "runtime/output.h"
#include "runtime/shadow.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* Resident bytes of the mapping @memory[@size]. */
static unsigned long resident(void *memory, size_t size)
{
	enum { PAGES = 8192 };
	const size_t page = (size_t)getpagesize();
	unsigned char map[PAGES];
	unsigned long bytes = 0;

	for (size_t at = 0; at < size; at += PAGES * page) {
		const size_t part = size - at < PAGES * page ? size - at : PAGES * page;

		if (mincore((char *)memory + at, part, map) < 0)
			continue;
		for (size_t i = 0; i < part / page; i++)
			bytes += (map[i] & 1) * page;
	}
	return bytes;
}

unsigned long rt_tracer_memory(void)
{
	const int saved = errno;
	unsigned long bytes = rt_output_memory();

	for (size_t i = 0; i < SHADOW_REGIONS; i++)
		if (rt_shadow_top[i])
			bytes += resident(rt_shadow_top[i], sizeof(uint32_t) << (SHADOW_REGION_BITS - shadow_shift()));
	for (const struct rt_thread *thread = rt.threads; thread; thread = thread->next) {
		bytes += resident(thread->direct, thread->ndirect * sizeof *thread->direct);
		bytes += resident(thread->cache, RT_CACHE * sizeof *thread->cache);
	}
	errno = saved;
	return bytes;
}
