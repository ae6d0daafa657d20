/* SPDX-License-Identifier: MIT */
/*
 * A nested structure's own size and its deep one. Each section of a configuration holds copies of its names; with the argument
 * "cured" equal names are one.
 */
#include <memlint/memlint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option {
	char *name, *value;
	struct option *next;
};

struct section {
	char *name;
	struct option *options;
};

struct config {
	int nsections;
	struct section *sections[100];
};

static struct config *config;
static int share;
static struct option names; /* every name there is, once */

static char *name_of(const char *text)
{
	if (!share)
		return strdup(text);
	for (struct option *known = names.next; known; known = known->next)
		if (!strcmp(known->name, text))
			return known->name;
	struct option *known = calloc(1, sizeof *known);

	known->name = strdup(text);
	known->next = names.next;
	names.next = known;
	return known->name;
}

static void add_option(struct section *section, const char *name, int value)
{
	struct option *option = malloc(sizeof *option);
	char text[20];

	snprintf(text, sizeof text, "%d", value);
	option->name = name_of(name);
	option->value = strdup(text);
	option->next = section->options;
	section->options = option;
}

static struct config *make_config(void)
{
	struct config *made = calloc(1, sizeof *made);

	for (int i = 0; i < 100; i++) {
		struct section *section = calloc(1, sizeof *section);

		section->name = name_of("a section of the configuration");
		add_option(section, "maximum-number-of-connections", 100 + i);
		add_option(section, "time-to-live-in-milliseconds", 1000 + i);
		made->sections[made->nsections++] = section;
	}
	return made;
}

int main(int argc, char **argv)
{
	share = argc > 1 && !strcmp(argv[1], "cured");
	config = make_config();
	printf("itself: %zu bytes\n", memlint_sizeof_block(config));
	printf("with all that it reaches: %zu bytes\n", memlint_deep_sizeof(config));
	return 0;
}
