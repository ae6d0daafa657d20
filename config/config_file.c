// SPDX-License-Identifier: MIT
/* Reads .memlint.yaml: the schema, and complaints that name the line. */
#include "config/config_file.h"

#include <ctype.h>
#include <cyaml/cyaml.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(key, type, member) CYAML_FIELD_STRING_PTR(key, OPTIONAL, type, member, 1, CYAML_UNLIMITED)
#define FLAG(key, type, member) CYAML_FIELD_BOOL_PTR(key, OPTIONAL, type, member)
#define NUMBER(key, type, member) CYAML_FIELD_UINT_PTR(key, OPTIONAL, type, member)
#define TEXTS(key, type, member) CYAML_FIELD_SEQUENCE(key, OPTIONAL, type, member, &string_schema, 0, CYAML_UNLIMITED)

static const cyaml_schema_value_t string_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED)};

#define SETTINGS(type)                                                                          \
	TEXT("level", type, settings.level), TEXT("allocator", type, settings.allocator),       \
	        FLAG("all", type, settings.all), NUMBER("min-saved", type, settings.min_saved), \
	        TEXTS("select", type, settings.select), TEXTS("ignore", type, settings.ignore)

static const cyaml_schema_field_t section_fields[] = {
        CYAML_FIELD_SEQUENCE("paths", CYAML_FLAG_POINTER, struct config_file_section, paths, &string_schema, 1,
                             CYAML_UNLIMITED),
        SETTINGS(struct config_file_section),
        CYAML_FIELD_END,
};

static const cyaml_schema_value_t section_schema = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_file_section, section_fields)};

static const cyaml_schema_field_t allocator_fields[] = {
        TEXT("name", struct config_file_allocator, name),
        NUMBER("size", struct config_file_allocator, size),
        NUMBER("count", struct config_file_allocator, count),
        NUMBER("pool", struct config_file_allocator, pool),
        TEXT("free", struct config_file_allocator, release),
        TEXT("reset", struct config_file_allocator, reset),
        CYAML_FIELD_END,
};

static const cyaml_schema_value_t allocator_schema = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_file_allocator, allocator_fields)};

static const cyaml_schema_field_t plugin_fields[] = {
        CYAML_FIELD_SEQUENCE("allocators", OPTIONAL, struct config_file_plugin, allocators, &allocator_schema, 0,
                             CYAML_UNLIMITED),
        TEXTS("wrappers", struct config_file_plugin, wrappers),
        TEXTS("no-wrappers", struct config_file_plugin, no_wrappers),
        TEXTS("profile", struct config_file_plugin, profile),
        FLAG("frames", struct config_file_plugin, frames),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t run_fields[] = {
        TEXT("output", struct config_file_run, output),           TEXT("interval", struct config_file_run, interval),
        TEXT("signal", struct config_file_run, signal),           NUMBER("nframe", struct config_file_run, nframe),
        FLAG("follow-fork", struct config_file_run, follow_fork), CYAML_FIELD_END,
};

static const cyaml_schema_field_t file_fields[] = {
        TEXTS("public-headers", struct config_file, public_headers),
        TEXTS("exclude", struct config_file, exclude),
        CYAML_FIELD_SEQUENCE("sections", OPTIONAL, struct config_file, sections, &section_schema, 0, CYAML_UNLIMITED),
        SETTINGS(struct config_file),
        CYAML_FIELD_MAPPING_PTR("plugin", OPTIONAL, struct config_file, plugin, plugin_fields),
        CYAML_FIELD_MAPPING_PTR("run", OPTIONAL, struct config_file, run, run_fields),
        CYAML_FIELD_END,
};

static const cyaml_schema_value_t file_schema = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config_file, file_fields)};

