// SPDX-License-Identifier: MIT
/*
 * With tracebacks of several frames, slots point at trampolines that note where the allocator was called from, for the functions that
 * a site's own was inlined into; then they jump to the handler, with every argument in place.
 */
#include "runtime/frames.h"
#include "runtime/handlers.h"

__thread uintptr_t rt_called_from __attribute__((tls_model("initial-exec"), visibility("hidden")));
__attribute__((visibility("hidden"))) void *rt_called_handlers[MEMLINT_ALLOCATOR_COUNT];

/* %r10 and %r11 are nobody's between a call and its function. */
#define ALLOCATOR(id, symbol, verb, nargs, size, count, old, release)                                 \
	void rt_called_##id(void) __attribute__((visibility("hidden")));                              \
	__asm__(".pushsection .text\n"                                                                \
	        ".type rt_called_" #id ", @function\n"                                                \
	        "rt_called_" #id ":\n"                                                                \
	        ".cfi_startproc\n"                                                                    \
	        "endbr64\n"                                                                           \
	        "mov (%rsp), %r11\n mov rt_called_from@gottpoff(%rip), %r10\n mov %r11, %fs:(%r10)\n" \
	        "mov rt_which_call_" #id "(%rip), %r11d\n"                                            \
	        "lea rt_called_handlers(%rip), %r10\n"                                                \
	        "jmp *(%r10,%r11,8)\n"                                                                \
	        ".cfi_endproc\n"                                                                      \
	        ".size rt_called_" #id ", . - rt_called_" #id "\n"                                    \
	        ".popsection\n");                                                                     \
	extern const uint32_t rt_which_call_##id;                                                     \
	__attribute__((used, visibility("hidden"))) const uint32_t rt_which_call_##id = MEMLINT_ALLOCATOR_##id;
#include "memlint/allocators.def"

/* NULL where no trace is wanted: nothing but a release. */
static void *const trampolines[MEMLINT_ALLOCATOR_COUNT] = {
#define ALLOCATOR(id, symbol, verb, nargs, size, count, old, release) \
	[MEMLINT_ALLOCATOR_##id] = (old) && sizeof(release) == 1 ? NULL : (void *)rt_called_##id,
#include "memlint/allocators.def"
};

void *rt_call_through(uint32_t allocator, void *handler)
{
	if (!trampolines[allocator])
		return handler;
	rt_called_handlers[allocator] = handler;
	return trampolines[allocator];
}
