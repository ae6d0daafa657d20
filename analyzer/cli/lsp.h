/* SPDX-License-Identifier: MIT */
/*
 * memlint-analyze --lsp: a language server on standard input and output. Diagnostics for open files, quick fixes when a file is
 * saved as it is shown, and the layouts of a finding on hover.
 *
 * A file is parsed in a process of its own, so that a crash or a hang costs one answer.
 */
#ifndef MEMLINT_CLI_LSP_H
#define MEMLINT_CLI_LSP_H

#include "analyzer/cli/analyze.h"

#include <jansson.h>

/* Serves until exit or the end of input; STATUS_ERROR when the client left without shutdown. */
enum status lsp_serve(const struct analyze_options *options);

/* ---- lsp_message.c: JSON-RPC with its Content-Length headers ---- */

/* The next message, for json_decref(); NULL at the end of input or when it cannot be understood any more. */
json_t *lsp_read(FILE *in);
void lsp_write(FILE *out, json_t *message); /* takes the reference */
/* Answers @request with @result (taken; NULL: null) and tells of something (@params taken). */
void lsp_reply(FILE *out, json_t *request, json_t *result);
void lsp_refuse(FILE *out, json_t *request, int code, const char *text);
void lsp_notify(FILE *out, const char *method, json_t *params);

/* ---- lsp_text.c: places and names as the protocol has them ---- */

/* "file:///a%20b" to a real path, for free(); NULL for other schemes. And back. */
char *lsp_path(const char *uri);
json_t *lsp_uri(const char *path);

/* Line from 0 and column in UTF-16 units of byte @offset of @text. */
json_t *lsp_position(const char *text, size_t size, size_t offset);
json_t *lsp_range(const char *text, size_t size, size_t begin, size_t end);
/* The byte at line and column, both from 1, the column in bytes; at most the line's end. */
size_t lsp_offset(const char *text, size_t size, uint32_t line, uint32_t column);

/* ---- lsp_analyse.c ---- */

/* Findings in @path with @text in place of what is on disk. */
void lsp_analyse(const struct analyze_options *options, const char *path, const char *text, size_t size,
                 struct findings *findings);

#endif
