// SPDX-License-Identifier: MIT
/* Places and file names as the language server protocol has them. */
#include "analyzer/cli/lsp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int digit(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
	                                    : -1;
}

char *lsp_path(const char *uri)
{
	static const char scheme[] = "file://";
	char *path, *at, *real;

	if (!uri || strncmp(uri, scheme, sizeof scheme - 1) != 0)
		return NULL;
	uri += sizeof scheme - 1;
	uri += strcspn(uri, "/"); /* a host, which is this one */
	path = at = malloc(strlen(uri) + 1);
	if (!path)
		diag_die("out of memory");
	while (*uri) {
		if (*uri == '%' && digit(uri[1]) >= 0 && digit(uri[2]) >= 0) {
			*at++ = (char)(digit(uri[1]) * 16 + digit(uri[2]));
			uri += 3;
		} else {
			*at++ = *uri++;
		}
	}
	*at = 0;
	real = realpath(path, NULL);
	if (!real)
		return path;
	free(path);
	return real;
}

json_t *lsp_uri(const char *path)
{
	char *text = malloc(3 * strlen(path) + 8), *at = text;
	json_t *uri;

	if (!text)
		diag_die("out of memory");
	at += sprintf(at, "file://");
	for (; *path; path++) {
		if (isalnum((unsigned char)*path) || strchr("/-._~", *path))
			*at++ = *path;
		else
			at += sprintf(at, "%%%02X", (unsigned char)*path);
	}
	*at = 0;
	uri = json_string(text);
	free(text);
	return uri;
}

json_t *lsp_position(const char *text, size_t size, size_t offset)
{
	json_int_t line = 0, column = 0;

	for (size_t i = 0; i < offset && i < size; i++) {
		const unsigned char c = (unsigned char)text[i];

		if (c == '\n') {
			line++;
			column = 0;
		} else if ((c & 0xc0) != 0x80) { /* one unit for a character, two beyond the first plane */
			column += c >= 0xf0 ? 2 : 1;
		}
	}
	return json_pack("{s:I, s:I}", "line", line, "character", column);
}

json_t *lsp_range(const char *text, size_t size, size_t begin, size_t end)
{
	return json_pack("{s:o, s:o}", "start", lsp_position(text, size, begin), "end", lsp_position(text, size, end));
}

size_t lsp_offset(const char *text, size_t size, uint32_t line, uint32_t column)
{
	size_t at = 0;

	while (line > 1 && at < size) {
		if (text[at++] == '\n')
			line--;
	}
	for (uint32_t i = 1; i < column && at < size && text[at] != '\n'; i++)
		at++;
	return at;
}
