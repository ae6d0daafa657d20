// SPDX-License-Identifier: MIT
/* Reads the loader's tables in memory: no file is opened, nothing is allocated. */
#include "runtime/objects.h"

#include "runtime/rows.h"

#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* Addresses there are @apart from those in memory. */
static void read_dynamic(const ElfW(Dyn) * entry, uintptr_t apart, struct rt_object *object)
{
	size_t rela_size = 0, plt_size = 0;

	for (; entry->d_tag != DT_NULL; entry++) {
		const uintptr_t value = entry->d_un.d_val, address = entry->d_un.d_ptr + apart;

		switch (entry->d_tag) {
		case DT_SYMTAB:
			object->symbols = (const void *)address;
			break;
		case DT_STRTAB:
			object->strings = (const void *)address;
			break;
		case DT_GNU_HASH:
			object->hash = (const void *)address;
			break;
		case DT_VERSYM:
			object->versions = (const void *)address;
			break;
		case DT_RELA:
			object->relocations = (const void *)address;
			break;
		case DT_RELASZ:
			rela_size = value;
			break;
		case DT_JMPREL:
			object->plt_relocations = (const void *)address;
			break;
		case DT_PLTRELSZ:
			plt_size = value;
			break;
		default:
			break;
		}
	}
	object->nrelocations = object->relocations ? rela_size / sizeof *object->relocations : 0;
	object->nplt_relocations = object->plt_relocations ? plt_size / sizeof *object->plt_relocations : 0;
}

static int read_object(const struct dl_phdr_info *info, uintptr_t apart, struct rt_object *object)
{
	const ElfW(Dyn) *dynamic = NULL;
	const uintptr_t page = (uintptr_t)getpagesize();

	*object = (struct rt_object){.path = info->dlpi_name ? info->dlpi_name : "",
	                             .bias = info->dlpi_addr,
	                             .base = UINTPTR_MAX,
	                             .phdr = info->dlpi_phdr,
	                             .nphdr = info->dlpi_phnum};
	for (size_t i = 0; i < object->nphdr; i++) {
		const ElfW(Phdr) *phdr = object->phdr + i;
		const uintptr_t start = object->bias + phdr->p_vaddr, end = start + phdr->p_memsz;

		if (phdr->p_type == PT_DYNAMIC)
			dynamic = (const void *)start;
		if (phdr->p_type == PT_LOAD && start < object->base)
			object->base = start;
		if (phdr->p_type == PT_LOAD && end > object->end)
			object->end = end;
		if (phdr->p_type == PT_GNU_RELRO) {
			object->relro = start & ~(page - 1);
			object->relro_end = end & ~(page - 1);
		}
	}
	if (!dynamic || !object->end)
		return -1;
	read_dynamic(dynamic, apart, object);
	return object->symbols && object->strings && (uintptr_t)object->strings >= object->base ? 0 : -1;
}

/* The loader relocates the addresses in place, except the vdso's. */
int rt_object_read(const struct dl_phdr_info *info, struct rt_object *object)
{
	return read_object(info, 0, object);
}

int rt_object_contains(const struct rt_object *object, const void *address)
{
	return (uintptr_t)address >= object->base && (uintptr_t)address < object->end;
}

static int defines(const struct rt_object *object, uint32_t i, const char *name)
{
	const ElfW(Sym) *symbol = object->symbols + i;

	return symbol->st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
	       !(object->versions && object->versions[i] & 0x8000) && !strcmp(object->strings + symbol->st_name, name);
}

void *rt_object_function(const struct rt_object *object, const char *name)
{
	const uint32_t *hash = object->hash;
	uint32_t code = 5381;

	if (!hash || !hash[0])
		return NULL;
	for (const char *c = name; *c; c++)
		code = code * 33 + (unsigned char)*c;
	const uint32_t first = hash[1], bloom_size = hash[2];
	const uint64_t *bloom = (const void *)(hash + 4);
	const uint32_t *buckets = hash + 4 + bloom_size * 2, *chain = buckets + hash[0];
	const uint64_t word = bloom[code / 64 & (bloom_size - 1)];

	if (!(word >> (code & 63) & word >> (code >> hash[3] & 63) & 1))
		return NULL;
	for (uint32_t i = buckets[code % hash[0]]; i >= first; i++) {
		const uint32_t entry = chain[i - first];

		if ((entry | 1) == (code | 1) && defines(object, i, name))
			return (void *)(object->bias + object->symbols[i].st_value);
		if (entry & 1)
			break;
	}
	return NULL;
}

