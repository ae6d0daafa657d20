/* SPDX-License-Identifier: MIT */
/* A compiler's driver: reads a source, counts its tokens, then writes an object. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct token {
	size_t length;
};

static size_t scan(const char *source, struct token *tokens, size_t max)
{
	size_t count = 0;

	while (*source && count < max) {
		size_t length = 1;

		while (isalnum((unsigned char)source[length]))
			length++;
		tokens[count++].length = length;
		source += length;
	}
	return count;
}

static int emit(const struct token *tokens, size_t count)
{
	size_t total = 0;
	char *object = malloc(count + 16);

	if (!object)
		return 1;
	for (size_t i = 0; i < count; i++)
		total += tokens[i].length;
	snprintf(object, count + 16, "%zu", total);
	fputs(object, stdout);
	fflush(stdout);
	free(object);
	return 0;
}

int main(void)
{
	static struct token tokens[512];
	char *source = calloc(1, 1 << 17);
	size_t count;
	int status;

	if (!source)
		return 1;
	if (!fgets(source, 1 << 17, stdin))
		strcpy(source, "int main(void) { return 0; }");
	count = scan(source, tokens, 512);
	status = emit(tokens, count);
	free(source); /* defect: late-free */
	return status;
}
