/* SPDX-License-Identifier: MIT */
/* Loaded ELF objects: what they define, and the words through which they call. */
#ifndef MEMLINT_OBJECTS_H
#define MEMLINT_OBJECTS_H

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>

struct rt_object {
	const char *path; /* the loader's; "" for the program */
	uintptr_t bias, base, end;
	const ElfW(Phdr) * phdr;
	size_t nphdr;
	const ElfW(Sym) * symbols;
	const char *strings;
	const uint32_t *hash; /* GNU hash table */
	const ElfW(Half) * versions;
	const ElfW(Rela) * relocations, *plt_relocations;
	size_t nrelocations, nplt_relocations;
	uintptr_t relro, relro_end; /* whole pages made read-only after relocation */
};

/* Reads @info's tables; -1 for what is no ordinary object (the kernel's vdso). */
int rt_object_read(const struct dl_phdr_info *info, struct rt_object *object);
/* Address of the function that @object defines under @name with its default version; NULL if none. */
void *rt_object_function(const struct rt_object *object, const char *name);
/* The same of the object that the kernel brings (the vdso). */
void *rt_kernel_function(const char *name);
int rt_object_contains(const struct rt_object *object, const void *address);
/* Writes @value to the relocated word at @address, lifting and restoring read-only protection; -1 if it cannot be. */
int rt_object_write(const struct rt_object *object, uintptr_t address, uintptr_t value);

/* The first definition of @name in the loader's order, ourselves left out, as the program's own calls resolve; NULL if
 * none. Fills *@where if given. Never an address in a procedure linkage table. */
void *rt_find_function(const char *name, struct rt_object *where);
/* The same for @n names at once, which takes little longer than for one. */
void rt_find_functions(const char *const *names, size_t n, void **found);
/* The object that @address lies in; -1 if none. */
int rt_object_of(const void *address, struct rt_object *object);

/* static.c, in static programs only, else NULL: the same without a loader; and what calls of @name are to come to. */
void *rt_static_function(const char *name) __attribute__((weak, visibility("hidden")));
void rt_static_hook(const char *name, void *hook) __attribute__((weak, visibility("hidden")));

/* Modules ever seen, for addresses in profiles. */
struct rt_module {
	const char *path;
	uintptr_t base, bias;
	size_t size;
	uint8_t build_id[32];
	uint32_t build_id_size;
};
uint32_t rt_modules_count(void);
const struct rt_module *rt_module_at(uint32_t index);
/* Index of the module that @address lies in, the latest first; UINT32_MAX if none. */
uint32_t rt_module_of(uintptr_t address);
void rt_module_add(const struct rt_object *object);

/* Points the malloc family and the functions of foreign.def, in every object but ours, at our hooks; does nothing when
 * no object was loaded since the last time, unless @force. */
void rt_patch_objects(int force);

#endif
