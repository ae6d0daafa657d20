/* SPDX-License-Identifier: MIT */
/* Tells the MIME type of each file named on the command line, by its suffix. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *suffix, *type;
} types[] = {
        {"c", "text/x-c"},
        {"html", "text/html"},
        {"png", "image/png"},
        {"txt", "text/plain"},
};

static const char *type_of(const char *path)
{
	const char *dot = strrchr(path, '.');
	const char *found = "application/octet-stream";
	char *suffix;

	if (!dot || !dot[1])
		return found;
	suffix = strdup(dot + 1); /* defect: unnecessary-copy */
	if (!suffix)
		return found;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strcmp(types[i].suffix, suffix) == 0) {
			found = types[i].type;
			break;
		}
	}
	free(suffix);
	return found;
}

int main(int argc, char **argv)
{
	static const char *const samples[] = {"main.c", "INDEX.HTML", "notes.txt", "core"};

	for (int i = 1; i < argc; i++)
		printf("%s: %s\n", argv[i], type_of(argv[i]));
	for (size_t i = 0; i < 4; i++)
		printf("%s: %s\n", samples[i], type_of(samples[i]));
	return 0;
}
