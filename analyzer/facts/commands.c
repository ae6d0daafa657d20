// SPDX-License-Identifier: MIT
/* The units of a run: a compile_commands.json found upwards, flags after --, or a guess from the tree. */
#include "analyzer/facts/commands.h"

#include "analyzer/base/hash.h"
#include "analyzer/base/intern.h"
#include "analyzer/facts/guess.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void commands_release(struct commands *commands)
{
	vec_release(&commands->units);
	arena_clear(&commands->arena);
}

static const char *working_directory(struct arena *arena)
{
	char path[PATH_MAX];

	return arena_strdup(arena, getcwd(path, sizeof path) ? path : "/");
}

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool is_readable(const char *path, const char *shown)
{
	struct stat st;

	if (access(path, R_OK) || stat(path, &st)) {
		diag_error("%s: %s", shown, strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode))
		return true;
	diag_error("%s: neither a file nor a directory", shown);
	return false;
}

static const char *parent_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash != path ? arena_strndup(arena, path, (size_t)(slash - path)) : "/";
}

/* ---- where the database is ---- */

static const char *database_in(struct arena *arena, const char *directory)
{
	static const char *const places[] = {"",
	                                     "build/",
	                                     "builddir/",
	                                     "out/",
	                                     "cmake-build-debug/",
	                                     "cmake-build-release/",
	                                     "build/release/",
	                                     "build/debug/"};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const char *path = arena_printf(arena, "%s/%scompile_commands.json", directory, places[i]);

		if (!access(path, F_OK))
			return path;
	}
	return NULL;
}

static const char *find_upwards(struct arena *arena, const char *from)
{
	const char *directory = from;

	for (;;) {
		const char *found = database_in(arena, directory);

		if (found)
			return found;
		if (!strcmp(directory, "/"))
			return NULL;
		directory = parent_of(arena, directory);
	}
}

static enum status find_database(struct commands *commands, const struct commands_options *options, const char *start)
{
	struct arena *arena = &commands->arena;

	if (!options->build) {
		commands->database = find_upwards(arena, start);
		return STATUS_OK;
	}
	commands->database = options->build;
	if (is_directory(options->build)) {
		commands->database = database_in(arena, options->build);
		if (!commands->database)
			return diag_error("-p %s: no compile_commands.json in it; have CMake write one with "
			                  "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON, or Make with 'bear -- make'",
			                  options->build);
	}
	return STATUS_OK;
}

/* ---- reading it ---- */

static bool read_words(struct arena *arena, const json_t *entry, const char ***words, uint32_t *count)
{
	const json_t *arguments = json_object_get(entry, "arguments");
	const char *command = json_string_value(json_object_get(entry, "command"));

	if (json_is_array(arguments) && json_array_size(arguments)) {
		*count = (uint32_t)json_array_size(arguments);
		*words = arena_array(arena, *count, const char *);
		for (uint32_t i = 0; i < *count; i++) {
			const char *word = json_string_value(json_array_get(arguments, i));

			(*words)[i] = arena_strdup(arena, word ? word : "");
		}
		return true;
	}
	if (!command)
		return false;
	command_split(arena, command, words, count);
	return true;
}

/* Directories of the database by the names it has for them: each is resolved once. */
struct directories {
	struct intern names;
	struct hash_map real; /* name -> absolute_path() of it */
};

static const char *real_directory(struct commands *commands, struct directories *known, const char *name)
{
	const char *real;

	name = intern_string(&known->names, name);
	real = hash_map_find(&known->real, name);
	if (!real) {
		real = absolute_path(&commands->arena, "/", name);
		hash_map_put(&known->real, name, (void *)(uintptr_t)real);
	}
	return real;
}

/* absolute_path() with few questions to the system: a file that is no link is where its directory is. */
static const char *real_file(struct commands *commands, struct directories *known, const char *directory,
                             const char *path)
{
	struct arena *arena = &commands->arena;
	const char *joined = *path == '/' ? path : arena_printf(arena, "%s/%s", directory, path);
	const char *slash = strrchr(joined, '/');
	const char *parent =
	        real_directory(commands, known, arena_strndup(arena, joined, (size_t)(slash - joined) + 1));
	const char *file = arena_printf(arena, "%s/%s", strcmp(parent, "/") ? parent : "", slash + 1);
	struct stat st;

	if (!is_source_name(slash + 1, false) || lstat(file, &st) || !S_ISREG(st.st_mode))
		return absolute_path(arena, directory, path);
	return file;
}

