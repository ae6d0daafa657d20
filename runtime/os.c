// SPDX-License-Identifier: MIT
/* Pages, the lock that blocks signals, one-line messages, clocks. */
#include "runtime/os.h"

#include "runtime/rt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OWN_FIRST = 32, OWN_RANGES = 1 << 14, SLAB_BYTES = 1 << 20 };

/* Most programs need the first of them only. */
static struct rt_range own_first[OWN_FIRST];
static RT_SPARSE struct rt_range own_others[OWN_RANGES - OWN_FIRST];
static size_t nown;

static struct rt_range *own_at(size_t i)
{
	return i < OWN_FIRST ? own_first + i : own_others + (i - OWN_FIRST);
}

/* A slot is taken by its start and whole once it has an end. */
static void own_add(uintptr_t start, uintptr_t end)
{
	for (size_t i = 0; i < OWN_RANGES; i++) {
		struct rt_range *own = own_at(i);
		uintptr_t none = 0;

		if (RT_LOAD(own->start) ||
		    !__atomic_compare_exchange_n(&own->start, &none, start, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		__atomic_store_n(&own->end, end, __ATOMIC_RELEASE);
		for (size_t n = RT_LOAD(nown); n <= i;)
			if (__atomic_compare_exchange_n(&nown, &n, i + 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
				break;
		return;
	}
}

void rt_own(const void *memory, size_t size, int is_ours)
{
	const uintptr_t start = (uintptr_t)memory;

	if (is_ours) {
		own_add(start, start + size);
		return;
	}
	for (size_t i = 0; i < RT_LOAD(nown); i++) {
		struct rt_range *own = own_at(i);

		if (RT_LOAD(own->start) == start) {
			RT_STORE(own->end, 0);
			__atomic_store_n(&own->start, 0, __ATOMIC_RELEASE);
			return;
		}
	}
}

int rt_own_memory(size_t i, struct rt_range *range)
{
	if (i >= __atomic_load_n(&nown, __ATOMIC_ACQUIRE))
		return 0;
	range->start = RT_LOAD(own_at(i)->start);
	range->end = __atomic_load_n(&own_at(i)->end, __ATOMIC_ACQUIRE);
	return 1;
}

void *rt_map_at(uintptr_t address, size_t size)
{
	const int saved = errno, where = address ? MAP_FIXED_NOREPLACE : 0;
	void *memory = mmap((void *)address, size, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | where, -1, 0);

	/* Before 4.17 the kernel took the address for a wish. */
	if (address && memory != MAP_FAILED && (uintptr_t)memory != address) {
		munmap(memory, size);
		memory = MAP_FAILED;
	}
	errno = saved;
	if (memory == MAP_FAILED)
		return NULL;
	rt_own(memory, size, 1);
	return memory;
}

void *rt_map(size_t size)
{
	return rt_map_at(0, size);
}

void *rt_map_aligned(size_t size)
{
	const int saved = errno;
	char *memory = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	const size_t before = -(uintptr_t)memory & (size - 1);

	errno = saved;
	if (memory == MAP_FAILED)
		return NULL;
	if (before)
		munmap(memory, before);
	munmap(memory + before + size, size - before);
	errno = saved;
	rt_own(memory + before, size, 1);
	return memory + before;
}

/* What small pieces are cut from, front to back. */
struct slab {
	size_t used; /* may be more than there is: then it is full */
	char bytes[SLAB_BYTES - sizeof(size_t)];
};
static struct slab *slab;

void *rt_keep(size_t size)
{
	const size_t rounded = (size + 7) & ~(size_t)7;
	struct slab *current = __atomic_load_n(&slab, __ATOMIC_ACQUIRE);

	if (size > sizeof current->bytes / 8)
		return rt_map(size);
	for (;;) {
		const size_t at = current ? __atomic_fetch_add(&current->used, rounded, __ATOMIC_RELAXED) : SLAB_BYTES;
		struct slab *fresh;

		if (at <= sizeof current->bytes - rounded)
			return current->bytes + at;
		if (!(fresh = rt_map(sizeof *fresh)))
			return NULL;
		if (__atomic_compare_exchange_n(&slab, &current, fresh, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			current = fresh;
		else
			rt_unmap(fresh, sizeof *fresh);
	}
}

void *rt_keep_copy(const void *data, size_t size)
{
	void *copy = rt_keep(size);

	return copy ? memcpy(copy, data, size) : NULL;
}

const char *rt_keep_text(const char *text)
{
	const char *copy = rt_keep_copy(text, strlen(text) + 1);

	return copy ? copy : "";
}

void rt_unmap(void *memory, size_t size)
{
	const int saved = errno;

	if (!memory)
		return;
	rt_own(memory, size, 0);
	munmap(memory, size);
	errno = saved;
}

void rt_lock(struct rt_lock *lock)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_mutex_lock(&lock->mutex);
	lock->signals = before;
}

void rt_unlock(struct rt_lock *lock)
{
	const sigset_t before = lock->signals;

	pthread_mutex_unlock(&lock->mutex);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void rt_say(const char *part, ...)
{
	const int saved = errno;
	char line[1024] = "memlint: ";
	size_t size = strlen(line);
	va_list parts;

	va_start(parts, part);
	for (; part; part = va_arg(parts, const char *)) {
		const size_t length = strlen(part), room = sizeof line - 1 - size;
		const size_t n = length < room ? length : room;

		memcpy(line + size, part, n);
		size += n;
	}
	va_end(parts);
	line[size++] = '\n';
	while (write(STDERR_FILENO, line, size) < 0 && errno == EINTR)
		;
	errno = saved;
}

char *rt_decimal(uint64_t value, char *text)
{
	char digits[20];
	size_t n = 0, at = 0;

	do
		digits[n++] = (char)('0' + value % 10);
	while (value /= 10);
	while (n)
		text[at++] = digits[--n];
	text[at] = 0;
	return text;
}

static rt_clock *kernel_clock;

void rt_clock_use(rt_clock *clock)
{
	kernel_clock = clock;
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = {0};

	if (!kernel_clock || kernel_clock(clock, &now))
		clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t rt_monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

uint64_t rt_unix_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

int rt_process(void)
{
	return (int)syscall(SYS_getpid);
}

int rt_task(void)
{
	return (int)syscall(SYS_gettid);
}

/* Names in a getdents64 buffer that do not start with a dot. */
static int count_names(const char *buffer, long size)
{
	int names = 0;

	for (long at = 0; at < size;) {
		const struct dirent64 *entry = (const void *)(buffer + at);

		names += entry->d_name[0] != '.';
		at += entry->d_reclen;
	}
	return names;
}

int rt_is_one_task(void)
{
	const int saved = errno;
	const int fd = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char buffer[1024] __attribute__((aligned(8)));
	int tasks = 0;

	if (fd >= 0) {
		const long size = syscall(SYS_getdents64, fd, buffer, sizeof buffer);

		tasks = size > 0 ? count_names(buffer, size) : 0;
		close(fd);
	}
	errno = saved;
	return tasks == 1;
}
