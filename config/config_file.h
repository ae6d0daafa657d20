/* SPDX-License-Identifier: MIT */
/*
 * .memlint.yaml as it stands in the file: the one list of its keys, for the plugin, `memlint run` and memlint-analyze.
 *
 * What a value means is its reader's to check; here a file is well-formed, has no unknown key and the right kinds of values.
 */
#ifndef MEMLINT_CONFIG_FILE_H
#define MEMLINT_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Strings and pointers below are NULL, and lists empty, where the file has no such key. */
struct config_file_settings {
	char *level, *allocator;
	bool *all;
	uint32_t *min_saved;
	char **select, **ignore;
	unsigned select_count, ignore_count;
};

struct config_file_section {
	char **paths;
	unsigned paths_count;
	struct config_file_settings settings;
};

/* An allocator of the program's own. Argument numbers count from 1; NULL there is none. */
struct config_file_allocator {
	char *name;
	uint32_t *size, *count, *pool;
	char *release, *reset;
};

/* plugin: what -fplugin-arg-memlint-* says on a command line. */
struct config_file_plugin {
	struct config_file_allocator *allocators;
	char **wrappers, **no_wrappers, **profile;
	unsigned allocators_count, wrappers_count, no_wrappers_count, profile_count;
	bool *frames;
};

/* run: defaults of `memlint run`. */
struct config_file_run {
	char *output, *interval, *signal;
	uint32_t *nframe;
	bool *follow_fork;
};

struct config_file {
	struct config_file_settings settings;
	char **public_headers, **exclude;
	unsigned public_headers_count, exclude_count;
	struct config_file_section *sections;
	unsigned sections_count;
	struct config_file_plugin *plugin;
	struct config_file_run *run;
};

/* What is wrong with a file: a sentence, and the line if it is known, else 0. */
struct config_complaint {
	char what[200];
	unsigned long line;
};

/* Writes the path of the .memlint.yaml in @directory or nearest above it to @path; false if there is none. */
bool config_file_find(const char *directory, char *path, size_t capacity);

/* Reads @path; NULL with *complaint filled if that cannot be. A file without content has no key. */
struct config_file *config_file_read(const char *path, struct config_complaint *complaint);
void config_file_free(struct config_file *file);

/* The line of @path on which the word @text first stands, comments aside; 0 if it does not. */
unsigned long config_file_line_of(const char *path, const char *text);

/* The functions by which the plugin reads the file: it loads them only where there is one. */
#define CONFIG_FILE_MODULE "memlint-config.so"

#ifdef __cplusplus
}
#endif
#endif
