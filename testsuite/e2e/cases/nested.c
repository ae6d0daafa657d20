/* SPDX-License-Identifier: MIT */
/*
 * Calls that are arguments of calls: each has its own line, though GCC gives them the outermost one's.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *volatile sinks[4];

__attribute__((noinline)) static char *keep(char *block)
{
	return block;
}

__attribute__((noinline)) static void put(int at, void *first, void *second)
{
	sinks[at] = first;
	sinks[at + 1] = second;
}

/* As tmux and git have it: the text comes through a pointer. */
__attribute__((noinline, format(printf, 2, 3))) static int format_text(char **text, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(text, format, arguments);
	va_end(arguments);
	if (length < 0)
		exit(2);
	return length;
}

int main(void)
{
	char *text;

	put(0,
	    malloc(10),    /* alloc: 1 x 10 at malloc */
	    calloc(2, 20)  /* alloc: 1 x 40 at calloc */
	);
	put(2,
	    keep(
		    strdup("hello")), /* alloc: 1 x 6 at strdup of char[] */
	    malloc(strlen("abc")));   /* alloc: 1 x 3 at malloc */
	for (int i = 0; i < 4; i++)
		free(sinks[i]);
	format_text(&text, "%d lines", 12); /* alloc: some x 0 at format_text */
	free(text);
	sinks[0] = keep(
		calloc(3, 8)); /* alloc: 1 x 24 at calloc */
	free(sinks[0]);
	return 0;
}
