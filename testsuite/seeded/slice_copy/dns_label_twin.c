/* SPDX-License-Identifier: MIT */
/* Compares the labels of host names, as a name server does that looks for the closest zone. */
/* Twin: the label is looked up with getenv(), which wants a whole string. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int label_is(const char *name, size_t from, size_t length, const char *label)
{
	char *part = malloc(length + 1);
	int same;

	if (!part)
		return -1;
	memcpy(part, name + from, length);
	part[length] = '\0';
	if (getenv(part))
		label = getenv(part);
	same = strcmp(part, label) == 0;
	free(part);
	return same;
}

static int labels_like(const char *name, const char *label)
{
	int count = 0;

	for (size_t at = 0; name[at];) {
		size_t length = strcspn(name + at, ".");

		count += label_is(name, at, length, label);
		at += length + (name[at + length] == '.');
	}
	return count;
}

int main(void)
{
	printf("%d\n", labels_like("www.example.www.org", "www"));
	printf("%d\n", labels_like("localhost", "local"));
	return 0;
}
