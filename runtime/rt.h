/* SPDX-License-Identifier: MIT */
/*
 * The runtime's heart: counters per thread and trace, and the state that all of it shares.
 *
 * A trace says where a block was allocated: site, caller, thread. Its id stands in the shadow of each block and indexes
 * the counters. A site's number is the id of the trace "this site, in the main thread, no caller".
 */
#ifndef MEMLINT_RT_H
#define MEMLINT_RT_H

#include "memlint/abi.h"
#include "runtime/os.h"

#define RT_LIKELY(x) __builtin_expect(!!(x), 1)
#define RT_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define RT_INLINE static inline __attribute__((always_inline))

/* Reads and writes that another thread may see halfway through our work, never halfway through a word. */
#define RT_LOAD(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define RT_STORE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
/* Only the owning thread writes: no locked instruction is needed; a plain add is one instruction shorter than three. */
#if defined(__SANITIZE_THREAD__)
#define RT_ADD(x, v) RT_STORE(x, (__typeof__(x))(RT_LOAD(x) + (v)))
#define RT_OWN(x) RT_LOAD(x)
#else
#define RT_ADD(x, v) ((x) = (__typeof__(x))((x) + (v)))
/* A read that may be an operand of the instruction that needs it: of what no other thread writes, or no more than now and then. */
#define RT_OWN(x) (x)
#endif

enum {
	RT_ID_BITS = 24,
	RT_ID_MAX = (1 << RT_ID_BITS) - 1,
	RT_CHUNK_BITS = 14, /* counters and traces come in chunks of so many */
	RT_CHUNK = 1 << RT_CHUNK_BITS,
	RT_NCHUNKS = 1 << (RT_ID_BITS - RT_CHUNK_BITS),
	RT_PLACE_SHIFT = 6,
	RT_OVER_MIN =
	        8, /* that a chunk takes beyond its usable bytes, with glibc's malloc; counted with any, see rt_over() */
	RT_CACHE = 1 << 12, /* entries of a thread's key -> trace cache */
	/* Bytes that a thread keeps to itself before it tells the program's total, with several threads: a 64th of the peak
	 * within these bounds. The peak's error is this times the number of threads. */
	RT_BATCH_MIN = 1024,
	RT_BATCH_MAX = 32768,
	/* A thread's steps from one look at the clock to the next: doubled while these are several in a sample's period. One of
	 * several threads takes one with each block; the only thread one whenever it is given room, and one more for so many
	 * bytes of it. */
	RT_PACE_MIN = 32,
	RT_PACE_MAX = 1024,
	RT_ROOM_BYTES = 16, /* of room at most for each step of the pace */
	RT_STEP_BYTES = 128,
	RT_NAMES = 4096, /* distinct thread names; the rest share the last */
};

/*
 * A trace's place stands for its id where every instruction counts: it is where the trace's counter lies from a thread's
 * `origin`. Lower ids have higher places, so one comparison with that of a limit tells those below it from others and from
 * 0, which is no place.
 */
#define RT_PLACE 0x40000000u
#define RT_PLACE_MASK (RT_PLACE | (uint32_t)RT_ID_MAX << RT_PLACE_SHIFT)
/* With the place in memlint_site.id while attached: this site stands in a wrapper. A negative number, below any limit. */
#define RT_SITE_WRAPPER 0x80000000u
/* Of struct rt_cached: no site's number has this. */
#define RT_SITE_FAR 1u

RT_INLINE uint32_t rt_place_of(uint32_t id)
{
	return RT_PLACE | ((uint32_t)RT_ID_MAX - id) << RT_PLACE_SHIFT;
}

RT_INLINE uint32_t rt_place_id(size_t place)
{
	return (uint32_t)RT_ID_MAX - (place >> RT_PLACE_SHIFT & RT_ID_MAX);
}

/* What one thread did at one trace. One cache line; only its thread writes it. */
struct rt_counter {
	uint64_t alloc_count, alloc_bytes;
	uint64_t alloc_over; /* what rt_over() says of each */
	uint64_t free_count, free_bytes;
	uint64_t peak_bytes; /* live at the program's peak, where epoch is the thread's; else what is live now */
	uint32_t peak_count, epoch;
	uint32_t
	        free_over; /* modulo 2^32: of what is live it is (uint32_t)(alloc_over - free_over) summed over threads */
	uint32_t temporary_count; /* modulo 2^32, see rt_temporary_carry() */
};
_Static_assert(sizeof(struct rt_counter) == 1 << RT_PLACE_SHIFT, "a counter is a cache line");

/* Bytes beyond the @requested that a block of @usable ones takes, RT_OVER_MIN for its chunk's own included: what is quickest told. */
RT_INLINE size_t rt_over(size_t usable, size_t requested)
{
	return usable + RT_OVER_MIN - requested;
}

/* Sums that may overflow 32 bits or come from several threads. */
struct rt_totals {
	uint64_t alloc_count, alloc_bytes, alloc_over, free_count, free_bytes, peak_bytes, peak_count, temporary_count;
	uint32_t free_over;
};

