// SPDX-License-Identifier: MIT
/* Variables by their addresses. */
#include "analyzer/profile/globals.h"

#include "analyzer/base/diag.h"
#include "analyzer/base/vec.h"
#include "analyzer/profile/modules.h"

#include <stdlib.h>
#include <string.h>

struct variable {
	uint64_t start, size; /* from the load bias, or in the thread-local segment */
	const char *name;
	bool is_tls, looked_up, has_type;
	Dwarf_Die type;
};

struct module_data {
	bool opened;
	struct module_file file;
	VEC(struct variable) variables; /* by is_tls, then start */
};

struct globals {
	const struct snapshot_tables *tables;
	struct module_data *modules; /* [nmodules] */
	struct arena arena;
};

struct globals *globals_new(const struct snapshot_tables *tables)
{
	struct globals *globals = calloc(1, sizeof *globals);
	const size_t nmodules = snapshot_nmodules(tables);

	if (!globals || !(globals->modules = calloc(nmodules + 1, sizeof *globals->modules)))
		diag_die("out of memory");
	globals->tables = tables;
	return globals;
}

void globals_free(struct globals *globals)
{
	if (!globals)
		return;
	for (size_t i = 0; i < snapshot_nmodules(globals->tables); i++) {
		if (globals->modules[i].opened)
			module_file_release(&globals->modules[i].file);
		vec_release(&globals->modules[i].variables);
	}
	arena_clear(&globals->arena);
	free(globals->modules);
	free(globals);
}

/* "cache" from _ZL5cache, _ZN2db5cacheE, _ZZ3getiE5cache, _ZN2db5cacheB5cxx11E: the last name that is spelled out. */
static const char *plain_name(struct arena *arena, const char *symbol)
{
	const char *last = NULL;
	size_t length = 0;

	if (strncmp(symbol, "_Z", 2) != 0)
		return arena_strndup(arena, symbol, strcspn(symbol, "@"));
	for (const char *at = symbol + 2; *at;) {
		char *end;
		const unsigned long n = *at >= '1' && *at <= '9' ? strtoul(at, &end, 10) : 0;

		if (!n) {
			at++;
			continue;
		}
		if (n > strlen(end))
			break;
		/* Behind B stands a tag, not a name. */
		if (at[-1] != 'B') {
			last = end;
			length = n;
		}
		at = end + n;
	}
	return last ? arena_strndup(arena, last, length) : arena_strdup(arena, symbol);
}

static int by_start(const void *left, const void *right)
{
	const struct variable *a = left, *b = right;

	if (a->is_tls != b->is_tls)
		return a->is_tls ? 1 : -1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->size < b->size ? 1 : a->size > b->size ? -1 : strcmp(a->name, b->name);
}

static struct module_data *open_module(struct globals *globals, uint32_t index)
{
	struct module_data *data = globals->modules + index;
	GElf_Sym symbol;
	GElf_Addr address;

	if (data->opened)
		return data;
	data->opened = true;
	module_file_open(&data->file, snapshot_modules(globals->tables) + index);
	const int n = data->file.module ? dwfl_module_getsymtab(data->file.module) : 0;

	for (int i = 1; i < n; i++) {
		const char *name = dwfl_module_getsym_info(data->file.module, i, &symbol, &address, NULL, NULL, NULL);
		const int type = GELF_ST_TYPE(symbol.st_info);

		if (!name || !name[0] || !symbol.st_size || symbol.st_shndx == SHN_UNDEF)
			continue;
		if (type != STT_OBJECT && type != STT_TLS)
			continue;
		vec_push(&data->variables,
		         (struct variable){
		                 .start = type == STT_TLS ? symbol.st_value : address - data->file.bias,
		                 .size = symbol.st_size,
		                 .name = plain_name(&globals->arena, name),
		                 .is_tls = type == STT_TLS,
		         });
	}
	if (data->variables.count)
		qsort(data->variables.items, data->variables.count, sizeof *data->variables.items, by_start);
	return data;
}

static struct variable *find(struct globals *globals, uint32_t module, uint64_t place, bool is_tls)
{
	if (module >= snapshot_nmodules(globals->tables))
		return NULL;
	const struct module_data *data = open_module(globals, module);
	size_t low = 0, high = data->variables.count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct variable *at = data->variables.items + middle;

		if (at->is_tls < is_tls || (at->is_tls == is_tls && at->start <= place))
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	struct variable *found = data->variables.items + low - 1;

	return found->is_tls == is_tls && place - found->start < found->size ? found : NULL;
}

const char *globals_variable(struct globals *globals, uint32_t module, uint64_t place, bool is_tls)
{
	const struct variable *variable = find(globals, module, place, is_tls);

	return variable ? variable->name : NULL;
}

const char *globals_name(struct globals *globals, uint32_t module, uint64_t place, bool is_tls, bool any_index,
                         struct arena *arena)
{
	struct variable *variable = find(globals, module, place, is_tls);

	if (variable && !variable->looked_up) {
		variable->looked_up = true;
		variable->has_type = globals_find_type(globals->modules[module].file.module, variable->name,
		                                       variable->start, &variable->type);
	}
	if (variable && variable->has_type)
		return arena_printf(arena, "%s%s", variable->name,
		                    globals_field(variable->type, place - variable->start, any_index, arena));
	if (variable && place == variable->start)
		return variable->name;
	if (variable && any_index)
		return arena_printf(arena, "%s+", variable->name);
	if (variable)
		return arena_printf(arena, "%s+%llu", variable->name, (unsigned long long)(place - variable->start));
	const char *path =
	        module < snapshot_nmodules(globals->tables) ? snapshot_modules(globals->tables)[module].path : "";
	const char *slash = strrchr(path, '/');

	path = slash ? slash + 1 : path[0] ? path : "unknown";
	if (any_index)
		return arena_printf(arena, "%s's data", path);
	return arena_printf(arena, "%s+0x%llx", path, (unsigned long long)place);
}
