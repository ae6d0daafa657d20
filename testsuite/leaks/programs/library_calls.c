// SPDX-License-Identifier: MIT
/* getline, asprintf and strndup allocate; one of each is freed, one held, one lost. */
/* flags: -D_GNU_SOURCE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *kept;

static char *lines(void)
{
	char text[] = "one\ntwo\n";
	FILE *stream = fmemopen(text, sizeof text - 1, "r");
	char *line = NULL;
	size_t capacity = 0;

	while (getline(&line, &capacity, stream) > 0)
		;
	fclose(stream);
	return line;
}

int main(void)
{
	char *text;

	kept = lines();
	free(lines());
	if (asprintf(&text, "%d bottles", 99) > 0 && text[0] == '9')
		text = strndup(text, 3);
	free(text);
	return 0;
}
