// SPDX-License-Identifier: MIT
/* Lines as GCC writes them: place, message and rule; source with caret; layouts; notes. */
#include "analyzer/out/out_internal.h"

#include <string.h>

struct palette {
	const char *place, *warning, *note, *caret, *hole, *end;
};

static const struct palette plain = {"", "", "", "", "", ""};
static const struct palette colours = {"\033[1m", "\033[1;35m", "\033[1;36m", "\033[1;32m", "\033[33m", "\033[0m"};

/* Names of files and source may hold anything; a terminal gets no control characters from us. */
static void put_text(FILE *stream, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const unsigned char c = (unsigned char)text[i];

		fputc(c < 0x20 && c != '\t' ? '?' : c, stream);
	}
}

static void put_place(FILE *stream, const struct findings *findings, const struct place *place,
                      const struct palette *palette)
{
	const char *path = findings_relative(findings, place->path);

	fputs(palette->place, stream);
	put_text(stream, path, strlen(path));
	if (place->line)
		fprintf(stream, ":%u", place->line);
	if (place->line && place->column)
		fprintf(stream, ":%u", place->column);
	fprintf(stream, ":%s ", palette->end);
}

static void put_source(FILE *stream, struct out_source *source, const struct place *place,
                       const struct palette *palette)
{
	size_t length, width = 1;
	const char *line = out_source_line(source, place->path, place->line, &length);

	if (!line || !place->column || place->column > length + 1)
		return;
	fprintf(stream, "%5u | ", place->line);
	put_text(stream, line, length);
	fprintf(stream, "\n      | ");
	for (uint32_t i = 0; i + 1 < place->column; i++) {
		if (((unsigned char)line[i] & 0xc0) != 0x80) /* one column for a character of UTF-8 */
			fputc(line[i] == '\t' ? '\t' : ' ', stream);
	}
	if (place->end_line == place->line && place->end_column > place->column)
		width = place->end_column - place->column;
	fprintf(stream, "%s^", palette->caret);
	for (size_t i = 1; i < width && place->column + i <= length; i++)
		fputc('~', stream);
	fprintf(stream, "%s\n", palette->end);
}

static void put_details(FILE *stream, const char *details, const struct palette *palette)
{
	while (*details) {
		const size_t length = strcspn(details, "\n");
		const bool hole = memmem(details, length, " -- ", 4);

		fprintf(stream, "      | %s", hole ? palette->hole : "");
		put_text(stream, details, length);
		fprintf(stream, "%s\n", hole ? palette->end : "");
		details += length + (details[length] == '\n');
	}
}

static void put_notes(FILE *stream, const struct findings *findings, const struct finding *finding,
                      const struct palette *palette)
{
	for (uint32_t i = 0; i < finding->nnotes; i++) {
		const struct finding_note *note = &finding->notes[i];
		const struct place place = note->place.path && *note->place.path ? note->place : finding->place;

		put_place(stream, findings, &place, palette);
		fprintf(stream, "%snote:%s %s\n", palette->note, palette->end, note->text);
	}
}

static void put_fix(FILE *stream, const struct findings *findings, const struct finding *finding,
                    const struct palette *palette)
{
	const struct fix *fix = finding->fix;

	if (!fix || !fix->nedits)
		return;
	put_place(stream, findings, &finding->place, palette);
	fprintf(stream, "%snote:%s fix: %s (%s)\n", palette->note, palette->end, fix->title,
	        fix->class == FIX_SAFE ? "safe: --fix" : "unsafe: --unsafe-fixes");
}

void out_text(FILE *stream, const struct findings *findings, const struct out_options *options)
{
	const struct palette *palette = options->color ? &colours : &plain;
	struct out_source source = {0};

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		put_place(stream, findings, &finding->place, palette);
		fprintf(stream, "%swarning:%s ", palette->warning, palette->end);
		put_text(stream, finding->message, strlen(finding->message));
		fprintf(stream, " [%s]\n", finding->rule);
		if (!options->no_source) {
			put_source(stream, &source, &finding->place, palette);
			put_details(stream, finding->details, palette);
		}
		put_notes(stream, findings, finding, palette);
		put_fix(stream, findings, finding, palette);
	}
	out_source_release(&source);
}
