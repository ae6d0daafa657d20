// SPDX-License-Identifier: MIT
/* struct-padding: which records of a unit are worth a look, and what the unit does with them. */
#include "rules/struct_padding_collect.h"

#include "rules/struct_padding_facts.h"

#include <string.h>

uint32_t pad_path_index(struct pad_collector *collector, const struct ast_range range)
{
	if (range.file >= collector->unit->nfiles || !range.file)
		return UINT32_MAX;
	uint32_t *index = &collector->path_of_file[range.file];

	if (!*index) {
		pack_string(&collector->paths, collector->unit->files[range.file]->path);
		*index = ++collector->npaths;
	}
	return *index - 1;
}

/* ---- candidates ---- */

static void add_candidate(struct pad_collector *collector, const struct ast_record *record)
{
	struct pad_record facts;

	if (hash_map_find(&collector->candidates, record) ||
	    !pad_from_tree(collector->unit, record, &facts, &collector->arena))
		return;
	struct pad_candidate *candidate = arena_new(&collector->arena, struct pad_candidate);

	candidate->record = record;
	candidate->key = facts.key;
	collector->holds_candidate[facts.file] = true;
	hash_map_put(&collector->candidates, record, candidate);
	pad_pack_record(&collector->records, &facts);
	collector->nrecords++;
}

/* The fields alone would fit into less: true of few records, and quickly told. */
static bool has_room(const struct ast_record *record)
{
	int64_t bits = 0;

	for (uint32_t i = 0; i < record->nfields; i++) {
		const struct ast_field *field = record->fields[i];

		bits += field->flags & AST_FIELD_BIT ? (int64_t)field->width : field->size > 0 ? field->size * 8 : 0;
	}
	const int64_t align = record->align ? record->align : 1;

	return record->size > 0 && ((bits + 7) / 8 + align - 1) / align * align < record->size;
}

static bool worth_a_look(struct pad_collector *collector, const struct ast_record *record)
{
	struct pad_record facts;
	struct layout layout;

	if (record->nfields < 2 || record->kind == AST_UNION || !has_room(record) ||
	    record->flags & (AST_RECORD_PACKED | AST_RECORD_LAMBDA | AST_RECORD_VIRTUAL_BASES) ||
	    !pad_shape_from_tree(collector->unit, record, &facts, &collector->scratch) || facts.unexplained ||
	    !pad_layout(&facts, &layout, &collector->scratch))
		return false;
	layout = layout_loosen(&layout, &collector->scratch);
	layout.pinned_first = 0;
	return layout_can_shrink(&layout, &collector->scratch);
}

static const struct ast_record *held_by_value(const struct ast_type *type)
{
	while (type && (type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_INCOMPLETE_ARRAY))
		type = ast_bare_type(type)->target;
	type = type ? ast_bare_type(type) : NULL;
	return type && type->kind == AST_TYPE_RECORD ? type->record : NULL;
}

/* What holds a candidate by value matters as well: its size and bytes are made of the candidate's. */
static bool add_holders(struct pad_collector *collector)
{
	const uint32_t before = collector->candidates.count;

	for (uint32_t i = 0; i < collector->unit->nrecords; i++) {
		const struct ast_record *record = collector->unit->records[i];

		for (uint32_t f = 0; f < record->nfields; f++) {
			const struct ast_record *inner = held_by_value(record->fields[f]->decl.type);

			if (inner && hash_map_find(&collector->candidates, inner))
				add_candidate(collector, record);
		}
		for (uint32_t b = 0; b < record->nbases; b++) {
			const struct ast_record *base = record->bases[b].record;

			if (base && hash_map_find(&collector->candidates, base))
				add_candidate(collector, record);
		}
	}
	return collector->candidates.count != before;
}

static void find_candidates(struct pad_collector *collector)
{
	for (uint32_t i = 0; i < collector->unit->nrecords; i++) {
		if (worth_a_look(collector, collector->unit->records[i]))
			add_candidate(collector, collector->unit->records[i]);
		arena_clear(&collector->scratch);
	}
	while (collector->candidates.count && add_holders(collector))
		;
}

/* ---- facts ---- */

const struct pad_candidate *pad_candidate(const struct pad_collector *collector, const struct ast_record *record)
{
	return record ? hash_map_find(&collector->candidates, record) : NULL;
}

