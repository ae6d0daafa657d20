// SPDX-License-Identifier: MIT
/* Settings: defaults, the file found upwards, sections by path, and the command line on top. */
#include "analyzer/config/config.h"

#include "analyzer/config/config_check.h"
#include "analyzer/rule.h"
#include "config/config_file.h"
#include "rules/allocators.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const default_public[] = {"include/**", "**/include/**"};

void config_init(struct config *config, const char *root)
{
	char real[PATH_MAX];

	memset(config, 0, sizeof *config);
	arena_init(&config->arena);
	if (!realpath(root ? root : ".", real))
		snprintf(real, sizeof real, "%s", root ? root : "/");
	config->root = arena_strdup(&config->arena, real);
	config->path = "";
	config->base = (struct settings){.allocator = "glibc", .min_saved = 1};
	config->public_headers.items = arena_memdup(&config->arena, default_public, sizeof default_public);
	config->public_headers.count = sizeof default_public / sizeof *default_public;
}

void config_release(struct config *config)
{
	arena_clear(&config->arena);
	memset(config, 0, sizeof *config);
}

enum status config_load_upwards(struct config *config, const char *directory)
{
	char name[PATH_MAX + 16];

	return config_file_find(directory, name, sizeof name) ? config_load(config, name) : STATUS_OK;
}

bool config_parse_level(const char *text, enum finding_level *level)
{
	if (strcmp(text, "default") == 0)
		*level = LEVEL_DEFAULT;
	else if (strcmp(text, "strict") == 0)
		*level = LEVEL_STRICT;
	else
		return false;
	return true;
}

bool config_known_allocator(const char *name)
{
	return allocator_block_size(name, 1) != 0;
}

bool config_check_rules(const struct config_globs *rules, const char *where)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (rules_find(rules->items[i]))
			continue;
		diag_error("%s: no rule '%s': see --list-rules", where, rules->items[i]);
		return false;
	}
	return true;
}

void config_merge(struct settings *settings, const struct config_section *section)
{
	const struct settings *from = &section->settings;

	if (section->has_level)
		settings->level = from->level;
	if (section->has_all)
		settings->all = from->all;
	if (section->has_allocator)
		settings->allocator = from->allocator;
	if (section->has_min_saved)
		settings->min_saved = from->min_saved;
	if (section->has_select)
		settings->select = from->select;
	if (section->has_ignore)
		settings->ignore = from->ignore;
}

static struct config_globs split(struct config *config, const char *value)
{
	char *text = arena_strdup(&config->arena, value), *save = NULL;
	struct config_globs list = {.items = arena_array(&config->arena, strlen(value) + 1, const char *)};

	for (char *word = strtok_r(text, ", ", &save); word; word = strtok_r(NULL, ", ", &save))
		list.items[list.count++] = word;
	return list;
}

static bool parse_number(const char *text, uint32_t *number)
{
	char *end;
	errno = 0;
	const unsigned long value = strtoul(text, &end, 10);

	if (errno || !*text || *end || *text == '-' || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

bool config_override(struct config *config, const char *what, const char *value)
{
	struct config_section *line = &config->command_line;

	if (strcmp(what, "select") == 0) {
		line->has_select = true;
		line->settings.select = split(config, value);
		return config_check_rules(&line->settings.select, "--select");
	}
	if (strcmp(what, "ignore") == 0) {
		line->has_ignore = true;
		line->settings.ignore = split(config, value);
		return config_check_rules(&line->settings.ignore, "--ignore");
	}
	if (strcmp(what, "all") == 0) {
		line->has_all = line->settings.all = true;
		return true;
	}
	if (strcmp(what, "level") == 0) {
		line->has_level = config_parse_level(value, &line->settings.level);
		if (!line->has_level)
			diag_error("--level: no level '%s': use default or strict", value);
		return line->has_level;
	}
	if (strcmp(what, "min-saved") == 0) {
		line->has_min_saved = parse_number(value, &line->settings.min_saved);
		if (!line->has_min_saved)
			diag_error("--min-saved: '%s' is no number of bytes", value);
		return line->has_min_saved;
	}
	if (strcmp(what, "allocator") == 0) {
		line->has_allocator = config_known_allocator(value);
		line->settings.allocator = arena_strdup(&config->arena, value);
		if (!line->has_allocator)
			diag_error("--allocator: no size classes for '%s': use glibc, jemalloc, tcmalloc or mimalloc",
			           value);
		return line->has_allocator;
	}
	BUG("no setting '%s'", what);
}

static bool any_matches(const struct config_globs *globs, const char *path)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (config_glob(globs->items[i], path))
			return true;
	}
	return false;
}

