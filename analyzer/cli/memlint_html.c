// SPDX-License-Identifier: MIT
/* memlint html: a page with all of a profile, which opens anywhere, without a network. */
#include "analyzer/cli/memlint_json.h"
#include "analyzer/cli/memlint_types.h"

#include <errno.h>
#include <string.h>

/* The page, made by analyzer/html when the command is built; empty where it could not be. */
__asm__(".pushsection .rodata\n"
        ".global memlint_page\n"
        "memlint_page:\n"
        ".incbin \"" MEMLINT_PAGE "\"\n"
        ".byte 0\n"
        ".popsection\n");
extern const char memlint_page[];

static const char placeholder[] = "/*PROFILE*/";

enum { OUTPUT = VIEW_OWN };

static const struct cli_option options[] = {
        {OUTPUT, 'o', "output", "FILE", "the page (default: the profile's name with .html; - for standard output)"},
        VIEW_OPTIONS_FILTERS,
        VIEW_OPTION_SNAPSHOT,
        {0, 0, NULL, NULL, NULL},
};

struct page {
	struct view view;
	const char *output;
};

/* All rows by @key, most bytes first. NULL after a message. */
static json_t *rows_by(const struct memlint_snapshot *snapshot, enum memlint_key key)
{
	struct snapshot_groups groups;
	json_t *rows = NULL;

	if (snapshot_group(&groups, snapshot, key, 0) < 0) {
		diag_error("%s", snapshot_error());
		return NULL;
	}
	if (view_sort(&groups, snapshot_by_size, groups.n) == STATUS_OK)
		rows = json_array();
	for (size_t i = 0; rows && i < groups.n; i++)
		json_array_append_new(rows, key == MEMLINT_BY_TYPE ? json_type_row(&groups, groups.order[i])
		                                                   : json_row(&groups, groups.order[i]));
	snapshot_groups_release(&groups);
	return rows;
}

static json_t *taken_text(const struct memlint_snapshot *snapshot)
{
	struct arena arena = {0};
	json_t *text =
	        json_text(arena_printf(&arena, "snapshot %llu, %s, after %s", (unsigned long long)snapshot->sequence,
	                               profile_reason_text(snapshot->reason), view_time(&arena, snapshot->time_ns)));

	arena_clear(&arena);
	return text;
}

/* What both the profile and the one it is compared with have. NULL after a message. */
static json_t *json_side(const struct memlint_snapshot *snapshot)
{
	json_t *lines = rows_by(snapshot, MEMLINT_BY_LINENO), *types = rows_by(snapshot, MEMLINT_BY_TYPE);
	json_t *side = json_object();

	json_object_set_new(side, "taken", taken_text(snapshot));
	json_object_set_new(side, "totals", json_totals(&snapshot->totals));
	json_object_set_new(side, "lines", lines);
	json_object_set_new(side, "types", types);
	if (lines && types)
		return side;
	json_decref(side);
	return NULL;
}

static enum status open_side(struct page *page, const char *path, struct loaded_profile *loaded, json_t **side)
{
	if (loaded_profile_open(loaded, path, 1) != STATUS_OK)
		return STATUS_ERROR;
	struct memlint_snapshot *snapshot = view_snapshot(&page->view, loaded, page->view.snapshot);
	json_t *tracebacks = snapshot ? rows_by(snapshot, MEMLINT_BY_TRACEBACK) : NULL;

	*side = tracebacks ? json_side(snapshot) : NULL;
	if (*side) {
		json_object_set_new(*side, "name", json_text(view_program(snapshot)));
		json_object_set_new(*side, "program", json_program(snapshot));
		json_object_set_new(*side, "tracebacks", tracebacks);
		json_object_set_new(*side, "samples", json_samples(&loaded->profile));
		json_object_set_new(*side, "marks", json_marks(&loaded->profile));
		json_object_set_new(*side, "snapshots", json_snapshots(&loaded->profile));
	}
	snapshot_free(snapshot);
	loaded_profile_close(loaded);
	return *side ? STATUS_OK : STATUS_ERROR;
}

/* "</" would end the script that the profile stands in. */
static void put_profile(const json_t *profile, FILE *out)
{
	char *text = json_dumps(profile, JSON_COMPACT);

	for (const char *at = text; at && *at; at++) {
		putc(*at, out);
		if (*at == '<' && at[1] == '/')
			putc('\\', out);
	}
	free(text);
}

static void put_page(const json_t *profile, FILE *out)
{
	const char *middle = strstr(memlint_page, placeholder);

	fwrite(memlint_page, 1, (size_t)(middle - memlint_page), out);
	put_profile(profile, out);
	fputs(middle + strlen(placeholder), out);
}

static enum status write_page(const json_t *profile, const char *path)
{
	if (!strcmp(path, "-")) {
		put_page(profile, stdout);
		return cli_finish(STATUS_OK);
	}
	FILE *out = fopen(path, "we");

	if (!out)
		return diag_error("%s: cannot create: %s", path, strerror(errno));
	put_page(profile, out);
	const int failed = ferror(out);

	if (fclose(out) || failed)
		return diag_error("%s: cannot write: %s", path, strerror(errno));
	printf("page: %s\n", path);
	return cli_finish(STATUS_OK);
}

static enum status make_page(struct page *page, const struct cli *cli)
{
	struct loaded_profile loaded;
	json_t *profile = NULL, *old = NULL;
	enum status status = STATUS_OK;

	if (!strstr(memlint_page, placeholder))
		return diag_error("this memlint was built without the page: its build needs npm and the network once");
	if (cli->noperands > 1)
		status = open_side(page, cli->operands[0], &loaded, &old);
	if (status == STATUS_OK)
		status = open_side(page, cli->operands[cli->noperands - 1], &loaded, &profile);
	if (status == STATUS_OK) {
		const char *path = cli->operands[cli->noperands - 1];
		const size_t length = strlen(path), end = sizeof ".memlint" - 1;
		const bool named = length > end && !strcmp(path + length - end, ".memlint");

		if (!page->output)
			page->output = arena_printf(&page->view.arena, "%.*s.html",
			                            (int)(named ? length - end : length), path);
		if (old)
			json_object_set(profile, "old", old);
		status = write_page(profile, page->output);
	}
	json_decref(profile);
	json_decref(old);
	return status;
}

enum status memlint_html(struct cli *cli)
{
	struct page page = {0};
	enum status status = STATUS_OK;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		if (id == OUTPUT)
			page.output = cli->value;
		else
			status = view_option(&page.view, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 2);
	view_ready(&page.view);
	if (status == STATUS_OK)
		status = make_page(&page, cli);
	view_release(&page.view);
	return status;
}
