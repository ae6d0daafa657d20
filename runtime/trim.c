// SPDX-License-Identifier: MIT
/*
 * Gives back what only start-up and snapshots need of the library's file.
 *
 * A fault brings back the pages around it too, up to 64 KiB, but none of another mapping. So the code that runs all the time is linked
 * together, up to rt_trim_exit() in this file (CMakeLists.txt lists the files in that order), and gets a mapping of its own; so does the
 * code of starting and of snapshots, which lies between two functions of its first and its last file, and so do the constants in front
 * of what only unwinders and debuggers read.
 */
#include "runtime/trim.h"

#include "runtime/graph.h"
#include "runtime/objects.h"
#include "runtime/rt.h"
#include "runtime/snapshot/strings.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SEGMENTS = 8 };

/* Of an object's file, those never written to. */
struct segments {
	struct rt_range ranges[SEGMENTS];
	size_t n;
};

static struct {
	uintptr_t page; /* its size */
	struct segments ours, libc;
	int is_due;
} trim;

static uintptr_t page_down(uintptr_t address)
{
	return address & ~(trim.page - 1);
}

static uintptr_t page_up(uintptr_t address)
{
	return page_down(address + trim.page - 1);
}

enum { PAGES = 64, LIBC_PAGES = 1024 };

/* Sixty-four pages, a bit for each. */
struct look {
	uint64_t there; /* in memory, or where that was written to swap */
	uint64_t file;  /* as the file has it, none a copy with a breakpoint in it */
};

