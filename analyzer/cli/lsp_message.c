// SPDX-License-Identifier: MIT
/* JSON-RPC messages behind Content-Length headers. */
#include "analyzer/cli/lsp.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LARGEST = 64 << 20 };

static size_t read_headers(FILE *in)
{
	char line[256];
	size_t length = 0;

	while (fgets(line, sizeof line, in)) {
		if (strcmp(line, "\r\n") == 0 || strcmp(line, "\n") == 0)
			return length;
		if (strncasecmp(line, "Content-Length:", 15) == 0)
			length = strtoul(line + 15, NULL, 10);
	}
	return 0;
}

json_t *lsp_read(FILE *in)
{
	const size_t length = read_headers(in);
	json_t *message;
	char *text;

	if (!length || length > LARGEST)
		return NULL;
	text = malloc(length);
	if (!text)
		diag_die("out of memory");
	message = fread(text, 1, length, in) == length ? json_loadb(text, length, JSON_ALLOW_NUL, NULL) : NULL;
	free(text);
	return message;
}

void lsp_write(FILE *out, json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT);

	if (text)
		fprintf(out, "Content-Length: %zu\r\n\r\n%s", strlen(text), text);
	fflush(out);
	free(text);
	json_decref(message);
}

static json_t *answer(json_t *request)
{
	json_t *id = json_object_get(request, "id"), *message = json_object();

	json_object_set_new(message, "jsonrpc", json_string("2.0"));
	json_object_set(message, "id", id ? id : json_null());
	return message;
}

void lsp_reply(FILE *out, json_t *request, json_t *result)
{
	json_t *message = answer(request);

	json_object_set_new(message, "result", result ? result : json_null());
	lsp_write(out, message);
}

void lsp_refuse(FILE *out, json_t *request, int code, const char *text)
{
	json_t *message = answer(request), *error = json_object();

	json_object_set_new(error, "code", json_integer(code));
	json_object_set_new(error, "message", json_string(text));
	json_object_set_new(message, "error", error);
	lsp_write(out, message);
}

void lsp_notify(FILE *out, const char *method, json_t *params)
{
	json_t *message = json_object();

	json_object_set_new(message, "jsonrpc", json_string("2.0"));
	json_object_set_new(message, "method", json_string(method));
	json_object_set_new(message, "params", params);
	lsp_write(out, message);
}
