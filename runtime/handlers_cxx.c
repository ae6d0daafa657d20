// SPDX-License-Identifier: MIT
/* operator new and delete where they are not simply malloc and free, and users' own allocators. */
#include "runtime/handlers.h"
#include "runtime/note.h"

/* Exceptions of the program pass through and undo rt_outer_begin(). Only a program that throws has the unwinder: the
 * references are weak, and without it the cleanup is not called and not needed. */
__asm__(".weak _Unwind_Resume\n.weak __gcc_personality_v0");

#define REAL(type, id) ((type *)rt_real.by_allocator[MEMLINT_ALLOCATOR_##id])

typedef void *new_t(size_t);
typedef void *new_nothrow_t(size_t, const void *);
typedef void *new_aligned_t(size_t, size_t);
typedef void *new_aligned_nothrow_t(size_t, size_t, const void *);
typedef void delete_t(void *, size_t, size_t);

static void *counted(void *block, size_t size, const struct memlint_site *site)
{
	if (block)
		rt_note_site(block, size, site);
	return block;
}

#define OWN(id, type, params, ...)                                       \
	static void *own_##id params                                     \
	{                                                                \
		return counted(REAL(type, id)(__VA_ARGS__), size, site); \
	}
#define REPLACED(id, type, params, ...)                                                            \
	static void *replaced_##id params                                                          \
	{                                                                                          \
		const struct memlint_site *before __attribute__((cleanup(rt_outer_end), unused)) = \
		        rt_outer_begin(site);                                                      \
                                                                                                   \
		return REAL(type, id)(__VA_ARGS__);                                                \
	}
/* The same without a site, for objects that have none. */
#define FOREIGN(id, type, params, ...)                                             \
	static void *foreign_##id params                                           \
	{                                                                          \
		void *block = REAL(type, id)(__VA_ARGS__);                         \
                                                                                   \
		if (block)                                                         \
			rt_note_foreign(block, size, __builtin_return_address(0)); \
		return block;                                                      \
	}
FOREIGN(NEW, new_t, (size_t size), size)
FOREIGN(NEW_ARRAY, new_t, (size_t size), size)
FOREIGN(NEW_NOTHROW, new_nothrow_t, (size_t size, const void *tag), size, tag)
FOREIGN(NEW_ARRAY_NOTHROW, new_nothrow_t, (size_t size, const void *tag), size, tag)
FOREIGN(NEW_ALIGNED, new_aligned_t, (size_t size, size_t alignment), size, alignment)
FOREIGN(NEW_ARRAY_ALIGNED, new_aligned_t, (size_t size, size_t alignment), size, alignment)
FOREIGN(NEW_ALIGNED_NOTHROW, new_aligned_nothrow_t, (size_t size, size_t alignment, const void *tag), size, alignment,
        tag)
FOREIGN(NEW_ARRAY_ALIGNED_NOTHROW, new_aligned_nothrow_t, (size_t size, size_t alignment, const void *tag), size,
        alignment, tag)

#define BOTH(id, type, params, ...)        \
	OWN(id, type, params, __VA_ARGS__) \
	REPLACED(id, type, params, __VA_ARGS__)

#define SITE const struct memlint_site *site
BOTH(NEW, new_t, (size_t size, SITE), size)
BOTH(NEW_ARRAY, new_t, (size_t size, SITE), size)
BOTH(NEW_NOTHROW, new_nothrow_t, (size_t size, const void *tag, SITE), size, tag)
BOTH(NEW_ARRAY_NOTHROW, new_nothrow_t, (size_t size, const void *tag, SITE), size, tag)
BOTH(NEW_ALIGNED, new_aligned_t, (size_t size, size_t alignment, SITE), size, alignment)
BOTH(NEW_ARRAY_ALIGNED, new_aligned_t, (size_t size, size_t alignment, SITE), size, alignment)
BOTH(NEW_ALIGNED_NOTHROW, new_aligned_nothrow_t, (size_t size, size_t alignment, const void *tag, SITE), size,
     alignment, tag)
BOTH(NEW_ARRAY_ALIGNED_NOTHROW, new_aligned_nothrow_t, (size_t size, size_t alignment, const void *tag, SITE), size,
     alignment, tag)

/* All forms take the block first and at most two more words: passing both on is harmless. */
#define OWN_DELETE(id)                                        \
	static void own_##id(void *block, size_t a, size_t b) \
	{                                                     \
		if (block)                                    \
			rt_note_free(block);                  \
		REAL(delete_t, id)(block, a, b);              \
	}
