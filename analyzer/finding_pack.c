// SPDX-License-Identifier: MIT
/* Findings and their parts as bytes: from the workers, and in the cache. */
#include "analyzer/finding.h"

void place_pack(struct packer *out, const struct place *place)
{
	pack_string(out, place->path);
	pack_number(out, place->line);
	pack_number(out, place->column);
	pack_number(out, place->end_line);
	pack_number(out, place->end_column);
}

struct place place_unpack(struct unpacker *in, struct arena *arena)
{
	struct place place = {.path = unpack_string(in, arena)};

	place.line = unpack_u32(in);
	place.column = unpack_u32(in);
	place.end_line = unpack_u32(in);
	place.end_column = unpack_u32(in);
	if (!*place.path)
		place.path = NULL;
	return place;
}

static void pack_fix(struct packer *out, const struct fix *fix)
{
	pack_number(out, fix ? 1 : 0);
	if (!fix)
		return;
	pack_number(out, fix->class);
	pack_string(out, fix->title);
	pack_string(out, fix->reason);
	pack_number(out, fix->nedits);
	for (uint32_t i = 0; i < fix->nedits; i++) {
		pack_string(out, fix->edits[i].path);
		pack_number(out, fix->edits[i].begin);
		pack_number(out, fix->edits[i].end);
		pack_string(out, fix->edits[i].text);
	}
}

const struct fix *fix_unpack(struct unpacker *in, struct arena *arena)
{
	struct fix *fix;
	struct edit *edits;

	if (!unpack_number(in))
		return NULL;
	fix = arena_new(arena, struct fix);
	fix->class = (enum fix_class)unpack_u32(in);
	fix->title = unpack_string(in, arena);
	fix->reason = unpack_string(in, arena);
	fix->nedits = unpack_count(in);
	fix->edits = edits = arena_array(arena, fix->nedits + 1, struct edit);
	for (uint32_t i = 0; i < fix->nedits; i++) {
		edits[i].path = unpack_string(in, arena);
		edits[i].begin = unpack_u32(in);
		edits[i].end = unpack_u32(in);
		edits[i].text = unpack_string(in, arena);
	}
	if (fix->class > FIX_SUGGESTION)
		in->bad = true;
	return fix;
}

static void pack_finding(struct packer *out, const struct finding *finding)
{
	pack_number(out, finding->code);
	pack_string(out, finding->rule);
	pack_number(out, finding->level);
	place_pack(out, &finding->place);
	pack_number(out, finding->scope_end_line);
	pack_string(out, finding->message);
	pack_string(out, finding->details);
	pack_string(out, finding->identity);
	pack_number(out, finding->nnotes);
	for (uint32_t i = 0; i < finding->nnotes; i++) {
		place_pack(out, &finding->notes[i].place);
		pack_string(out, finding->notes[i].text);
		pack_number(out, finding->notes[i].allocates);
	}
	pack_fix(out, finding->fix);
	pack_signed(out, finding->bytes_saved);
	pack_signed(out, finding->measured_bytes);
	pack_number(out, finding->fingerprint);
}

static struct finding unpack_finding(struct unpacker *in, struct arena *arena)
{
	struct finding finding = {.code = (uint16_t)unpack_u32(in)};
	struct finding_note *notes;

	finding.rule = unpack_string(in, arena);
	finding.level = (enum finding_level)unpack_u32(in);
	finding.place = place_unpack(in, arena);
	finding.scope_end_line = unpack_u32(in);
	finding.message = unpack_string(in, arena);
	finding.details = unpack_string(in, arena);
	finding.identity = unpack_string(in, arena);
	finding.nnotes = unpack_count(in);
	finding.notes = notes = arena_array(arena, finding.nnotes + 1, struct finding_note);
	for (uint32_t i = 0; i < finding.nnotes; i++) {
		notes[i].place = place_unpack(in, arena);
		notes[i].text = unpack_string(in, arena);
		notes[i].allocates = unpack_number(in) != 0;
	}
	finding.fix = fix_unpack(in, arena);
	finding.bytes_saved = unpack_signed(in);
	finding.measured_bytes = unpack_signed(in);
	finding.fingerprint = unpack_number(in);
	return finding;
}

void findings_pack(const struct findings *findings, struct packer *out)
{
	pack_number(out, findings->count);
	for (size_t i = 0; i < findings->count; i++)
		pack_finding(out, &findings->items[i]);
}

bool findings_unpack(struct findings *findings, struct unpacker *in)
{
	const uint32_t count = unpack_count(in);

	for (uint32_t i = 0; i < count && !in->bad; i++) {
		const struct finding finding = unpack_finding(in, &findings->arena);

		findings_add(findings, &finding);
	}
	if (!in->bad && unpack_end(in))
		return true;
	findings->count = 0;
	return false;
}