void pad_fact(struct pad_collector *collector, enum pad_fact tag, const struct pad_candidate *candidate,
              struct pad_fact_at at, uint32_t detail, uint64_t count)
{
	struct packer *uses = &collector->uses;

	pack_number(uses, tag);
	pack_number(uses, candidate->key);
	pad_pack_place(uses, pad_path_index(collector, at.range), at.line, at.column);
	pack_number(uses, detail);
	pack_number(uses, count);
	pack_string(uses, at.name);
}

void pad_fact_bytes(struct pad_collector *collector, enum pad_fact tag, const struct packer *bytes)
{
	struct packer *uses = &collector->uses;

	pack_number(uses, tag);
	pack_number(uses, 0);
	pad_pack_place(uses, UINT32_MAX, 0, 0);
	pack_number(uses, 0);
	pack_number(uses, 0);
	pack_bytes(uses, bytes->bytes, bytes->size);
}

void pad_risk(struct pad_collector *collector, const struct ast_record *record, struct pad_fact_at at,
              enum pad_risk risk)
{
	const struct pad_candidate *candidate = pad_candidate(collector, record);

	if (candidate)
		pad_fact(collector, PAD_FACT_RISK, candidate, at, risk, 0);
}

void pad_use(struct pad_collector *collector, const struct ast_record *record, struct pad_fact_at at, enum pad_use use,
             uint64_t count)
{
	const struct pad_candidate *candidate = pad_candidate(collector, record);

	if (candidate)
		pad_fact(collector, PAD_FACT_USE, candidate, at, use, count);
}

struct pad_fact_at pad_at_decl(const struct ast_decl *decl)
{
	return (struct pad_fact_at){
	        .range = decl->range, .line = decl->line, .column = decl->column, .name = decl->name};
}

struct pad_fact_at pad_at_node(const struct pad_collector *collector, const struct ast_node *node)
{
	struct pad_fact_at at = {.range = node->range, .line = node->line, .column = 1, .name = ""};
	uint32_t line = 0, column = 0;

	ast_line_column(ast_file_of(collector->unit, node->range), node->range.begin, &line, &column);
	if (column)
		at.column = column;
	return at;
}

/* ---- what declarations say ---- */

static uint64_t array_count(const struct ast_type *type)
{
	uint64_t count = 1;

	for (; type && type->kind == AST_TYPE_ARRAY; type = ast_bare_type(type)->target)
		count *= ast_bare_type(type)->count;
	return count;
}

static bool is_array(const struct ast_type *type)
{
	return type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_INCOMPLETE_ARRAY ||
	       type->kind == AST_TYPE_VARIABLE_ARRAY;
}

/* std::vector<X> and the like make many of X. */
static void note_template_arguments(struct pad_collector *collector, const struct ast_type *type, struct pad_fact_at at)
{
	for (uint32_t i = 0; type && i < type->nargs; i++) {
		const struct ast_type *argument = type->args[i] ? ast_bare_type(type->args[i]) : NULL;

		if (argument && argument->kind == AST_TYPE_RECORD)
			pad_use(collector, argument->record, at, PAD_CONTAINER, 0);
		else if (argument && argument->kind == AST_TYPE_POINTER)
			pad_use(collector, ast_record_of(argument), at, PAD_LINKED, 0);
	}
}

static void note_links(struct pad_collector *collector, const struct ast_record *holder, const struct ast_type *type,
                       struct pad_fact_at at);

/* A variable that is declared here and defined nowhere in the seen program is laid out by somebody else. */
static void note_definition(struct pad_collector *collector, const struct ast_var *var, const struct ast_record *record,
                            struct pad_fact_at at)
{
	const struct pad_candidate *candidate = pad_candidate(collector, record);

	if (candidate && var->decl.flags & AST_EXTERNAL && *var->decl.usr)
		pad_fact(collector, var->defined ? PAD_FACT_DEFINED : PAD_FACT_EXTERN, candidate, at, 0,
		         hash_bytes(var->decl.usr, strlen(var->decl.usr), 0));
}

