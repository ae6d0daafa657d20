/* SPDX-License-Identifier: MIT */
/* What a stream is shown on: colours and width. */
#ifndef MEMLINT_BASE_TERMINAL_H
#define MEMLINT_BASE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_GREEN, STYLE_YELLOW, STYLE_CYAN };

struct terminal {
	bool is_terminal;
	bool color;
	unsigned width; /* columns; 0: no limit (not a terminal) */
};

/* Looks @stream over. Auto means colours on a terminal other than TERM=dumb, unless NO_COLOR is set and not empty. */
struct terminal terminal_of(FILE *stream, enum color_choice choice);

/* The escape sequence that begins @style, "" without colours; STYLE_PLAIN ends any. */
const char *terminal_style(const struct terminal *terminal, enum style style);

/* Prints @text and a newline, broken between words where the terminal's lines end. @text has no escape sequences. */
void terminal_wrap(const struct terminal *terminal, FILE *out, const char *text);

/* "auto", "always", "never"; false for anything else. */
bool color_choice_parse(const char *text, enum color_choice *choice);

#endif
