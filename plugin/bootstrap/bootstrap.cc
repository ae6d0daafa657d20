// SPDX-License-Identifier: MIT
/*
 * The bootstrap that the plugin puts, as assembler text, in every instrumented object: a constructor that loads the
 * runtime when the environment asks for it.
 *
 * Compiled to assembler when memlint is built and embedded in the plugin (cmake/bootstrap.cmake). C++17 for its inline
 * functions and variables: each comes out in a COMDAT group of its own, so a program holds it once.
 *
 * It may be linked into anything: static programs, -nostdlib, objects loaded before libc is ready. So it calls nothing
 * by name. glibc passes argc, argv and envp to constructors; behind argv stand the first environment and the auxiliary vector, which
 * leads to the program's dynamic section, the loader's list of objects, and dlopen in libc. Where a step fails the program is a plain one.
 */
#include "memlint/abi.h"

#include <elf.h>
#include <link.h>

#define HIDDEN __attribute__((visibility("hidden")))
#define INTERNAL HIDDEN inline

extern "C" {

/* Bounds of the sections, made by the linker; absent where the object has no such section. */
extern struct memlint_slot __start_memlint_slots[] HIDDEN __attribute__((weak));
extern struct memlint_slot __stop_memlint_slots[] HIDDEN __attribute__((weak));
extern struct memlint_unit __start_memlint_units[] HIDDEN __attribute__((weak));
extern struct memlint_unit __stop_memlint_units[] HIDDEN __attribute__((weak));
extern const char __start_memlint_types[] HIDDEN __attribute__((weak));
extern const char __stop_memlint_types[] HIDDEN __attribute__((weak));

/* From the plugin: where the runtime lies, beside the plugin; the thread-pointer offset of memlint_v1_caller. */
extern const char memlint_v1_runtime_path[] HIDDEN;
ptrdiff_t memlint_v1_caller_offset(void) HIDDEN __attribute__((weak));
/* A runtime linked into a static program. */
const struct memlint_api *memlint_v1_attach(const struct memlint_module *module) __attribute__((weak));
void memlint_v1_detach(const struct memlint_module *module) __attribute__((weak));

typedef void *memlint_v1_dlopen_t(const char *file, int mode);
typedef void *memlint_v1_dlsym_t(void *handle, const char *name);
typedef long memlint_v1_write_t(int fd, const void *bytes, size_t size);

/* What the constructor learned, for a later memlint_start(). */
struct memlint_v1_state {
	const struct memlint_api *api;
	void (*detach)(const struct memlint_module *);
	char **envp;
	char **stack; /* the environment as the kernel left it, before the auxiliary vector: setenv() moves the other */
	struct memlint_module module;
};

extern struct memlint_v1_state memlint_v1_state HIDDEN;
inline struct memlint_v1_state memlint_v1_state = {};

INTERNAL int memlint_v1_same_text(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

INTERNAL const char *memlint_v1_environment(char **envp, const char *name)
{
	for (; envp && *envp; envp++) {
		const char *entry = *envp;
		const char *wanted = name;

		while (*wanted && *entry == *wanted) {
			entry++;
			wanted++;
		}
		if (!*wanted && *entry == '=')
			return entry + 1;
	}
	return 0;
}

INTERNAL size_t memlint_v1_auxiliary(char **stack, size_t type)
{
	while (*stack)
		stack++;
	for (const ElfW(auxv_t) *entry = (const ElfW(auxv_t) *)(stack + 1); entry->a_type != AT_NULL; entry++)
		if (entry->a_type == type)
			return entry->a_un.a_val;
	return 0;
}

/* The loader's list of objects, through the program's own DT_DEBUG; NULL in a static program. */
INTERNAL const struct link_map *memlint_v1_loaded_objects(char **stack)
{
	const ElfW(Phdr) *phdr = (const ElfW(Phdr) *)memlint_v1_auxiliary(stack, AT_PHDR);
	const size_t count = memlint_v1_auxiliary(stack, AT_PHNUM);
	const ElfW(Dyn) *dynamic = 0;
	size_t bias = 0;
	bool has_loader = false; /* a static-pie program has a dynamic section, but neither PT_PHDR nor a loader */

	if (!phdr)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (phdr[i].p_type == PT_PHDR) {
			bias = (size_t)phdr - phdr[i].p_vaddr;
			has_loader = true;
		}
	for (size_t i = 0; i < count; i++)
		if (has_loader && phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const ElfW(Dyn) *)(bias + phdr[i].p_vaddr);
	for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++)
		if (dynamic->d_tag == DT_DEBUG && dynamic->d_un.d_ptr)
			return ((const struct r_debug *)dynamic->d_un.d_ptr)->r_map;
	return 0;
}

/* A function defined by @map, by the GNU hash table's chains; the loader has relocated the table's addresses. */
INTERNAL void *memlint_v1_defined_function(const struct link_map *map, const char *name)
{
	const ElfW(Sym) *symbols = 0;
	const char *strings = 0;
	const uint32_t *hash = 0;

	for (const ElfW(Dyn) *entry = map->l_ld; entry && entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_SYMTAB)
			symbols = (const ElfW(Sym) *)entry->d_un.d_ptr;
		else if (entry->d_tag == DT_STRTAB)
			strings = (const char *)entry->d_un.d_ptr;
		else if (entry->d_tag == DT_GNU_HASH)
			hash = (const uint32_t *)entry->d_un.d_ptr;
	}
	/* The kernel's vdso is not relocated: its small numbers are no addresses. */
	if (!symbols || !strings || !hash || (size_t)symbols < 65536 || (size_t)symbols < map->l_addr)
		return 0;
	const uint32_t buckets = hash[0], first = hash[1], bloom = hash[2];
	const uint32_t *bucket = hash + 4 + bloom * (sizeof(ElfW(Addr)) / 4);
	const uint32_t *chain = bucket + buckets;
	uint32_t code = 5381;

	for (const char *c = name; *c; c++)
		code = code * 33 + (unsigned char)*c;
	uint32_t i = buckets ? bucket[code % buckets] : 0;

	if (i < first)
		return 0;
	for (;; i++) {
		const uint32_t entry = chain[i - first];

		if ((entry | 1) == (code | 1) && symbols[i].st_shndx != SHN_UNDEF && symbols[i].st_value &&
		    ELF64_ST_TYPE(symbols[i].st_info) == STT_FUNC && memlint_v1_same_text(strings + symbols[i].st_name, name))
			return (void *)(map->l_addr + symbols[i].st_value);
		if (entry & 1)
			return 0;
	}
}

