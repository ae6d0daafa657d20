// SPDX-License-Identifier: MIT
/*
 * struct-padding: the fields of a record stand in an order that wastes bytes.
 *
 * Why:    the compiler aligns each field, so a char before a double costs seven bytes that hold nothing, in every
 *         object. What counts is what the allocator hands out: a saving is reported when it reaches a smaller size class, or
 *         when objects lie in arrays, in other records or are many.
 * Bad:    struct event { char kind; double time; char level; int code; };
 * Good:   struct event { double time; int code; char kind; char level; };
 * Fix:    fields move as whole lines with their comments, as few as possible; initialisers by position become
 *         designated ones (C) or are reordered (C++). Safe only if nothing in the whole program depends on order or size: no
 *         offsetof, no cast to another type, no bytes written or read, no public header, no second definition, no comment that
 *         asks for the order. Otherwise the reason is given and --unsafe-fixes applies it.
 * Limits: silent on unions, packed records, flexible arrays that would leave the end, bit-field runs that would be split,
 *         records whose padding has a purpose (fields named pad or reserved, cache lines, separated atomics). Reported with
 *         --level strict only: what a program makes once, or at one place without a loop, list or array that shows more of them,
 *         or only as a variable, or nowhere though a header has it; what is part of a public interface. Deliberate padding: with
 *         --all.
 */
#include "rules/struct_padding.h"

#include "rules/allocators.h"
#include "rules/struct_padding_facts.h"

#include <stdio.h>
#include <string.h>

enum {
	NOTICEABLE_PERCENT = 5,
	NOTICEABLE_BYTES = 128, /* of an array whose size is known */
	NOTICEABLE_BULK = 1024, /* … where that is less than NOTICEABLE_PERCENT of it */
	MANY_SITES = 2,
	FEW_SITES = 3,
	HOLDERS_DEPTH = 8,
	HOLDERS_PERCENT = 3, /* of what holds the record, where only its block gets smaller */
};

/* Others were compiled with the layout as it is: few can change it. */
static const uint32_t fixed_by_others = 1u << PAD_PUBLIC | 1u << PAD_EXTERN_C | 1u << PAD_VERSIONED;

static const char *const risk_texts[] = {
#define RISK(id, text) text,
#include "rules/struct_padding_risks.def"
#undef RISK
};

struct verdict {
	struct pad_record *record;
	struct layout layout;
	uint32_t *order;
	uint64_t best;
	struct settings settings;
};

static struct pad_state *state_of(struct rule_program *run)
{
	if (!run->state) {
		struct pad_state *state = arena_new(run->arena, struct pad_state);

		state->arena = run->arena;
		intern_init(&state->paths, run->arena);
		run->state = state;
	}
	return run->state;
}

static void merge(struct rule_program *run, struct unpacker *facts)
{
	if (!unpack_end(facts))
		pad_unpack(state_of(run), facts);
}

/* ---- how much it matters ---- */

/* The size of @holder when @record in it goes down to @best; the old size when that is not known. */
static uint64_t shrunk_along(const struct pad_record *holder, const struct pad_record *record, uint64_t best,
                             struct arena *arena)
{
	struct layout layout;
	struct layout_field *fields = arena_array(arena, holder->nfields + 1, struct layout_field);
	uint32_t held = record->uses[PAD_BY_VALUE] + record->uses[PAD_ARRAY]; /* not every record of that size is it */
	uint64_t largest = 0;

	for (uint32_t i = 0; i < holder->nfields; i++) {
		const struct pad_field *field = &holder->fields[i];
		const bool same = field->record && held && field->size == record->size && field->align == record->align;

		held -= same;
		fields[i] = (struct layout_field){.size = same ? best : field->size, .align = field->align};
		if (fields[i].size > largest)
			largest = fields[i].size;
	}
	if (holder->kind == AST_UNION)
		return (largest + holder->align - 1) / holder->align * holder->align;
	if (holder->unexplained || !pad_layout(holder, &layout, arena))
		return holder->size;
	for (uint32_t i = 0; i < holder->nfields; i++) {
		fields[i].width = layout.fields[i].width;
		fields[i].flags = layout.fields[i].flags;
	}
	layout.fields = fields;
	return layout_place(&layout, NULL, NULL);
}

