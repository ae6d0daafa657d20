// SPDX-License-Identifier: MIT
/* struct-padding: what stands against another order, of all that the units said of a record. */
#include "rules/struct_padding_facts.h"

#include <string.h>

enum {
	UPHEAVAL_FIELDS = 12,
	STRICTEST = 16, /* bytes: malloc aligns no better */
};

/* Risks of what holds a record by value that are its own as well. */
static const uint32_t inherited_risks = 1u << PAD_BYTES | 1u << PAD_ASSERTED | 1u << PAD_UNION | 1u << PAD_CAST |
                                        1u << PAD_PUBLIC | 1u << PAD_EXTERN_C | 1u << PAD_LIBRARY | 1u << PAD_VERSIONED;

bool pad_is_header(const char *path)
{
	static const char *const sources[] = {".c", ".cc", ".cpp", ".cxx", ".C", ".c++", ".m", ".mm"};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof sources / sizeof *sources; i++) {
		if (strcmp(dot, sources[i]) == 0)
			return false;
	}
	return true;
}

static void add_risk(struct pad_record *record, enum pad_risk risk)
{
	if (record->risks & 1u << risk)
		return;
	record->risks |= 1u << risk;
	record->risk_place[risk] = (struct pad_place){0};
}

bool pad_is_made_here(const struct pad_record *record)
{
	for (int use = 0; use < PAD_LINKED; use++) {
		if (record->uses[use])
			return true;
	}
	return false;
}

static void add_risk_at(struct pad_record *record, enum pad_risk risk, const struct pad_place *place)
{
	add_risk(record, risk);
	record->risk_place[risk] = *place;
}

/* Code that we did not see lays out its variables, or code that we saw takes it for something else. */
static void note_others(const struct pad_state *state, struct pad_record *record)
{
	const struct pad_place *mistaken = pad_mistaken(state, record);

	if (mistaken && !(record->risks & 1u << PAD_CAST))
		add_risk_at(record, PAD_CAST, mistaken);
	for (size_t i = 0; i < record->externs.count; i++) {
		if (!pad_is_defined(state, record->externs.items[i].argument) && !(record->risks & 1u << PAD_LIBRARY))
			add_risk_at(record, PAD_LIBRARY, &record->externs.items[i].place);
	}
}

static void own_risks(struct rule_program *run, struct pad_state *state, struct pad_record *record)
{
	if (pad_is_header(record->path) && (pad_is_library(state, record->path) || !pad_is_made_here(record)))
		add_risk(record, PAD_LIBRARY);
	if (record->versioned && pad_is_header(record->path))
		add_risk(record, PAD_VERSIONED);
	if (config_is_public(run->config, record->path))
		add_risk(record, PAD_PUBLIC);
	if (record->extern_c && pad_is_header(record->path))
		add_risk(record, PAD_EXTERN_C);
	if (record->pack || record->flags & (AST_RECORD_PACKED | AST_RECORD_ALIGNED | AST_RECORD_PRAGMA_PACK))
		add_risk(record, PAD_ATTRIBUTES);
	for (uint32_t i = 0; i < record->nfields; i++) {
		if (record->fields[i].flags & (AST_FIELD_PACKED | AST_FIELD_ALIGNED | AST_FIELD_ATTRIBUTES))
			add_risk(record, PAD_ATTRIBUTES);
		if (record->fields[i].reads_field)
			add_risk(record, PAD_EFFECTS);
	}
	if (!run->whole_program && pad_is_header(record->path) && !(record->risks & 1u << PAD_BROKEN))
		add_risk(record, PAD_UNSEEN);
	if (record->flags & AST_RECORD_INSTANCE)
		add_risk(record, PAD_TEMPLATE);
	if (record->start)
		add_risk(record, PAD_DERIVED);
	if (record->varies)
		add_risk(record, PAD_VARIES);
	note_others(state, record);
}

static void inherit_risks(const struct pad_state *state, struct pad_record *record)
{
	if (record->visited)
		return;
	record->visited = true;
	for (size_t i = 0; i < record->containers.count; i++) {
		struct pad_record *holder = pad_find(state, record->containers.items[i]);

		if (!holder || holder == record)
			continue;
		inherit_risks(state, holder);
		for (uint32_t risk = 0; risk < PAD_RISKS; risk++) {
			if (!(holder->risks & inherited_risks & 1u << risk) || record->risks & 1u << risk)
				continue;
			record->risks |= 1u << risk;
			record->risk_place[risk] = holder->risk_place[risk];
		}
	}
}

/* Objects made one after the other by their constructors would be made in another order. */
static bool reorders_construction(const struct pad_record *record, const uint32_t *order)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < record->nfields; i++) {
		if (!record->fields[order[i]].nontrivial)
			continue;
		if (order[i] < last)
			return true;
		last = order[i];
	}
	return false;
}

