// SPDX-License-Identifier: MIT
/*
 * Each hook is a trampoline that calls rt_before_other() and then jumps to the real function with every argument and
 * the return address in place: variadic functions need no va_list, and dlsym and dlopen see their true caller.
 */
#include "runtime/hooks.h"

#include "runtime/life.h"
#include "runtime/lines.h"
#include "runtime/objects.h"
#include "runtime/rt.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

void *rt_other_real[RT_NOTHER];
static int rescan_pending;

void rt_before_other(enum rt_other which, uintptr_t first, uintptr_t second) __attribute__((used));

/* The stack pointer in glibc's jmp_buf, which it disguises. */
static const void *jump_target(const uintptr_t *buffer)
{
	uintptr_t stack = buffer[6];

	__asm__("ror $17, %0\n xor %%fs:0x30, %0" : "+r"(stack));
	return (const void *)stack;
}

void rt_before_other(enum rt_other which, uintptr_t first, uintptr_t second)
{
	const int saved = errno;

	switch (which) {
	case RT_OTHER_dlsym:
		if (__atomic_exchange_n(&rescan_pending, 0, __ATOMIC_RELAXED))
			rt_patch_objects(0);
		break;
	case RT_OTHER__exit:
	case RT_OTHER__Exit:
	case RT_OTHER_quick_exit:
		rt_life_ends(RT_END_QUICK, (int)first);
		break;
	case RT_OTHER_abort:
	case RT_OTHER___assert_fail:
		rt_life_ends(RT_END_ABORT, 0);
		break;
	case RT_OTHER_pthread_setname_np:
		if ((pthread_t)first == pthread_self())
			rt_thread_renamed((const char *)second);
		break;
	case RT_OTHER_prctl:
		if (first == PR_SET_NAME)
			rt_thread_renamed((const char *)second);
		break;
	case RT_OTHER_longjmp:
	case RT_OTHER__longjmp:
	case RT_OTHER_siglongjmp:
	case RT_OTHER___longjmp_chk:
		rt_lines_unwound(jump_target((const uintptr_t *)first));
		break;
	case RT_OTHER_daemon:
		rt_life_ends(RT_END_QUICK, 0);
		break;
	default:
		rt_life_ends(RT_END_EXEC, 0);
		break;
	}
	errno = saved;
}

/* dlopen with a bare name searches the caller's run path: the jump keeps the caller; the new objects are seen at the next
 * dlsym. Anything else is called from here, then the new objects are patched before the program gets its handle. */
__attribute__((optimize("O2"))) static void *hook_dlopen(const char *file, int mode)
{
	void *(*real)(const char *, int) = (void *(*)(const char *, int))rt_other_real[RT_OTHER_dlopen];
	void *handle;

	if (file && (!strchr(file, '/') || strchr(file, '$'))) {
		RT_STORE(rescan_pending, 1);
		return real(file, mode);
	}
	handle = real(file, mode);
	rt_patch_objects(0);
	return handle;
}

#define OTHER(name)                                                                                 \
	void rt_hook_##name(void) __attribute__((visibility("hidden")));                            \
	__asm__(".pushsection .text\n"                                                              \
	        ".type rt_hook_" #name ", @function\n"                                              \
	        "rt_hook_" #name ":\n"                                                              \
	        ".cfi_startproc\n"                                                                  \
	        "push %rdi\n push %rsi\n push %rdx\n push %rcx\n push %r8\n push %r9\n push %rax\n" \
	        ".cfi_adjust_cfa_offset 56\n"                                                       \
	        "mov %rsi, %rdx\n mov %rdi, %rsi\n mov rt_which_" #name "(%rip), %edi\n"            \
	        "call rt_before_other\n"                                                            \
	        "pop %rax\n pop %r9\n pop %r8\n pop %rcx\n pop %rdx\n pop %rsi\n pop %rdi\n"        \
	        ".cfi_adjust_cfa_offset -56\n"                                                      \
	        "mov rt_which_" #name "(%rip), %r11d\n"                                             \
	        "lea rt_other_real(%rip), %r10\n"                                                   \
	        "jmp *(%r10,%r11,8)\n"                                                              \
	        ".cfi_endproc\n"                                                                    \
	        ".size rt_hook_" #name ", . - rt_hook_" #name "\n"                                  \
	        ".popsection\n");                                                                   \
	extern const uint32_t rt_which_##name;                                                      \
	__attribute__((used)) const uint32_t rt_which_##name = RT_OTHER_##name;
#include "runtime/foreign.def"

void *const rt_other_hooks[RT_NOTHER] = {
#define OTHER(name) \
	[RT_OTHER_##name] = RT_OTHER_##name == RT_OTHER_dlopen ? (void *)hook_dlopen : (void *)rt_hook_##name,
#include "runtime/foreign.def"
};
