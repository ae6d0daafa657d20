/* SPDX-License-Identifier: MIT */
/*
 * The snapshot model: counts per trace and thread, and what traces are made of.
 *
 * Who fills it in calls snapshot_new(), adds frames, traces, threads, modules and layouts in any order that defines before use,
 * then rows and totals. All text given is copied. An add that finds no memory returns 0 (index 0 is always a valid
 * "unknown" entry) and marks the snapshot; snapshot_failed() tells once at the end. Memory comes from pages, never from the
 * heap. A finished snapshot is read-only and may be read by any thread.
 *
 * Tables (all but rows and totals) are shared between snapshots: those of one file, and a filtered one and its original.
 */
#ifndef MEMLINT_SNAPSHOT_H
#define MEMLINT_SNAPSHOT_H

#include "memlint/memlint.h"
#include "runtime/profile_format.h"
#include "runtime/snapshot/strings.h"

/* A frame: an allocation site, or an address in code that has none. Texts are never NULL; interned: equal ones have one
 * address. */
struct snapshot_frame {
	const char *file;      /* as the compiler was given it */
	const char *directory; /* the compiler's working directory */
	const char *path;      /* both together, without "." and ".."; filled in by snapshot_add_frame() */
	const char *function;
	const char *macro;
	const char *type; /* of the blocks, "" unknown */
	uint32_t line, column;
	uint32_t element_size; /* bytes; 0 unknown */
	uint32_t flags;        /* MEMLINT_SITE_* */
	uint64_t layout;       /* hash of the type's layout; 0 none */
	uint64_t address;      /* foreign frames: offset from the module's load bias, absolute for module 0 */
	uint32_t module;       /* foreign frames: index in modules; 0 unknown */
	uint16_t allocator;    /* enum memlint_allocator */
	uint16_t foreign;      /* SNAPSHOT_ADDRESS or SNAPSHOT_CALL; 0: a site */
};

enum {
	SNAPSHOT_ADDRESS = 1, /* a return address */
	SNAPSHOT_CALL =
	        2, /* the same, of the call that the site before it is: the functions at it come in place of the site's */
};

/* Where blocks come from. Frames innermost first; frame `author` is the line a programmer would name. */
struct snapshot_trace {
	uint32_t first;  /* index in trace_frames */
	uint32_t nframe; /* at least 1 */
	uint32_t total;  /* frames before the limit cut them */
	uint32_t author; /* below nframe */
	uint32_t typed;  /* the frame whose type the blocks have: index in frames */
};

struct snapshot_thread {
	uint64_t id;
	const char *name;
};

struct snapshot_module {
	uint64_t id, base, bias, size;
	const char *path;
	const uint8_t *build_id;
	size_t build_id_size;
};

struct snapshot_layout {
	uint64_t hash;
	const char *text; /* as abi.h describes it */
};

struct snapshot_program {
	uint64_t pid, ppid, start_ns; /* unix time */
	uint64_t nframe, flags;       /* PROFILE_PROGRAM_* */
	uint64_t page_size;
	const char *executable, *directory, *allocator, *runtime;
	const char *const *argv;
	size_t argc;
};

/* Counts of one trace (and thread, where rows are kept by thread) since start or clear. Bytes are requested bytes
 * but for the two usable ones. */
struct snapshot_counts {
	uint64_t alloc_count, alloc_bytes, alloc_usable;
	uint64_t free_count, free_bytes;
	uint64_t live_usable;
	uint64_t peak_bytes, peak_count; /* live at the moment of the program's peak */
	uint64_t temporary_count;
};

static inline void snapshot_counts_add(struct snapshot_counts *sum, const struct snapshot_counts *more)
{
	sum->alloc_count += more->alloc_count;
	sum->alloc_bytes += more->alloc_bytes;
	sum->alloc_usable += more->alloc_usable;
	sum->free_count += more->free_count;
	sum->free_bytes += more->free_bytes;
	sum->live_usable += more->live_usable;
	sum->peak_bytes += more->peak_bytes;
	sum->peak_count += more->peak_count;
	sum->temporary_count += more->temporary_count;
}

struct snapshot_row {
	uint32_t trace, thread; /* indices */
	struct snapshot_counts counts;
};

struct snapshot_totals {
	uint64_t live_bytes, live_count;
	uint64_t peak_bytes, peak_error, peak_time_ns;
	uint64_t alloc_count, alloc_bytes, free_count, free_bytes;
	uint64_t tracer_bytes, missed_frees;
};

struct snapshot_tables {
	uint32_t references; /* atomic */
	int failed;
	struct strings strings;
	struct pages_buffer frames;       /* struct snapshot_frame[] */
	struct pages_buffer trace_frames; /* uint32_t[]: indices of frames */
	struct pages_buffer traces;       /* struct snapshot_trace[] */
	struct pages_buffer threads;      /* struct snapshot_thread[] */
	struct pages_buffer modules;      /* struct snapshot_module[] */
	struct pages_buffer layouts;      /* struct snapshot_layout[] */
	struct snapshot_program program;
	const char *last_file, *last_directory, *last_path; /* snapshot_add_frame() works a path out once in a row */
};

struct memlint_snapshot {
	struct snapshot_tables *tables; /* one reference */
	struct pages_buffer rows;       /* struct snapshot_row[] */
	struct snapshot_totals totals;
	uint64_t sequence, time_ns; /* since the start of tracing */
	uint32_t reason;            /* enum profile_reason */
	const char *name;           /* in the tables; "" none */
};

/* --- building --- */

