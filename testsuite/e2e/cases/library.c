/* SPDX-License-Identifier: MIT */
/*
 * What a library allocates counts for the line that called it.
 */
#define _GNU_SOURCE
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	char *text = NULL, *line = NULL, *stream_text = NULL;
	size_t capacity = 0, length = 0;
	regex_t regex;
	FILE *stream;

	if (asprintf(&text, "%d bottles", 99) < 0) /* alloc: some x 0 at asprintf */
		return 1;
	free(text);
	text = realpath("/", NULL); /* alloc: some x 0 at realpath of char[] */
	free(text);
	text = getcwd(NULL, 0); /* alloc: some x 0 at getcwd of char[] */
	free(text);
	if (regcomp(&regex, "^a(b|c)*d$", REG_EXTENDED)) /* alloc: some x 0 at regcomp */
		return 1;
	regfree(&regex);
	stream = open_memstream(&stream_text, &length); /* alloc: some x 0 at open_memstream */
	if (!stream)
		return 1;
	fclose(stream); /* alloc: some x 0 at fclose */
	free(stream_text);
	stream = fopen("/dev/null", "r"); /* alloc: some x 0 at fopen */
	if (!stream)
		return 1;
	if (getline(&line, &capacity, stream) >= 0) /* alloc: some x 0 at getline */
		return 1;
	free(line);
	fclose(stream);
	fflush(stdout);
	return 0;
}
