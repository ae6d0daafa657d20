/* SPDX-License-Identifier: MIT */
/*
 * memlint's public interface: Python's tracemalloc for C and C++.
 *
 * Include it and call; nothing is linked. In a program built without the plugin every call is a
 * no-op that costs one test of a constant. In a program built with -fplugin=memlint.so, memlint_start()
 * loads the runtime when the environment (MEMLINT=1) has not done so already.
 *
 * Names, semantics and defaults are tracemalloc's. All functions may be called from any thread. None of them
 * allocates from the program's heap: what they return lives in memory of the runtime's own and is given
 * back with the function named. Sizes are bytes. C11 and C++17.
 */
#ifndef MEMLINT_MEMLINT_H
#define MEMLINT_MEMLINT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MEMLINT_VERSION_MAJOR 0
#define MEMLINT_VERSION_MINOR 1
#define MEMLINT_VERSION_PATCH 0
#define MEMLINT_VERSION "0.1.0"

#define MEMLINT_NFRAME_MAX 65535

/* Marks a function whose lines are to be profiled: MEMLINT_PROFILE int f(void) { ... }; `memlint lines` shows the table. Nothing in
 * builds without the plugin. */
#if defined(__has_attribute)
#if __has_attribute(memlint_profile)
#define MEMLINT_PROFILE __attribute__((memlint_profile))
#endif
#endif
#ifndef MEMLINT_PROFILE
#define MEMLINT_PROFILE
#endif

/* What rows are grouped by. */
enum memlint_key {
	MEMLINT_BY_LINENO,    /* file and line (and column) of the author's call */
	MEMLINT_BY_FILENAME,
	MEMLINT_BY_TRACEBACK, /* all frames */
	MEMLINT_BY_TYPE,
	MEMLINT_BY_FUNCTION,
	MEMLINT_BY_THREAD,
};

/* A frame: the most recent one (the author's call) comes first in a traceback. Strings are never NULL. */
struct memlint_frame {
	const char *file;     /* as the compiler was given it; "" unknown */
	const char *function; /* "" unknown */
	uint32_t line;	      /* 0 unknown */
	uint32_t column;      /* 0 unknown */
	uint64_t address;     /* return address for frames without a site, else 0 */
};

struct memlint_traceback {
	size_t nframe;
	size_t total_nframe; /* before the limit cut it; nframe when not known */
	const struct memlint_frame *frames;
};

/* One row of statistics. Live means allocated and not released when the snapshot was taken. */
struct memlint_statistic {
	const char *key; /* printable: "app.c:12", "app.c", "struct node", "main", a thread's name */
	struct memlint_traceback traceback; /* of the row's first block; with one frame unless by traceback */
	const char *type;	 /* "" unknown, or several types in one row */
	uint64_t size;		 /* live bytes requested */
	uint64_t count;		 /* live blocks */
	uint64_t alloc_bytes;	 /* bytes ever requested */
	uint64_t alloc_count;	 /* blocks ever allocated; a realloc is one release and one allocation */
	uint64_t usable_bytes;	 /* what the allocator set aside for alloc_bytes */
	uint64_t peak_bytes;	 /* live bytes of this row at the moment of the program's peak */
	uint64_t temporary_count; /* blocks released before their thread's next allocation */
	int64_t size_diff;	 /* compare_to only, else 0 */
	int64_t count_diff;
};

/* Sorted: largest size first, then count, then place; of a comparison by |size_diff|, size, |count_diff|, count, place. */
struct memlint_statistics {
	size_t n;
	const struct memlint_statistic *rows;
};

/* Keeps (inclusive) or drops (exclusive) the blocks that match every condition given. */
struct memlint_filter {
	int inclusive;		   /* nonzero: keep what matches */
	const char *filename_pattern; /* fnmatch(3) pattern on the file name; NULL any */
	uint32_t lineno;	   /* 0 any */
	int all_frames;		   /* nonzero: any frame may match, else the most recent one */
	const char *type_pattern;  /* fnmatch pattern on the type's name; NULL any */
	const char *thread_pattern; /* fnmatch pattern on the thread's name; NULL any */
};

/* The object graph from a block: the blocks reached, each once. Of these, what cannot be reached by pointer fields alone, but
 * by void *, members of unions, bytes, or memory whose type is not known: it may be there by accident. */
struct memlint_deep {
	size_t bytes, blocks;
	size_t perhaps_bytes, perhaps_blocks;
};

struct memlint_snapshot; /* opaque; free with memlint_snapshot_free() */

