/* SPDX-License-Identifier: MIT */
/* An instrumented module made by hand: what the plugin would emit, in one static object. */
#ifndef RUNTIME_MODULE_H
#define RUNTIME_MODULE_H

#include "memlint/abi.h"
#include "memlint/memlint.h"

enum { MODULE_TYPE = 2, MODULE_SITES = 64, MODULE_WRAPPER = 60, MODULE_CALLER = 62 };
/* Bytes of all places: callers' have no allocator. */
enum { MODULE_PLACES = 7 * MODULE_SITES - (MODULE_SITES - MODULE_CALLER) };

struct module_unit {
	struct memlint_unit head;
	struct memlint_site sites[MODULE_CALLER];
	unsigned char types[MODULE_TYPE];
	unsigned char places[MODULE_PLACES];
	char strings[64];
};

/*
 * A unit with MODULE_SITES sites: site i is in test.c, line i + 1, function f, of type int. Sites from MODULE_WRAPPER are in a
 * wrapper, those from MODULE_CALLER are calls of it. Slots for the C allocators; `caller` is the module's thread variable.
 */
extern struct module_unit module_unit;
extern struct memlint_slot module_slots[MEMLINT_ALLOCATOR_COUNT];
extern __thread const struct memlint_site *module_caller;

/* What is announced of site @site of @unit. */
const struct memlint_site *module_announced(const struct module_unit *unit, uint32_t site);

/* What attach is given. */
const struct memlint_module *module_describe(void);

/* Calls as the plugin rewrites them: through the slot, the site last. */
void *module_malloc(size_t size, int site);
void *module_calloc(size_t count, size_t size, int site);
void *module_realloc(void *block, size_t size, int site);
char *module_strdup(const char *text, int site);
void *module_aligned_alloc(size_t alignment, size_t size, int site);
int module_posix_memalign(void **block, size_t alignment, size_t size, int site);
void module_free(void *block);
void module_track(const void *block, size_t size, int site);
void module_untrack(const void *block);
void module_pool_track(const void *block, size_t size, const void *pool, int site);
void module_pool_untrack(const void *pool);

#endif
