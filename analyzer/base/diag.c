// SPDX-License-Identifier: MIT
/* The tool's own messages on stderr, a line each. */
#include "analyzer/base/diag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "memlint-analyze";

void diag_set_program(const char *name)
{
	program = name;
}

/* One write per line, so that lines of several processes do not mix. */
static void say(const char *severity, const char *format, va_list arguments)
{
	char line[4096];
	int used = snprintf(line, sizeof line, "%s: %s", program, severity);
	int length;

	length = vsnprintf(line + used, sizeof line - (size_t)used - 1, format, arguments);
	if (length < 0)
		length = 0;
	if ((size_t)length > sizeof line - (size_t)used - 2)
		length = (int)(sizeof line - (size_t)used) - 2;
	used += length;
	for (int i = 0; i < used; i++)
		if (line[i] == '\n')
			line[i] = ' ';
	line[used++] = '\n';
	fflush(stdout);
	if (write(STDERR_FILENO, line, (size_t)used) < 0)
		return; /* nobody is left to be told */
}

#define SAY(severity)                             \
	do {                                      \
		va_list arguments;                \
		va_start(arguments, format);      \
		say(severity, format, arguments); \
		va_end(arguments);                \
	} while (0)

void diag_note(const char *format, ...)
{
	SAY("");
}

void diag_warn(const char *format, ...)
{
	SAY("warning: ");
}

enum status diag_error(const char *format, ...)
{
	SAY("error: ");
	return STATUS_ERROR;
}

void diag_die(const char *format, ...)
{
	SAY("error: ");
	exit(STATUS_ERROR);
}

void diag_bug(const char *file, int line, const char *format, ...)
{
	char where[256];
	const char *base = strrchr(file, '/');

	snprintf(where, sizeof where, "internal error at %s:%d: ", base ? base + 1 : file, line);
	SAY(where);
	abort();
}
