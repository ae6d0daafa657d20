/* SPDX-License-Identifier: MIT */
/*
 * What a library allocates counts for the line that called it.
 */
#define _GNU_SOURCE
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *texts[3];

/* Called by the library between what it allocates itself: its own caller's line comes back after the last of these. */
static int compare(const void *a, const void *b)
{
	int order = *(const char *)a - *(const char *)b, failed;

	failed = asprintf(&texts[0], "%d", order); /* alloc: some x 0 at asprintf */
	failed |= asprintf(&texts[1], "%d", order + 1); /* alloc: some x 0 at asprintf */
	texts[0][0] = 'x';
	failed |= asprintf(&texts[2], "%d", order + 2); /* alloc: some x 0 at asprintf */
	return failed < 0 ? 0 : order;
}

int main(void)
{
	void *tree = NULL;
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
	if (!tsearch("b", &tree, compare)) /* alloc: some x 0 at tsearch */
		return 1;
	if (!tsearch("a", &tree, compare)) /* alloc: some x 0 at tsearch */
		return 1;
	fflush(stdout);
	return 0;
}