static bool read_entry(struct commands *commands, struct directories *known, const json_t *entry, const char *base)
{
	struct arena *arena = &commands->arena;
	const char *directory = json_string_value(json_object_get(entry, "directory"));
	const char *file = json_string_value(json_object_get(entry, "file"));
	const char **words;
	uint32_t count;

	if (!file || !read_words(arena, entry, &words, &count))
		return false;
	directory = directory ? directory : ".";
	directory = real_directory(commands, known,
	                           *directory == '/' ? directory : arena_printf(arena, "%s/%s", base, directory));
	file = real_file(commands, known, directory, file);
	if (is_source_name(file, false))
		vec_push(&commands->units, command_clean(arena, directory, file, words, count));
	return true;
}

static enum status read_database(struct commands *commands)
{
	const char *path = commands->database;
	const char *base =
	        absolute_path(&commands->arena, working_directory(&commands->arena), parent_of(&commands->arena, path));
	struct directories known = {0};
	json_error_t error;
	json_t *root = json_load_file(path, 0, &error);
	size_t bad = 0;

	if (!strchr(path, '/'))
		base = working_directory(&commands->arena);
	if (!root && error.line < 0)
		return diag_error("%s: %s", path, error.text);
	if (!root)
		return diag_error("%s:%d:%d: %s; have the build system write it again", path, error.line, error.column,
		                  error.text);
	if (!json_is_array(root)) {
		json_decref(root);
		return diag_error(
		        "%s: not a compilation database: it must hold an array; have the build system write it again",
		        path);
	}
	intern_init(&known.names, &commands->arena);
	for (size_t i = 0; i < json_array_size(root); i++)
		bad += !read_entry(commands, &known, json_array_get(root, i), base);
	hash_map_release(&known.real);
	intern_release(&known.names);
	json_decref(root);
	if (bad)
		diag_warn("%s: %zu entries without file or command were left out", path, bad);
	return STATUS_OK;
}

/* ---- which of its units are wanted ---- */

static bool is_below(const char *path, const char *directory)
{
	const size_t length = strlen(directory);

	return !strncmp(path, directory, length) && (path[length] == '/' || !path[length] || !strcmp(directory, "/"));
}

static bool is_wanted(const struct unit_command *unit, const char *const *paths, const bool *is_dir, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_dir[i] ? is_below(unit->file, paths[i]) : !strcmp(unit->file, paths[i]))
			return true;
	return false;
}

static size_t common_prefix(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	return length;
}

/* A file the database does not know, perhaps a header: compiled like its nearest neighbour. */
static bool borrow(struct commands *commands, size_t known, const char *file)
{
	struct arena *arena = &commands->arena;
	const struct unit_command *nearest = NULL;
	struct unit_command unit;
	size_t best = 0;

	for (size_t i = 0; i < known; i++) {
		const struct unit_command *other = &commands->units.items[i];
		const size_t common = common_prefix(file, other->file) * 2 +
		                      (is_cplusplus_name(file) == is_cplusplus_name(other->file));

		if (!nearest || common > best) {
			nearest = other;
			best = common;
		}
	}
	if (!nearest)
		return false;
	unit = *nearest;
	unit.file = file;
	unit.arguments = arena_array(arena, nearest->narguments + 2u, const char *);
	unit.narguments = 0;
	for (uint32_t i = 0; i + 1 < nearest->narguments; i++)
		unit.arguments[unit.narguments++] = nearest->arguments[i];
	if (!is_source_name(file, false)) {
		unit.arguments[unit.narguments++] = "-x";
		unit.arguments[unit.narguments++] =
		        is_cplusplus_name(nearest->file) || is_cplusplus_name(file) ? "c++" : "c";
		unit.arguments =
		        arena_memdup(arena, unit.arguments, (nearest->narguments + 2u) * sizeof *unit.arguments);
	}
	unit.arguments[unit.narguments++] = file;
	vec_push(&commands->units, unit);
	return true;
}

static void select_units(struct commands *commands, const char *const *paths, const bool *is_dir, size_t npaths)
{
	const size_t known = commands->units.count;
	size_t kept = 0;
	VEC(struct unit_command) wanted = {0};

	for (size_t i = 0; i < known; i++)
		if (is_wanted(&commands->units.items[i], paths, is_dir, npaths))
			vec_push(&wanted, commands->units.items[i]);
	commands->complete = wanted.count == known;
	for (size_t i = 0; i < npaths; i++) {
		bool found = is_dir[i];

		for (size_t j = 0; j < wanted.count && !found; j++)
			found = !strcmp(wanted.items[j].file, paths[i]);
		if (!found && is_source_name(paths[i], true) && borrow(commands, known, paths[i])) {
			vec_push(&wanted, vec_last(&commands->units));
			commands->complete = false;
		}
	}
	for (; kept < wanted.count; kept++) {
		if (kept == commands->units.count)
			vec_push(&commands->units, wanted.items[kept]);
		commands->units.items[kept] = wanted.items[kept];
	}
	commands->units.count = kept;
	vec_release(&wanted);
}