/* libc's functions would bring pages of it around their own; syscall()'s are there since the program started. */
static int open_pagemap(void)
{
	return (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
}

static void close_pagemap(int pagemap)
{
	if (pagemap >= 0)
		syscall(SYS_close, pagemap);
}

/* At the pages from @start, those from @end on left out; nothing where the kernel does not tell. */
static struct look look_at(int pagemap, uintptr_t start, uintptr_t end)
{
	const uint64_t there = 1ull << 63 | 1ull << 62, of_file = 1ull << 61;
	const size_t left = (end - start) / trim.page, n = left < PAGES ? left : PAGES, size = n * sizeof(uint64_t);
	uint64_t entries[PAGES];
	struct look look = {0};

	if (syscall(SYS_pread64, pagemap, entries, size, start / trim.page * sizeof *entries) != (long)size)
		return (struct look){.there = UINT64_MAX};
	for (size_t i = 0; i < n; i++) {
		look.there |= (uint64_t)((entries[i] & there) != 0) << i;
		look.file |= (uint64_t)((entries[i] & of_file) != 0) << i;
	}
	return look;
}

static int is_clean(struct rt_range segment, int pagemap)
{
	for (uintptr_t at = segment.start; at < segment.end; at += PAGES * trim.page) {
		const struct look look = look_at(pagemap, at, segment.end);

		if (look.there & ~look.file)
			return 0;
	}
	return 1;
}

void rt_trim_later(void)
{
	__atomic_store_n(&trim.is_due, trim.ours.n > 0, __ATOMIC_RELEASE);
}

void rt_trim(void)
{
	const int saved = errno;
	int pagemap;

	if (RT_LIKELY(!RT_LOAD(trim.is_due)))
		return;
	if (!__atomic_exchange_n(&trim.is_due, 0, __ATOMIC_ACQUIRE))
		return;
	pagemap = open_pagemap();
	for (const struct rt_range *at = trim.ours.ranges; pagemap >= 0 && at < trim.ours.ranges + trim.ours.n; at++)
		if (is_clean(*at, pagemap))
			madvise((void *)at->start, at->end - at->start, MADV_DONTNEED);
	close_pagemap(pagemap);
	errno = saved;
}

/* Gives back those of the 64 pages from @start that @mask has. */
static void give_back(uintptr_t start, uint64_t mask)
{
	while (mask) {
		const int first = __builtin_ctzll(mask);
		const uint64_t from = mask >> first;
		const int n = ~from ? __builtin_ctzll(~from) : PAGES;

		madvise((void *)(start + (uintptr_t)first * trim.page), (uintptr_t)n * trim.page, MADV_DONTNEED);
		mask &= n == PAGES ? 0 : ~(((1ull << n) - 1) << first);
	}
}

/* A bit for each page of libc's file, segment after segment. */
struct pages {
	uint64_t words[LIBC_PAGES / PAGES];
};

/* Notes which pages of libc's file are in memory in @there, or gives back those that are, but for what @kept says. */
static void each_of_libc(struct pages *there, const struct pages *kept)
{
	const int saved = errno, pagemap = trim.libc.n ? open_pagemap() : -1;
	const struct rt_range *const end = trim.libc.ranges + trim.libc.n;
	size_t word = 0;

	for (const struct rt_range *segment = trim.libc.ranges; pagemap >= 0 && segment < end; segment++) {
		for (uintptr_t at = segment->start; at < segment->end && word < LIBC_PAGES / PAGES;
		     at += PAGES * trim.page) {
			const struct look look = look_at(pagemap, at, segment->end);

			if (there)
				there->words[word] = look.there;
			else
				give_back(at, look.there & look.file & ~kept->words[word]);
			word++;
		}
	}
	close_pagemap(pagemap);
	errno = saved;
}

static void trim_now(void)
{
	rt_trim_later();
	rt_trim();
}

void rt_trim_exit(void)
{
	static const struct pages none;

	each_of_libc(NULL, &none);
	trim_now();
}

/* Advice that differs is what keeps two mappings apart. */
static void set_apart(uintptr_t start, uintptr_t end)
{
	if (start < end)
		madvise((void *)start, end - start, MADV_RANDOM);
}

/* The code comes last. The kernel adds up what a process has by processor, and a part is only told where it has become large: what
 * goes last had better be. */
static void add_segment(struct segments *segments, struct rt_range segment)
{
	struct rt_range *last = segments->ranges + segments->n++;

	if (last > segments->ranges && last[-1].start <= (uintptr_t)rt_trim_exit &&
	    (uintptr_t)rt_trim_exit < last[-1].end) {
		*last = last[-1];
		last--;
	}
	*last = segment;
}

/* In line, since the compiler would put it in front of rt_trim_exit(). */
RT_INLINE void add_segments(struct segments *segments, const struct rt_object *object)
{
	for (size_t i = 0; i < object->nphdr && segments->n < SEGMENTS; i++) {
		const ElfW(Phdr) *phdr = object->phdr + i;
		const uintptr_t start = object->bias + phdr->p_vaddr;

		if (phdr->p_type == PT_LOAD && !(phdr->p_flags & PF_W))
			add_segment(segments, (struct rt_range){page_down(start), page_up(start + phdr->p_memsz)});
	}
}

static void set_apart_pieces(struct rt_range segment, uintptr_t unwinding)
{
	const uintptr_t always = page_up((uintptr_t)rt_trim_exit);

	if (always > segment.start && always < segment.end) {
		set_apart(segment.start, always);
		set_apart(page_down((uintptr_t)rt_graph_finish), page_up((uintptr_t)strings_release));
	}
	if (unwinding > segment.start && unwinding < segment.end)
		set_apart(segment.start, page_up(unwinding));
}

void rt_trim_init(void)
{
	struct rt_object ourselves;
	uintptr_t unwinding = 0;

	trim.page = (uintptr_t)getpagesize();
	if (rt_static_function || rt.under_valgrind || rt_object_of(&rt, &ourselves) < 0)
		return;
	add_segments(&trim.ours, &ourselves);
	for (size_t i = 0; i < ourselves.nphdr; i++)
		if (ourselves.phdr[i].p_type == PT_GNU_EH_FRAME)
			unwinding = ourselves.bias + ourselves.phdr[i].p_vaddr;
	for (size_t i = 0; i < trim.ours.n; i++)
		set_apart_pieces(trim.ours.ranges[i], unwinding);
	rt_trim_later();
}

static struct pages before_start;

void rt_trim_begin(void)
{
	struct rt_object libc;

	if (trim.ours.n && rt_find_function("gnu_get_libc_version", &libc))
		add_segments(&trim.libc, &libc);
	each_of_libc(&before_start, NULL);
}

void rt_trim_end(void)
{
	each_of_libc(NULL, &before_start);
	trim_now();
	rt_trim_later(); /* what the program's first calls bring */
}