static bool is_noticeable(struct rule_program *run, const struct pad_record *record, uint64_t best, unsigned depth);

/* Something that holds it by value gets noticeably smaller as well; so, for all we know, does what we did not see. */
static bool matters_to_holders(struct rule_program *run, const struct pad_record *record, uint64_t best, unsigned depth)
{
	for (size_t i = 0; i < record->containers.count; i++) {
		const struct pad_record *holder = pad_find(run->state, record->containers.items[i]);

		if (!holder)
			return true;
		const uint64_t size = shrunk_along(holder, record, best, run->arena);

		if (depth < HOLDERS_DEPTH && holder != record && size < holder->size &&
		    is_noticeable(run, holder, size, depth + 1))
			return true;
	}
	return record->containers.count == 0;
}

/* Few objects of it are ever allocated: each of the places runs once. */
static bool is_made_once(struct rule_program *run, const struct pad_record *record)
{
	bool once = run->whole_program && !record->uses[PAD_ALLOCATED_MANY] && record->uses[PAD_ALLOCATED] <= FEW_SITES;

	for (size_t i = 0; once && i < record->makers.count; i++)
		once = pad_runs_once(run->state, record->makers.items[i]);
	return once;
}

/*
 * More than one of them may live at a time: outside callers may make as many as they like, else something must show it.
 */
static bool may_be_many(struct rule_program *run, const struct pad_record *record)
{
	const struct pad_state *state = run->state;
	bool many =
	        !run->whole_program || !state->has_main || record->uses[PAD_ALLOCATED_MANY] || record->uses[PAD_LINKED];

	for (size_t i = 0; !many && i < record->makers.count; i++)
		many = pad_runs_in_loops(state, record->makers.items[i]);
	return many;
}

/* Callbacks make as many as whoever calls them back wants. */
static bool is_made_by_callback(const struct pad_state *state, const struct pad_record *record)
{
	for (size_t i = 0; i < record->makers.count; i++) {
		if (pad_is_handed_on(state, record->makers.items[i]))
			return true;
	}
	return false;
}

/* Objects on the heap: many of them or, each in its own block, in a smaller one. */
static bool is_noticeable_on_heap(struct rule_program *run, const struct pad_record *record, uint64_t best,
                                  unsigned percent)
{
	const char *allocator = config_settings(run->config, record->path).allocator;
	const uint64_t saved = record->size - best;
	const uint32_t *uses = record->uses;

	if ((!uses[PAD_ALLOCATED] && !uses[PAD_ALLOCATED_MANY]) || is_made_once(run, record))
		return false;
	const bool many = may_be_many(run, record);

	if ((uses[PAD_ALLOCATED_MANY] ||
	     (uses[PAD_ALLOCATED] >= MANY_SITES && (many || is_made_by_callback(run->state, record)))) &&
	    saved * 100 >= record->size * NOTICEABLE_PERCENT)
		return true;
	return many && saved * 100 >= record->size * percent &&
	       allocator_block_size(allocator, record->size) > allocator_block_size(allocator, best);
}

static bool is_noticeable_in_arrays(const struct pad_record *record, uint64_t best)
{
	const uint64_t saved = record->size - best;
	const bool share = saved * 100 >= record->size * NOTICEABLE_PERCENT;

	if (!record->uses[PAD_ARRAY])
		return false;
	if (!record->elements) /* as many as the program likes */
		return true;
	return record->elements * saved >= (share ? NOTICEABLE_BYTES : NOTICEABLE_BULK);
}

/* Somebody would notice that an object of @record takes @best bytes. */
static bool is_noticeable(struct rule_program *run, const struct pad_record *record, uint64_t best, unsigned depth)
{
	const uint32_t *uses = record->uses;

	if (is_noticeable_in_arrays(record, best) || uses[PAD_CONTAINER] ||
	    is_noticeable_on_heap(run, record, best, depth ? HOLDERS_PERCENT : 1))
		return true;
	if (uses[PAD_BY_VALUE] && matters_to_holders(run, record, best, depth))
		return true;
	/* Made where we cannot see it; a header of a whole program may as well speak of what others make. */
	return !pad_is_made_here(record) && !(run->whole_program && pad_is_header(record->path)) &&
	       (record->size - best) * 100 >= record->size * NOTICEABLE_PERCENT;
}