void pad_note_variable(struct pad_collector *collector, const struct ast_var *var)
{
	const struct ast_type *type = var->decl.type ? ast_bare_type(var->decl.type) : NULL;
	const struct pad_fact_at at = pad_at_decl(&var->decl);

	if (!type || (var->decl.flags & AST_SYSTEM))
		return;
	note_template_arguments(collector, type, at);
	if (!var->parameter && (is_array(type) || !var->local))
		note_links(collector, NULL, type, at);
	if (type->kind != AST_TYPE_RECORD && !is_array(type))
		return;
	const struct ast_type *element = type;

	while (element && is_array(element))
		element = element->target ? ast_bare_type(element->target) : NULL;
	if (!element || element->kind != AST_TYPE_RECORD || var->parameter)
		return;
	note_definition(collector, var, element->record, at);
	if (element == type)
		pad_use(collector, element->record, at, PAD_VARIABLE, 0);
	else
		pad_use(collector, element->record, at, PAD_ARRAY, array_count(type));
}

static bool points_to_other_record(const struct ast_record *holder, const struct ast_record *pointee)
{
	for (uint32_t i = 0; i < holder->nfields; i++) {
		const struct ast_type *type = holder->fields[i]->decl.type;
		const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

		if (bare && bare->kind == AST_TYPE_POINTER && ast_record_of(bare) && ast_record_of(bare) != pointee)
			return true;
	}
	return false;
}

/* T *next within T, or a part of it; T **list and T *slots[n] anywhere: there are many of T. */
static void note_links(struct pad_collector *collector, const struct ast_record *holder, const struct ast_type *type,
                       struct pad_fact_at at)
{
	unsigned pointers = 0, arrays = 0;

	for (; type && (type->kind == AST_TYPE_POINTER || is_array(type)); type = ast_bare_type(type->target)) {
		pointers += type->kind == AST_TYPE_POINTER;
		arrays += is_array(type);
		if (!type->target)
			return;
	}
	const struct ast_record *record = type && type->kind == AST_TYPE_RECORD ? type->record : NULL;

	if (!record || !pointers || !pad_candidate(collector, record))
		return;
	while (holder && holder != record)
		holder = holder->outer;
	if (holder || pointers + arrays > 1)
		pad_use(collector, record, at, PAD_LINKED, 0);
}

static void note_field(struct pad_collector *collector, const struct ast_record *record, const struct ast_field *field)
{
	const struct ast_type *type = field->decl.type ? ast_bare_type(field->decl.type) : NULL;
	const struct ast_record *inner = held_by_value(type);
	const struct pad_candidate *candidate = pad_candidate(collector, inner);
	const struct pad_fact_at at = pad_at_decl(&field->decl);

	note_template_arguments(collector, type, at);
	note_links(collector, record, type, at);
	if (type && type->kind == AST_TYPE_POINTER && record->kind == AST_UNION) {
		const struct ast_record *pointee = ast_record_of(type);

		if (pointee && points_to_other_record(record, pointee))
			pad_risk(collector, pointee, at, PAD_CAST);
	}
	if (!candidate)
		return;
	if (record->kind == AST_UNION)
		pad_risk(collector, inner, at, PAD_UNION);
	pad_use(collector, inner, at, is_array(type) ? PAD_ARRAY : PAD_BY_VALUE,
	        is_array(type) ? array_count(type) : 0);
	const struct pad_candidate *holder = pad_candidate(collector, record);

	if (holder)
		pad_fact(collector, PAD_FACT_CONTAINER, candidate, at, 0, holder->key);
}

/* Where a unit as a whole is spoken of. */
static struct pad_fact_at at_main_file(const struct ast_unit *unit)
{
	struct pad_fact_at at = {.line = 1, .column = 1, .name = ""};

	for (uint32_t i = 1; i < unit->nfiles; i++) {
		if (unit->files[i]->main)
			at.range.file = i;
	}
	return at;
}

static void note_record(struct pad_collector *collector, const struct ast_record *record)
{
	const struct pad_fact_at at = pad_at_decl(&record->decl);

	for (uint32_t i = 0; i < record->nfields; i++)
		note_field(collector, record, record->fields[i]);
	for (uint32_t i = 0; i < record->nbases; i++) {
		const struct pad_candidate *base = pad_candidate(collector, record->bases[i].record);
		const struct pad_candidate *holder = pad_candidate(collector, record);

		if (base && holder)
			pad_fact(collector, PAD_FACT_CONTAINER, base, at, 0, holder->key);
	}
	if (!pad_candidate(collector, record))
		return;
	pad_note_said(collector, record->pattern ? record->pattern : record);
	if (collector->unit->broken)
		pad_risk(collector, record, at_main_file(collector->unit), PAD_BROKEN);
	for (uint32_t i = 0; i < record->nmethods; i++) {
		const struct ast_function *method = record->methods[i];

		if (method->flags & AST_FUNCTION_DEFAULTED && method->flags & AST_FUNCTION_OPERATOR &&
		    (strstr(method->decl.name, "<=>") || strstr(method->decl.name, "operator<")))
			pad_risk(collector, record, at, PAD_COMPARED);
	}
}

