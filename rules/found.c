// SPDX-License-Identifier: MIT
/* Builds a finding with notes, fix and conditions in a worker, and reads it back where all units meet. */
#include "rules/found.h"

#include "analyzer/base/vec.h"

#include <stdarg.h>
#include <stdio.h>

struct found_note {
	struct ast_range range;
	const char *text;
	bool allocates;
	struct found_note *next;
};

struct found_edit {
	struct ast_range range;
	const char *text;
	struct found_edit *next;
};

struct rule_found {
	struct rule_collect *run;
	struct ast_range range;
	const char *identity, *message;
	int64_t bytes;
	int level; /* -1: the rule's own */
	struct found_note *notes, **last_note;
	const char *title, *reason;
	enum fix_class class;
	struct found_edit *edits; /* by place */
	struct flow_conditions conditions;
};

/* ---- making ---- */

static char *print(struct arena *arena, const char *format, va_list arguments)
{
	char text[1024];

	vsnprintf(text, sizeof text, format, arguments);
	return arena_strdup(arena, text);
}

struct rule_found *rule_found(struct rule_collect *run, struct ast_range range, const char *identity,
                              const char *format, ...)
{
	const struct ast_file *file = ast_file_of(run->unit, range);
	struct rule_found *found;
	va_list arguments;

	if (!file || file->system)
		return NULL;
	found = arena_new(&run->scratch, struct rule_found);
	found->run = run;
	found->range = range;
	found->identity = arena_strdup(&run->scratch, identity);
	found->level = -1;
	found->last_note = &found->notes;
	va_start(arguments, format);
	found->message = print(&run->scratch, format, arguments);
	va_end(arguments);
	return found;
}

void rule_found_level(struct rule_found *found, enum finding_level level)
{
	if (found)
		found->level = (int)level;
}

void rule_found_bytes(struct rule_found *found, int64_t saved)
{
	if (found)
		found->bytes = saved;
}

void rule_found_note(struct rule_found *found, struct ast_range range, const char *format, ...)
{
	struct found_note *note;
	va_list arguments;

	if (!found)
		return;
	note = arena_new(&found->run->scratch, struct found_note);
	va_start(arguments, format);
	note->text = print(&found->run->scratch, format, arguments);
	va_end(arguments);
	note->range = range;
	*found->last_note = note;
	found->last_note = &note->next;
}

void rule_found_allocation(struct rule_found *found, struct ast_range range)
{
	struct found_note **note = found ? found->last_note : NULL;

	rule_found_note(found, range, "allocated here");
	if (note)
		(*note)->allocates = true;
}

void rule_found_fix(struct rule_found *found, enum fix_class class, const char *title, const char *reason)
{
	if (!found)
		return;
	found->class = class;
	found->title = arena_strdup(&found->run->scratch, title);
	found->reason = arena_strdup(&found->run->scratch, reason);
}

static bool before(struct ast_range a, struct ast_range b)
{
	return a.file != b.file ? a.file < b.file : a.begin < b.begin;
}

void rule_found_edit(struct rule_found *found, struct ast_range range, const char *text)
{
	struct found_edit **at, *edit;

	if (!found)
		return;
	edit = arena_new(&found->run->scratch, struct found_edit);
	edit->range = range;
	edit->text = arena_strdup(&found->run->scratch, text);
	for (at = &found->edits; *at && !before(range, (*at)->range); at = &(*at)->next)
		continue;
	edit->next = *at;
	*at = edit;
}

void rule_found_no_edits(struct rule_found *found)
{
	if (found)
		found->edits = NULL;
}

void rule_found_require(struct rule_found *found, const struct flow_condition *conditions, uint32_t count)
{
	for (uint32_t i = 0; found && i < count; i++)
		flow_require(&found->conditions, &conditions[i]);
}

/* ---- packing ---- */

