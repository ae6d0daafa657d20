// SPDX-License-Identifier: MIT
/*
 * Gives back what only start-up and snapshots need of the library's file.
 *
 * A fault brings back the pages around it too, up to 64 KiB, but none of another mapping. So the code that runs all the time is linked
 * together, in front of this file's (CMakeLists.txt lists them in that order), and gets a mapping of its own.
 */
#include "runtime/trim.h"

#include "runtime/objects.h"
#include "runtime/rt.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SEGMENTS = 8, ENTRIES = 64 };

static struct {
	uintptr_t page;                     /* its size */
	struct rt_range segments[SEGMENTS]; /* of the file, never written to */
	size_t nsegments;
	int is_due;
} trim;

static uintptr_t page_up(uintptr_t address)
{
	return (address + trim.page - 1) & ~(trim.page - 1);
}

/* The code comes last. The kernel adds up what a process has by processor, and a part is only told where it has become large: what
 * goes last had better be. */
static void add_segment(struct rt_range segment)
{
	struct rt_range *last = trim.segments + trim.nsegments++;

	if (last > trim.segments && last[-1].start <= (uintptr_t)rt_trim && (uintptr_t)rt_trim < last[-1].end) {
		*last = last[-1];
		last--;
	}
	*last = segment;
}

void rt_trim_init(void)
{
	struct rt_object ourselves;

	trim.page = (uintptr_t)getpagesize();
	if (rt_static_function || rt.under_valgrind || rt_object_of(&rt, &ourselves) < 0)
		return;
	for (size_t i = 0; i < ourselves.nphdr && trim.nsegments < SEGMENTS; i++) {
		const ElfW(Phdr) *phdr = ourselves.phdr + i;
		const uintptr_t start = ourselves.bias + phdr->p_vaddr;

		if (phdr->p_type == PT_LOAD && !(phdr->p_flags & PF_W))
			add_segment((struct rt_range){start & ~(trim.page - 1), page_up(start + phdr->p_memsz)});
	}
	rt_trim_later();
}

void rt_trim_later(void)
{
	__atomic_store_n(&trim.is_due, trim.nsegments > 0, __ATOMIC_RELEASE);
}

/* Whether all pages of @segment that are there are the file's, none a copy with a breakpoint in it. */
static int is_clean(struct rt_range segment, int pagemap)
{
	const uint64_t present = 1ull << 63, swapped = 1ull << 62, of_file = 1ull << 61;
	uint64_t entries[ENTRIES];

	for (uintptr_t at = segment.start; at < segment.end; at += sizeof entries / sizeof *entries * trim.page) {
		const size_t left = (segment.end - at) / trim.page, n = left < ENTRIES ? left : ENTRIES;
		const size_t size = n * sizeof *entries;

		if (pread(pagemap, entries, size, (off_t)(at / trim.page * sizeof *entries)) != (ssize_t)size)
			return 0;
		for (size_t i = 0; i < n; i++)
			if (entries[i] & (present | swapped) && !(entries[i] & of_file))
				return 0;
	}
	return 1;
}

static void give_back(struct rt_range segment)
{
	const uintptr_t hot_end = page_up((uintptr_t)rt_trim);

	/* Advice that differs is what keeps two mappings apart. */
	if (hot_end > segment.start && hot_end < segment.end)
		madvise((void *)segment.start, hot_end - segment.start, MADV_RANDOM);
	madvise((void *)segment.start, segment.end - segment.start, MADV_DONTNEED);
}

void rt_trim(void)
{
	const int saved = errno;
	int pagemap;

	if (RT_LIKELY(!__atomic_load_n(&trim.is_due, __ATOMIC_ACQUIRE)))
		return;
	__atomic_store_n(&trim.is_due, 0, __ATOMIC_RELAXED);
	pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; pagemap >= 0 && i < trim.nsegments; i++)
		if (is_clean(trim.segments[i], pagemap))
			give_back(trim.segments[i]);
	if (pagemap >= 0)
		close(pagemap);
	errno = saved;
}
