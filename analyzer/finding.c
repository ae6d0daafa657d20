// SPDX-License-Identifier: MIT
/* The findings of a run: in one order, each once, with a name that survives edits elsewhere in the file. */
#include "analyzer/finding.h"

#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"

#include <string.h>

void findings_init(struct findings *findings, const char *root)
{
	memset(findings, 0, sizeof *findings);
	arena_init(&findings->arena);
	findings->root = arena_strdup(&findings->arena, root ? root : "");
}

void findings_release(struct findings *findings)
{
	free(findings->items);
	arena_clear(&findings->arena);
	memset(findings, 0, sizeof *findings);
}

void findings_add(struct findings *findings, const struct finding *finding)
{
	vec_push(findings, *finding);
}

const char *findings_relative(const struct findings *findings, const char *path)
{
	const size_t length = strlen(findings->root);

	if (length && strncmp(path, findings->root, length) == 0 && path[length] == '/')
		return path + length + 1;
	return path;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int finding_compare(const struct finding *a, const struct finding *b)
{
	int order = strcmp(a->place.path, b->place.path);

	if (!order)
		order = compare_numbers(a->place.line, b->place.line);
	if (!order)
		order = compare_numbers(a->place.column, b->place.column);
	if (!order)
		order = compare_numbers(a->code, b->code);
	if (!order)
		order = strcmp(a->identity, b->identity);
	return order ? order : strcmp(a->message, b->message);
}

static int compare(const void *a, const void *b)
{
	return finding_compare(a, b);
}

static uint64_t fingerprint(const struct findings *findings, const struct finding *finding, uint64_t ordinal)
{
	const char *path = findings_relative(findings, finding->place.path);
	uint64_t hash = hash_bytes(finding->rule, strlen(finding->rule), ordinal);

	hash = hash_bytes(path, strlen(path), hash);
	return hash_bytes(finding->identity, strlen(finding->identity), hash);
}

/* How many before @at are of the same rule, file and identity: tells twins apart. */
static uint64_t twins_before(const struct findings *findings, size_t at)
{
	const struct finding *self = &findings->items[at];
	uint64_t twins = 0;

	while (at-- > 0 && strcmp(findings->items[at].place.path, self->place.path) == 0) {
		const struct finding *other = &findings->items[at];

		twins += other->code == self->code && strcmp(other->identity, self->identity) == 0;
	}
	return twins;
}

void findings_finish(struct findings *findings)
{
	size_t kept = 0;

	if (findings->count)
		qsort(findings->items, findings->count, sizeof *findings->items, compare);
	for (size_t i = 0; i < findings->count; i++) {
		if (kept && finding_compare(&findings->items[kept - 1], &findings->items[i]) == 0)
			continue;
		findings->items[kept++] = findings->items[i];
	}
	findings->count = kept;
	for (size_t i = 0; i < kept; i++)
		findings->items[i].fingerprint = fingerprint(findings, &findings->items[i], twins_before(findings, i));
}
