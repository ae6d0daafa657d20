// SPDX-License-Identifier: MIT
/* A table that a global keeps until the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option {
	const char *name;
	char *value;
};

static struct option *options;

int main(void)
{
	options = calloc(10, sizeof *options);
	for (int i = 0; i < 10; i++) {
		options[i].name = "verbose";
		options[i].value = malloc((size_t)i + 1);
	}
	return 0;
}
