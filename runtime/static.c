// SPDX-License-Identifier: MIT
/*
 * The runtime linked into a static program (libmemlint.a): there is no loader whose tables name functions or lead to them.
 *
 * The linker's --wrap sends every call of the functions in foreign.def, libc's own calls too, through the words below, which are born
 * with the functions themselves; attaching points them at the hooks. These references are what brings the functions into the program:
 * all others are to their wrappers.
 */
#include "runtime/objects.h"

#include <string.h>

#define FOREIGN_WITHOUT_LOADER
#define WRAP(id, name)                                                                                          \
	extern void real_##id(void) __asm__("__real_" name);                                                    \
	extern void *word_##id __asm__("rt_static_word_" name) __attribute__((visibility("hidden")));           \
	void *word_##id = (void *)real_##id;                                                                    \
	__asm__(".pushsection .text\n"                                                                          \
	        ".globl __wrap_" name "\n.type __wrap_" name ", @function\n"                                    \
	        "__wrap_" name ":\n.cfi_startproc\nendbr64\njmp *rt_static_word_" name "(%rip)\n.cfi_endproc\n" \
	        ".size __wrap_" name ", . - __wrap_" name "\n.popsection\n");
#define FOREIGN(id, symbol) WRAP(id, symbol)
#define OTHER(name) WRAP(name, #name)
#include "runtime/foreign.def"

static const struct {
	const char *name;
	void **word;
	void (*real)(void);
} wrapped[] = {
#define FOREIGN(id, symbol) {symbol, &word_##id, real_##id},
#define OTHER(name) {#name, &word_##name, real_##name},
#include "runtime/foreign.def"
};
enum { NWRAPPED = sizeof wrapped / sizeof *wrapped };

/* What the runtime asks for besides. */
#define OTHERS                       \
	X(malloc_usable_size)        \
	X(__libc_malloc)             \
	X(__libc_freeres)            \
	X(_ZN9__gnu_cxx9__freeresEv) \
	X(__lsan_do_leak_check)
#define X(name) extern void other_##name(void) __asm__(#name) __attribute__((weak));
OTHERS
#undef X

static const struct {
	const char *name;
	void (*function)(void);
} others[] = {
#define X(name) {#name, other_##name},
        OTHERS
#undef X
};

void *rt_static_function(const char *name)
{
	for (size_t i = 0; i < NWRAPPED; i++)
		if (!strcmp(wrapped[i].name, name))
			return (void *)wrapped[i].real;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(others[i].name, name))
			return (void *)others[i].function;
	return NULL;
}

void rt_static_hook(const char *name, void *hook)
{
	for (size_t i = 0; i < NWRAPPED; i++)
		if (!strcmp(wrapped[i].name, name))
			__atomic_store_n(wrapped[i].word, hook, __ATOMIC_RELEASE);
}
