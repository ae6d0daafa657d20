/* SPDX-License-Identifier: MIT */
/* What the commands that show rows share: which rows, grouped how, in which order, how many, in which form. */
#ifndef MEMLINT_VIEW_H
#define MEMLINT_VIEW_H

#include "analyzer/base/table.h"
#include "analyzer/cli/memlint_cli.h"
#include "analyzer/profile/load.h"
#include "runtime/snapshot/group.h"

enum { VIEW_FILTERS = 64 };

/* Options of the view; a command's own ids start at VIEW_OWN. */
enum {
	VIEW_BY = 1,
	VIEW_CUMULATIVE,
	VIEW_FILTER,
	VIEW_EXCLUDE,
	VIEW_TYPE,
	VIEW_THREAD,
	VIEW_ALL_FRAMES,
	VIEW_TOP,
	VIEW_SORT,
	VIEW_SNAPSHOT,
	VIEW_JSON,
	VIEW_COLOR,
	VIEW_SOURCE,
	VIEW_LAYOUT,
	VIEW_OWN,
};

/* clang-format off */
#define VIEW_OPTION_BY {VIEW_BY, 'b', "by", "KEY", "lineno, filename, traceback, type, function or thread"}
#define VIEW_OPTION_CUMULATIVE \
	{VIEW_CUMULATIVE, 0, "cumulative", NULL, "count a block for every frame of its traceback"}
#define VIEW_OPTION_SORT \
	{VIEW_SORT, 's', "sort", "ORDER", "size, count, alloc, peak or temporary (default: size, or peak if nothing is live)"}
#define VIEW_OPTION_SNAPSHOT \
	{VIEW_SNAPSHOT, 0, "snapshot", "N|NAME", "which snapshot (default: the last; -1 counts from the end)"}
#define VIEW_OPTION_SOURCE {VIEW_SOURCE, 0, "source", NULL, "show each row's source line"}
#define VIEW_OPTION_FILTER {VIEW_FILTER, 'f', "filter", "GLOB[:LINE]", "only rows of these files (may be repeated)"}
#define VIEW_OPTION_EXCLUDE {VIEW_EXCLUDE, 'x', "exclude", "GLOB[:LINE]", "no rows of these files (may be repeated)"}
#define VIEW_OPTION_TYPE {VIEW_TYPE, 0, "type", "GLOB", "only blocks of these types"}
#define VIEW_OPTION_THREAD {VIEW_THREAD, 0, "thread", "GLOB", "only blocks of these threads"}
#define VIEW_OPTION_ALL_FRAMES {VIEW_ALL_FRAMES, 0, "all-frames", NULL, "filters look at callers too"}
#define VIEW_OPTION_TOP {VIEW_TOP, 'n', "top", "N", "at most N rows; 0 all (default: 20 on a terminal, else all)"}
#define VIEW_OPTION_JSON {VIEW_JSON, 0, "json", NULL, "write JSON"}
#define VIEW_OPTION_COLOR {VIEW_COLOR, 0, "color", "WHEN", "auto, always or never"}
#define VIEW_OPTIONS_FILTERS \
	VIEW_OPTION_FILTER, VIEW_OPTION_EXCLUDE, VIEW_OPTION_TYPE, VIEW_OPTION_THREAD, VIEW_OPTION_ALL_FRAMES
#define VIEW_OPTIONS_ROWS VIEW_OPTIONS_FILTERS, VIEW_OPTION_TOP, VIEW_OPTION_JSON, VIEW_OPTION_COLOR
/* clang-format on */

struct view {
	enum memlint_key key;
	int cumulative;
	const char *sort; /* NULL: by what there is */
	const char *snapshot;
	bool json, source, all_frames, layout;
	bool has_top;
	uint64_t top;
	enum color_choice color;
	struct terminal terminal; /* of stdout; filled in by view_ready() */
	struct memlint_filter filters[VIEW_FILTERS];
	size_t nfilters;
	const char *type, *thread;
	struct arena arena;
};

/* Takes the option cli_next() returned; STATUS_ERROR after a message. */
enum status view_option(struct view *view, const struct cli *cli, int id);
/* Call when all options are read. */
void view_ready(struct view *view);
void view_release(struct view *view);

/* All of a command that takes one FILE and view options only: reads them, opens the file, calls @show with the snapshot
 * chosen; what it returns, or STATUS_ERROR after a message. */
typedef enum status view_show(const struct cli *cli, const struct view *view, const struct memlint_snapshot *snapshot);
enum status view_main(struct cli *cli, const struct cli_option *options, struct view *view, view_show *show);
/* The same, where the command looks into the file by itself. */
typedef enum status view_show_file(struct view *view, struct loaded_profile *loaded);
enum status view_main_file(struct cli *cli, const struct cli_option *options, struct view *view, view_show_file *show);

/* The snapshot chosen, with the filters applied; NULL after a message. */
struct memlint_snapshot *view_snapshot(const struct view *view, struct loaded_profile *loaded, const char *selector);
/* What to say where there are no rows: nothing matches the filters, or nothing was allocated. */
const char *view_nothing(const struct view *view);
/* Rows to show of @n. */
size_t view_limit(const struct view *view, size_t n);

/* The order of --sort, or what suits the totals; its name into *@name. NULL after a message for an unknown one. */
snapshot_order *view_order(const struct view *view, const struct cli *cli, const struct snapshot_groups *groups,
                           const char **name);

/* Puts the first @limit rows in order and names them; STATUS_ERROR after a message. */
enum status view_sort(struct snapshot_groups *groups, snapshot_order *order, size_t limit);

/* "4096 KiB" and "1,234" in the arena. */
const char *view_size(struct arena *arena, double bytes);
const char *view_count(struct arena *arena, uint64_t count);
/* "1.2 s" */
const char *view_time(struct arena *arena, uint64_t ns);
/* "12.5%", "" when @whole is 0. */
const char *view_share(struct arena *arena, uint64_t part, uint64_t whole);
/* The row's function and type as shown: "" unknown, "(several)" when they differ; of several types "struct a …". */
const char *view_function(const struct snapshot_group *group);
const char *view_type(struct arena *arena, const struct snapshot_group *group);
/* What a row gathered by @key is called: its place, its type as shown, … */
const char *view_key(struct arena *arena, const struct snapshot_group *group, enum memlint_key key);
/* The base name of the program, "program" when unknown. */
const char *view_program(const struct memlint_snapshot *snapshot);
/* Prints the source line of @frame, indented, if its file can be read. */
void view_source(const struct view *view, const struct snapshot_frame *frame, FILE *out);
/* Two lines that head every view: the program, the snapshot, the totals. */
void view_head(const struct view *view, const struct memlint_snapshot *snapshot, FILE *out);

#endif
