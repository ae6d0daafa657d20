// SPDX-License-Identifier: MIT
/* The language server: documents, and the handlers of its methods. */
#include "analyzer/base/vec.h"
#include "analyzer/cli/lsp.h"
#include "memlint/memlint.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { METHOD_NOT_FOUND = -32601, NOT_INITIALIZED = -32002, WARNING = 2, FULL_TEXT = 1 };

struct document {
	char *uri, *path, *text;
	size_t size;
	bool stale; /* changed since it was analysed */
	bool saved; /* what is shown is what is on disk: edits fit */
	struct findings findings;
};

struct server {
	const struct analyze_options *options;
	FILE *in, *out;
	VEC(struct document *) documents;
	bool initialized, shut_down;
};

/* ---- documents ---- */

static struct document *find(struct server *server, json_t *params)
{
	const char *uri = json_string_value(json_object_get(json_object_get(params, "textDocument"), "uri"));

	for (size_t i = 0; uri && i < server->documents.count; i++) {
		if (strcmp(server->documents.items[i]->uri, uri) == 0)
			return server->documents.items[i];
	}
	return NULL;
}

/* True if the file on disk is what the document shows. */
static bool is_saved(const struct document *document)
{
	FILE *file = fopen(document->path, "rb");
	bool same = file != NULL;
	size_t at = 0;
	int c;

	while (same && (c = getc(file)) != EOF)
		same = at < document->size && document->text[at++] == (char)c;
	if (file)
		fclose(file);
	return same && at == document->size;
}

static void set_text(struct document *document, json_t *text)
{
	if (!json_is_string(text))
		return;
	free(document->text);
	document->size = json_string_length(text);
	document->text = malloc(document->size + 1);
	if (!document->text)
		diag_die("out of memory");
	memcpy(document->text, json_string_value(text), document->size);
	document->text[document->size] = 0;
	document->stale = true;
}

static void close_document(struct server *server, struct document *document)
{
	for (size_t i = 0; i < server->documents.count; i++) {
		if (server->documents.items[i] == document)
			server->documents.items[i] = vec_last(&server->documents);
	}
	(void)vec_pop(&server->documents);
	findings_release(&document->findings);
	free(document->uri);
	free(document->path);
	free(document->text);
	free(document);
}

static void open_document(struct server *server, json_t *params)
{
	json_t *item = json_object_get(params, "textDocument");
	const char *uri = json_string_value(json_object_get(item, "uri"));
	char *path = lsp_path(uri);
	struct document *document = find(server, params);

	if (document)
		close_document(server, document);
	document = path ? calloc(1, sizeof *document) : NULL;
	if (!document) {
		free(path);
		return;
	}
	document->uri = strdup(uri);
	document->path = path;
	findings_init(&document->findings, NULL);
	set_text(document, json_object_get(item, "text"));
	vec_push(&server->documents, document);
}

/* ---- diagnostics ---- */

static json_t *range_of(const struct document *document, const struct place *place)
{
	const size_t begin = lsp_offset(document->text, document->size, place->line, place->column);
	size_t end = begin + 1;

	if (place->end_line)
		end = lsp_offset(document->text, document->size, place->end_line, place->end_column);
	return lsp_range(document->text, document->size, begin, end > begin ? end : begin);
}

static json_t *diagnostic(const struct document *document, const struct finding *finding)
{
	return json_pack("{s:o, s:i, s:s, s:s, s:s}", "range", range_of(document, &finding->place), "severity", WARNING,
	                 "code", finding->rule, "source", "memlint", "message", finding->message);
}

static void publish(struct server *server, const struct document *document)
{
	json_t *list = json_array();

	for (size_t i = 0; i < document->findings.count; i++) {
		json_t *item = diagnostic(document, &document->findings.items[i]);

		if (item)
			json_array_append_new(list, item);
	}
	lsp_notify(server->out, "textDocument/publishDiagnostics",
	           json_pack("{s:s, s:o}", "uri", document->uri, "diagnostics", list));
}

static void analyse(struct server *server, struct document *document)
{
	findings_release(&document->findings);
	findings_init(&document->findings, NULL);
	document->saved = is_saved(document);
	document->stale = false;
	if (document->text)
		lsp_analyse(server->options, document->path, document->text, document->size, &document->findings);
	publish(server, document);
}

static void analyse_stale(struct server *server)
{
	for (size_t i = 0; i < server->documents.count; i++) {
		if (server->documents.items[i]->stale)
			analyse(server, server->documents.items[i]);
	}
}

/* ---- hover and quick fixes ---- */

/* The finding whose subject covers line @line, from 0. */
static const struct finding *finding_at(const struct document *document, json_int_t line)
{
	for (size_t i = 0; i < document->findings.count; i++) {
		const struct finding *finding = &document->findings.items[i];
		const uint32_t last =
		        finding->scope_end_line > finding->place.line ? finding->scope_end_line : finding->place.line;

		if (line + 1 >= finding->place.line && line + 1 <= last)
			return finding;
	}
	return NULL;
}

static json_int_t line_of(json_t *position)
{
	return json_integer_value(json_object_get(position, "line"));
}

static json_t *hover(struct server *server, json_t *params)
{
	const struct document *document = find(server, params);
	const struct finding *finding =
	        document ? finding_at(document, line_of(json_object_get(params, "position"))) : NULL;
	struct arena arena = {0};
	json_t *result;

	if (!finding)
		return NULL;
	result = json_pack("{s:{s:s, s:s}}", "contents", "kind", "markdown", "value",
	                   arena_printf(&arena, "%s\n\n```text\n%s```\n", finding->message, finding->details));
	arena_clear(&arena);
	return result;
}

