// SPDX-License-Identifier: MIT
/* Modules come and go; what the program's functions are and which handler serves a slot. */
#include "runtime/handlers.h"
#include "runtime/life.h"
#include "runtime/lines.h"
#include "runtime/note.h"
#include "runtime/objects.h"
#include "runtime/rows.h"
#include "runtime/shadow.h"
#include "runtime/trace.h"
#include "runtime/trim.h"

#include <string.h>

static const char *const symbols[MEMLINT_ALLOCATOR_COUNT] = {
#define ALLOCATOR(id, symbol, verb, nargs, size, count, old, release) [MEMLINT_ALLOCATOR_##id] = symbol,
#include "memlint/allocators.def"
};

static uintptr_t malloc_base;             /* of the object that has malloc */
static int own_new;                       /* operator new is the allocator's: jemalloc's, a sanitizer's, valgrind's */
static int standard_new, standard_delete; /* plain operator new and delete are libstdc++'s own */

static int is_libstdcxx(const struct rt_object *object)
{
	return rt_object_function(object, "_ZN9__gnu_cxx9__freeresEv") && strstr(object->path, "libstdc++.so");
}

static int search_valgrind(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	/* Its core is always there; a tool with a malloc of its own has one more preload. */
	return info->dlpi_name && strstr(info->dlpi_name, "vgpreload_") && !strstr(info->dlpi_name, "vgpreload_core");
}

/* Whether the malloc that @owner has is glibc's. */
static int is_glibc(const struct rt_object *owner)
{
	if (rt_static_function)
		return rt_static_function("__libc_malloc") == (void *)rt_real.malloc;
	return rt_object_function(owner, "gnu_get_libc_version") != NULL;
}

/* Finds @name; the last resort is a function that is always there. */
#define LEARN(name) (rt_real.name = (__typeof__(rt_real.name))rt_find_function(#name, NULL))

void rt_real_init(void)
{
	struct rt_object owner = {0}, other = {0};

	LEARN(free);
	LEARN(calloc);
	LEARN(realloc);
	LEARN(reallocarray);
	LEARN(memalign);
	LEARN(aligned_alloc);
	LEARN(posix_memalign);
	LEARN(valloc);
	LEARN(pvalloc);
	rt_real.malloc = (void *(*)(size_t))rt_find_function("malloc", &owner);
	malloc_base = owner.base;
	rt.under_valgrind = dl_iterate_phdr(search_valgrind, NULL);
	rt.glibc = !rt.under_valgrind && rt_real.malloc && is_glibc(&owner);
	rt_real.usable_size = (size_t(*)(void *))rt_find_function("malloc_usable_size", &other);
	if (other.base != owner.base)
		rt_real.usable_size = NULL;
	shadow_init(rt.glibc ? 5 : 3);
	own_new = rt.under_valgrind || (!rt.glibc && rt_find_function("_Znwm", &other) && other.base == malloc_base);
	standard_new = rt_find_function("_Znwm", &other) && is_libstdcxx(&other);
	standard_delete = rt_find_function("_ZdlPv", &other) && is_libstdcxx(&other);
}

int rt_cxx_is_own(void)
{
	return own_new;
}

/* Whether @object only imports @name: an address of its own under that name is a stub in its linkage table. */
static int imports(const struct rt_object *object, const char *name)
{
	const ElfW(Rela) * tables[] = {object->plt_relocations, object->relocations};
	const size_t sizes[] = {object->nplt_relocations, object->nrelocations};

	for (int t = 0; t < 2; t++)
		for (size_t i = 0; i < sizes[t]; i++) {
			const ElfW(Sym) *symbol = object->symbols + ELF64_R_SYM(tables[t][i].r_info);

			if (ELF64_R_SYM(tables[t][i].r_info) && symbol->st_shndx == SHN_UNDEF &&
			    !strcmp(object->strings + symbol->st_name, name))
				return 1;
		}
	return 0;
}

/* What the program calls for @symbol. */
static void *real_function(const char *symbol, void *original)
{
	struct rt_object object;
	void *found;

	if (!original || rt_object_of(original, &object) < 0) {
		found = rt_find_function(symbol, NULL);
		return found ? found : rt_static_function ? original : NULL;
	}
	if (!imports(&object, symbol))
		return original;
	found = rt_find_function(symbol, NULL);
	return found ? found : original;
}

static int is_new(uint32_t allocator)
{
	return allocator >= MEMLINT_ALLOCATOR_NEW && allocator <= MEMLINT_ALLOCATOR_NEW_ARRAY_ALIGNED_NOTHROW;
}

