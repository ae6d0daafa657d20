// SPDX-License-Identifier: MIT
/* Keeps what a change touches: the lines that `git diff` names. */
#include "analyzer/config/baseline.h"

#include "analyzer/base/git.h"
#include "analyzer/base/vec.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct changed {
	const char *path; /* real */
	uint32_t first, last;
};

struct changes {
	struct changed *items;
	size_t count, capacity;
};

/* "+++ b/path": the file that the following hunks change; "" for /dev/null. */
static const char *take_path(struct arena *arena, const char *top, char *line)
{
	char joined[PATH_MAX * 2], real[PATH_MAX];
	size_t length = strlen(line);

	if (length && line[length - 1] == '\t') /* git ends names with blanks in them so */
		line[length - 1] = 0;
	if (strncmp(line, "b/", 2) != 0)
		return "";
	snprintf(joined, sizeof joined, "%s/%s", top, line + 2);
	return arena_strdup(arena, realpath(joined, real) ? real : joined);
}

/* "@@ -a,b +c,d @@": lines c … c+d-1; a pure removal touches the line before it. */
static void take_hunk(struct changes *changes, const char *path, const char *line)
{
	const char *plus = strstr(line, " +");
	unsigned first, count = 1;

	if (!plus || !*path || sscanf(plus + 2, "%u,%u", &first, &count) < 1)
		return;
	vec_push(changes, ((struct changed){path, first, count ? first + count - 1 : first}));
}

static void read_diff(FILE *stream, const char *top, struct changes *changes, struct arena *arena)
{
	const char *path = "";
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stream) >= 0) {
		line[strcspn(line, "\n")] = 0;
		if (strncmp(line, "+++ ", 4) == 0)
			path = take_path(arena, top, line + 4);
		else if (strncmp(line, "@@ ", 3) == 0)
			take_hunk(changes, path, line);
	}
	free(line);
}

static bool finished_well(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The work tree's top directory, without the newline. */
static bool find_top(const char *directory, char *top, size_t size)
{
	char *arguments[] = {"git", "-C", (char *)directory, "rev-parse", "--show-toplevel", NULL};
	int output;
	const pid_t child = git_start(arguments, &output);

	if (child < 0)
		return false;
	FILE *stream = fdopen(output, "r");
	const bool got = stream && fgets(top, (int)size, stream);

	if (stream)
		fclose(stream);
	if (!finished_well(child) || !got)
		return false;
	top[strcspn(top, "\n")] = 0;
	return true;
}

static bool touches(const struct changes *changes, const struct place *place)
{
	const uint32_t last = place->end_line > place->line ? place->end_line : place->line;

	for (size_t i = 0; i < changes->count; i++) {
		const struct changed *changed = &changes->items[i];

		if (changed->first <= last && changed->last >= place->line && strcmp(changed->path, place->path) == 0)
			return true;
	}
	return false;
}

/* Its own place, or anything of what it is about: a field added far below the record's name. */
static bool is_changed(const struct changes *changes, const struct finding *finding)
{
	struct place whole = finding->place;

	if (finding->scope_end_line > whole.line)
		whole.end_line = finding->scope_end_line;
	return touches(changes, &whole);
}

static void keep_changed(struct findings *findings, const struct changes *changes)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->count; i++) {
		if (is_changed(changes, &findings->items[i]))
			findings->items[kept++] = findings->items[i];
	}
	findings->count = kept;
}

enum status diff_base_apply(struct findings *findings, const char *directory, const char *revision)
{
	char top[PATH_MAX];
	char *arguments[] = {"git",
	                     "-C",
	                     (char *)directory,
	                     "diff",
	                     "--no-color",
	                     "--no-ext-diff",
	                     "--unified=0",
	                     "--src-prefix=a/",
	                     "--dst-prefix=b/",
	                     "-M",
	                     (char *)revision,
	                     "--",
	                     NULL};
	struct changes changes = {0};
	struct arena arena = {0};
	int output;

	if (*revision == '-')
		return diag_error("--diff-base: '%s' is no revision", revision);
	if (!find_top(directory, top, sizeof top))
		return diag_error("--diff-base: %s is not in a git work tree, or git is not installed", directory);
	const pid_t child = git_start(arguments, &output);
	FILE *stream = child < 0 ? NULL : fdopen(output, "r");

	if (!stream)
		return diag_error("--diff-base: git cannot be started: %s", strerror(errno));
	read_diff(stream, top, &changes, &arena);
	fclose(stream);
	const bool good = finished_well(child);

	if (good)
		keep_changed(findings, &changes);
	vec_release(&changes);
	arena_clear(&arena);
	return good ? STATUS_OK : diag_error("--diff-base: git knows no revision '%s'", revision);
}