/* {"uri": [edits]} of a fix; files are read for their lines. */
static json_t *changes_of(const struct fix *fix)
{
	json_t *changes = json_object();

	for (uint32_t i = 0; i < fix->nedits; i++) {
		const struct edit *edit = &fix->edits[i];
		json_t *uri = lsp_uri(edit->path), *list;
		char *text = NULL;
		size_t size = 0;
		FILE *file = fopen(edit->path, "rb"), *copy = open_memstream(&text, &size);
		int c;

		while (file && copy && (c = getc(file)) != EOF)
			putc(c, copy);
		if (file)
			fclose(file);
		if (copy)
			fclose(copy);
		list = json_object_get(changes, json_string_value(uri));
		if (!list) {
			list = json_array();
			json_object_set_new(changes, json_string_value(uri), list);
		}
		json_array_append_new(list,
		                      json_pack("{s:o, s:s}", "range", lsp_range(text, size, edit->begin, edit->end),
		                                "newText", edit->text));
		json_decref(uri);
		free(text);
	}
	return changes;
}

static json_t *code_actions(struct server *server, json_t *params)
{
	const struct document *document = find(server, params);
	json_t *actions = json_array(), *range = json_object_get(params, "range");

	for (json_int_t line = line_of(json_object_get(range, "start"));
	     document && document->saved && !document->stale && line <= line_of(json_object_get(range, "end"));
	     line++) {
		const struct finding *finding = finding_at(document, line);
		const struct fix *fix = finding ? finding->fix : NULL;
		struct arena arena = {0};

		if (!fix || !fix->nedits)
			continue;
		const char *title = fix->class == FIX_SAFE
		                            ? fix->title
		                            : arena_printf(&arena, "%s (check: %s)", fix->title, fix->reason);

		json_array_append_new(actions, json_pack("{s:s, s:s, s:[o], s:{s:o}}", "title", title, "kind",
		                                         "quickfix", "diagnostics", diagnostic(document, finding),
		                                         "edit", "changes", changes_of(fix)));
		arena_clear(&arena);
		break;
	}
	return actions;
}

/* ---- methods ---- */

static json_t *capabilities(void)
{
	return json_pack("{s:{s:{s:b, s:i, s:b}, s:b, s:{s:[s]}}, s:{s:s, s:s}}", "capabilities", "textDocumentSync",
	                 "openClose", 1, "change", FULL_TEXT, "save", 1, "hoverProvider", 1, "codeActionProvider",
	                 "codeActionKinds", "quickfix", "serverInfo", "name", "memlint-analyze", "version",
	                 MEMLINT_VERSION);
}

static void request(struct server *server, const char *method, json_t *message, json_t *params)
{
	if (strcmp(method, "initialize") == 0) {
		server->initialized = true;
		lsp_reply(server->out, message, capabilities());
	} else if (!server->initialized) {
		lsp_refuse(server->out, message, NOT_INITIALIZED, "initialize comes first");
	} else if (strcmp(method, "shutdown") == 0) {
		server->shut_down = true;
		lsp_reply(server->out, message, NULL);
	} else if (strcmp(method, "textDocument/hover") == 0) {
		analyse_stale(server);
		lsp_reply(server->out, message, hover(server, params));
	} else if (strcmp(method, "textDocument/codeAction") == 0) {
		analyse_stale(server);
		lsp_reply(server->out, message, code_actions(server, params));
	} else {
		lsp_refuse(server->out, message, METHOD_NOT_FOUND, "no such method");
	}
}

static void notification(struct server *server, const char *method, json_t *params)
{
	struct document *document = find(server, params);

	if (strcmp(method, "textDocument/didOpen") == 0) {
		open_document(server, params);
	} else if (document && strcmp(method, "textDocument/didChange") == 0) {
		json_t *changes = json_object_get(params, "contentChanges");

		set_text(document, json_object_get(json_array_get(changes, json_array_size(changes) - 1), "text"));
	} else if (document && strcmp(method, "textDocument/didSave") == 0) {
		document->stale = true;
	} else if (document && strcmp(method, "textDocument/didClose") == 0) {
		close_document(server, document);
	}
}

/* Nothing more to read at the moment: time to analyse. Input is unbuffered, so poll() tells all. */
static bool is_idle(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&input, 1, 0) == 0;
}

enum status lsp_serve(const struct analyze_options *options)
{
	struct server server = {.options = options, .in = stdin, .out = stdout};
	bool ended = false;
	json_t *message;

	setvbuf(stdin, NULL, _IONBF, 0);
	while (!ended && (message = lsp_read(server.in)) != NULL) {
		const char *method = json_string_value(json_object_get(message, "method"));
		json_t *params = json_object_get(message, "params");

		ended = method && strcmp(method, "exit") == 0;
		if (method && json_object_get(message, "id"))
			request(&server, method, message, params);
		else if (method)
			notification(&server, method, params);
		json_decref(message);
		if (!ended && is_idle())
			analyse_stale(&server);
	}
	while (server.documents.count)
		close_document(&server, server.documents.items[0]);
	vec_release(&server.documents);
	return server.shut_down ? STATUS_OK : STATUS_ERROR;
}
