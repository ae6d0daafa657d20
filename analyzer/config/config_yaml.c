// SPDX-License-Identifier: MIT
/* Reads .memlint.yaml: the schema, and errors that name the line. */
#include "analyzer/config/config.h"

#include "analyzer/base/vec.h"
#include "analyzer/config/config_check.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct yaml_settings {
	char *level, *allocator;
	bool *all;
	uint32_t *min_saved;
	char **select, **ignore;
	unsigned select_count, ignore_count;
};

struct yaml_section {
	char **paths;
	unsigned paths_count;
	struct yaml_settings settings;
};

struct yaml_file {
	struct yaml_settings settings;
	char **public_headers, **exclude;
	unsigned public_headers_count, exclude_count;
	struct yaml_section *sections;
	unsigned sections_count;
};

static const cyaml_schema_value_t string_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED)};

#define SETTINGS(type)                                                                                                 \
	CYAML_FIELD_STRING_PTR("level", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, settings.level, 1, 64),        \
	        CYAML_FIELD_STRING_PTR("allocator", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type,                    \
	                               settings.allocator, 1, 64),                                                     \
	        CYAML_FIELD_BOOL_PTR("all", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, settings.all),             \
	        CYAML_FIELD_UINT_PTR("min-saved", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, settings.min_saved), \
	        CYAML_FIELD_SEQUENCE("select", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, settings.select,        \
	                             &string_schema, 0, CYAML_UNLIMITED),                                              \
	        CYAML_FIELD_SEQUENCE("ignore", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, settings.ignore,        \
	                             &string_schema, 0, CYAML_UNLIMITED)

static const cyaml_schema_field_t section_fields[] = {
        CYAML_FIELD_SEQUENCE("paths", CYAML_FLAG_POINTER, struct yaml_section, paths, &string_schema, 1,
                             CYAML_UNLIMITED),
        SETTINGS(struct yaml_section),
        CYAML_FIELD_END,
};

static const cyaml_schema_value_t section_schema = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_section, section_fields)};

static const cyaml_schema_field_t file_fields[] = {
        CYAML_FIELD_SEQUENCE("public-headers", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_file,
                             public_headers, &string_schema, 0, CYAML_UNLIMITED),
        CYAML_FIELD_SEQUENCE("exclude", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_file, exclude,
                             &string_schema, 0, CYAML_UNLIMITED),
        CYAML_FIELD_SEQUENCE("sections", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct yaml_file, sections,
                             &section_schema, 0, CYAML_UNLIMITED),
        SETTINGS(struct yaml_file),
        CYAML_FIELD_END,
};

static const cyaml_schema_value_t file_schema = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_file, file_fields)};

/* The first complaint and the first place that libcyaml gives. */
struct complaint {
	char what[200];
	unsigned long line;
};

static void listen(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
	struct complaint *complaint = context;
	char text[512];

	if (level < CYAML_LOG_ERROR)
		return;
	vsnprintf(text, sizeof text, format, arguments);
	text[strcspn(text, "\n")] = 0;
	const char *line = strstr(text, "line: ");

	if (line && !complaint->line)
		complaint->line = strtoul(line + 6, NULL, 10);
	const char *what = strncmp(text, "Load: ", 6) == 0 ? text + 6 : text;

	if (!*complaint->what && strncmp(what, "Backtrace", 9) != 0)
		snprintf(complaint->what, sizeof complaint->what, "%.199s", what);
}

/* libcyaml gives the line of the mapping for a key it does not know: look for the key itself from there on. */
static void find_key(const char *path, struct complaint *complaint)
{
	static const char unexpected[] = "Unexpected key: ";
	const char *key = complaint->what + sizeof unexpected - 1;
	FILE *file = strncmp(complaint->what, unexpected, sizeof unexpected - 1) == 0 ? fopen(path, "r") : NULL;
	char *line = NULL;
	size_t size = 0;

	for (unsigned long number = 1; file && getline(&line, &size, file) >= 0; number++) {
		const char *at = line + strspn(line, " \t-{,\"'");

		if (number < complaint->line || strncmp(at, key, strlen(key)) != 0)
			continue;
		complaint->line = number;
		break;
	}
	free(line);
	if (file)
		fclose(file);
}

static struct config_globs copy_list(struct arena *arena, char *const *items, unsigned count)
{
	struct config_globs list = {.items = arena_array(arena, count + 1, const char *), .count = count};

	for (unsigned i = 0; i < count; i++)
		list.items[i] = arena_strdup(arena, items[i]);
	return list;
}

static bool take_settings(struct config *config, const struct yaml_settings *yaml, struct config_section *out,
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

static bool take_file(struct config *config, const struct yaml_file *file)
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
	struct complaint complaint = {0};
	const cyaml_config_t cyaml = {
	        .log_fn = listen,
	        .log_ctx = &complaint,
	        .mem_fn = cyaml_mem,
	        .log_level = CYAML_LOG_ERROR,
	        .flags = CYAML_CFG_NO_ALIAS,
	};
	struct yaml_file *file = NULL;
	struct stat status;
	char real[PATH_MAX];

	if (stat(path, &status) != 0 || !realpath(path, real))
		return diag_error("%s: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return diag_error("%s: not a file", path);
	config->path = arena_strdup(&config->arena, path);
	char *slash = strrchr(real, '/');

	if (slash)
		*(slash == real ? slash + 1 : slash) = 0;
	config->root = arena_strdup(&config->arena, real);
	if (config_is_blank_file(path))
		return STATUS_OK;
	const cyaml_err_t error = cyaml_load_file(path, &cyaml, &file_schema, (cyaml_data_t **)&file, NULL);

	find_key(path, &complaint);
	if (!complaint.line && error == CYAML_ERR_INVALID_VALUE)
		complaint.line = 1; /* the document itself is not a mapping */
	if (error != CYAML_OK)
		return complaint.line
		               ? diag_error("%s:%lu: %s", path, complaint.line,
		                            *complaint.what ? complaint.what : cyaml_strerror(error))
		               : diag_error("%s: %s", path, *complaint.what ? complaint.what : cyaml_strerror(error));
	const bool good = !file || take_file(config, file);

	cyaml_free(&cyaml, &file_schema, file, 0);
	return good ? STATUS_OK : STATUS_ERROR;
}
