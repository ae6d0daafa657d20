// SPDX-License-Identifier: MIT
/* Buffers that are known by a pointer behind their header only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct header {
	size_t length;
	size_t capacity;
};

static char *texts[6];

static char *new_text(const char *from)
{
	struct header *header = malloc(sizeof *header + 100);

	header->length = strlen(from);
	header->capacity = 100;
	return memcpy(header + 1, from, header->length + 1);
}

int main(void)
{
	for (int i = 0; i < 6; i++)
		texts[i] = new_text("behind the header");
	return 0;
}