/* The runtime's functions, one table per process. Use the functions below. Grows at its end: check size. */
struct memlint_api {
	uint32_t abi;
	uint32_t size;
	int (*start)(int nframe);
	void (*stop)(void);
	int (*is_tracing)(void);
	void (*clear_traces)(void);
	void (*reset_peak)(void);
	void (*get_traced_memory)(size_t *current, size_t *peak);
	size_t (*get_tracer_memory)(void);
	int (*get_traceback_limit)(void);
	int (*get_object_traceback)(const void *block, struct memlint_frame *frames, int capacity);
	struct memlint_snapshot *(*take_snapshot)(void);
	int (*snapshot_dump)(const struct memlint_snapshot *, const char *path);
	struct memlint_snapshot *(*snapshot_load)(const char *path);
	void (*snapshot_free)(struct memlint_snapshot *);
	struct memlint_snapshot *(*snapshot_filter)(const struct memlint_snapshot *, const struct memlint_filter *, size_t n);
	struct memlint_statistics *(*snapshot_statistics)(const struct memlint_snapshot *, enum memlint_key, int cumulative);
	struct memlint_statistics *(*snapshot_compare_to)(const struct memlint_snapshot *, const struct memlint_snapshot *old,
							  enum memlint_key, int cumulative);
	void (*statistics_free)(struct memlint_statistics *);
	size_t (*statistic_text)(const struct memlint_statistic *, int is_diff, char *text, size_t capacity);
	size_t (*sizeof_block)(const void *block);
	size_t (*usable_sizeof_block)(const void *block);
	size_t (*deep_sizeof)(const void *block);
	int (*track)(const void *block, size_t size, const char *type, unsigned domain, const void *site);
	int (*untrack)(const void *block);
	void (*mark)(const char *name);
	const char *(*error)(void);
	int (*take_graph)(const char *name);
	struct memlint_deep (*deep)(const void *block);
};

/* Emitted by the plugin in instrumented programs only: the table, or NULL; loads the runtime if @force. */
#if defined(__GNUC__)
extern const struct memlint_api *memlint_v1_load(int force) __attribute__((weak, visibility("hidden")));
#define MEMLINT_API_(force) (memlint_v1_load ? memlint_v1_load(force) : (const struct memlint_api *)0)
#else
#define MEMLINT_API_(force) ((const struct memlint_api *)0)
#endif

/* Starts tracing with up to @nframe frames (1…65535) per traceback. 0, also when tracing already; -1 with memlint_error()
 * set when nframe is out of range, the program is not instrumented or the runtime cannot be loaded. */
static inline int memlint_start(int nframe)
{
	const struct memlint_api *api = MEMLINT_API_(1);
	return api ? api->start(nframe) : -1;
}

/* Stops tracing and drops every trace. Blocks allocated until now are unknown from here on. */
static inline void memlint_stop(void)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	if (api)
		api->stop();
}

static inline int memlint_is_tracing(void)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->is_tracing() : 0;
}

/* Forgets all blocks and counts, keeps tracing. */
static inline void memlint_clear_traces(void)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	if (api)
		api->clear_traces();
}

/* Sets the peak to the current size. */
static inline void memlint_reset_peak(void)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	if (api)
		api->reset_peak();
}

/* Live bytes and their maximum since start, clear_traces or reset_peak; (0, 0) when not tracing. Either may be NULL. */
static inline void memlint_get_traced_memory(size_t *current, size_t *peak)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	if (current)
		*current = 0;
	if (peak)
		*peak = 0;
	if (api)
		api->get_traced_memory(current, peak);
}

/* Bytes of memory that the runtime itself uses. */
static inline size_t memlint_get_tracer_memory(void)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->get_tracer_memory() : 0;
}

/* Frames kept per traceback; 1 before the first start. */
static inline int memlint_get_traceback_limit(void)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->get_traceback_limit() : 1;
}

/* Where live block @block was allocated: fills up to @capacity frames, returns how many; 0 if it is not traced. */
static inline int memlint_get_object_traceback(const void *block, struct memlint_frame *frames, int capacity)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->get_object_traceback(block, frames, capacity) : 0;
}

/* A copy of the counts as they are now; NULL with memlint_error() set when not tracing. */
static inline struct memlint_snapshot *memlint_take_snapshot(void)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->take_snapshot() : (struct memlint_snapshot *)0;
}

/* Writes a profile file that `memlint stat` reads. 0, or -1 with memlint_error(). */
static inline int memlint_snapshot_dump(const struct memlint_snapshot *snapshot, const char *path)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->snapshot_dump(snapshot, path) : -1;
}

/* The last snapshot of a profile file; NULL with memlint_error(). */
static inline struct memlint_snapshot *memlint_snapshot_load(const char *path)
{
	const struct memlint_api *api = MEMLINT_API_(1);
	return api ? api->snapshot_load(path) : (struct memlint_snapshot *)0;
}

static inline void memlint_snapshot_free(struct memlint_snapshot *snapshot)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	if (api)
		api->snapshot_free(snapshot);
}

/* A new snapshot of what @n filters let through, as in tracemalloc: with inclusive ones at least one must match; no
 * exclusive one may. */
