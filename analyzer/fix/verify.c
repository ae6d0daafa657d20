// SPDX-License-Identifier: MIT
/* Which of the fixes break something: those that the diagnostics point at, else halves of halves. */
#include "analyzer/fix/fix_internal.h"

#include <string.h>

enum {
	ROUNDS = 64, /* of verification, after which what is open is given up */
	NEAR = 1,    /* lines between an edit and the diagnostic that it is blamed for */
};

/* ---- what the verifier says ---- */

static void note_rejection(struct fix_run *run, const char *path, uint32_t line, const char *why, bool lost)
{
	vec_push(&run->rejections, ((struct fix_rejection){.path = arena_strdup(&run->arena, path),
	                                                   .why = arena_strdup(&run->arena, why),
	                                                   .line = line,
	                                                   .lost = lost}));
}

void fix_reject(struct fix_run *run, const char *path, uint32_t line, const char *why)
{
	note_rejection(run, path, line, why, false);
}

void fix_give_up(struct fix_run *run, const char *path, const char *why)
{
	note_rejection(run, path, 0, why, true);
}

static int by_place(const void *left, const void *right)
{
	const struct fix_rejection *a = left, *b = right;
	const int paths = strcmp(a->path, b->path);

	if (paths || a->line == b->line)
		return paths ? paths : strcmp(a->why, b->why);
	return a->line < b->line ? -1 : 1;
}

static bool same_text(const char *text, size_t size, const char *other)
{
	return other && strlen(other) == size && memcmp(text, other, size) == 0;
}

/* Files that are not what they were when all was well; a file that is as on disk again is none. */
static size_t list_files(struct fix_run *run, struct fix_file *files)
{
	size_t count = 0;

	for (size_t i = 0; i < run->targets.count; i++) {
		struct fix_target *target = &run->targets.items[i];

		if (!target->file.text)
			continue;
		target->file.changed = !same_text(target->file.text, target->file.size, target->verified_text);
		files[count++] = target->file;
	}
	return count;
}

static enum status ask(struct fix_run *run)
{
	struct fix_file *files = arena_array(&run->arena, run->targets.count + 1, struct fix_file);
	const size_t count = list_files(run, files);
	enum status status;

	vec_clear(&run->rejections);
	run->rounds--;
	status = run->options.verify(run->options.context, run, files, count);
	if (run->rejections.count)
		qsort(run->rejections.items, run->rejections.count, sizeof *run->rejections.items, by_place);
	return status;
}

static void keep_verified(struct fix_run *run)
{
	for (size_t i = 0; i < run->targets.count; i++) {
		struct fix_target *target = &run->targets.items[i];

		free(target->verified_text);
		target->verified_text = target->file.text ? strdup(target->file.text) : NULL;
	}
}

/* ---- who is to blame ---- */

static bool touches(const struct fix *fix, const char *path)
{
	for (uint32_t i = 0; i < fix->nedits; i++) {
		if (strcmp(fix->edits[i].path, path) == 0)
			return true;
	}
	return false;
}

static uint32_t count_lines(const char *text, size_t size)
{
	uint32_t lines = 0;

	for (const char *at = text; (at = memchr(at, '\n', size - (size_t)(at - text))); at++)
		lines++;
	return lines;
}

/* True if the edit stands in the new text on the line of the diagnostic, or next to it. */
static bool is_near(const struct fix_target *target, const struct edit *wanted, uint32_t line)
{
	uint32_t first = 1, lines;
	size_t at = 0;

	for (size_t i = 0; i < target->edits.count; i++) {
		const struct edit *edit = &target->edits.items[i];

		first += count_lines(target->file.old_text + at, edit->begin - at);
		lines = count_lines(edit->text, strlen(edit->text));
		if (edit->begin == wanted->begin && edit->end == wanted->end)
			return line + NEAR >= first && line <= first + lines + NEAR;
		first += lines;
		at = edit->end;
	}
	return false;
}

static const struct fix_target *target_of(const struct fix_run *run, const char *path)
{
	for (size_t i = 0; i < run->targets.count; i++)
		if (strcmp(run->targets.items[i].file.path, path) == 0)
			return &run->targets.items[i];
	return NULL;
}

/* How much a rejection says against a fix: 0 nothing, 1 it is of a file that the fix changes, 2 of its lines, 3 all. */
static int blame(const struct fix_run *run, const struct fix_rejection *rejection, const struct fix *fix)
{
	const struct fix_target *target = target_of(run, rejection->path);

	if (!target || !touches(fix, rejection->path))
		return 0;
	if (rejection->lost)
		return 3;
	for (uint32_t i = 0; i < fix->nedits; i++)
		if (rejection->line && strcmp(fix->edits[i].path, rejection->path) == 0 &&
		    is_near(target, &fix->edits[i], rejection->line))
			return 2;
	return 1;
}

