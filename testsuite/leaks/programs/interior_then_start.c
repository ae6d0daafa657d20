// SPDX-License-Identifier: MIT
/* What a perhaps lost block points at is perhaps lost too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record {
	size_t length;
	char *name;
	struct record *next;
	char body[64];
};

static char *body;

int main(void)
{
	struct record *last = NULL;

	for (int i = 0; i < 4; i++) {
		struct record *record = calloc(1, sizeof *record);

		record->name = strdup("name of a record");
		record->next = last;
		last = record;
	}
	body = last->body + 8;
	last = NULL;
	return 0;
}