void *rt_kernel_function(const char *name)
{
	const uintptr_t start = getauxval(AT_SYSINFO_EHDR);
	const ElfW(Ehdr) *header = (const void *)start;
	struct rt_object object;

	if (!header)
		return NULL;
	const struct dl_phdr_info info = {.dlpi_addr = start,
	                                  .dlpi_phdr = (const void *)(start + header->e_phoff),
	                                  .dlpi_phnum = header->e_phnum};
	if (read_object(&info, start, &object) < 0 || object.base != start)
		return NULL;
	return rt_object_function(&object, name);
}

struct search {
	const char *name;
	const void *address;
	void *found;
	struct rt_object *where;
};

static int search_name(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	struct rt_object object;

	(void)size;
	if (rt_object_read(info, &object) < 0 || rt_object_contains(&object, &rt))
		return 0;
	search->found = rt_object_function(&object, search->name);
	if (search->found && search->where)
		*search->where = object;
	return search->found != NULL;
}

void *rt_find_function(const char *name, struct rt_object *where)
{
	struct search search = {.name = name, .where = where};

	if (rt_static_function) {
		if (where)
			*where = (struct rt_object){0};
		return rt_static_function(name);
	}
	dl_iterate_phdr(search_name, &search);
	return search.found;
}

struct search_all {
	const char *const *names;
	size_t n;
	void **found;
};

static int search_names(struct dl_phdr_info *info, size_t size, void *data)
{
	const struct search_all *search = data;
	struct rt_object object;

	(void)size;
	if (rt_object_read(info, &object) < 0 || rt_object_contains(&object, &rt))
		return 0;
	for (size_t i = 0; i < search->n; i++)
		if (!search->found[i])
			search->found[i] = rt_object_function(&object, search->names[i]);
	return 0;
}

void rt_find_functions(const char *const *names, size_t n, void **found)
{
	struct search_all search = {names, n, found};

	for (size_t i = 0; i < n; i++)
		found[i] = rt_static_function ? rt_static_function(names[i]) : NULL;
	if (!rt_static_function)
		dl_iterate_phdr(search_names, &search);
}

static int search_address(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;

	(void)size;
	return rt_object_read(info, search->where) == 0 && rt_object_contains(search->where, search->address);
}

int rt_object_of(const void *address, struct rt_object *object)
{
	struct search search = {.address = address, .where = object};

	return dl_iterate_phdr(search_address, &search) ? 0 : -1;
}

enum { MAX_MODULES = 4096 };
static struct rt_rows modules; /* struct rt_module */
static uint32_t nmodules;

uint32_t rt_modules_count(void)
{
	return __atomic_load_n(&nmodules, __ATOMIC_ACQUIRE);
}

const struct rt_module *rt_module_at(uint32_t index)
{
	return rt_rows_at(&modules, index, sizeof(struct rt_module));
}

uint32_t rt_module_of(uintptr_t address)
{
	for (uint32_t i = rt_modules_count(); i-- > 0;)
		if (address - rt_module_at(i)->base < rt_module_at(i)->size)
			return i;
	return UINT32_MAX;
}

static void read_build_id(const struct rt_object *object, struct rt_module *module)
{
	for (size_t i = 0; i < object->nphdr; i++) {
		const char *at = (const char *)(object->bias + object->phdr[i].p_vaddr);
		const char *end = at + object->phdr[i].p_memsz;

		while (object->phdr[i].p_type == PT_NOTE && (size_t)(end - at) >= sizeof(ElfW(Nhdr))) {
			const ElfW(Nhdr) *note = (const void *)at;
			const char *name = at + sizeof *note, *text = name + ((note->n_namesz + 3u) & ~3u);

			if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && !memcmp(name, "GNU", 4) &&
			    note->n_descsz <= sizeof module->build_id && text + note->n_descsz <= end) {
				memcpy(module->build_id, text, note->n_descsz);
				module->build_id_size = note->n_descsz;
				return;
			}
			at = text + ((note->n_descsz + 3u) & ~3u);
		}
	}
}

static const char *keep_path(const char *path)
{
	char program[4096];

	if (!*path) {
		const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

		program[n > 0 ? n : 0] = 0;
		path = program;
	}
	return rt_keep_text(path);
}

void rt_module_add(const struct rt_object *object)
{
	struct rt_module *module;

	for (uint32_t i = nmodules; i-- > 0;)
		if (rt_module_at(i)->base == object->base && rt_module_at(i)->size == object->end - object->base)
			return;
	module = nmodules < MAX_MODULES ? rt_rows_make(&modules, nmodules, sizeof *module) : NULL;
	if (!module)
		return;
	module->path = keep_path(object->path);
	module->base = object->base;
	module->bias = object->bias;
	module->size = object->end - object->base;
	read_build_id(object, module);
	__atomic_store_n(&nmodules, nmodules + 1, __ATOMIC_RELEASE);
}
