// SPDX-License-Identifier: MIT
/* Colours and width of what a stream is shown on. */
#include "analyzer/base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned width_of(int fd)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	const int stated = columns ? atoi(columns) : 0;

	if (stated >= 20 && stated <= 10000)
		return (unsigned)stated;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return 80;
}

struct terminal terminal_of(FILE *stream, enum color_choice choice)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct terminal terminal = {.is_terminal = isatty(fileno(stream)) == 1};

	terminal.color = choice == COLOR_ALWAYS;
	if (choice == COLOR_AUTO)
		terminal.color =
		        terminal.is_terminal && !(no_color && no_color[0]) && term && strcmp(term, "dumb") != 0;
	if (terminal.is_terminal)
		terminal.width = width_of(fileno(stream));
	return terminal;
}

const char *terminal_style(const struct terminal *terminal, enum style style)
{
	static const char *const codes[] = {
	        [STYLE_PLAIN] = "\033[0m", [STYLE_BOLD] = "\033[1m",   [STYLE_DIM] = "\033[2m",
	        [STYLE_RED] = "\033[31m",  [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m",
	        [STYLE_CYAN] = "\033[36m",
	};

	return terminal->color ? codes[style] : "";
}

bool color_choice_parse(const char *text, enum color_choice *choice)
{
	if (!strcmp(text, "auto"))
		*choice = COLOR_AUTO;
	else if (!strcmp(text, "always"))
		*choice = COLOR_ALWAYS;
	else if (!strcmp(text, "never"))
		*choice = COLOR_NEVER;
	else
		return false;
	return true;
}

void terminal_wrap(const struct terminal *terminal, FILE *out, const char *text)
{
	size_t column = 0;

	while (*text) {
		const size_t length = strcspn(text, " ");
		size_t width = 0;

		for (size_t i = 0; i < length; i++)
			width += (text[i] & 0xc0) != 0x80;
		if (column && terminal->width && column + 1 + width > terminal->width) {
			fputc('\n', out);
			column = 0;
		} else if (column) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, length, out);
		column += width;
		text += length + (text[length] == ' ');
	}
	fputc('\n', out);
}