/* Where nobody said which code: all of a database that was named, or that has nothing below the working directory. */
static bool is_taken_whole(struct commands *commands, const struct commands_options *options, const char *here)
{
	const bool is_dir = true;
	bool any = false;

	for (size_t i = 0; i < commands->units.count && !any; i++)
		any = is_wanted(&commands->units.items[i], &here, &is_dir, 1);
	commands->complete = options->build || !any;
	return commands->complete;
}

/* ---- order and doubles ---- */

static int compare_units(const void *left, const void *right)
{
	const struct unit_command *a = left, *b = right;
	int order = strcmp(a->file, b->file);

	if (!order)
		order = strcmp(a->directory, b->directory);
	for (uint32_t i = 0; !order && i < a->narguments && i < b->narguments; i++)
		order = strcmp(a->arguments[i], b->arguments[i]);
	return order ? order : (a->narguments > b->narguments) - (a->narguments < b->narguments);
}

static void sort_units(struct commands *commands)
{
	size_t kept = 0;

	if (!commands->units.count)
		return;
	qsort(commands->units.items, commands->units.count, sizeof *commands->units.items, compare_units);
	for (size_t i = 0; i < commands->units.count; i++)
		if (!kept || compare_units(&commands->units.items[kept - 1], &commands->units.items[i]))
			commands->units.items[kept++] = commands->units.items[i];
	commands->units.count = kept;
}

static void add_extra(struct commands *commands, const struct commands_options *options)
{
	for (size_t i = 0; options->nextra && i < commands->units.count; i++) {
		struct unit_command *unit = &commands->units.items[i];
		const char **arguments =
		        arena_array(&commands->arena, unit->narguments + options->nextra, const char *);
		uint32_t count = 0;

		while (count + 1 < unit->narguments) {
			arguments[count] = unit->arguments[count];
			count++;
		}
		for (size_t j = 0; j < options->nextra; j++)
			arguments[count++] = options->extra[j];
		arguments[count++] = unit->file;
		unit->arguments = arguments;
		unit->narguments = count;
	}
}

/* ---- all of it ---- */

static enum status resolve_paths(struct commands *commands, const struct commands_options *options, const char ***paths,
                                 bool **is_dir, size_t *count)
{
	struct arena *arena = &commands->arena;
	const char *here = working_directory(arena);
	size_t found = 0;

	*paths = arena_array(arena, options->npaths + 1, const char *);
	*is_dir = arena_array(arena, options->npaths + 1, bool);
	if (!options->npaths) {
		(*paths)[0] = absolute_path(arena, here, ".");
		(*is_dir)[0] = true;
		*count = 1;
		return STATUS_OK;
	}
	for (size_t i = 0; i < options->npaths; i++) {
		const char *path = absolute_path(arena, here, options->paths[i]);

		if (!is_readable(path, options->paths[i])) {
			commands->lost = true;
			continue;
		}
		(*is_dir)[found] = is_directory(path);
		(*paths)[found++] = path;
	}
	*count = found;
	return found ? STATUS_OK : STATUS_ERROR;
}

enum status commands_find(struct commands *commands, const struct commands_options *options)
{
	struct arena *arena = &commands->arena;
	enum status status;
	const char **paths;
	bool *is_dir;
	size_t count;

	memset(commands, 0, sizeof *commands);
	status = resolve_paths(commands, options, &paths, &is_dir, &count);
	if (status != STATUS_OK)
		return status;
	commands->root = is_dir[0] ? paths[0] : parent_of(arena, paths[0]);
	if (!options->flags) {
		status = find_database(commands, options, commands->root);
		if (status != STATUS_OK)
			return status;
	}
	if (commands->database) {
		status = read_database(commands);
		if (status != STATUS_OK)
			return status;
		sort_units(commands);
		if (options->npaths || !is_taken_whole(commands, options, paths[0]))
			select_units(commands, paths, is_dir, count);
		commands->root = absolute_path(arena, working_directory(arena), parent_of(arena, commands->database));
		if (!commands->units.count)
			diag_warn("%s names no unit below the paths given; its flags do not apply there",
			          commands->database);
	}
	if (!commands->units.count)
		status = guess_units(commands, options, paths, is_dir, count);
	add_extra(commands, options);
	sort_units(commands);
	if (status == STATUS_OK && !commands->units.count)
		return diag_error("%s: no C or C++ source files there", options->npaths ? options->paths[0] : ".");
	return status;
}
