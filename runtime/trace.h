/* SPDX-License-Identifier: MIT */
/*
 * Traces and the units whose sites they name.
 *
 * Ids count up from 1 and are never reused. Each attached unit takes a run of ids, one for each site: those need no row.
 * Every other trace has a row: what allocated (its key), in which thread, and frames beyond the site.
 */
#ifndef MEMLINT_TRACE_H
#define MEMLINT_TRACE_H

#include "runtime/places.h"
#include "runtime/rt.h"

/*
 * What allocates, in 64 bits:
 *   inner					a site, called by nobody known
 *   author << 32 | inner			a wrapper's site and the author's line that called the wrapper
 *   author << 32 | RT_KEY_FOREIGN		code without sites, called from the author's line
 *   1 << 63 | address				code without sites; the address its call returns to
 */
#define RT_KEY_FOREIGN 0x7fffffffu
#define RT_KEY_ADDRESS (1ull << 63)

/* Whether the innermost frame is a site of the plugin's, or a tracked object's type: then its frames, if any, begin as rt_frames()
 * says. */
static inline int rt_key_has_site(uint64_t key)
{
	return !(key & RT_KEY_ADDRESS) && (uint32_t)key != RT_KEY_FOREIGN;
}

/* What a cache's key (frames.h) has for a site, its memlint_site.id, as the site's id; what is one stays it. */
static inline uint32_t rt_site_of(uint32_t half)
{
	return half != RT_KEY_FOREIGN && half & RT_PLACE ? rt_place_id(half) : half;
}

static inline uint64_t rt_key_of(uint64_t cache_key)
{
	/* A site's mark may stand where an address has its own, but a place has the bit below it besides. */
	if (cache_key >> 62 == RT_KEY_ADDRESS >> 62)
		return cache_key;
	return (uint64_t)rt_site_of((uint32_t)(cache_key >> 32)) << 32 | rt_site_of((uint32_t)cache_key);
}

struct rt_trace {
	uint64_t key; /* 0: the id is a site's own */
	uint32_t thread;
	uint32_t hash;
	const uintptr_t *frames; /* return addresses, innermost first, beyond the key's sites */
	uint32_t nframes;
	uint32_t total; /* frames there were before the limit cut them */
};

/* A unit's tables at length. */
struct rt_unpacked {
	const struct rt_type *types;
	const char *directory;
	const char *strings;
	size_t strings_size;
	struct rt_place places[];
};

/* A unit's sites have ids first … first + unit->nsites - 1. */
struct rt_unit {
	uint32_t first, nsites;
	const struct memlint_unit *unit; /* in the module while it is loaded, then a copy */
	struct rt_unpacked *unpacked;    /* once it was asked for */
	const char *custom_type;         /* a tracked object's type: no unit, one id */
};

/* The id of the trace with this key in @thread's row; 0 when memory or ids are out. Takes the lock on a miss. */
uint32_t rt_trace_intern(uint64_t key, uint32_t thread, const uintptr_t *frames, uint32_t nframes, uint32_t total);
/* The row of @id, made up for a site's own id. */
struct rt_trace rt_trace_get(uint32_t id);
/* Numbers @unit's sites; -1 when ids or memory are out. Under the lock. */
int rt_unit_add(struct memlint_unit *unit);
/* An id for objects of @type in a user's pool; 0 when memory is out. Takes the lock. */
uint32_t rt_custom_site(const char *type);
/* The unit and index of site @id; NULL if it is none. */
const struct rt_unit *rt_unit_of(uint32_t id);
/* What @row's unit says; NULL when memory is out. Takes no lock. */
const struct rt_unpacked *rt_unit_unpack(const struct rt_unit *row);
/* Every unit between @first and @end is about to be unloaded: copies what names them. Under the lock. */
void rt_units_detach(const void *first, const void *end);
/* Texts that units share, known and copied the same way. */
void rt_texts_add(const char *first, const char *end);
void rt_texts_detach(const char *first, const char *end);
/* The text that is known by @hash, to the end of the process; the packed layout of the type of this name as it is packed. NULL if no
 * module has it. Takes no lock. */
const char *rt_text_find(uint64_t hash);
const char *rt_layout_named(const char *type, size_t length);

/* The unit that starts at or after @at, past the zero bytes between units; NULL before @end if there is none whole.
 * *@status is set to -1 if something that is no unit of this ABI stands there. */
struct memlint_unit *rt_unit_next(const void *at, const void *end, int *status);

#endif