/* Hashes of the functions with external linkage that each header with a candidate declares. */
static void note_functions(struct pad_collector *collector)
{
	const uint32_t made = AST_FUNCTION_DEFAULTED | AST_FUNCTION_DELETED | AST_FUNCTION_PATTERN;
	const struct ast_unit *unit = collector->unit;
	struct packer *lists = arena_array(&collector->scratch, unit->nfiles + 1, struct packer);

	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const struct ast_function *function = unit->functions[i];
		const char *usr = function->decl.usr;

		if (function->flags & made || !(function->decl.flags & AST_EXTERNAL) || !*usr)
			continue;
		for (uint32_t r = 0; r < function->nredeclarations; r++) {
			const uint32_t file = function->redeclarations[r].range.file;

			if (file >= unit->nfiles || !collector->holds_candidate[file])
				continue;
			pack_number(&lists[file], hash_bytes(usr, strlen(usr), 0));
			pack_number(&lists[file], function->body != NULL);
		}
	}
	for (uint32_t file = 1; file < unit->nfiles; file++) {
		if (lists[file].size) {
			pack_number(&collector->uses, PAD_FACT_FUNCTIONS);
			pack_number(&collector->uses, 0);
			pad_pack_place(&collector->uses, pad_path_index(collector, (struct ast_range){file, 0, 0}), 0,
			               0);
			pack_number(&collector->uses, 0);
			pack_number(&collector->uses, 0);
			pack_bytes(&collector->uses, lists[file].bytes, lists[file].size);
		}
		pack_release(&lists[file]);
	}
}

static void collect_functions(struct pad_collector *collector)
{
	const struct ast_unit *unit = collector->unit;

	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		struct ast_function *function = unit->functions[i];

		for (uint32_t v = 0; v < function->nlocals; v++)
			pad_note_variable(collector, function->locals[v]);
		note_template_arguments(collector, function->result ? ast_bare_type(function->result) : NULL,
		                        pad_at_decl(&function->decl));
		pad_collect_constructor(collector, function);
		collector->function = function;
		if (function->body)
			pad_collect_body(collector, function->body);
	}
	collector->function = NULL;
	for (uint32_t i = 0; i < unit->nglobals; i++) {
		pad_note_variable(collector, unit->globals[i]);
		if (unit->globals[i]->init)
			pad_collect_body(collector, unit->globals[i]->init);
	}
	for (uint32_t i = 0; i < unit->nstatic_asserts; i++) {
		if (unit->static_asserts[i].condition)
			pad_collect_assert(collector, unit->static_asserts[i].condition);
	}
}

void pad_collect(struct rule_collect *run)
{
	struct pad_collector collector = {.unit = run->unit};

	collector.holds_candidate = arena_array(&collector.arena, run->unit->nfiles + 1, bool);
	collector.path_of_file = arena_array(&collector.arena, run->unit->nfiles + 1, uint32_t);
	find_candidates(&collector);
	for (uint32_t i = 0; i < run->unit->nrecords; i++)
		note_record(&collector, run->unit->records[i]);
	note_functions(&collector);
	collect_functions(&collector);
	pad_once_pack(&collector);
	pad_hidden_pack(&collector);
	if (collector.candidates.count || collector.uses.size) {
		pack_number(run->facts, collector.npaths);
		pack_raw(run->facts, collector.paths.bytes, collector.paths.size);
		pack_number(run->facts, collector.nrecords);
		pack_raw(run->facts, collector.records.bytes, collector.records.size);
		pack_raw(run->facts, collector.uses.bytes, collector.uses.size);
	}
	pack_release(&collector.paths);
	pack_release(&collector.records);
	pack_release(&collector.uses);
	hash_map_release(&collector.callees);
	hash_map_release(&collector.names);
	hash_map_release(&collector.patterns);
	hash_map_release(&collector.candidates);
	hash_map_release(&collector.io_variables);
	arena_clear(&collector.scratch);
	arena_clear(&collector.arena);
}
