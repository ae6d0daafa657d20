// SPDX-License-Identifier: MIT
/* --profile: what the findings cost in a run that was measured. */
#include "analyzer/cli/analyze.h"
#include "analyzer/profile/load.h"
#include "analyzer/profile/type_name.h"
#include "rules/allocators.h"

#include <stdlib.h>
#include <string.h>

/* What one line allocated for one type. */
struct site {
	const char *path, *file;
	const char *type; /* an element's; "" unknown */
	uint32_t line, element_size;
	bool one_by_one; /* no arrays */
	struct snapshot_counts counts;
};

struct measure {
	struct arena *arena; /* of the findings */
	const struct config *config;
	VEC(struct site) sites;
};

/* ---- what was measured ---- */

/* "struct order[]" and "order" are both order. */
static const char *bare_type(const struct measure *measure, const char *type, bool *one_by_one)
{
	static const char *const words[] = {"struct ", "class ", "union "};
	const size_t length = strlen(type);

	*one_by_one = length < 2 || strcmp(type + length - 2, "[]") != 0;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strncmp(type, words[i], strlen(words[i])))
			type += strlen(words[i]);
	return *one_by_one ? type : arena_strndup(measure->arena, type, strlen(type) - 2);
}

static void read_sites(struct measure *measure, const struct memlint_snapshot *snapshot)
{
	const struct snapshot_tables *tables = snapshot->tables;

	for (size_t i = 0; i < snapshot_nrows(snapshot); i++) {
		const struct snapshot_row *row = snapshot_rows(snapshot) + i;
		const struct snapshot_trace *trace = snapshot_traces(tables) + row->trace;
		const struct snapshot_frame *place = snapshot_author(tables, trace);
		const struct snapshot_frame *typed = snapshot_frames(tables) + trace->typed;
		struct site site = {.path = place->path,
		                    .file = place->file,
		                    .line = place->line,
		                    .element_size = typed->element_size,
		                    .counts = row->counts};

		site.type = bare_type(measure, type_shown_object(measure->arena, typed->type), &site.one_by_one);
		vec_push(&measure->sites, site);
	}
}

/* ---- lines ---- */

/* A program built in another folder, or whose file was named relative to one that is not known, ends alike. */
static bool same_file(const struct site *site, const char *path)
{
	const char *file = site->file;
	const size_t length = strlen(path);
	size_t tail;

	if (!strcmp(site->path, path))
		return true;
	while (!strncmp(file, "./", 2) || !strncmp(file, "../", 3))
		file = strchr(file, '/') + 1;
	tail = strlen(file);
	return *file && *file != '/' && tail < length && path[length - tail - 1] == '/' &&
	       !strcmp(path + length - tail, file);
}

/* False when nothing was allocated there: the lines did not run, or are not of this program. */
static bool count_lines(const struct measure *measure, const struct place *place, struct snapshot_counts *sum)
{
	const uint32_t last = place->end_line > place->line ? place->end_line : place->line;
	bool any = false;

	for (size_t i = 0; place->path && i < measure->sites.count; i++) {
		const struct site *site = &measure->sites.items[i];

		if (site->line < place->line || site->line > last || !same_file(site, place->path))
			continue;
		snapshot_counts_add(sum, &site->counts);
		any = true;
	}
	return any;
}

static bool same_line(const struct place *a, const struct place *b)
{
	return a->line == b->line && a->path && b->path && !strcmp(a->path, b->path);
}

/* Of the finding's line and those of its notes that allocate, each once. */
static bool count_places(const struct measure *measure, const struct finding *finding, struct snapshot_counts *sum)
{
	bool any = count_lines(measure, &finding->place, sum);

	for (uint32_t i = 0; i < finding->nnotes; i++)
		if (finding->notes[i].allocates && !same_line(&finding->notes[i].place, &finding->place))
			any |= count_lines(measure, &finding->notes[i].place, sum);
	return any;
}

/* ---- types ---- */

/* Bytes less for the blocks of @site at the peak, when an element takes @saved less. */
static uint64_t saved_at(const char *allocator, const struct site *site, uint64_t saved)
{
	const uint64_t size = site->element_size, before = allocator_block_size(allocator, size);

	if (!site->one_by_one || site->counts.peak_bytes != site->counts.peak_count * size || !before)
		return site->counts.peak_bytes / size * saved;
	return site->counts.peak_count * (before - allocator_block_size(allocator, size - saved));
}

/* True if @path, "Parent::children[] -> Child::parent -> Parent", goes through the type. */
static bool goes_through(const char *path, const char *type)
{
	const size_t length = strlen(type);

	for (const char *at = path; length && (at = strstr(at, type)); at += length)
		if ((at == path || at[-1] == ' ') &&
		    (!at[length] || at[length] == ' ' || !strncmp(at + length, "::", 2)))
			return true;
	return false;
}

/* ---- findings ---- */

static void note(const struct measure *measure, struct finding *finding, const char *text)
{
	struct finding_note *notes = arena_array(measure->arena, finding->nnotes + 1, struct finding_note);

	if (finding->nnotes)
		memcpy(notes, finding->notes, finding->nnotes * sizeof *notes);
	notes[finding->nnotes++].text = text;
	finding->notes = notes;
}

