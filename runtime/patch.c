// SPDX-License-Identifier: MIT
/* Points relocated words of loaded objects at our hooks: the tables through which code without sites calls. */
#include "runtime/handlers.h"
#include "runtime/hooks.h"
#include "runtime/objects.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static const char *const names[] = {
#define FOREIGN(id, symbol) symbol,
#define OTHER(name) #name,
#include "runtime/foreign.def"
#define ALLOCATOR(id, symbol, verb, nargs, size, count, old, release) symbol,
#include "memlint/allocators.def"
};
enum { NCXX = RT_NFOREIGN + RT_NOTHER - 1 }; /* + allocator: its place in the names */
enum { NNAMES = sizeof names / sizeof *names };

/* What each name resolves to without us and with us; NULL where it is not to be hooked. */
static void *real[NNAMES];
static void *hook[NNAMES];
/* First letters of the names, and a bit for each in 64: most relocations are settled by one load and one shift. */
static uint32_t heads[NNAMES];
static uint64_t head_bits;
static struct rt_object ourselves;
static uintptr_t malloc_owner; /* base of the object whose malloc it is; 0: libc's, which is patched as any other */
static unsigned long long patched_adds = ~0ull;

static uint32_t head_of(const char *name)
{
	uint32_t head;

	memcpy(&head, name, sizeof head);
	return head;
}

static unsigned head_bit(uint32_t head)
{
	return head * 0x9e3779b1u >> 26;
}

static int index_of(const char *name)
{
	/* Names end with a zero byte and the string table with another: four bytes can be read but at its very end. */
	const uint32_t head = name[0] && name[1] && name[2] ? head_of(name) : 0;

	if (RT_LIKELY(!(head_bits >> head_bit(head) & 1)))
		return -1;
	for (int i = 0; i < NNAMES; i++)
		if (heads[i] == head && hook[i] && real[i] && !strcmp(names[i], name))
			return i;
	return -1;
}

/* Whether the word at @address may be written, if need be after lifting the read-only protection (*@lifted). */
static int make_writable(const struct rt_object *object, uintptr_t address, int *lifted)
{
	if (address >= object->relro && address + sizeof(void *) <= object->relro_end) {
		if (!*lifted &&
		    mprotect((void *)object->relro, object->relro_end - object->relro, PROT_READ | PROT_WRITE) == 0)
			*lifted = 1;
		return *lifted;
	}
	for (size_t i = 0; i < object->nphdr; i++) {
		const ElfW(Phdr) *phdr = object->phdr + i;

		if (phdr->p_type == PT_LOAD && phdr->p_flags & PF_W &&
		    address - object->bias - phdr->p_vaddr < phdr->p_memsz)
			return 1;
	}
	return 0;
}

/* Whether @value is the stub that will look up what @symbol's word calls. An object that is bound to its own function of
 * that name stays so. */
static int is_lazy(const struct rt_object *object, const ElfW(Sym) * symbol, const void *value)
{
	if (!rt_object_contains(object, value))
		return 0;
	if (symbol->st_shndx == SHN_UNDEF)
		return !symbol->st_value;
	return value != (void *)(object->bias + symbol->st_value);
}

static void patch_word(const struct rt_object *object, const ElfW(Rela) * relocation, int *lifted)
{
	const ElfW(Sym) *symbol = object->symbols + ELF64_R_SYM(relocation->r_info);
	void **word = (void **)(object->bias + relocation->r_offset), *value;
	const int i = index_of(object->strings + symbol->st_name);

	if (i < 0)
		return;
	value = __atomic_load_n(word, __ATOMIC_RELAXED);
	if (value != real[i] && !is_lazy(object, symbol, value))
		return;
	if (make_writable(object, (uintptr_t)word, lifted))
		__atomic_store_n(word, hook[i], __ATOMIC_RELEASE);
}

static void patch_table(const struct rt_object *object, const ElfW(Rela) * table, size_t n, int *lifted)
{
	for (size_t i = 0; i < n; i++) {
		const uint32_t type = (uint32_t)ELF64_R_TYPE(table[i].r_info);

		if ((type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT || type == R_X86_64_64) &&
		    ELF64_R_SYM(table[i].r_info) && !table[i].r_addend)
			patch_word(object, table + i, lifted);
	}
}

int rt_object_write(const struct rt_object *object, uintptr_t address, uintptr_t value)
{
	int lifted = 0;

	if (!make_writable(object, address, &lifted))
		return -1;
	__atomic_store_n((uintptr_t *)address, value, __ATOMIC_RELEASE);
	if (lifted)
		mprotect((void *)object->relro, object->relro_end - object->relro, PROT_READ);
	return 0;
}