/* The first of the rejections that says most against the fix; NULL when none does. */
static const struct fix_rejection *worst(const struct fix_run *run, const struct fix *fix, int *most)
{
	const struct fix_rejection *found = NULL;

	*most = 0;
	for (size_t i = 0; i < run->rejections.count; i++) {
		const int much = blame(run, &run->rejections.items[i], fix);

		if (much > *most) {
			*most = much;
			found = &run->rejections.items[i];
		}
	}
	return found;
}

/* What is said of a fix; where nothing points at it, the first thing at all. */
static const struct fix_rejection *first_against(const struct fix_run *run, const struct fix *fix)
{
	int most;
	const struct fix_rejection *rejection = worst(run, fix, &most);

	return rejection ? rejection : &run->rejections.items[0];
}

/* ---- trials ---- */

static void give_up(struct fix_run *run, struct fix_taken *taken, const struct fix_rejection *rejection)
{
	const struct finding *finding = taken->finding;

	taken->rejected = true;
	diag_warn("%s:%u: not done: %s: %s", findings_relative(run->findings, finding->place.path), finding->place.line,
	          finding->fix->title, rejection->why);
}

/* Those with less than @least against them come first; how many they are. */
static size_t divide(struct fix_run *run, uint32_t *set, size_t count, int least)
{
	uint32_t *guilty = arena_array(&run->arena, count, uint32_t);
	size_t good = 0, bad = 0;
	int most;

	for (size_t i = 0; i < count; i++) {
		worst(run, run->taken.items[set[i]].finding->fix, &most);
		if (most < least)
			set[good++] = set[i];
		else
			guilty[bad++] = set[i];
	}
	memcpy(set + good, guilty, bad * sizeof *set);
	return good;
}

/* Gives up those of the set that no trial can help, all of them when it cannot go on; how many are left. */
static size_t drop_hopeless(struct fix_run *run, uint32_t *set, size_t count)
{
	const bool all = count == 1 || !run->rounds;
	size_t kept = 0;
	int most;

	for (size_t i = 0; i < count; i++) {
		struct fix_taken *taken = &run->taken.items[set[i]];

		worst(run, taken->finding->fix, &most);
		if (all || most == 3)
			give_up(run, taken, first_against(run, taken->finding->fix));
		else
			set[kept++] = set[i];
	}
	return kept;
}

static void note_end(struct fix_run *run)
{
	vec_clear(&run->rejections);
	note_rejection(run, "", 0, "too many others break something, so it was not tried", false);
}

static bool all_in(const struct fix_run *run, const uint32_t *set, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (run->taken.items[set[i]].rejected)
			return false;
	return true;
}

static enum status settle(struct fix_run *run, uint32_t *set, size_t count);

/* The first @good of the set, then the others; of one other it is known what it does when the rest goes well without it. */
static enum status settle_parts(struct fix_run *run, uint32_t *set, size_t good, size_t count, bool whole)
{
	struct fix_taken *last = &run->taken.items[set[count - 1]];
	const struct fix_rejection against = *first_against(run, last->finding->fix);
	const enum status status = settle(run, set, good);

	if (status == STATUS_ERROR)
		return status;
	if (whole && good + 1 == count && all_in(run, set, good)) {
		give_up(run, last, &against);
		return status;
	}
	return settle(run, set + good, count - good);
}

/* Takes in of the set, besides what was taken in before, what nothing is said against. */
static enum status settle(struct fix_run *run, uint32_t *set, size_t count)
{
	enum status status;
	size_t kept, good;

	if (!run->rounds)
		note_end(run);
	if (!count || !run->rounds) {
		drop_hopeless(run, set, count);
		return STATUS_OK;
	}
	for (size_t i = 0; i < count; i++)
		run->taken.items[set[i]].rejected = false;
	fix_compose(run);
	status = ask(run);
	if (status == STATUS_ERROR)
		return status;
	if (!run->rejections.count) {
		keep_verified(run);
		return status;
	}
	kept = drop_hopeless(run, set, count);
	good = divide(run, set, kept, 2);
	if (!good || good == kept)
		good = divide(run, set, kept, 1);
	if (!good || good == kept)
		good = kept < count ? kept : kept / 2;
	for (size_t i = 0; i < kept; i++)
		run->taken.items[set[i]].rejected = true;
	return kept ? settle_parts(run, set, good, kept, kept == count) : status;
}

enum status fix_verify(struct fix_run *run)
{
	uint32_t *set = arena_array(&run->arena, run->taken.count + 1, uint32_t);
	enum status status;

	if (!run->options.verify)
		return STATUS_OK;
	for (size_t i = 0; i < run->taken.count; i++)
		set[i] = (uint32_t)i;
	run->rounds = ROUNDS;
	status = settle(run, set, run->taken.count);
	fix_compose(run);
	return status;
}