static int is_delete(uint32_t allocator)
{
	return allocator >= MEMLINT_ALLOCATOR_DELETE && allocator <= MEMLINT_ALLOCATOR_DELETE_ARRAY_SIZED_ALIGNED;
}

/* Handlers of the array forms fall back on the plain ones. */
static void learn_plain_new(void)
{
	for (uint32_t i = MEMLINT_ALLOCATOR_NEW; i <= MEMLINT_ALLOCATOR_NEW_ARRAY_ALIGNED_NOTHROW; i++)
		if (!rt_real.by_allocator[i])
			rt_real.by_allocator[i] = rt_find_function(symbols[i], NULL);
}

static void *cxx_handler(uint32_t allocator, const struct rt_object *owner, const struct rt_handlers *table)
{
	const int standard = is_new(allocator) ? standard_new : standard_delete;

	if (own_new && (rt.under_valgrind || owner->base == malloc_base))
		return rt_cxx_own[allocator];
	if (rt.glibc && standard && is_libstdcxx(owner)) {
		learn_plain_new();
		return table->by_allocator[allocator];
	}
	return rt_cxx_replaced[allocator];
}

void *rt_handler_for(uint32_t allocator, void *original)
{
	const struct rt_handlers *table = rt.glibc ? &rt_glibc_table : &rt_generic_table;
	struct rt_object owner = {0};
	void **real;

	if (allocator == MEMLINT_ALLOCATOR_TRACK)
		return (void *)rt_handle_track;
	if (allocator == MEMLINT_ALLOCATOR_UNTRACK)
		return (void *)rt_handle_untrack;
	if (allocator == MEMLINT_ALLOCATOR_POOL_TRACK)
		return (void *)rt_handle_pool_track;
	if (allocator == MEMLINT_ALLOCATOR_POOL_UNTRACK)
		return (void *)rt_untrack_pool;
	if (allocator == MEMLINT_SLOT_LINE)
		return (void *)rt_lines_event;
	if (allocator == MEMLINT_ALLOCATOR_NONE || allocator >= MEMLINT_ALLOCATOR_COUNT)
		return NULL;
	real = &rt_real.by_allocator[allocator];
	if (!*real)
		*real = real_function(symbols[allocator], original);
	if (is_new(allocator) || is_delete(allocator)) {
		if (*real && rt_static_function)
			return rt_cxx_replaced[allocator];
		if (!*real || rt_object_of(*real, &owner) < 0)
			return NULL;
		return cxx_handler(allocator, &owner, table);
	}
	if ((allocator == MEMLINT_ALLOCATOR_FREE_SIZED || allocator == MEMLINT_ALLOCATOR_FREE_ALIGNED_SIZED) &&
	    !rt.glibc)
		return *real ? rt_cxx_own[allocator] : NULL;
	return table->by_allocator[allocator];
}

/* The slots of attached modules, to be pointed elsewhere when tracebacks become longer. */
struct slot_table {
	struct memlint_slot *slots, *end; /* NULL: its module has gone */
};
static struct rt_rows slot_tables; /* struct slot_table */
static uint32_t nslot_tables;
static void *handlers[MEMLINT_ALLOCATOR_COUNT]; /* NULL: slots are left as they are */

/* What does as handlers[@allocator], best as things stand; NULL if that is. */
static void *handler_now(uint32_t allocator)
{
	void *handler = handlers[allocator];
	const int is_glibc = handler && handler == rt_glibc_table.by_allocator[allocator];

	if (is_glibc && rt.nframe > 1 && rt_glibc_deep[allocator])
		return rt_glibc_deep[allocator];
	if (is_glibc && rt.multi && rt_glibc_many[allocator])
		handler = rt_glibc_many[allocator];
	return handler && rt.nframe > 1 ? rt_call_through(allocator, handler) : handler;
}

static void point_slots(const struct slot_table *table)
{
	for (struct memlint_slot *slot = table->slots; slot < table->end; slot++) {
		void *handler = NULL;

		if (slot->allocator < MEMLINT_ALLOCATOR_COUNT)
			handler = handler_now(slot->allocator);
		else if (slot->allocator == MEMLINT_SLOT_LINE)
			handler = rt_handler_for(slot->allocator, slot->function);
		if (handler)
			__atomic_store_n(&slot->function, handler, __ATOMIC_RELEASE);
	}
}

static struct slot_table *slot_table_at(uint32_t index)
{
	return rt_rows_at(&slot_tables, index, sizeof(struct slot_table));
}

void rt_slots_refresh(void)
{
	for (uint32_t i = 0; i < nslot_tables; i++)
		point_slots(slot_table_at(i));
}