INTERNAL void *memlint_v1_find_function(const struct link_map *map, const char *name)
{
	for (; map; map = map->l_next) {
		void *function = memlint_v1_defined_function(map, name);

		if (function)
			return function;
	}
	return 0;
}

INTERNAL size_t memlint_v1_text_length(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

INTERNAL void memlint_v1_say(memlint_v1_write_t *write, const char *a, const char *b, const char *c)
{
	if (!write)
		return;
	(void)!write(2, a, memlint_v1_text_length(a));
	(void)!write(2, b, memlint_v1_text_length(b));
	(void)!write(2, c, memlint_v1_text_length(c));
}

INTERNAL const struct memlint_api *memlint_v1_load_runtime(struct memlint_v1_state *state)
{
	const struct link_map *map = memlint_v1_loaded_objects(state->stack);
	memlint_v1_dlopen_t *open = (memlint_v1_dlopen_t *)memlint_v1_find_function(map, "dlopen");
	memlint_v1_dlsym_t *symbol = (memlint_v1_dlsym_t *)memlint_v1_find_function(map, "dlsym");
	memlint_v1_write_t *write = (memlint_v1_write_t *)memlint_v1_find_function(map, "write");
	const char *chosen = memlint_v1_environment(state->envp, "MEMLINT_RUNTIME");

	if (!open || !symbol)
		return 0;
	const int mode = 1 /* RTLD_LAZY */ | 0x1000 /* RTLD_NODELETE */;
	void *handle = open(chosen && *chosen ? chosen : memlint_v1_runtime_path, mode);

	if (!handle && !(chosen && *chosen))
		handle = open("libmemlint.so.0", mode);
	if (!handle) {
		memlint_v1_say(write, "memlint: cannot load the runtime ", chosen && *chosen ? chosen : memlint_v1_runtime_path,
		    "; running without it (set MEMLINT_RUNTIME to the path of libmemlint.so.0)\n");
		return 0;
	}
	const struct memlint_api *(*attach)(const struct memlint_module *) =
		(const struct memlint_api *(*)(const struct memlint_module *))symbol(handle, "memlint_v1_attach");
	if (!attach) {
		memlint_v1_say(write, "memlint: ", chosen && *chosen ? chosen : memlint_v1_runtime_path,
		    " is not a memlint runtime; running without it\n");
		return 0;
	}
	state->detach = (void (*)(const struct memlint_module *))symbol(handle, "memlint_v1_detach");
	return attach(&state->module);
}

HIDDEN __attribute__((used)) inline const struct memlint_api *memlint_v1_load(int force)
{
	struct memlint_v1_state *state = &memlint_v1_state;

	if (state->api || !force || !state->envp)
		return state->api;
	state->module.abi = MEMLINT_ABI;
	state->module.size = sizeof(state->module);
	state->module.slots = __start_memlint_slots;
	state->module.slots_end = __stop_memlint_slots;
	state->module.units = __start_memlint_units;
	state->module.units_end = __stop_memlint_units;
	state->module.types = __start_memlint_types;
	state->module.types_end = __stop_memlint_types;
	state->module.caller_offset = memlint_v1_caller_offset ? memlint_v1_caller_offset() : 0;
	state->module.runtime_path = memlint_v1_runtime_path;
	if (memlint_v1_attach) {
		state->detach = memlint_v1_detach;
		state->api = memlint_v1_attach(&state->module);
	} else {
		state->api = memlint_v1_load_runtime(state);
	}
	return state->api;
}

/* The constructor. Only "MEMLINT" set to something other than "", "0" wakes the runtime, and never in a program
 * that runs with more rights than its caller. */
HIDDEN __attribute__((used)) inline void memlint_v1_boot(int argc, char **argv, char **envp)
{
	struct memlint_v1_state *state = &memlint_v1_state;

	if (!envp || !argv || memlint_v1_auxiliary(argv + argc + 1, AT_SECURE))
		return;
	state->envp = envp;
	state->stack = argv + argc + 1;
	const char *wanted = memlint_v1_environment(envp, "MEMLINT");

	if (wanted && *wanted && !memlint_v1_same_text(wanted, "0"))
		memlint_v1_load(1);
}

HIDDEN __attribute__((used)) inline void memlint_v1_unboot(void)
{
	struct memlint_v1_state *state = &memlint_v1_state;

	if (state->api && state->detach)
		state->detach(&state->module);
	state->api = 0;
}
}
