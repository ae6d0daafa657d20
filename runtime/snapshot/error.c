// SPDX-License-Identifier: MIT
/* The last error of each thread, as text. */
#include "runtime/snapshot/snapshot.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

enum { ERROR_SIZE = 512, SLAB = 64 * 1024 };

/* On the heap it would be the program's; as a TLS array it would cost every program static TLS space. So a thread gets a place
 * with its first error, and gives it back when it ends. */
union place {
	char text[ERROR_SIZE];
	union place *next; /* while it is free */
};

static __thread union place *own __attribute__((tls_model("initial-exec")));
static union place *free_places;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* In a forked child the lock may be one that nobody will give back. */
static int take_lock(void)
{
	for (int i = 0; i < 10000; i++) {
		if (pthread_mutex_trylock(&lock) == 0)
			return 1;
		sched_yield();
	}
	return 0;
}

/* Under the lock. */
static void make_places(void)
{
	union place *slab = mmap(NULL, SLAB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (slab == MAP_FAILED)
		return;
	for (size_t i = 0; i < SLAB / sizeof *slab; i++) {
		slab[i].next = free_places;
		free_places = slab + i;
	}
}

/* The calling thread's place; NULL when memory is out. */
static union place *own_place(void)
{
	const int saved = errno;

	if (own)
		return own;
	if (take_lock()) {
		if (!free_places)
			make_places();
		own = free_places;
		if (own)
			free_places = own->next;
		pthread_mutex_unlock(&lock);
	}
	errno = saved;
	return own;
}

void snapshot_error_forget(void)
{
	if (!own || !take_lock())
		return;
	own->next = free_places;
	free_places = own;
	pthread_mutex_unlock(&lock);
	own = NULL;
}

const char *snapshot_error(void)
{
	return own ? own->text : "";
}

void snapshot_set_error(const char *text, ...)
{
	union place *place = own_place();
	size_t length = 0;
	va_list more;

	if (!place)
		return;
	va_start(more, text);
	for (; text; text = va_arg(more, const char *)) {
		size_t size = strlen(text);

		if (size > ERROR_SIZE - 1 - length)
			size = ERROR_SIZE - 1 - length;
		memcpy(place->text + length, text, size);
		length += size;
	}
	va_end(more);
	place->text[length] = 0;
}
