// SPDX-License-Identifier: MIT
/* Shapes out of the program's packed layouts. */
#include "runtime/shape.h"

#include "runtime/describe.h"
#include "runtime/layout.h"
#include "runtime/os.h"
#include "runtime/rt.h"

#include <string.h>

enum { WORD_BITS = 64, DEEPEST = 16, MOST_WORDS = 1 << 20 };

static const struct rt_shape unknown = {.other = RT_WORD_PERHAPS}, pointers = {.other = RT_WORD_POINTER};

/* A record being filled in. */
struct filler {
	struct pages_arena *arena;
	uint8_t *words;
	uint64_t nwords, base; /* base: of the record in hand, bits */
	struct rt_shape *shape;
	int depth;
};

static int is_type(const struct rt_layout_field *field, const char *name)
{
	return strlen(name) == field->length && !memcmp(field->type, name, field->length);
}

/* What a pointer's own type says: void * may be anything, a function is no block. */
static enum rt_word pointer_kind(const struct rt_layout_field *field)
{
	if (is_type(field, "'v") || is_type(field, "void"))
		return RT_WORD_PERHAPS;
	return field->length > 1 && memchr(field->type, '(', field->length) ? RT_WORD_NUMBER : RT_WORD_POINTER;
}

/* Bytes may hold anything; of whole words long is what programs keep addresses in. */
static enum rt_word scalar_kind(const struct rt_layout_field *field)
{
	static const char *const any[] = {"char", "unsigned char", "signed char", "long int", "long unsigned int",
	                                  "long", "unsigned long", "uintptr_t",   "intptr_t", "std::byte"};

	for (size_t i = 0; i < sizeof any / sizeof *any; i++)
		if (is_type(field, any[i]))
			return RT_WORD_PERHAPS;
	return RT_WORD_NUMBER;
}

static void mark(const struct filler *filler, uint64_t start, uint64_t end, enum rt_word kind)
{
	/* Only whole, aligned words hold pointers. */
	for (uint64_t at = (start + WORD_BITS - 1) / WORD_BITS; (at + 1) * WORD_BITS <= end && at < filler->nwords;
	     at++)
		if (kind > filler->words[at])
			filler->words[at] = (uint8_t)kind;
}

static void fill_field(const struct rt_layout_field *field, void *context);

/* Record @type at @base bits. */
static void fill_record(struct filler *filler, const char *type, size_t length, uint64_t base, uint64_t end)
{
	const char *packed = rt_layout_named(type, length), *kept;
	struct filler inner = *filler;

	if (!packed || filler->depth >= DEEPEST) {
		mark(filler, base, end, RT_WORD_PERHAPS);
		return;
	}
	kept = rt_layout_kept(packed, &length);
	inner.base = base;
	inner.depth++;
	if (kept)
		fill_record(&inner, kept, length, base, end);
	else
		rt_layout_each_field(packed, fill_field, &inner);
}

static void fill_elements(struct filler *filler, const struct rt_layout_field *field, uint64_t start)
{
	const uint64_t n = field->count ? field->count : 1, size = field->size / n;

	for (uint64_t i = 0; i < n && size && (start + i * size) / WORD_BITS < filler->nwords; i++)
		fill_record(filler, field->type, field->length, start + i * size, start + (i + 1) * size);
}

/* A union's members lie over each other: what one says is not sure. */
static void weaken(const struct filler *filler, uint64_t start, uint64_t end)
{
	for (uint64_t at = start / WORD_BITS; at * WORD_BITS < end && at < filler->nwords; at++)
		if (filler->words[at] == RT_WORD_POINTER)
			filler->words[at] = RT_WORD_PERHAPS;
}

/* The array behind the record; one of records repeats their words. */
static void fill_flexible(const struct filler *filler, const struct rt_layout_field *field)
{
	struct rt_shape *shape = filler->shape;
	const char *packed = strchr(field->flags, 'r') ? rt_layout_named(field->type, field->length) : NULL;
	struct filler element = {.arena = filler->arena, .nwords = 1, .depth = filler->depth, .shape = NULL};
	const uint64_t bytes = packed ? rt_layout_each_field(packed, fill_field, &(struct filler){.shape = NULL}) : 0;

	if (!shape || filler->depth)
		return;
	if (bytes >= sizeof(uintptr_t))
		element.nwords = bytes / sizeof(uintptr_t);
	if (element.nwords > MOST_WORDS || !(element.words = pages_alloc(filler->arena, element.nwords)))
		return;
	if (packed)
		fill_record(&element, field->type, field->length, 0, element.nwords * WORD_BITS);
	else
		element.words[0] = (uint8_t)(strchr(field->flags, 'p')   ? pointer_kind(field)
		                             : strchr(field->flags, 'r') ? RT_WORD_PERHAPS
		                                                         : scalar_kind(field));
	shape->flexible = element.words;
	shape->nflexible = (uint32_t)element.nwords;
}