enum rt_mode {
	RT_OFF,    /* pass through: not tracing, or the thread is inside the runtime */
	RT_SINGLE, /* the only thread: its own bytes, peak and epoch are the program's */
	RT_MULTI,  /* one of several: its bytes less `flushed` are what the program's total does not know yet */
	RT_NEW,    /* seen for the first time */
	RT_GONE,   /* past its last destructor: works under the lock on rt.orphan */
};

/*
 * A trace of this thread's by what allocates: memlint_site.id of a site and, if that stands in a wrapper, the address of the one announced
 * for it; else site is 0 and the key says it all: see frames.h.
 */
struct rt_cached {
	uint64_t key;
	uint32_t site; /* with RT_SITE_FAR where this thread's counter has no place */
	uint32_t place;
} __attribute__((aligned(16)));

struct rt_lines;
struct rt_stacks;
/* A limit that no place reaches. */
#define RT_NOWHERE INT32_MAX
/* No rt_thread.leaf: no region has this number. */
#define RT_NO_LEAF 0xffffffu
/* No counter's epoch: the total stands at a maximum just reached. */
#define RT_AT_PEAK UINT32_MAX

struct rt_thread {
	/* The hot path's line. */
	int32_t site; /* RT_SINGLE: from this place on traces take the fast path; RT_NOWHERE where they have frames beyond the site */
	int32_t fast;   /* RT_SINGLE: the same whatever their frames */
	int32_t multi;  /* fast for RT_MULTI */
	uint32_t epoch; /* RT_SINGLE: how often the peak was left, from 1; or RT_AT_PEAK */
	/* What this thread allocated minus what it freed is ceiling - room - released bytes. An allocation that takes room below zero has
	 * something to tell. A release adds to released if this is the only thread, so that room ends sooner or later, and with it the time
	 * until the next look at the clock; to room if it is one of several. */
	int64_t released;
	int64_t room;
	int64_t low; /* RT_MULTI: a release that takes room to this tells the program's total */
	/* Of the counters that have a place: those of the first ndirect ids. 0 where RT_SINGLE takes the fast path. */
	uintptr_t origin;
	const void *last; /* block allocated last */
	uintptr_t leaf;   /* where small blocks are looked for first: see shadow_leaf_word(); RT_NO_LEAF: nowhere */
	/* The cache, where that is for RT_SINGLE or RT_MULTI and traces have no frames beyond the site; else an empty one. */
	struct rt_cached *alone, *shared;

	uint32_t countdown; /* steps until the next look at the clock */
	uint32_t pace;      /* from there to the next: RT_PACE_MIN … RT_PACE_MAX */
	int64_t ceiling;
	int64_t peak;                     /* RT_SINGLE: where epoch is not RT_AT_PEAK */
	struct rt_cached *cache;          /* RT_CACHE entries */
	int64_t flushed;                  /* RT_MULTI: what the program's total knows of this thread's */
	uint32_t left;                    /* RT_SINGLE: epoch's count also while that is RT_AT_PEAK */
	uint32_t mode;                    /* enum rt_mode */
	uint32_t deep;                    /* traces have frames beyond the site */
	uint32_t settled;                 /* RT_MULTI: room and ceiling are those of one of several */
	const struct memlint_site *outer; /* a handler is calling the program's operator new for this site */

	uint64_t looked_ns; /* monotonic: the last look at the clock */
	uint32_t ndirect;
	uint32_t thread;            /* index of its name */
	int32_t tls_rounds;         /* destructor rounds left before it is gone */
	struct rt_counter **chunks; /* ids beyond `direct`, by id >> RT_CHUNK_BITS */
	const char *stack_top;      /* frames are read below this; NULL not known */
	/* Where links may lie in the thread's own stack, as far down as it is known to reach; 0 not known. */
	uintptr_t stack_low, stack_size;
	struct rt_thread *next; /* all threads there ever were */
	struct rt_thread *next_free;
	const char *error;        /* why its last API call failed */
	struct rt_stacks *stacks; /* seen lately; NULL none yet */
	struct rt_lines *lines;   /* the marked functions that it is in; NULL never in any */
};

