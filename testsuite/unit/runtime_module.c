// SPDX-License-Identifier: MIT
/* A module as the plugin emits it, written by hand. */
#include "runtime_module.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define SLOT(id, real) [MEMLINT_ALLOCATOR_##id] = {(void *)(real), MEMLINT_ALLOCATOR_##id, 0}

static void nothing(void)
{
}

struct module_unit module_unit;
__thread const struct memlint_site *module_caller __attribute__((tls_model("initial-exec")));
struct memlint_slot module_slots[MEMLINT_ALLOCATOR_COUNT] = {
        SLOT(MALLOC, malloc),      SLOT(CALLOC, calloc),
        SLOT(REALLOC, realloc),    SLOT(FREE, free),
        SLOT(STRDUP, strdup),      SLOT(ALIGNED_ALLOC, aligned_alloc),
        SLOT(TRACK, nothing),      SLOT(POSIX_MEMALIGN, posix_memalign),
        SLOT(MEMALIGN, memalign),  SLOT(UNTRACK, nothing),
        SLOT(POOL_TRACK, nothing), SLOT(POOL_UNTRACK, nothing),
};

static uint32_t put(const char *text, uint32_t *at)
{
	const uint32_t offset = *at;

	memcpy(module_unit.strings + offset, text, strlen(text) + 1);
	*at += (uint32_t)strlen(text) + 1;
	return offset;
}

/* Of type 1, a line below the place before; what follows. */
static unsigned char *fill_place(unsigned char *place, uint32_t i, uint32_t file, uint32_t function)
{
	*place = MEMLINT_PLACE_FILE | MEMLINT_PLACE_FUNCTION | MEMLINT_PLACE_TYPE;
	if (i >= MODULE_CALLER)
		*place |= MEMLINT_SITE_CALLER;
	else if (i >= MODULE_WRAPPER)
		*place |= MEMLINT_SITE_WRAPPER;
	place++;
	if (i < MODULE_CALLER)
		*place++ = MEMLINT_ALLOCATOR_MALLOC;
	*place++ = 2;
	*place++ = 0;
	*place++ = (unsigned char)file;
	*place++ = i ? 0 : (unsigned char)(2 * function);
	*place++ = 1;
	return place;
}

static void fill_unit(void)
{
	struct memlint_unit *head = &module_unit.head;
	unsigned char *place = module_unit.places;
	uint32_t at = 2;
	const uint32_t file = put("test.c", &at), function = put("f", &at), type = put("int", &at);

	*head = (struct memlint_unit){.magic = MEMLINT_UNIT_MAGIC,
	                              .abi = MEMLINT_ABI,
	                              .size = sizeof module_unit,
	                              .nsites = MODULE_SITES,
	                              .ntypes = 1,
	                              .types = offsetof(struct module_unit, types),
	                              .places = offsetof(struct module_unit, places),
	                              .strings = offsetof(struct module_unit, strings),
	                              .directory = 0};
	module_unit.types[0] = (unsigned char)type;
	module_unit.types[1] = 4;
	memset(module_unit.sites, 0, sizeof module_unit.sites);
	for (uint32_t i = 0; i < MODULE_SITES; i++)
		place = fill_place(place, i, file, function);
}

const struct memlint_site *module_announced(const struct module_unit *unit, uint32_t site)
{
	return (const void *)((const char *)unit + MEMLINT_CALLER_OFFSET(site));
}

const struct memlint_module *module_describe(void)
{
	static struct memlint_module module;
	char *thread_pointer;

	__asm__("mov %%fs:0, %0" : "=r"(thread_pointer));
	fill_unit();
	module = (struct memlint_module){.abi = MEMLINT_ABI,
	                                 .size = sizeof module,
	                                 .slots = module_slots,
	                                 .slots_end = module_slots + MEMLINT_ALLOCATOR_COUNT,
	                                 .units = &module_unit.head,
	                                 .units_end = (struct memlint_unit *)(void *)(&module_unit + 1),
	                                 .caller_offset = (char *)&module_caller - thread_pointer};
	return &module;
}

/*
 * The stub's jump: one load of the slot, which the runtime may point elsewhere
 * meanwhile. The compiler must not know what is called.
 */
#define CALL(id, type) ((type)__atomic_load_n(&module_slots[MEMLINT_ALLOCATOR_##id].function, __ATOMIC_RELAXED))
#define SITE const struct memlint_site *
#define AT(site) (&module_unit.sites[site])

void *module_malloc(size_t size, int site)
{
	return CALL(MALLOC, void *(*)(size_t, SITE))(size, AT(site));
}

void *module_calloc(size_t count, size_t size, int site)
{
	return CALL(CALLOC, void *(*)(size_t, size_t, SITE))(count, size, AT(site));
}

void *module_realloc(void *block, size_t size, int site)
{
	return CALL(REALLOC, void *(*)(void *, size_t, SITE))(block, size, AT(site));
}

char *module_strdup(const char *text, int site)
{
	return CALL(STRDUP, char *(*)(const char *, SITE))(text, AT(site));
}

void *module_aligned_alloc(size_t alignment, size_t size, int site)
{
	return CALL(ALIGNED_ALLOC, void *(*)(size_t, size_t, SITE))(alignment, size, AT(site));
}

int module_posix_memalign(void **block, size_t alignment, size_t size, int site)
{
	return CALL(POSIX_MEMALIGN, int (*)(void **, size_t, size_t, SITE))(block, alignment, size, AT(site));
}

void module_free(void *block)
{
	CALL(FREE, void (*)(void *))(block);
}

void module_track(const void *block, size_t size, int site)
{
	CALL(TRACK, void (*)(const void *, size_t, SITE))(block, size, AT(site));
}

void module_untrack(const void *block)
{
	CALL(UNTRACK, void (*)(const void *))(block);
}

void module_pool_track(const void *block, size_t size, const void *pool, int site)
{
	CALL(POOL_TRACK, void (*)(const void *, size_t, const void *, SITE))(block, size, pool, AT(site));
}

void module_pool_untrack(const void *pool)
{
	CALL(POOL_UNTRACK, void (*)(const void *))(pool);
}
