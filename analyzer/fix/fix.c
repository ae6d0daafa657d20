// SPDX-License-Identifier: MIT
/* Which fixes go together, and what the files become. */
#include "analyzer/fix/fix_internal.h"

#include <errno.h>
#include <string.h>

/* ---- edits on a text ---- */

static int compare_edits(const void *left, const void *right)
{
	const struct edit *a = left, *b = right;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

/* An #include that several fixes need stands in each of them. */
static bool is_shared(const struct edit *a, const struct edit *b)
{
	return a->begin == a->end && a->begin == b->begin && a->end == b->end && strstr(a->text, "#") &&
	       strstr(a->text, "include") && strcmp(a->text, b->text) == 0;
}

size_t fix_join_edits(struct edit *edits, size_t nedits)
{
	size_t kept = 0;

	if (nedits)
		qsort(edits, nedits, sizeof *edits, compare_edits);
	for (size_t i = 0; i < nedits; i++)
		if (!kept || !is_shared(&edits[kept - 1], &edits[i]))
			edits[kept++] = edits[i];
	return kept;
}

char *fix_edit_text(const char *text, size_t size, const struct edit *edits, size_t nedits, size_t *new_size)
{
	size_t total = size, at = 0, out = 0;

	for (size_t i = 0; i < nedits; i++) {
		if (edits[i].begin < at || edits[i].end < edits[i].begin || edits[i].end > size)
			return NULL;
		at = edits[i].end;
		total += strlen(edits[i].text);
	}
	char *result = malloc(total + 1);

	if (!result)
		diag_die("out of memory");
	at = 0;
	for (size_t i = 0; i < nedits; i++) {
		const size_t length = strlen(edits[i].text);

		memcpy(result + out, text + at, edits[i].begin - at);
		out += edits[i].begin - at;
		memcpy(result + out, edits[i].text, length);
		out += length;
		at = edits[i].end;
	}
	memcpy(result + out, text + at, size - at);
	out += size - at;
	result[out] = 0;
	*new_size = out;
	return result;
}

/* ---- gathering ---- */

static struct fix_target *find_target(struct fix_run *run, const char *path)
{
	for (size_t i = 0; i < run->targets.count; i++) {
		if (strcmp(run->targets.items[i].file.path, path) == 0)
			return &run->targets.items[i];
	}
	return NULL;
}

/* The file of an edit, read at its first; NULL when it cannot be read or was changed into nothing we know. */
static struct fix_target *open_target(struct fix_run *run, const char *path)
{
	struct fix_target *target = find_target(run, path), fresh = {0};

	if (target)
		return target;
	fresh.file.path = path;
	fresh.file.old_text = fix_read_file(&run->arena, path, &fresh.file.old_size);
	if (!fresh.file.old_text) {
		diag_warn("%s: %s; its fixes are left out", path, strerror(errno));
		return NULL;
	}
	vec_push(&run->targets, fresh);
	return &vec_last(&run->targets);
}

/* Edits that touch count as overlapping too: which comes first would be a guess. */
static bool is_free(const struct fix_target *target, const struct edit *edit)
{
	if (edit->end > target->file.old_size)
		return false;
	for (size_t i = 0; i < target->edits.count; i++) {
		const struct edit *other = &target->edits.items[i];

		if (edit->begin <= other->end && other->begin <= edit->end && !is_shared(edit, other))
			return false;
	}
	return true;
}

static bool fits(struct fix_run *run, const struct fix *fix)
{
	for (uint32_t i = 0; i < fix->nedits; i++) {
		const struct fix_target *target = open_target(run, fix->edits[i].path);

		if (!target || !is_free(target, &fix->edits[i]))
			return false;
	}
	return true;
}

static void add_edits(struct fix_run *run, const struct fix *fix)
{
	for (uint32_t i = 0; i < fix->nedits; i++)
		vec_push(&find_target(run, fix->edits[i].path)->edits, fix->edits[i]);
}

static bool is_wanted(const struct fix_run *run, const struct fix *fix)
{
	return fix && fix->nedits && (fix->class == FIX_SAFE || (fix->class == FIX_UNSAFE && run->options.unsafe));
}

void fix_compose(struct fix_run *run)
{
	for (size_t i = 0; i < run->targets.count; i++)
		vec_clear(&run->targets.items[i].edits);
	for (size_t i = 0; i < run->taken.count; i++) {
		if (!run->taken.items[i].rejected)
			add_edits(run, run->taken.items[i].finding->fix);
	}
	for (size_t i = 0; i < run->targets.count; i++) {
		struct fix_target *target = &run->targets.items[i];

		free(target->new_text);
		target->new_text = NULL;
		target->file.text = NULL;
		if (!target->edits.count)
			continue;
		target->edits.count = fix_join_edits(target->edits.items, target->edits.count);
		target->new_text = fix_edit_text(target->file.old_text, target->file.old_size, target->edits.items,
		                                 target->edits.count, &target->file.size);
		if (!target->new_text)
			BUG("edits of one fix overlap in %s", target->file.path);
		target->file.text = target->new_text;
	}
}

static int compare_targets(const void *left, const void *right)
{
	const struct fix_target *a = left, *b = right;

	return strcmp(a->file.path, b->file.path);
}

struct fix_run *fix_run_new(const struct findings *findings, const struct fix_options *options)
{
	struct fix_run *run = calloc(1, sizeof *run);

	if (!run)
		diag_die("out of memory");
	run->options = *options;
	run->findings = findings;
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (!is_wanted(run, finding->fix) || !fits(run, finding->fix))
			continue;
		add_edits(run, finding->fix);
		vec_push(&run->taken, ((struct fix_taken){.finding = finding}));
	}
	if (run->targets.count)
		qsort(run->targets.items, run->targets.count, sizeof *run->targets.items, compare_targets);
	fix_compose(run);
	return run;
}

void fix_run_free(struct fix_run *run)
{
	if (!run)
		return;
	for (size_t i = 0; i < run->targets.count; i++) {
		vec_release(&run->targets.items[i].edits);
		free(run->targets.items[i].new_text);
		free(run->targets.items[i].verified_text);
	}
	vec_release(&run->targets);
	vec_release(&run->taken);
	vec_release(&run->rejections);
	arena_clear(&run->arena);
	free(run);
}

/* ---- what became of them ---- */

enum status fix_apply(struct fix_run *run)
{
	return fix_write_files(run);
}

size_t fix_count(const struct fix_run *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->taken.count; i++)
		count += !run->taken.items[i].rejected;
	return count;
}

size_t fix_file_count(const struct fix_run *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->targets.count; i++)
		count += run->targets.items[i].file.text != NULL;
	return count;
}

bool fix_is_taken(const struct fix_run *run, const struct finding *finding)
{
	for (size_t i = 0; i < run->taken.count; i++) {
		const struct fix_taken *taken = &run->taken.items[i];

		if (!taken->rejected && taken->finding->fingerprint == finding->fingerprint)
			return true;
	}
	return false;
}
