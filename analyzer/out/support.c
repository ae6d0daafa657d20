// SPDX-License-Identifier: MIT
/* What several output formats need: escapes, words, lines of source. */
#include "analyzer/out/out_internal.h"

#include "memlint/memlint.h"

#include <stdlib.h>
#include <string.h>

/* Length of the UTF-8 sequence at @text, 0 when it is not one. */
static size_t sequence(const unsigned char *text)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const size_t length = text[0] < 0x80 ? 1 : text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : text[0] >= 0xc0 ? 2 : 0;
	uint32_t point;

	if (length < 2)
		return length;
	point = text[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3fu);
	}
	return point < least[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? 0 : length;
}

json_t *out_json_string(const char *text)
{
	json_t *string = json_string(text);
	char *clean, *at;

	if (string)
		return string;
	at = clean = malloc(3 * strlen(text) + 1);
	if (!clean)
		diag_die("out of memory");
	for (const unsigned char *in = (const unsigned char *)text; *in;) {
		const size_t length = sequence(in);

		memcpy(at, length ? (const char *)in : "\xef\xbf\xbd", length ? length : 3);
		at += length ? length : 3;
		in += length ? length : 1;
	}
	*at = 0;
	string = json_string(clean);
	free(clean);
	return string;
}

void out_xml(FILE *stream, const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at;) {
		const size_t length = sequence(at);

		if (!length)
			fputs("\xef\xbf\xbd", stream);
		else if (strchr("&<>\"'", *at))
			fprintf(stream, "&#%d;", *at);
		else if (*at < 0x20 && !strchr("\t\n\r", *at))
			fputc('?', stream);
		else if (*at < 0x20)
			fprintf(stream, "&#%d;", *at);
		else
			fwrite(at, 1, length, stream);
		at += length ? length : 1;
	}
}

const char *out_version(const struct out_options *options)
{
	return options->version ? options->version : MEMLINT_VERSION;
}

const char *out_fix_class(enum fix_class class)
{
	static const char *const names[] = {"safe", "unsafe", "suggestion"};

	return names[class];
}

const char *out_level(enum finding_level level)
{
	static const char *const names[] = {"default", "strict", "all"};

	return names[level];
}

static bool load(struct out_source *source, const char *path)
{
	if (source->path && strcmp(source->path, path) == 0)
		return source->text;
	out_source_release(source);
	source->path = path;
	FILE *file = fopen(path, "rb");
	long size;

	if (!file)
		return false;
	if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0) {
		source->text = malloc((size_t)size + 1);
		if (source->text) {
			source->size = fread(source->text, 1, (size_t)size, file);
			source->text[source->size] = 0;
		}
	}
	fclose(file);
	return source->text;
}

const char *out_source_line(struct out_source *source, const char *path, uint32_t line, size_t *length)
{
	if (!line || !load(source, path))
		return NULL;
	const char *at = source->text, *const end = source->text + source->size;

	for (uint32_t i = 1; i < line; i++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		if (!newline)
			return NULL;
		at = newline + 1;
	}
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	*length = (size_t)((newline ? newline : end) - at);
	if (*length && at[*length - 1] == '\r')
		--*length;
	return at;
}

/* UTF-16 code units that the bytes up to @length take: what is no UTF-8 counts one a byte. */
static uint32_t utf16_units(const char *text, size_t length)
{
	uint32_t units = 0;

	for (size_t i = 0; i < length;) {
		const size_t bytes = sequence((const unsigned char *)text + i);

		units += bytes == 4 ? 2 : 1;
		i += bytes ? bytes : 1;
	}
	return units;
}

uint32_t out_source_column(struct out_source *source, const char *path, uint32_t line, uint32_t column)
{
	size_t length;
	const char *text = column ? out_source_line(source, path, line, &length) : NULL;

	if (!text || column - 1 > length)
		return column;
	return utf16_units(text, column - 1) + 1;
}

bool out_source_place(struct out_source *source, const char *path, uint32_t offset, uint32_t *line, uint32_t *column)
{
	if (!load(source, path) || offset > source->size)
		return false;
	size_t begin = 0;

	*line = 1;
	for (uint32_t i = 0; i < offset; i++) {
		if (source->text[i] == '\n') {
			++*line;
			begin = i + 1;
		}
	}
	*column = utf16_units(source->text + begin, offset - begin) + 1;
	return true;
}

void out_source_release(struct out_source *source)
{
	free(source->text);
	*source = (struct out_source){0};
}
