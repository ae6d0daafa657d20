// SPDX-License-Identifier: MIT
/* Takes over what .memlint.yaml says for the analyzer. */
#include "analyzer/config/config.h"

#include "analyzer/config/config_check.h"
#include "config/config_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct config_globs copy_list(struct arena *arena, char *const *items, unsigned count)
{
	struct config_globs list = {.items = arena_array(arena, count + 1, const char *), .count = count};

	for (unsigned i = 0; i < count; i++)
		list.items[i] = arena_strdup(arena, items[i]);
	return list;
}

static bool take_settings(struct config *config, const struct config_file_settings *yaml, struct config_section *out,
                          const char *path)
{
	struct settings *settings = &out->settings;

	if (yaml->level && !config_parse_level(yaml->level, &settings->level)) {
		diag_error("%s: no level '%s': use default or strict", path, yaml->level);
		return false;
	}
	if (yaml->allocator && !config_known_allocator(yaml->allocator)) {
		diag_error("%s: no size classes for allocator '%s': use glibc, jemalloc, tcmalloc or mimalloc", path,
		           yaml->allocator);
		return false;
	}
	out->has_level = yaml->level;
	out->has_allocator = yaml->allocator;
	out->has_all = yaml->all;
	out->has_min_saved = yaml->min_saved;
	out->has_select = yaml->select;
	out->has_ignore = yaml->ignore;
	if (yaml->allocator)
		settings->allocator = arena_strdup(&config->arena, yaml->allocator);
	if (yaml->all)
		settings->all = *yaml->all;
	if (yaml->min_saved)
		settings->min_saved = *yaml->min_saved;
	settings->select = copy_list(&config->arena, yaml->select, yaml->select_count);
	settings->ignore = copy_list(&config->arena, yaml->ignore, yaml->ignore_count);
	return config_check_rules(&settings->select, path) && config_check_rules(&settings->ignore, path);
}

static bool take_file(struct config *config, const struct config_file *file)
{
	struct config_section whole = {0};

	if (!take_settings(config, &file->settings, &whole, config->path))
		return false;
	config_merge(&config->base, &whole);
	if (file->public_headers)
		config->public_headers = copy_list(&config->arena, file->public_headers, file->public_headers_count);
	config->exclude = copy_list(&config->arena, file->exclude, file->exclude_count);
	config->sections = arena_array(&config->arena, file->sections_count + 1, struct config_section);
	for (unsigned i = 0; i < file->sections_count; i++) {
		struct config_section *section = &config->sections[i];

		section->paths = copy_list(&config->arena, file->sections[i].paths, file->sections[i].paths_count);
		if (!take_settings(config, &file->sections[i].settings, section, config->path))
			return false;
		config->nsections = i + 1;
	}
	return true;
}

enum status config_load(struct config *config, const char *path)
{
	struct config_complaint complaint;
	char real[PATH_MAX];

	if (!realpath(path, real))
		return diag_error("%s: %s", path, strerror(errno));
	config->path = arena_strdup(&config->arena, path);
	char *slash = strrchr(real, '/');

	if (slash)
		*(slash == real ? slash + 1 : slash) = 0;
	config->root = arena_strdup(&config->arena, real);
	struct config_file *file = config_file_read(path, &complaint);

	if (!file && complaint.line)
		return diag_error("%s:%lu: %s", path, complaint.line, complaint.what);
	if (!file)
		return diag_error("%s: %s", path, complaint.what);
	const bool good = take_file(config, file);

	config_file_free(file);
	return good ? STATUS_OK : STATUS_ERROR;
}
