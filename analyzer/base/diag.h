/* SPDX-License-Identifier: MIT */
/*
 * What the tool says about itself: one line on stderr, "memlint-analyze: warning: what, where, what to do".
 */
#ifndef MEMLINT_BASE_DIAG_H
#define MEMLINT_BASE_DIAG_H

#include <stdarg.h>
#include <stdnoreturn.h>

/* How a piece of work ended; what went wrong was said where it was found. */
enum status {
	STATUS_OK,
	STATUS_FINDINGS, /* worked, and there is something to report */
	STATUS_ERROR,    /* could not do the work */
};

/* The name before the colon: the command's. Not copied. Set once in main(). */
void diag_set_program(const char *name);

void diag_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void diag_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says it and gives STATUS_ERROR, so that `return diag_error(...)` reads well. */
enum status diag_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The environment failed in a way nobody can go on from (no memory): says it and exits with 2. */
noreturn void diag_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Our own mistake: file, line, what; aborts. */
#define BUG(...) diag_bug(__FILE__, __LINE__, __VA_ARGS__)
noreturn void diag_bug(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