OWN_DELETE(DELETE)
OWN_DELETE(DELETE_ARRAY)
OWN_DELETE(DELETE_NOTHROW)
OWN_DELETE(DELETE_ARRAY_NOTHROW)
OWN_DELETE(DELETE_SIZED)
OWN_DELETE(DELETE_ARRAY_SIZED)
OWN_DELETE(DELETE_ALIGNED)
OWN_DELETE(DELETE_ARRAY_ALIGNED)
OWN_DELETE(DELETE_ALIGNED_NOTHROW)
OWN_DELETE(DELETE_ARRAY_ALIGNED_NOTHROW)
OWN_DELETE(DELETE_SIZED_ALIGNED)
OWN_DELETE(DELETE_ARRAY_SIZED_ALIGNED)
OWN_DELETE(FREE_SIZED)
OWN_DELETE(FREE_ALIGNED_SIZED)

#define AT(prefix, id) [MEMLINT_ALLOCATOR_##id] = prefix##_##id
void *const rt_cxx_own[MEMLINT_ALLOCATOR_COUNT] = {
        AT(own, NEW),
        AT(own, NEW_ARRAY),
        AT(own, NEW_NOTHROW),
        AT(own, NEW_ARRAY_NOTHROW),
        AT(own, NEW_ALIGNED),
        AT(own, NEW_ARRAY_ALIGNED),
        AT(own, NEW_ALIGNED_NOTHROW),
        AT(own, NEW_ARRAY_ALIGNED_NOTHROW),
        AT(own, DELETE),
        AT(own, DELETE_ARRAY),
        AT(own, DELETE_NOTHROW),
        AT(own, DELETE_ARRAY_NOTHROW),
        AT(own, DELETE_SIZED),
        AT(own, DELETE_ARRAY_SIZED),
        AT(own, DELETE_ALIGNED),
        AT(own, DELETE_ARRAY_ALIGNED),
        AT(own, DELETE_ALIGNED_NOTHROW),
        AT(own, DELETE_ARRAY_ALIGNED_NOTHROW),
        AT(own, DELETE_SIZED_ALIGNED),
        AT(own, DELETE_ARRAY_SIZED_ALIGNED),
        AT(own, FREE_SIZED),
        AT(own, FREE_ALIGNED_SIZED),
};

/* A delete has no site anyway. */
void *const rt_cxx_foreign[MEMLINT_ALLOCATOR_COUNT] = {
        AT(foreign, NEW),
        AT(foreign, NEW_ARRAY),
        AT(foreign, NEW_NOTHROW),
        AT(foreign, NEW_ARRAY_NOTHROW),
        AT(foreign, NEW_ALIGNED),
        AT(foreign, NEW_ARRAY_ALIGNED),
        AT(foreign, NEW_ALIGNED_NOTHROW),
        AT(foreign, NEW_ARRAY_ALIGNED_NOTHROW),
        AT(own, DELETE),
        AT(own, DELETE_ARRAY),
        AT(own, DELETE_NOTHROW),
        AT(own, DELETE_ARRAY_NOTHROW),
        AT(own, DELETE_SIZED),
        AT(own, DELETE_ARRAY_SIZED),
        AT(own, DELETE_ALIGNED),
        AT(own, DELETE_ARRAY_ALIGNED),
        AT(own, DELETE_ALIGNED_NOTHROW),
        AT(own, DELETE_ARRAY_ALIGNED_NOTHROW),
        AT(own, DELETE_SIZED_ALIGNED),
        AT(own, DELETE_ARRAY_SIZED_ALIGNED),
};

/* The user's operator delete frees by itself: its slot stays as it is. */
void *const rt_cxx_replaced[MEMLINT_ALLOCATOR_COUNT] = {
        AT(replaced, NEW),
        AT(replaced, NEW_ARRAY),
        AT(replaced, NEW_NOTHROW),
        AT(replaced, NEW_ARRAY_NOTHROW),
        AT(replaced, NEW_ALIGNED),
        AT(replaced, NEW_ARRAY_ALIGNED),
        AT(replaced, NEW_ALIGNED_NOTHROW),
        AT(replaced, NEW_ARRAY_ALIGNED_NOTHROW),
};

void rt_handle_track(const void *block, size_t size, const struct memlint_site *site)
{
	rt_handle_pool_track(block, size, NULL, site);
}

void rt_handle_pool_track(const void *block, size_t size, const void *pool, const struct memlint_site *site)
{
	if (block)
		rt_track(&(struct rt_pooled){.block = block,
		                             .size = size,
		                             .key = site && site->id ? rt_site_key(site) : rt_foreign_key(site),
		                             .pool = pool});
}

void rt_handle_untrack(const void *block)
{
	if (block)
		rt_untrack(block);
}