void found_pack_place(struct packer *packer, const struct ast_unit *unit, struct ast_range range)
{
	const struct ast_file *file = ast_file_of(unit, range);
	struct place place = {.path = file ? file->path : ""};

	if (file) {
		ast_line_column(file, range.begin, &place.line, &place.column);
		ast_line_column(file, range.end, &place.end_line, &place.end_column);
	}
	place_pack(packer, &place);
}

static void pack_edits(const struct rule_found *found, struct packer *packer)
{
	uint32_t count = 0;

	for (const struct found_edit *edit = found->edits; edit; edit = edit->next)
		count++;
	pack_number(packer, count);
	for (const struct found_edit *edit = found->edits; edit; edit = edit->next) {
		pack_string(packer, ast_file_of(found->run->unit, edit->range)->path);
		pack_number(packer, edit->range.begin);
		pack_number(packer, edit->range.end);
		pack_string(packer, edit->text);
	}
}

/* What no edit does, the reader is told: only edits are shown as fixes. */
static void note_suggestion(struct rule_found *found)
{
	if (found->class != FIX_SUGGESTION || !found->title)
		return;
	if (*found->reason)
		rule_found_note(found, found->range, "suggestion: %s (no edit: %s)", found->title, found->reason);
	else
		rule_found_note(found, found->range, "suggestion: %s", found->title);
}

void rule_found_send(struct rule_found *found)
{
	struct packer *packer = found ? found->run->found : NULL;
	uint32_t count = 0;

	if (!found)
		return;
	note_suggestion(found);
	rule_found_require(found, found->run->conditions.items, (uint32_t)found->run->conditions.count);
	pack_number(packer, found->run->code);
	found_pack_place(packer, found->run->unit, found->range);
	pack_string(packer, found->identity);
	pack_string(packer, found->message);
	pack_signed(packer, found->bytes);
	pack_signed(packer, found->level);
	for (const struct found_note *note = found->notes; note; note = note->next)
		count++;
	pack_number(packer, count);
	for (const struct found_note *note = found->notes; note; note = note->next) {
		found_pack_place(packer, found->run->unit, note->range);
		pack_string(packer, note->text);
		pack_number(packer, note->allocates);
	}
	pack_number(packer, found->title != NULL);
	if (found->title) {
		pack_number(packer, found->class);
		pack_string(packer, found->title);
		pack_string(packer, found->reason);
		pack_edits(found, packer);
	}
	flow_conditions_pack(found->conditions.items, found->conditions.count, packer);
	vec_release(&found->conditions);
}

/* ---- reading ---- */

bool found_unpack(struct unpacker *bytes, struct arena *arena, struct found_finding *found)
{
	struct finding *finding = &found->finding;
	struct finding_note *notes;
	int64_t level;

	*found = (struct found_finding){.finding = {.details = "", .measured_bytes = -1}};
	finding->code = (uint16_t)unpack_u32(bytes);
	finding->place = place_unpack(bytes, arena);
	finding->identity = unpack_string(bytes, arena);
	finding->message = unpack_string(bytes, arena);
	finding->bytes_saved = unpack_signed(bytes);
	level = unpack_signed(bytes);
	found->has_level = level >= LEVEL_DEFAULT && level <= LEVEL_ALL;
	finding->level = found->has_level ? (enum finding_level)level : LEVEL_DEFAULT;
	finding->nnotes = unpack_count(bytes);
	notes = arena_array(arena, finding->nnotes, struct finding_note);
	for (uint32_t i = 0; i < finding->nnotes; i++) {
		notes[i].place = place_unpack(bytes, arena);
		notes[i].text = unpack_string(bytes, arena);
		notes[i].allocates = unpack_number(bytes) != 0;
	}
	finding->notes = notes;
	finding->fix = fix_unpack(bytes, arena);
	found->conditions = flow_conditions_unpack(bytes, arena, &found->nconditions);
	return !bytes->bad && finding->place.path;
}