static enum finding_level level_of(struct rule_program *run, const struct verdict *verdict)
{
	const struct pad_record *record = verdict->record;

	if (record->deliberate || record->size - verdict->best < verdict->settings.min_saved)
		return LEVEL_ALL;
	if (record->risks & fixed_by_others)
		return LEVEL_STRICT;
	return is_noticeable(run, record, verdict->best, 0) ? LEVEL_DEFAULT : LEVEL_STRICT;
}

/* ---- words ---- */

struct notes {
	struct finding_note items[8];
	uint32_t count;
};

static void add_note(struct notes *notes, const struct pad_place *place, const char *text)
{
	if (notes->count < sizeof notes->items / sizeof *notes->items)
		notes->items[notes->count++] =
		        (struct finding_note){.place = {place->path, place->line, place->column, 0, 0}, .text = text};
}

static void note_uses(struct rule_program *run, const struct verdict *verdict, struct notes *notes)
{
	const struct pad_record *record = verdict->record;
	const unsigned long long saved = record->size - verdict->best;
	const char *allocator = verdict->settings.allocator;
	const unsigned long long before = allocator_block_size(allocator, record->size);
	const unsigned long long after = allocator_block_size(allocator, verdict->best);

	if (record->uses[PAD_ARRAY] && record->elements > 1)
		add_note(notes, &record->use_place[PAD_ARRAY],
		         arena_printf(run->arena, "'%s' has %llu of them: %llu bytes less", record->array_name,
		                      (unsigned long long)record->elements, saved * record->elements));
	for (int use = PAD_ALLOCATED_MANY; use >= PAD_ALLOCATED; use--) {
		if (!record->uses[use] || !before)
			continue;
		add_note(notes, &record->use_place[use],
		         before > after
		                 ? arena_printf(run->arena, "allocated here: %s takes %llu -> %llu bytes for one",
		                                allocator, before, after)
		                 : arena_printf(run->arena,
		                                "allocated here; alone in its block %s takes %llu "
		                                "bytes before and after",
		                                allocator, before));
		break;
	}
}

static const char *reason_against(struct rule_program *run, const struct verdict *verdict, struct notes *notes)
{
	struct pad_record *record = verdict->record;
	const uint32_t risks = record->risks | pad_order_risks(record, &verdict->layout, verdict->order, run->arena);
	const char *first = "";

	for (uint32_t risk = 0; risk < PAD_RISKS; risk++) {
		if (!(risks & 1u << risk))
			continue;
		if (!*first)
			first = risk_texts[risk];
		add_note(notes, &record->risk_place[risk],
		         arena_printf(run->arena, "no safe fix: %s", risk_texts[risk]));
	}
	return first;
}

static const struct fix *fix_for(struct rule_program *run, const struct verdict *verdict, struct notes *notes)
{
	const struct pad_record *record = verdict->record;
	struct fix *fix = arena_new(run->arena, struct fix);
	const char *why = NULL;
	const bool known = !(record->risks & (1u << PAD_TEMPLATE | 1u << PAD_DERIVED | 1u << PAD_BINDING));

	fix->title = arena_printf(run->arena, "reorder the fields of '%s'", record->printed);
	fix->reason = reason_against(run, verdict, notes);
	fix->class = *fix->reason ? FIX_UNSAFE : FIX_SAFE;
	if (known)
		fix->edits = pad_edit(record, verdict->order, &fix->nedits, &why, run->arena);
	if (fix->edits)
		return fix;
	fix->class = FIX_SUGGESTION;
	if (why) {
		fix->reason = why;
		add_note(notes, &(struct pad_place){0}, arena_printf(run->arena, "no edit is offered: %s", why));
	}
	return fix;
}

