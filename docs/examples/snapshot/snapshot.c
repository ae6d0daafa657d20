/* SPDX-License-Identifier: MIT */
/*
 * Two snapshots and what changed between them, from within the program: tracemalloc's first example, in C.
 */
#include <memlint/memlint.h>
#include <stdio.h>
#include <stdlib.h>

static void *kept[1000];

int main(void)
{
	struct memlint_snapshot *before, *after;
	struct memlint_statistics *rows;
	char text[200];

	if (memlint_start(1) < 0) {
		fprintf(stderr, "%s\n", memlint_error());
		return 1;
	}
	before = memlint_take_snapshot();
	for (int i = 0; i < 1000; i++)
		kept[i] = malloc(100);
	after = memlint_take_snapshot();
	rows = memlint_snapshot_compare_to(after, before, MEMLINT_BY_LINENO, 0);
	for (size_t i = 0; rows && i < rows->n && i < 3; i++) {
		memlint_statistic_text(&rows->rows[i], 1, text, sizeof(text));
		puts(text);
	}
	memlint_statistics_free(rows);
	memlint_snapshot_free(before);
	memlint_snapshot_free(after);
	memlint_stop();
	return kept[0] == NULL;
}
