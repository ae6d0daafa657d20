/* SPDX-License-Identifier: MIT */
/* Reads settings of the form name=value and shows those that are numbers. */
/* Twin: strtok cuts the line to pieces, and the caller still needs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct setting {
	char name[32];
	long value;
};

static int parse(const char *line, struct setting *out)
{
	char *copy = strdup(line);
	char *name, *value;
	int ok = 0;

	if (!copy)
		return 0;
	name = strtok(copy, "=");
	value = name ? strtok(NULL, "=") : NULL;
	if (value && strlen(name) < sizeof out->name) {
		strcpy(out->name, name);
		out->value = strtol(value, NULL, 0);
		ok = 1;
	}
	free(copy);
	return ok;
}

int main(void)
{
	static const char *const lines[] = {"port=8080", "# a comment", "limit=0x40", "verbose"};
	struct setting s;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (parse(lines[i], &s))
			printf("%s is %ld (from '%s')\n", s.name, s.value, lines[i]);
	}
	return 0;
}