/* An empty snapshot with tables of its own, or sharing @tables; NULL when memory is out. */
struct memlint_snapshot *snapshot_new(void);
struct memlint_snapshot *snapshot_new_shared(struct snapshot_tables *tables);
/* Nonzero when anything could not be added. */
int snapshot_failed(const struct memlint_snapshot *snapshot);

struct snapshot_tables *snapshot_tables_new(void);
void snapshot_tables_release(struct snapshot_tables *tables); /* drops one reference */

/* Each returns the new entry's index. NULL texts are "". */
uint32_t snapshot_add_frame(struct snapshot_tables *tables, const struct snapshot_frame *frame);
uint32_t snapshot_add_address(struct snapshot_tables *tables, uint32_t module, uint64_t offset);
uint32_t snapshot_add_call(struct snapshot_tables *tables, uint32_t module, uint64_t offset);
uint32_t snapshot_add_trace(struct snapshot_tables *tables, const uint32_t *frames, uint32_t nframe, uint32_t author,
                            uint32_t total);
uint32_t snapshot_add_thread(struct snapshot_tables *tables, uint64_t id, const char *name);
uint32_t snapshot_add_module(struct snapshot_tables *tables, const struct snapshot_module *module);
uint32_t snapshot_add_layout(struct snapshot_tables *tables, uint64_t hash, const char *text);
/* A new row of zeros; NULL when memory is out. Valid until the next one. A (trace, thread) may have several rows. */
struct snapshot_row *snapshot_add_row(struct memlint_snapshot *snapshot, uint32_t trace, uint32_t thread);
/* Copies the texts and argv into the tables. */
void snapshot_set_program(struct snapshot_tables *tables, const struct snapshot_program *program);
void snapshot_set_name(struct memlint_snapshot *snapshot, const char *name);
/* @text's one address in the tables; "" when memory is out. */
const char *snapshot_text(struct snapshot_tables *tables, const char *text, size_t length);

/* --- reading --- */

static inline size_t snapshot_nrows(const struct memlint_snapshot *snapshot)
{
	return snapshot->rows.size / sizeof(struct snapshot_row);
}

static inline const struct snapshot_row *snapshot_rows(const struct memlint_snapshot *snapshot)
{
	return (const struct snapshot_row *)(const void *)snapshot->rows.data;
}

static inline const struct snapshot_frame *snapshot_frames(const struct snapshot_tables *tables)
{
	return (const struct snapshot_frame *)(const void *)tables->frames.data;
}

static inline const struct snapshot_trace *snapshot_traces(const struct snapshot_tables *tables)
{
	return (const struct snapshot_trace *)(const void *)tables->traces.data;
}

static inline const struct snapshot_thread *snapshot_threads(const struct snapshot_tables *tables)
{
	return (const struct snapshot_thread *)(const void *)tables->threads.data;
}

static inline const struct snapshot_module *snapshot_modules(const struct snapshot_tables *tables)
{
	return (const struct snapshot_module *)(const void *)tables->modules.data;
}

static inline size_t snapshot_nmodules(const struct snapshot_tables *tables)
{
	return tables->modules.size / sizeof(struct snapshot_module);
}

static inline const struct snapshot_layout *snapshot_layouts(const struct snapshot_tables *tables)
{
	return (const struct snapshot_layout *)(const void *)tables->layouts.data;
}

static inline size_t snapshot_nlayouts(const struct snapshot_tables *tables)
{
	return tables->layouts.size / sizeof(struct snapshot_layout);
}

/* Frame @i of @trace, innermost first. */
static inline const struct snapshot_frame *snapshot_frame_of(const struct snapshot_tables *tables,
                                                             const struct snapshot_trace *trace, uint32_t i)
{
	return snapshot_frames(tables) + ((const uint32_t *)(const void *)tables->trace_frames.data)[trace->first + i];
}

static inline const struct snapshot_frame *snapshot_author(const struct snapshot_tables *tables,
                                                           const struct snapshot_trace *trace)
{
	return snapshot_frame_of(tables, trace, trace->author);
}

/* --- the public operations, behind struct memlint_api; see memlint.h. Errors: NULL or -1 and snapshot_error(). --- */

struct memlint_snapshot *snapshot_filter(const struct memlint_snapshot *snapshot, const struct memlint_filter *filters,
                                         size_t n);
struct memlint_statistics *snapshot_statistics(const struct memlint_snapshot *snapshot, enum memlint_key key,
                                               int cumulative);
struct memlint_statistics *snapshot_compare_to(const struct memlint_snapshot *snapshot,
                                               const struct memlint_snapshot *old, enum memlint_key key,
                                               int cumulative);
void snapshot_statistics_free(struct memlint_statistics *statistics);
size_t snapshot_statistic_text(const struct memlint_statistic *row, int is_diff, char *text, size_t capacity);
int snapshot_dump(const struct memlint_snapshot *snapshot, const char *path);
struct memlint_snapshot *snapshot_load(const char *path);
void snapshot_free(struct memlint_snapshot *snapshot);

/* Why this thread's last failed operation failed, one sentence without a full stop; "" if none did. The runtime's own
 * error() may pass it on. */
const char *snapshot_error(void);
/* The calling thread ends: its text's place is another's. */
void snapshot_error_forget(void);
/* Sets it: the texts are joined, NULL ends them. */
void snapshot_set_error(const char *text, ...) __attribute__((sentinel));

/* "4096 KiB", as tracemalloc prints it; @sign: always with + or -. Cut to @capacity; returns the full length. */
size_t snapshot_size_text(double size, int sign, char *text, size_t capacity);

/* Shell pattern: * ? [a-z] [!a-z] and \ for the next one; * also matches '/'. */
int snapshot_glob(const char *pattern, const char *text);

#endif
