// SPDX-License-Identifier: MIT
/* Fingerprints of findings that are known already. */
#include "analyzer/config/baseline.h"

#include "analyzer/base/vec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char header[] = "# memlint baseline 1: fingerprint rule place";

struct fingerprints {
	uint64_t *items;
	size_t count, capacity;
};

static int compare(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static enum status read_fingerprints(FILE *file, const char *path, struct fingerprints *known)
{
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && getline(&line, &size, file) >= 0) {
		uint64_t fingerprint;
		int length = 0;

		line[strcspn(line, "\n")] = 0;
		if (++number == 1 && strcmp(line, header) != 0)
			status = diag_error("%s: not a baseline: write one with --write-baseline", path);
		else if (*line == '#' || !*line)
			continue;
		else if (sscanf(line, "%16" SCNx64 "%n", &fingerprint, &length) != 1 || length != 16)
			status = diag_error("%s:%u: not a fingerprint: '%.40s'", path, number, line);
		else
			vec_push(known, fingerprint);
	}
	free(line);
	if (!number && status == STATUS_OK)
		status = diag_error("%s: not a baseline: it is empty", path);
	return status;
}

enum status baseline_apply(struct findings *findings, const char *path, size_t *dropped)
{
	struct fingerprints known = {0};
	FILE *file = fopen(path, "r");
	size_t kept = 0;

	if (!file)
		return diag_error("%s: %s", path, strerror(errno));
	const enum status status = read_fingerprints(file, path, &known);

	fclose(file);
	if (status == STATUS_OK) {
		if (known.count)
			qsort(known.items, known.count, sizeof *known.items, compare);
		for (size_t i = 0; i < findings->count; i++) {
			if (known.count && bsearch(&findings->items[i].fingerprint, known.items, known.count,
			                           sizeof *known.items, compare))
				continue;
			findings->items[kept++] = findings->items[i];
		}
		if (dropped)
			*dropped = findings->count - kept;
		findings->count = kept;
	}
	vec_release(&known);
	return status;
}

enum status baseline_write(const struct findings *findings, const char *path)
{
	char temporary[4200];

	if ((size_t)snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid()) >= sizeof temporary)
		return diag_error("%s: the name is too long", path);
	FILE *file = fopen(temporary, "w");

	if (!file)
		return diag_error("%s: %s", path, strerror(errno));
	fprintf(file, "%s\n", header);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		fprintf(file, "%016" PRIx64 " %s %s:%u\n", finding->fingerprint, finding->rule,
		        findings_relative(findings, finding->place.path), finding->place.line);
	}
	const bool bad = fflush(file) != 0 || ferror(file);

	if (fclose(file) != 0 || bad || rename(temporary, path) != 0) {
		const enum status status = diag_error("%s: %s", path, strerror(errno));

		unlink(temporary);
		return status;
	}
	return STATUS_OK;
}