static const char *size_text(const struct measure *measure, uint64_t bytes)
{
	char text[64];

	snapshot_size_text((double)bytes, 0, text, sizeof text);
	return arena_strdup(measure->arena, text);
}

/* "3,400 blocks" */
static const char *count_text(const struct measure *measure, uint64_t count, const char *what)
{
	return arena_printf(measure->arena, "%s %s%s", arena_print_count(measure->arena, count), what,
	                    count == 1 ? "" : "s");
}

/* A node of a std::map<K, T> has its T inside. */
static bool has_one(const char *node, const char *type)
{
	const size_t length = strlen(type);

	for (const char *at = type_is_node(node) ? node : NULL; at && length && (at = strstr(at, type)); at += length)
		if (at > node && (at[-1] == '<' || at[-1] == ' ') && (at[length] == '>' || at[length] == ','))
			return true;
	return false;
}

static void measure_objects(const struct measure *measure, struct finding *finding)
{
	const char *allocator = config_settings(measure->config, finding->place.path).allocator;
	const uint64_t less = finding->bytes_saved > 0 ? (uint64_t)finding->bytes_saved : 0;
	uint64_t objects = 0, saved = 0;
	bool one_by_one;
	const char *type = bare_type(measure, finding->identity, &one_by_one);

	for (size_t i = 0; i < measure->sites.count; i++) {
		const struct site *site = &measure->sites.items[i];

		if (site->element_size <= less || (strcmp(site->type, type) != 0 && !has_one(site->type, type)))
			continue;
		objects += site->counts.peak_bytes / site->element_size;
		saved += saved_at(allocator, site, less);
	}
	if (!objects)
		return;
	finding->measured_bytes = (int64_t)saved;
	note(measure, finding,
	     arena_printf(measure->arena, "measured: %s at the peak, %s less", count_text(measure, objects, "object"),
	                  size_text(measure, saved)));
}

static void measure_left(const struct measure *measure, struct finding *finding)
{
	struct snapshot_counts sum = {0};
	uint64_t bytes;

	for (size_t i = 0; i < measure->sites.count; i++)
		if (goes_through(finding->identity, measure->sites.items[i].type))
			snapshot_counts_add(&sum, &measure->sites.items[i].counts);
	if (!sum.alloc_count)
		return;
	bytes = sum.alloc_bytes - sum.free_bytes;
	finding->measured_bytes = (int64_t)bytes;
	note(measure, finding,
	     arena_printf(measure->arena, "measured: %s of these types, %s, left at the end",
	                  count_text(measure, sum.alloc_count - sum.free_count, "block"), size_text(measure, bytes)));
}

static void measure_lines(const struct measure *measure, struct finding *finding, enum rule_measure how)
{
	struct snapshot_counts sum = {0};

	if (!count_places(measure, finding, &sum))
		return;
	finding->measured_bytes = (int64_t)(how == MEASURE_COPIES ? sum.alloc_bytes : sum.peak_bytes);
	note(measure, finding,
	     arena_printf(measure->arena, "measured: %s allocated, %s in all; %s at the peak",
	                  count_text(measure, sum.alloc_count, "block"), size_text(measure, sum.alloc_bytes),
	                  size_text(measure, sum.peak_bytes)));
}

static void measure_finding(const struct measure *measure, struct finding *finding)
{
	const struct rule *rule = rules_find(finding->rule);
	const enum rule_measure how = rule ? rule->ops->measure : MEASURE_NOTHING;

	switch (how) {
	case MEASURE_OBJECTS:
		measure_objects(measure, finding);
		break;
	case MEASURE_LEFT:
		measure_left(measure, finding);
		break;
	case MEASURE_COPIES:
	case MEASURE_PEAK:
		measure_lines(measure, finding, how);
		break;
	case MEASURE_NOTHING:
		break;
	}
}

/* The dearest first; where that is equal, in the order they had. */
static int dearer(const void *a, const void *b)
{
	const struct finding *left = a, *right = b;

	if (left->measured_bytes != right->measured_bytes)
		return left->measured_bytes < right->measured_bytes ? 1 : -1;
	return finding_compare(left, right);
}

enum status analyze_measure(struct findings *findings, const struct config *config, const char *path)
{
	struct measure measure = {.arena = &findings->arena, .config = config};
	struct loaded_profile loaded;
	struct memlint_snapshot *snapshot;

	if (loaded_profile_open(&loaded, path, 0) != STATUS_OK)
		return STATUS_ERROR;
	snapshot = loaded_profile_snapshot(&loaded, NULL);
	if (snapshot) {
		read_sites(&measure, snapshot);
		for (size_t i = 0; i < findings->count; i++)
			measure_finding(&measure, &findings->items[i]);
		if (findings->count)
			qsort(findings->items, findings->count, sizeof *findings->items, dearer);
	}
	snapshot_free(snapshot);
	loaded_profile_close(&loaded);
	vec_release(&measure.sites);
	return snapshot ? STATUS_OK : STATUS_ERROR;
}