static void fill_field(const struct rt_layout_field *field, void *context)
{
	struct filler *filler = context;
	const uint64_t start = filler->base + field->offset, end = start + field->size;

	if (strchr(field->flags, 'm')) {
		fill_flexible(filler, field);
		return;
	}
	if (strpbrk(field->flags, "bv") || start / WORD_BITS >= filler->nwords)
		return;
	if (strchr(field->flags, 'p'))
		mark(filler, start, end, pointer_kind(field));
	else if (strchr(field->flags, 'r'))
		fill_elements(filler, field, start);
	else
		mark(filler, start, end, scalar_kind(field));
	if (strchr(field->flags, 'u'))
		weaken(filler, start, end);
}

static uint64_t ignore_fields(const char *packed)
{
	return rt_layout_each_field(packed, fill_field, &(struct filler){.shape = NULL});
}

static const struct rt_shape *make(struct rt_shapes *shapes, const struct snapshot_frame *site)
{
	const char *packed = site->layout ? rt_text_find(site->layout) : NULL;
	const size_t length = strlen(site->type);
	struct filler filler = {.arena = &shapes->arena};
	struct rt_shape *shape;

	if (!packed) {
		const size_t end = length > 2 && !strcmp(site->type + length - 2, "[]") ? length - 2 : length;

		return end && site->type[end - 1] == '*' && strncmp(site->type, "void *", 6) ? &pointers : &unknown;
	}
	const uint64_t bytes = ignore_fields(packed);

	filler.nwords = bytes / sizeof(uintptr_t);
	shape = pages_alloc(&shapes->arena, sizeof *shape);
	if (!shape || bytes % sizeof(uintptr_t) || !filler.nwords || filler.nwords > MOST_WORDS)
		return &unknown;
	filler.words = pages_alloc(&shapes->arena, filler.nwords);
	filler.shape = shape;
	if (!filler.words)
		return &unknown;
	rt_layout_each_field(packed, fill_field, &filler);
	shape->words = filler.words;
	shape->nwords = (uint32_t)filler.nwords;
	return shape;
}

/* The site whose type the trace's blocks have: one that the source states, nearest to the author; else an inferred one. */
static const struct rt_shape *look_up(struct rt_shapes *shapes, uint32_t id)
{
	const struct rt_described trace = rt_describe_trace(id);
	struct snapshot_frame typed = {.type = ""};

	for (uint32_t i = trace.nsites; i-- > 0;) {
		const struct snapshot_frame site = rt_describe_site(trace.sites[i]);

		if (!site.type || !site.type[0])
			continue;
		if (site.flags & MEMLINT_SITE_TYPE_CERTAIN)
			return make(shapes, &site);
		if (!typed.type[0])
			typed = site;
	}
	return make(shapes, &typed);
}

const struct rt_shape *rt_shape_of(struct rt_shapes *shapes, uint32_t id)
{
	if (!shapes->by_trace) {
		shapes->ntraces = RT_LOAD(rt.next_id);
		shapes->by_trace = rt_map(shapes->ntraces * sizeof *shapes->by_trace);
	}
	if (!shapes->by_trace || id >= shapes->ntraces)
		return &unknown;
	if (!shapes->by_trace[id]) {
		rt_lock(&rt.lock);
		shapes->by_trace[id] = (struct rt_shape *)(uintptr_t)look_up(shapes, id);
		rt_unlock(&rt.lock);
	}
	return shapes->by_trace[id];
}

void rt_shapes_release(struct rt_shapes *shapes)
{
	rt_unmap(shapes->by_trace, shapes->ntraces * sizeof *shapes->by_trace);
	pages_arena_release(&shapes->arena);
	*shapes = (struct rt_shapes){0};
}