/* The one word in @object's data that holds @value; NULL if there are several or none. */
static void **only_word(const struct rt_object *object, const void *value)
{
	void **found = NULL;

	for (size_t i = 0; i < object->nphdr; i++) {
		const ElfW(Phdr) *phdr = object->phdr + i;
		void **word = (void **)(object->bias + ((phdr->p_vaddr + 7) & ~(ElfW(Addr))7));
		void **end = (void **)(object->bias + ((phdr->p_vaddr + phdr->p_memsz) & ~(ElfW(Addr))7));

		if (phdr->p_type != PT_LOAD || !(phdr->p_flags & PF_W))
			continue;
		for (; word < end; word++) {
			if (*word != value)
				continue;
			if (found)
				return NULL;
			found = word;
		}
	}
	return found;
}

/* The loader has found malloc and its kin for itself, by name, and keeps them in four words: its lists of objects and
 * threads' local storage come from there. All four, or none, so that no block is seen by halves. */
static void patch_loader(const struct rt_object *object)
{
	static const enum rt_foreign kin[] = {RT_FOREIGN_MALLOC, RT_FOREIGN_CALLOC, RT_FOREIGN_REALLOC,
	                                      RT_FOREIGN_FREE};
	void **words[4];

	for (int i = 0; i < 4; i++) {
		words[i] = only_word(object, real[kin[i]]);
		if (!words[i])
			return;
	}
	for (int i = 0; i < 4; i++)
		rt_object_write(object, (uintptr_t)words[i], (uintptr_t)hook[kin[i]]);
}

static int patch_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct rt_object object;
	int lifted = 0;

	(void)size;
	(void)data;
	patched_adds = info->dlpi_adds;
	if (rt_static_function) {
		/* Nothing to patch, but addresses are to be named. */
		rt_object_read(info, &object);
		rt_module_add(&object);
		return 1;
	}
	if (rt_object_read(info, &object) < 0 || object.base == ourselves.base)
		return 0;
	rt_module_add(&object);
	if (object.base == malloc_owner)
		return 0;
	if (rt_object_function(&object, "_dl_allocate_tls")) {
		patch_loader(&object);
		return 0;
	}
	patch_table(&object, object.plt_relocations, object.nplt_relocations, &lifted);
	patch_table(&object, object.relocations, object.nrelocations, &lifted);
	if (lifted)
		mprotect((void *)object.relro, object.relro_end - object.relro, PROT_READ);
	return 0;
}

static int count_adds(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	*(unsigned long long *)data = info->dlpi_adds;
	return 1;
}

static void hook_other(int i, int other)
{
	hook[i] = rt_other_hooks[other];
	rt_other_real[other] = real[i];
}

/* Only operator new and delete: the C names stand there already. */
static void hook_cxx(int i, int allocator)
{
	hook[i] = rt_cxx_foreign[allocator];
	if (hook[i] && !rt_real.by_allocator[allocator])
		rt_real.by_allocator[allocator] = real[i];
}

static void prepare(void)
{
	const struct rt_handlers *handlers = rt.glibc ? &rt_glibc_table : &rt_generic_table;
	struct rt_object owner = {0};

	rt_object_of(&rt, &ourselves);
	rt_find_functions(names, NNAMES, real);
	rt_find_function(names[RT_FOREIGN_MALLOC], &owner);
	for (int i = 0; i < NNAMES; i++) {
		if (i < RT_NFOREIGN)
			hook[i] = handlers->foreign[i];
		else if (i <= NCXX)
			hook_other(i, i - RT_NFOREIGN);
		else if (rt_cxx_is_own())
			hook_cxx(i, i - NCXX);
		heads[i] = head_of(names[i]);
		if (real[i] && hook[i])
			head_bits |= 1ull << head_bit(heads[i]);
		if (rt_static_hook && real[i] && hook[i])
			rt_static_hook(names[i], hook[i]);
	}
	if (real[RT_FOREIGN_MALLOC] && !rt_object_function(&owner, "gnu_get_libc_version"))
		malloc_owner = owner.base;
}

void rt_patch_objects(int force)
{
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
	static int prepared;
	unsigned long long adds = 0;
	const int saved = errno;

	dl_iterate_phdr(count_adds, &adds);
	if (!force && adds == RT_LOAD(patched_adds))
		return;
	/* Another thread that is at it will see the new objects, or the next call will. */
	if (pthread_mutex_trylock(&one_at_a_time))
		return;
	if (!prepared)
		prepare();
	prepared = 1;
	dl_iterate_phdr(patch_object, NULL);
	pthread_mutex_unlock(&one_at_a_time);
	errno = saved;
}