static const char *relative(const struct config *config, const char *path)
{
	const size_t length = strlen(config->root);

	if (length > 1 && strncmp(path, config->root, length) == 0 && path[length] == '/')
		return path + length + 1;
	return *path == '/' ? path + 1 : path;
}

struct settings config_settings(const struct config *config, const char *path)
{
	struct settings settings = config->base;

	for (size_t i = 0; i < config->nsections; i++) {
		if (any_matches(&config->sections[i].paths, relative(config, path)))
			config_merge(&settings, &config->sections[i]);
	}
	config_merge(&settings, &config->command_line);
	return settings;
}

bool config_is_excluded(const struct config *config, const char *path)
{
	return any_matches(&config->exclude, relative(config, path));
}

bool config_is_public(const struct config *config, const char *path)
{
	return any_matches(&config->public_headers, relative(config, path));
}

static bool lists(const struct config_globs *rules, const char *name)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = rules_find(rules->items[i]);

		if (rule && strcmp(rule->name, name) == 0)
			return true;
	}
	return false;
}

bool settings_want(const struct settings *settings, const char *name, enum finding_level level)
{
	if (lists(&settings->ignore, name) || (settings->select.count && !lists(&settings->select, name)))
		return false;
	return settings->all || level <= settings->level;
}

/* Of the command line, which decides alone; else of the file, any section of which may hold for some path. */
bool config_may_want(const struct config *config, const char *name)
{
	const struct config_section *line = &config->command_line;
	bool selected = !config->base.select.count || lists(&config->base.select, name);
	bool ignored = lists(&config->base.ignore, name);

	for (size_t i = 0; i < config->nsections; i++) {
		const struct config_section *section = &config->sections[i];

		if (section->has_select)
			selected |= !section->settings.select.count || lists(&section->settings.select, name);
		if (section->has_ignore)
			ignored &= lists(&section->settings.ignore, name);
	}
	if (line->has_select)
		selected = !line->settings.select.count || lists(&line->settings.select, name);
	if (line->has_ignore)
		ignored = lists(&line->settings.ignore, name);
	return selected && !ignored;
}

/* One pattern against one path; * stops at a slash, ** does not. */
static bool match(const char *pattern, const char *path)
{
	for (; *pattern; pattern++, path++) {
		if (pattern[0] == '*' && pattern[1] == '*') {
			pattern += 2;
			if (*pattern == '/' && match(pattern + 1, path))
				return true;
			do {
				if (match(pattern, path))
					return true;
			} while (*path++);
			return false;
		}
		if (*pattern == '*') {
			do {
				if (match(pattern + 1, path))
					return true;
			} while (*path && *path++ != '/');
			return false;
		}
		if (*pattern == '?' ? !*path || *path == '/' : *pattern != *path)
			return false;
	}
	return !*path;
}

bool config_glob(const char *pattern, const char *path)
{
	const char *base = strrchr(path, '/');
	const size_t length = strlen(pattern);

	if (strncmp(pattern, "./", 2) == 0)
		return config_glob(pattern + 2, path);
	if (length && pattern[length - 1] == '/') { /* a directory: all that is in it */
		char inside[PATH_MAX];

		snprintf(inside, sizeof inside, "%s**", pattern);
		return config_glob(inside, path);
	}
	if (!strchr(pattern, '/'))
		return match(pattern, base ? base + 1 : path);
	return match(*pattern == '/' ? pattern + 1 : pattern, path);
}

static void hash_globs(const struct config_globs *globs, struct hash_stream *stream)
{
	hash_stream_number(stream, globs->count);
	for (size_t i = 0; i < globs->count; i++)
		hash_stream_string(stream, globs->items[i]);
}

static void hash_section(const struct config_section *section, struct hash_stream *stream)
{
	const struct settings *settings = &section->settings;
	const uint64_t parts[] = {section->has_level,     section->has_all,    section->has_allocator,
	                          section->has_min_saved, section->has_select, section->has_ignore,
	                          settings->level,        settings->all,       settings->min_saved};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		hash_stream_number(stream, parts[i]);
	hash_stream_string(stream, settings->allocator);
	hash_globs(&section->paths, stream);
	hash_globs(&settings->select, stream);
	hash_globs(&settings->ignore, stream);
}

void config_hash(const struct config *config, struct hash_stream *stream)
{
	const struct config_section base = {.settings = config->base};

	hash_stream_string(stream, config->root);
	hash_section(&base, stream);
	hash_stream_number(stream, config->nsections);
	for (size_t i = 0; i < config->nsections; i++)
		hash_section(&config->sections[i], stream);
	hash_section(&config->command_line, stream);
	hash_globs(&config->public_headers, stream);
	hash_globs(&config->exclude, stream);
}