/* Bit-fields side by side are one place in memory: of two threads that write them one may undo what the other did. */
static bool joins_bit_fields(const struct pad_record *record, const uint32_t *order)
{
	for (uint32_t i = 1; i < record->nfields; i++) {
		const struct pad_field *before = &record->fields[order[i - 1]], *field = &record->fields[order[i]];

		if (before->flags & field->flags & AST_FIELD_BIT && order[i - 1] + 1 != order[i])
			return true;
	}
	return false;
}

/* Past "private from here on" and the like; the field right below it holds it in its place. */
static bool passes_comments(const struct pad_record *record, const uint32_t *order)
{
	const struct pad_field *fields = record->fields;

	for (uint32_t i = 1; i < record->nfields; i++) {
		const uint32_t zone = fields[order[i]].zone, before = fields[order[i - 1]].zone;

		if (before > zone || (before < zone && order[i] && fields[order[i] - 1].zone == zone))
			return true;
	}
	return false;
}

/* More fields leave their places than anybody wants to read in a diff. */
static bool is_upheaval(const struct pad_record *record, const uint32_t *order, struct arena *arena)
{
	uint32_t *length = arena_array(arena, record->nfields + 1, uint32_t);
	uint32_t longest = 0;

	for (uint32_t i = 0; i < record->nfields; i++) {
		length[i] = 1;
		for (uint32_t j = 0; j < i; j++) {
			if (order[j] < order[i] && length[j] >= length[i])
				length[i] = length[j] + 1;
		}
		if (length[i] > longest)
			longest = length[i];
	}
	return record->nfields - longest > UPHEAVAL_FIELDS;
}

/* The largest power of two, up to what malloc gives, that divides both. */
static uint64_t alignment_of(uint64_t offset)
{
	uint64_t align = STRICTEST;

	while (offset % align)
		align /= 2;
	return align;
}

/* What lies behind the record, or in its flexible array, must be as well aligned as it was. */
static bool misaligns_trailer(const struct pad_record *record, const struct layout *layout, const uint32_t *order,
                              struct arena *arena)
{
	if (!record->trailer || !record->nfields)
		return false;
	uint64_t *offsets = arena_array(arena, record->nfields + 1, uint64_t);
	const uint64_t size = layout_place(layout, order, offsets);
	const struct pad_field *last = &record->fields[record->nfields - 1];

	if (last->flags & AST_FIELD_FLEXIBLE)
		return alignment_of(offsets[record->nfields - 1] / 8) < alignment_of((uint64_t)last->offset / 8);
	return alignment_of(size) < alignment_of(record->size);
}

uint32_t pad_order_risks(struct pad_record *record, const struct layout *layout, const uint32_t *order,
                         struct arena *arena)
{
	uint32_t risks = 0;

	if (reorders_construction(record, order))
		risks |= 1u << PAD_EFFECTS;
	if (joins_bit_fields(record, order))
		risks |= 1u << PAD_SHARED_WORD;
	if (passes_comments(record, order))
		risks |= 1u << PAD_PAST_COMMENT;
	if (is_upheaval(record, order, arena))
		risks |= 1u << PAD_UPHEAVAL;
	if (misaligns_trailer(record, layout, order, arena)) {
		risks |= 1u << PAD_TRAILER;
		record->risk_place[PAD_TRAILER] = record->trailer_place;
	}
	return risks;
}

/* ---- two of one name ---- */

static uint64_t shape_of(const struct pad_record *record)
{
	uint64_t hash = hash_bytes(record->printed, strlen(record->printed), record->nfields);

	for (uint32_t i = 0; i < record->nfields; i++)
		hash = hash_bytes(record->fields[i].name, strlen(record->fields[i].name), hash);
	return hash | 1;
}

/* One type for the language, since name and fields are the same, that two files spell out. */
static void note_twins(const struct pad_state *state)
{
	struct hash_map shapes = {0};

	for (size_t i = 0; i < state->order.count; i++) {
		struct pad_record *record = state->order.items[i];
		const void *shape = (const void *)(uintptr_t)shape_of(record);
		struct pad_record *twin = hash_map_find(&shapes, shape);

		if (!record->name_length || record->flags & AST_RECORD_INSTANCE)
			continue;
		if (!twin) {
			hash_map_put(&shapes, shape, record);
			continue;
		}
		add_risk_at(record, PAD_TWIN, &(struct pad_place){twin->path, twin->line, twin->column});
		if (!(twin->risks & 1u << PAD_TWIN))
			add_risk_at(twin, PAD_TWIN, &(struct pad_place){record->path, record->line, record->column});
	}
	hash_map_release(&shapes);
}

void pad_gather_risks(struct rule_program *run, struct pad_state *state)
{
	for (size_t i = 0; i < state->order.count; i++)
		own_risks(run, state, state->order.items[i]);
	note_twins(state);
	for (size_t i = 0; i < state->order.count; i++)
		inherit_risks(state, state->order.items[i]);
}