static void take_slots(const struct memlint_module *module)
{
	const struct slot_table table = {module->slots, module->slots_end};
	struct slot_table *row = rt_rows_make(&slot_tables, nslot_tables, sizeof *row);

	for (const struct memlint_slot *slot = module->slots; slot < module->slots_end; slot++)
		if (slot->allocator < MEMLINT_ALLOCATOR_COUNT && !handlers[slot->allocator])
			handlers[slot->allocator] = rt_handler_for(slot->allocator, slot->function);
	if (row) {
		*row = table;
		nslot_tables++;
	}
	point_slots(&table);
}

/* Under the lock. */
static void forget_slots(const struct memlint_module *module)
{
	for (uint32_t i = 0; i < nslot_tables; i++)
		if (slot_table_at(i)->slots == module->slots)
			*slot_table_at(i) = (struct slot_table){0};
}

/* Numbers all units; what cannot be read is left out with a message. */
static void take_units(const struct memlint_module *module)
{
	struct memlint_unit *unit = module->units;
	int status = 0;

	while ((unit = rt_unit_next(unit, module->units_end, &status))) {
		if (rt_unit_add(unit) < 0) {
			rt_say("too many allocation sites: some of this program's are left out", NULL);
			return;
		}
		unit = (struct memlint_unit *)(void *)((char *)unit + unit->size);
	}
	if (status < 0)
		rt_say("an object was compiled with another version of memlint's plugin; its sites are left out "
		       "(compile it again)",
		       NULL);
}

/* Stands for the variable until a module has one: NULL. */
static __thread const struct memlint_site *no_caller __attribute__((tls_model("initial-exec")));

static ptrdiff_t no_caller_offset(void)
{
	const void *variable = &no_caller;

	/* A static linker knows only some of the instructions that could have the distance in them. */
	__asm__("" : "+r"(variable));
	return (const char *)variable - (const char *)__builtin_thread_pointer();
}

/* Where a module has a memlint_v1_caller of its own, its relocated offset is made to mean the first module's. A version script may
 * have taken the variable's name: the word is known by what it holds. */
static void share_caller(const struct memlint_module *module)
{
	struct rt_object object;

	if (!module->caller_offset || module->caller_offset == rt.caller_offset)
		return;
	if (rt.caller_offset == no_caller_offset()) {
		rt.caller_offset = module->caller_offset;
		return;
	}
	if (rt_object_of(module, &object) < 0)
		return;
	for (size_t i = 0; i < object.nrelocations; i++) {
		const ElfW(Rela) *relocation = object.relocations + i;
		const uintptr_t word = object.bias + relocation->r_offset;

		if (ELF64_R_TYPE(relocation->r_info) == R_X86_64_TPOFF64 &&
		    *(const ptrdiff_t *)word == module->caller_offset)
			rt_object_write(&object, word, (uintptr_t)rt.caller_offset);
	}
}

__attribute__((visibility("default"))) const struct memlint_api *memlint_v1_attach(const struct memlint_module *module)
{
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
	const int first = !rt.attached;

	if (!module || module->abi != MEMLINT_ABI || module->size < sizeof *module) {
		rt_say("the program was compiled with another version of memlint's plugin than this "
		       "runtime, " MEMLINT_VERSION,
		       "; running without it (compile it again)", NULL);
		return NULL;
	}
	pthread_mutex_lock(&one_at_a_time);
	if (first) {
		rt.caller_offset = no_caller_offset();
		rt_life_init();
	}
	if (!rt_real.malloc || !rt_real.free || !rt_real.calloc || !rt_real.realloc) {
		rt_say("the program's malloc cannot be found; running without memlint", NULL);
		pthread_mutex_unlock(&one_at_a_time);
		return NULL;
	}
	rt_lock(&rt.lock);
	rt_texts_add(module->types, module->types_end);
	take_units(module);
	rt_unlock(&rt.lock);
	share_caller(module);
	rt.attached = 1;
	if (first)
		rt_life_begin();
	else
		rt_patch_objects(0);
	take_slots(module);
	if (first)
		rt_trim_end();
	else
		rt_trim_later();
	pthread_mutex_unlock(&one_at_a_time);
	return &rt_api;
}

__attribute__((visibility("default"))) void memlint_v1_detach(const struct memlint_module *module)
{
	if (!module || module->abi != MEMLINT_ABI)
		return;
	rt_lock(&rt.lock);
	forget_slots(module);
	rt_units_detach(module->units, module->units_end);
	rt_texts_detach(module->types, module->types_end);
	rt_unlock(&rt.lock);
}