/* The first complaint and the first place that libcyaml gives. */
static void listen(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
	struct config_complaint *complaint = context;
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

/* The first line from @from on that @matches @text. */
static unsigned long find_line(const char *path, const char *text, unsigned long from,
                               bool (*matches)(const char *line, const char *text))
{
	FILE *file = fopen(path, "r");
	unsigned long found = 0;
	char *line = NULL;
	size_t size = 0;

	for (unsigned long number = 1; file && !found && getline(&line, &size, file) >= 0; number++)
		if (number >= from && matches(line, text))
			found = number;
	free(line);
	if (file)
		fclose(file);
	return found;
}

static bool starts_with_key(const char *line, const char *key)
{
	return strncmp(line + strspn(line, " \t-{,\"'"), key, strlen(key)) == 0;
}

static bool is_word_part(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *line, const char *word)
{
	const size_t length = strlen(word), end = strcspn(line, "#");

	for (const char *at = line; length && (at = strstr(at, word)) && (size_t)(at - line) < end; at++)
		if ((at == line || !is_word_part(at[-1])) && !is_word_part(at[length]))
			return true;
	return false;
}

unsigned long config_file_line_of(const char *path, const char *text)
{
	return find_line(path, text, 1, has_word);
}

/* libcyaml gives the line of the mapping for a key it does not know: look for the key itself from there on. */
static void find_key(const char *path, struct config_complaint *complaint)
{
	static const char unexpected[] = "Unexpected key: ";
	unsigned long line;

	if (strncmp(complaint->what, unexpected, sizeof unexpected - 1))
		return;
	line = find_line(path, complaint->what + sizeof unexpected - 1, complaint->line, starts_with_key);
	complaint->line = line ? line : complaint->line;
}

/* Nothing but blanks and comments: YAML without a document. */
static bool is_blank(const char *path)
{
	FILE *file = fopen(path, "r");
	bool comment = false, blank = true;
	int c;

	while (file && blank && (c = getc(file)) != EOF) {
		comment = c == '#' || (comment && c != '\n');
		blank = comment || strchr(" \t\r\n-", c);
	}
	if (file)
		fclose(file);
	return blank && file;
}

static struct config_file *complain(struct config_complaint *complaint, const char *what)
{
	snprintf(complaint->what, sizeof complaint->what, "%s", what);
	return NULL;
}

static const cyaml_config_t plain = {.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR, .flags = CYAML_CFG_NO_ALIAS};

struct config_file *config_file_read(const char *path, struct config_complaint *complaint)
{
	cyaml_config_t cyaml = plain;
	struct config_file *file = NULL;
	struct stat status;

	*complaint = (struct config_complaint){0};
	if (stat(path, &status) != 0 || (S_ISREG(status.st_mode) && access(path, R_OK) != 0))
		return complain(complaint, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return complain(complaint, "not a file");
	if (is_blank(path)) {
		file = cyaml_mem(NULL, NULL, sizeof *file);
		return file ? memset(file, 0, sizeof *file) : complain(complaint, strerror(ENOMEM));
	}
	cyaml.log_fn = listen;
	cyaml.log_ctx = complaint;
	const cyaml_err_t error = cyaml_load_file(path, &cyaml, &file_schema, (cyaml_data_t **)&file, NULL);

	if (error == CYAML_OK && file)
		return file;
	find_key(path, complaint);
	if (!complaint->line && error == CYAML_ERR_INVALID_VALUE)
		complaint->line = 1; /* the document itself is not a mapping */
	return *complaint->what ? NULL : complain(complaint, cyaml_strerror(error));
}

void config_file_free(struct config_file *file)
{
	cyaml_free(&plain, &file_schema, file, 0);
}

bool config_file_find(const char *directory, char *path, size_t capacity)
{
	char at[PATH_MAX];

	if (!realpath(directory, at))
		return false;
	for (;;) {
		char *slash = strrchr(at, '/');

		if ((size_t)snprintf(path, capacity, "%s/.memlint.yaml", strcmp(at, "/") == 0 ? "" : at) < capacity &&
		    access(path, F_OK) == 0)
			return true;
		if (!slash || !at[1])
			return false;
		*(slash == at ? slash + 1 : slash) = 0;
	}
}