static inline struct memlint_snapshot *memlint_snapshot_filter(const struct memlint_snapshot *snapshot,
							       const struct memlint_filter *filters, size_t n)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->snapshot_filter(snapshot, filters, n) : (struct memlint_snapshot *)0;
}

/* Rows by @key. @cumulative (lineno and filename only): every frame of a traceback counts, a recursive one once.
 * Valid until memlint_statistics_free(), which must come before the snapshot's own release. */
static inline struct memlint_statistics *memlint_snapshot_statistics(const struct memlint_snapshot *snapshot,
								     enum memlint_key key, int cumulative)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->snapshot_statistics(snapshot, key, cumulative) : (struct memlint_statistics *)0;
}

static inline struct memlint_statistics *memlint_snapshot_compare_to(const struct memlint_snapshot *snapshot,
								     const struct memlint_snapshot *old, enum memlint_key key,
								     int cumulative)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->snapshot_compare_to(snapshot, old, key, cumulative) : (struct memlint_statistics *)0;
}

static inline void memlint_statistics_free(struct memlint_statistics *statistics)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	if (api)
		api->statistics_free(statistics);
}

/* "app.c:12: size=4096 KiB, count=10, average=410 KiB" into @text, cut to @capacity; returns the full length. */
static inline size_t memlint_statistic_text(const struct memlint_statistic *row, int is_diff, char *text, size_t capacity)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->statistic_text(row, is_diff, text, capacity) : 0;
}

/* Bytes requested for live block @block; 0 if it is not traced. */
static inline size_t memlint_sizeof_block(const void *block)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->sizeof_block(block) : 0;
}

/* Bytes the allocator set aside for @block, header excluded; 0 if it is not traced. */
static inline size_t memlint_usable_sizeof_block(const void *block)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->usable_sizeof_block(block) : 0;
}

/* The object graph from @block; all zero if @block is not traced. Other threads must leave it alone meanwhile. */
static inline struct memlint_deep memlint_deep_of(const void *block)
{
	const struct memlint_deep none = {0, 0, 0, 0};
	const struct memlint_api *api = MEMLINT_API_(0);
	return api && api->size > offsetof(struct memlint_api, deep) ? api->deep(block) : none;
}

/* Bytes requested for all blocks reachable from @block, each once; 0 if @block is not traced: memlint_deep_of().bytes. */
static inline size_t memlint_deep_sizeof(const void *block)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->deep_sizeof(block) : 0;
}

/* Makes a pool's object known, at the caller's line: @type may be NULL, @domain tells pools apart (tracemalloc's domain).
 * Tracking a block again replaces its trace. A known block that it lies in counts for so much less, until the object is
 * untracked, overwritten by another or the block is freed. 0, or -1 when not tracing. */
#define memlint_track(block, size, type, domain) memlint_track_at_((block), (size), (type), (domain), (const void *)0)
static inline int memlint_track_at_(const void *block, size_t size, const char *type, unsigned domain, const void *site)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->track(block, size, type, domain, site) : -1;
}

/*
 * For the functions of a pool, in their declarations: the blocks count for the lines that call them, and a chunk that they lie in
 * for what is left of it. Compilers other than GCC with the plugin see nothing. Numbers of arguments count from 1.
 *     MEMLINT_POOL("alloc", pool, size)          returns a block of argument `size` bytes in argument `pool`; 0: no pool
 *     MEMLINT_POOL("alloc", pool, size, count)   so many times
 *     MEMLINT_POOL("free", block)                gives one block back
 *     MEMLINT_POOL("reset", pool)                gives all blocks of the pool back
 * Blocks go also when the chunk is freed or the pool uses their memory again.
 */
#if defined(__has_attribute)
#if __has_attribute(memlint_pool)
#define MEMLINT_POOL(...) __attribute__((memlint_pool(__VA_ARGS__)))
#endif
#endif
#ifndef MEMLINT_POOL
#define MEMLINT_POOL(...)
#endif

/* Forgets @block; 0, or -1 when it was not tracked. */
static inline int memlint_untrack(const void *block)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->untrack(block) : -1;
}

/* Puts a named moment on the timeline of the profile. */
static inline void memlint_mark(const char *name)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	if (api)
		api->mark(name);
}

/* Writes a snapshot called @name (NULL: none) with the heap graph to the profile: which block points at which, for
 * `memlint why`, `deep` and `leaks`. The program stands still only while its memory is copied (fork). 0, or -1 when not
 * tracing into a profile. */
static inline int memlint_take_graph(const char *name)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api && api->size > offsetof(struct memlint_api, take_graph) ? api->take_graph(name) : -1;
}

/* Why this thread's last failed call failed, a sentence; "" if none did. Valid until the next call. */
static inline const char *memlint_error(void)
{
	const struct memlint_api *api = MEMLINT_API_(0);
	return api ? api->error() : "the program was not built with -fplugin=memlint.so, or the runtime could not be loaded";
}

#ifdef __cplusplus
}
#endif
#endif