/* The program's own functions, as it would call them without us. */
struct rt_real {
	void *(*malloc)(size_t);
	void (*free)(void *);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void *(*reallocarray)(void *, size_t, size_t);
	void *(*memalign)(size_t, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	int (*posix_memalign)(void **, size_t, size_t);
	void *(*valloc)(size_t);
	void *(*pvalloc)(size_t);
	size_t (*usable_size)(void *);               /* NULL: unknown, requested sizes stand for usable ones */
	void *by_allocator[MEMLINT_ALLOCATOR_COUNT]; /* operator new and delete */
};

struct rt {
	struct rt_lock lock; /* threads, traces, units, shadow leaves' clearing */
	int attached;        /* real functions known, objects patched */
	int tracing;
	int finished;                            /* the last snapshot is written: nothing is counted any more */
	int nframe __attribute__((aligned(16))); /* stacks.h reads it and what follows, 16 bytes in all */
	int under_valgrind;
	int glibc;               /* malloc is glibc's: sizes are read from chunk headers */
	ptrdiff_t caller_offset; /* of memlint_v1_caller from the thread pointer; where no module has one, of a NULL */
	uint32_t next_id;        /* traces are 1 … next_id - 1 */
	struct rt_thread *threads;
	struct rt_thread *free_threads;
	struct rt_thread *main;
	struct rt_thread orphan; /* what threads do after their end; under the lock */
	int multi;
	uint64_t started_ns; /* monotonic */
	/* RT_MULTI: what rt_thread.epoch is to the only thread, and above it `left`: they change as one. Read by each event, so its
	 * line has nothing that is written often. */
	uint64_t peak_state __attribute__((aligned(64)));
	int64_t batch;
	int64_t cur __attribute__((aligned(64))), peak; /* RT_MULTI: flushed totals */
	uint64_t peak_ns; /* monotonic, of the last look at the clock when the peak had grown */
	uint64_t missed_frees, untracked;
	int pid;
};

#pragma GCC visibility push(hidden)
extern struct rt rt;
extern struct rt_real rt_real;
extern __thread struct rt_thread *rt_self __attribute__((tls_model("initial-exec")));
extern struct rt_thread rt_busy; /* stands in for a thread that is inside the runtime */
#pragma GCC visibility pop

/* rt.peak_state of these two. */
RT_INLINE uint64_t rt_peak_state(uint32_t left, uint32_t epoch)
{
	return (uint64_t)left << 32 | epoch;
}

/* Bytes that @thread allocated minus those it freed. */
RT_INLINE int64_t rt_thread_bytes(const struct rt_thread *thread)
{
	return RT_LOAD(thread->ceiling) - RT_LOAD(thread->room) - RT_LOAD(thread->released);
}

/* threads.c */
/* The counter of @id for @thread beyond its direct ones; NULL when memory is out. */
struct rt_counter *rt_counter_far(struct rt_thread *thread, uint32_t id);
/* Makes the calling thread known; the thread struct, or one in mode RT_OFF where it must not be counted. */
struct rt_thread *rt_thread_enter(void);
/* Sets what takes the fast path and mode of @thread from the program's state; under the lock. */
void rt_thread_refresh(struct rt_thread *thread);
void rt_threads_refresh(void);
/* From now on each event of @thread takes the complete way. */
void rt_thread_divert(struct rt_thread *thread);
/* Sites that lie from @first to @end are no more: no thread's cache knows them. Under the lock. */
void rt_sites_forget(const void *first, const void *end);
/* RT_MULTI: from what the program's total knows of it @thread may go a batch up or down unseen. */
void rt_share_out(struct rt_thread *thread);
/* The calling thread was the only one until now. Takes the lock. */
void rt_thread_settle(struct rt_thread *thread);
/* The room of @thread, which is or was the only one, has ended: gives it new room, and looks at the clock now and then. */
void rt_settle(struct rt_thread *thread);
/* Adds what @thread has not told yet to the program's totals. */
void rt_flush(struct rt_thread *thread);
/* The same, and the release of @size bytes that @thread is about to count. */
void rt_flush_release(struct rt_thread *thread, int64_t size);
/* A counter's temporary_count has wrapped. */
void rt_temporary_carry(uint32_t id);
/* Sums @id's counters over all threads; 0 when nothing ever happened there. Under the lock. */
int rt_sum(uint32_t id, struct rt_totals *totals);
/* Forgets all counts. Under the lock. */
void rt_counters_clear(void);
/* Live bytes and their peak. */
void rt_traced(uint64_t *current, uint64_t *peak);
/* Sets the peak to what is live now. Under the lock. */
void rt_peak_reset(void);
/* Installs fork handlers and the thread-exit key; once. */
void rt_threads_init(void);
const char *rt_thread_name(uint32_t index);
uint32_t rt_thread_names(void);
/* The profile's id of the threads that bear @name (as the kernel has it), or of the main one; 0 if there are none. */
uint32_t rt_thread_id_of(int is_main, const char *name);
/* The calling thread is about to be named @name. */
void rt_thread_renamed(const char *name);

/* All threads there ever were, by `next`. */
RT_INLINE struct rt_thread *rt_thread_list(void)
{
	return __atomic_load_n(&rt.threads, __ATOMIC_ACQUIRE);
}

RT_INLINE struct rt_counter *rt_counter_at(const struct rt_thread *thread, size_t place)
{
	return (struct rt_counter *)(thread->origin + place);
}

RT_INLINE struct rt_counter *rt_counter_of(struct rt_thread *thread, uint32_t id)
{
	return RT_LIKELY(id < thread->ndirect) ? rt_counter_at(thread, rt_place_of(id)) : rt_counter_far(thread, id);
}

#endif
