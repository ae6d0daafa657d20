// SPDX-License-Identifier: MIT
/* A walk over source trees that meets every file once, and flags that usually fit. */
#include "analyzer/facts/guess.h"

#include "analyzer/base/git.h"
#include "analyzer/base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INCLUDES_MAX = 200, DEPTH_MAX = 64, DIRECTORIES_MAX = 20000, NEAR = 3 };

struct walk {
	struct commands *commands;
	VEC(const char *) files;
	VEC(const char *) includes; /* directories with headers in them */
	VEC(const char *) ignored;  /* directories that version control ignores */
	VEC(uint64_t) seen;         /* directories, by device and inode: loops of links end */
	const char *config;         /* directory of the config.h met last; NULL: none */
	unsigned depth;             /* directories nested deeper are left out */
	bool sources; /* collect files; else only directories with headers, without a word about what fails */
};

static bool is_skipped(const char *name)
{
	static const char *const names[] = {"node_modules", "CMakeFiles", "__pycache__"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return *name == '.';
}

/* Build trees and downloads are no part of the project. */
static bool is_ignored(const struct walk *walk, const char *path)
{
	for (size_t i = 0; i < walk->ignored.count; i++)
		if (!strcmp(walk->ignored.items[i], path))
			return true;
	return false;
}

/* Asks git, if it is a git tree, for the directories below @root that .gitignore names. */
static void find_ignored(struct walk *walk, const char *root)
{
	char *const arguments[] = {"git",      "-C",        (char *)(uintptr_t)root, "ls-files",    "-z",
	                           "--others", "--ignored", "--exclude-standard",    "--directory", NULL};
	struct arena *arena = &walk->commands->arena;
	char *name = NULL;
	size_t room = 0;
	ssize_t length;
	int output;
	const pid_t child = git_start(arguments, &output);
	FILE *stream = child > 0 ? fdopen(output, "r") : NULL;

	while (stream && (length = getdelim(&name, &room, 0, stream)) > 0)
		if (length > 2 && name[length - 2] == '/')
			vec_push(&walk->ignored, arena_printf(arena, "%s/%.*s", root, (int)length - 2, name));
	free(name);
	if (stream)
		fclose(stream);
	else if (child > 0)
		close(output);
	if (child > 0)
		waitpid(child, NULL, 0);
}

static bool seen_before(struct walk *walk, const struct stat *st)
{
	const uint64_t key = hash_bytes((uint64_t[]){st->st_dev, st->st_ino}, 2 * sizeof(uint64_t), 0);

	for (size_t i = 0; i < walk->seen.count; i++)
		if (walk->seen.items[i] == key)
			return true;
	vec_push(&walk->seen, key);
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void walk_directory(struct walk *walk, const char *directory, unsigned depth);

static void walk_entry(struct walk *walk, const char *directory, const char *name, unsigned depth)
{
	struct arena *arena = &walk->commands->arena;
	const char *path = arena_printf(arena, "%s/%s", strcmp(directory, "/") ? directory : "", name);
	struct stat st;

	if (stat(path, &st))
		return; /* a link to nowhere */
	if (S_ISDIR(st.st_mode)) {
		if (!is_skipped(name) && !is_ignored(walk, path) && !seen_before(walk, &st))
			walk_directory(walk, path, depth + 1);
	} else if (S_ISREG(st.st_mode) && is_source_name(name, false)) {
		if (walk->sources)
			vec_push(&walk->files, absolute_path(arena, "/", path));
	} else if (S_ISREG(st.st_mode) && is_source_name(name, true) && walk->includes.count < INCLUDES_MAX &&
	           (!walk->includes.count || strcmp(vec_last(&walk->includes), directory))) {
		vec_push(&walk->includes, directory);
	}
}

static void walk_directory(struct walk *walk, const char *directory, unsigned depth)
{
	DIR *stream;
	VEC(const char *) names = {0};
	struct dirent *entry;

	if (depth > walk->depth || walk->seen.count > DIRECTORIES_MAX)
		return;
	stream = opendir(directory);
	if (!stream) {
		if (walk->sources)
			diag_error("%s: %s; its files were left out", directory, strerror(errno));
		walk->commands->lost |= walk->sources;
		return;
	}
	while ((entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			vec_push(&names, arena_strdup(&walk->commands->arena, entry->d_name));
	closedir(stream);
	if (names.count)
		qsort(names.items, names.count, sizeof *names.items, compare_names);
	for (size_t i = 0; i < names.count; i++)
		walk_entry(walk, directory, names.items[i], depth);
	vec_release(&names);
}

static bool has_one_of(struct arena *arena, const char *directory, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!access(arena_printf(arena, "%s/%s", directory, names[i]), F_OK))
			return true;
	return false;
}

/*
 * The project's directory: that with a version control's folder, however far up; else the topmost of those with a
 * build file, the first of which must be near; else the directory itself.
 */
static const char *project_root(struct arena *arena, const char *directory)
{
	static const char *const controls[] = {".git", ".hg", ".svn"};
	static const char *const builds[] = {"CMakeLists.txt", "Makefile",  "meson.build", "configure",
	                                     "configure.ac",   "WORKSPACE", "BUILD.bazel"};
	const char *root = directory;
	unsigned misses = 0;

	for (const char *at = directory; *at && strcmp(at, "/");) {
		const char *slash = strrchr(at, '/');

		if (has_one_of(arena, at, controls, sizeof controls / sizeof *controls))
			return at;
		if (misses <= NEAR && has_one_of(arena, at, builds, sizeof builds / sizeof *builds)) {
			root = at;
			misses = NEAR;
		} else {
			misses++;
		}
		if (!slash || slash == at)
			break;
		at = arena_strndup(arena, at, (size_t)(slash - at));
	}
	return root;
}

struct words {
	const char **items;
	size_t count, capacity;
};

/* A project's string.h may be meant by "string.h", never by <string.h>. */
static void add_directory(struct walk *walk, struct words *words, const char *directory)
{
	vec_push(words, arena_printf(&walk->commands->arena, "-iquote%s", directory));
	vec_push(words, arena_printf(&walk->commands->arena, "-idirafter%s", directory));
}

/* "config.h.  Generated from config.h.in by configure." stands in the first line of one that autoconf's script made. */
static bool is_configured(struct arena *arena, const char *directory)
{
	FILE *stream = fopen(arena_printf(arena, "%s/config.h", directory), "re");
	char line[256];
	bool made = false;

	if (!stream)
		return false;
	if (fgets(line, sizeof line, stream))
		made = strstr(line, "Generated from") && strstr(line, "configure");
	fclose(stream);
	return made;
}

/* The nearest such directory from the file's up to the project's; else the one below that the project is built in. */
static const char *config_directory(struct walk *walk, const char *file)
{
	static const char *const scripts[] = {"configure", "configure.ac", "configure.in"};
	static const char *const ran[] = {"config.status"}; /* else it may be another system's, kept with the sources */
	struct arena *arena = &walk->commands->arena;
	const char *root = walk->commands->root;
	const size_t length = strlen(root);
	const char *at = file;

	while (strlen(at) > length && !strncmp(at, root, length)) {
		const char *slash = strrchr(at, '/');

		if (!slash || slash == at)
			break;
		at = arena_strndup(arena, at, (size_t)(slash - at));
		if (is_configured(arena, at))
			return at;
	}
	if (!has_one_of(arena, root, scripts, sizeof scripts / sizeof *scripts))
		return NULL;
	for (size_t i = 0; i < walk->includes.count; i++) {
		if (has_one_of(arena, walk->includes.items[i], ran, 1) && is_configured(arena, walk->includes.items[i]))
			return walk->includes.items[i];
	}
	return NULL;
}

/* What a Makefile of automake's passes. */
static void add_config(struct walk *walk, struct words *words, const char *file)
{
	const char *directory = config_directory(walk, file);

	if (!directory)
		return;
	walk->config = directory;
	vec_push(words, "-DHAVE_CONFIG_H");
	vec_push(words, arena_printf(&walk->commands->arena, "-I%s", directory));
}

static void add_unit(struct walk *walk, const struct commands_options *options, const char *file)
{
	struct arena *arena = &walk->commands->arena;
	const char *slash = strrchr(file, '/');
	struct unit_command unit = {.directory = walk->commands->root, .file = file};
	struct words words = {0};

	if (options->flags) {
		char here[4096];

		unit = command_clean(arena, getcwd(here, sizeof here) ? arena_strdup(arena, here) : "/", file,
		                     options->flags, (uint32_t)options->nflags);
		vec_push(&walk->commands->units, unit);
		return;
	}
	vec_push(&words, is_cplusplus_name(file) ? "-std=gnu++20" : "-std=gnu17");
	if (!is_source_name(file, false)) {
		vec_push(&words, "-x");
		vec_push(&words, is_cplusplus_name(file) ? "c++" : "c");
	}
	add_config(walk, &words, file);
	add_directory(walk, &words, arena_strndup(arena, file, (size_t)(slash - file)));
	add_directory(walk, &words, walk->commands->root);
	for (size_t i = 0; i < walk->includes.count; i++)
		add_directory(walk, &words, walk->includes.items[i]);
	vec_push(&words, file);
	unit.narguments = (uint32_t)words.count;
	unit.arguments = arena_memdup(arena, words.items, words.count * sizeof *words.items);
	vec_push(&walk->commands->units, unit);
	vec_release(&words);
}

enum status guess_units(struct commands *commands, const struct commands_options *options, const char *const *paths,
                        const bool *is_dir, size_t count)
{
	struct walk walk = {.commands = commands, .sources = true, .depth = DEPTH_MAX};
	const char *root = project_root(&commands->arena, commands->root);

	find_ignored(&walk, root);
	for (size_t i = 0; i < count; i++) {
		struct stat st;

		if (!is_dir[i])
			vec_push(&walk.files, paths[i]);
		else if (!stat(paths[i], &st) && !seen_before(&walk, &st))
			walk_directory(&walk, paths[i], 0);
		commands->complete |= is_dir[i] && !strcmp(paths[i], root);
	}
	if (!options->flags) {
		/* Headers may lie beside what was asked for. */
		walk.sources = false;
		vec_clear(&walk.includes);
		vec_clear(&walk.seen);
		if (!is_dir[0] && root == commands->root)
			walk.depth = 1; /* a lone file: its directory need not be a project */
		commands->root = root;
		walk_directory(&walk, root, 0);
	}
	for (size_t i = 0; i < walk.files.count; i++)
		if (is_source_name(walk.files.items[i], true) || count == 1)
			add_unit(&walk, options, walk.files.items[i]);
	if (!options->flags)
		diag_note("no compile_commands.json: guessing -std=gnu17 or gnu++20%s %zu include directories%s%s%s; "
		          "-p DIR or flags after -- are exact",
		          walk.config ? "," : " and", walk.includes.count,
		          walk.config ? " and -DHAVE_CONFIG_H for " : "", walk.config ? walk.config : "",
		          walk.config ? "/config.h" : "");
	vec_release(&walk.files);
	vec_release(&walk.includes);
	vec_release(&walk.ignored);
	vec_release(&walk.seen);
	return STATUS_OK;
}