/* What the reader of a finding sees of it: much work for those that nobody asked for. */
static void describe(struct rule_program *run, const struct verdict *verdict, struct finding *finding)
{
	struct notes notes = {0};

	finding->details = pad_draw(verdict->record, &verdict->layout, verdict->order, run->arena);
	note_uses(run, verdict, &notes);
	finding->fix = fix_for(run, verdict, &notes);
	finding->notes = arena_memdup(run->arena, notes.items, sizeof notes.items);
	finding->nnotes = notes.count;
}

static void report_record(struct rule_program *run, const struct verdict *verdict)
{
	const struct pad_record *record = verdict->record;
	struct finding finding = {
	        .code = run->code,
	        .rule = "struct-padding",
	        .level = level_of(run, verdict),
	        .place = {record->path, record->line, record->column, record->line,
	                  record->column + (record->name_length ? record->name_length : 1)},
	        .message = arena_printf(run->arena,
	                                "'%s' wastes %llu bytes by the order of its fields: %llu -> %llu bytes",
	                                record->printed, (unsigned long long)(record->size - verdict->best),
	                                (unsigned long long)record->size, (unsigned long long)verdict->best),
	        .scope_end_line = record->end_line,
	        .details = "",
	        .identity = record->printed,
	        .bytes_saved = (int64_t)(record->size - verdict->best),
	        .measured_bytes = -1,
	};

	if (pad_is_generated_file(record->path))
		finding.level = LEVEL_ALL; /* there is nothing to edit */
	/* One that is not wanted may still be what a comment silences. */
	if (settings_want(&verdict->settings, finding.rule, finding.level))
		describe(run, verdict, &finding);
	findings_add(run->findings, &finding);
}

/* The smaller of two: fields declared together stay together unless parting them saves more. */
static void best_order(struct verdict *verdict, struct arena *arena)
{
	const struct layout loose = layout_loosen(&verdict->layout, arena);
	uint32_t *order = arena_array(arena, loose.nfields + 1, uint32_t);

	verdict->order = arena_array(arena, loose.nfields + 1, uint32_t);
	verdict->best = layout_best_order(&verdict->layout, verdict->order, arena);
	if (!layout_is_glued(&verdict->layout))
		return;
	const uint64_t best = layout_best_order(&loose, order, arena);

	if (best < verdict->best) {
		verdict->best = best;
		verdict->order = order;
	}
}

static void judge(struct rule_program *run, struct pad_record *record)
{
	struct verdict verdict = {.record = record, .settings = config_settings(run->config, record->path)};

	if (record->unexplained || record->kind == AST_UNION || record->flags & AST_RECORD_PACKED ||
	    record->nfields < 2 || !pad_layout(record, &verdict.layout, run->arena))
		return;
	best_order(&verdict, run->arena);
	if (verdict.best >= record->size)
		return;
	report_record(run, &verdict);
}

static void report(struct rule_program *run)
{
	struct pad_state *state = state_of(run);

	pad_gather_risks(run, state);
	for (size_t i = 0; i < state->order.count; i++)
		judge(run, state->order.items[i]);
}

static void release(struct rule_program *run)
{
	struct pad_state *state = state_of(run);

	for (size_t i = 0; i < state->order.count; i++) {
		vec_release(&state->order.items[i]->lists);
		vec_release(&state->order.items[i]->makers);
		vec_release(&state->order.items[i]->passed);
		vec_release(&state->order.items[i]->externs);
		vec_release(&state->order.items[i]->containers);
	}
	vec_release(&state->order);
	hash_map_release(&state->records);
	for (size_t i = 0; i < state->all_headers.count; i++)
		vec_release(&state->all_headers.items[i]->functions);
	vec_release(&state->all_headers);
	hash_map_release(&state->headers);
	hash_map_release(&state->defined);
	hash_map_release(&state->callees);
	intern_release(&state->paths);
	hash_map_release(&state->seen);
	pad_hidden_release(state);
}

const struct rule_ops rule_struct_padding = {
        .measure = MEASURE_OBJECTS,
        .collect = pad_collect,
        .merge = merge,
        .report = report,
        .release = release,
};
