// SPDX-License-Identifier: MIT
/* Which fixes go together, what the files become, and who is given up. */
#include "analyzer/fix/fix_internal.h"

#include <errno.h>
#include <string.h>

enum { ROUNDS = 16 }; /* of verification; each gives up at least one fix */

/* ---- edits on a text ---- */

static int compare_edits(const void *left, const void *right)
{
	const struct edit *a = left, *b = right;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
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

		if (edit->begin <= other->end && other->begin <= edit->end)
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

/* The new texts, from the fixes that are still taken. */
static void compose(struct fix_run *run)
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
		qsort(target->edits.items, target->edits.count, sizeof *target->edits.items, compare_edits);
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
	compose(run);
	return run;
}

void fix_run_free(struct fix_run *run)
{
	if (!run)
		return;
	for (size_t i = 0; i < run->targets.count; i++) {
		vec_release(&run->targets.items[i].edits);
		free(run->targets.items[i].new_text);
	}
	vec_release(&run->targets);
	vec_release(&run->taken);
	arena_clear(&run->arena);
	free(run);
}

/* ---- verifying ---- */

static bool touches(const struct fix *fix, const char *path)
{
	for (uint32_t i = 0; i < fix->nedits; i++) {
		if (strcmp(fix->edits[i].path, path) == 0)
			return true;
	}
	return false;
}

static size_t reject_where(struct fix_run *run, const char *path, const char *why)
{
	size_t count = 0;

	for (size_t i = 0; i < run->taken.count; i++) {
		struct fix_taken *taken = &run->taken.items[i];
		const struct finding *finding = taken->finding;

		if (taken->rejected || (path && !touches(finding->fix, path)))
			continue;
		taken->rejected = true;
		run->rejected = true;
		count++;
		diag_warn("%s:%u: not done: %s: %s", findings_relative(run->findings, finding->place.path),
		          finding->place.line, finding->fix->title, why);
	}
	return count;
}

void fix_reject(struct fix_run *run, const char *path, const char *why)
{
	if (!reject_where(run, path, why) && !run->rejected)
		reject_where(run, NULL, why);
}

enum status fix_verify(struct fix_run *run)
{
	enum status status = STATUS_OK;
	struct fix_file *files = arena_array(&run->arena, run->targets.count + 1, struct fix_file);

	for (int round = 0; run->options.verify && status != STATUS_ERROR && round < ROUNDS; round++) {
		size_t count = 0;

		for (size_t i = 0; i < run->targets.count; i++) {
			if (run->targets.items[i].file.text)
				files[count++] = run->targets.items[i].file;
		}
		if (!count)
			break;
		run->rejected = false;
		status = run->options.verify(run->options.context, run, files, count);
		if (!run->rejected)
			return status;
		compose(run);
	}
	if (run->rejected) {
		reject_where(run, NULL, "the changed files do not settle");
		compose(run);
	}
	return status;
}

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
