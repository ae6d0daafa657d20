/* SPDX-License-Identifier: MIT */
/* Inside of the output formats: what several of them need. */
#ifndef MEMLINT_OUT_OUT_INTERNAL_H
#define MEMLINT_OUT_OUT_INTERNAL_H

#include "analyzer/out/out.h"

#include <jansson.h>

#define FORMAT(name, brief) \
	void out_##name(FILE *stream, const struct findings *findings, const struct out_options *options);
#include "analyzer/out/formats.def"
#undef FORMAT

/* A JSON string of bytes that need not be UTF-8: what is not becomes U+FFFD. */
json_t *out_json_string(const char *text);

/* Text with & < > " ' and control characters as XML wants them. */
void out_xml(FILE *stream, const char *text);

const char *out_version(const struct out_options *options);
const char *out_fix_class(enum fix_class class); /* "safe" … */
const char *out_level(enum finding_level level); /* "default" … */

/* A file read whole, kept until the next call with another path. */
struct out_source {
	const char *path;
	char *text;
	size_t size;
};

/* Line @line without its newline; NULL if there is none. *length is set. */
const char *out_source_line(struct out_source *source, const char *path, uint32_t line, size_t *length);
/* UTF-16 code units, from 1, for a column in bytes; @column itself when the line cannot be read. */
uint32_t out_source_column(struct out_source *source, const char *path, uint32_t line, uint32_t column);
/* Line and column, from 1 and in UTF-16 code units, of a byte. False when the file cannot be read. */
bool out_source_place(struct out_source *source, const char *path, uint32_t offset, uint32_t *line, uint32_t *column);
void out_source_release(struct out_source *source);

#endif
