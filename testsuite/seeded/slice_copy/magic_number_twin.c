/* SPDX-License-Identifier: MIT */
/* Tells what kind of file some bytes are the beginning of. */
/* Twin: the bytes are only to be had one buffer at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char buffer[32];

static void fill(const char *bytes, size_t length)
{
	memset(buffer, 0, sizeof buffer);
	memcpy(buffer, bytes, length);
}

static int same_magic(size_t at, size_t length, const char *magic)
{
	unsigned char *head = malloc(length);
	int same;

	if (!head)
		return 0;
	memcpy(head, buffer + at, length);
	fill("PK and what follows", 19);
	same = memcmp(head, magic, length) == 0;
	same += memcmp(buffer, head, length) == 0;
	free(head);
	return same;
}

int main(void)
{
	fill("\177ELF....", 8);
	printf("ELF %d\n", same_magic(1, 3, "ELF"));
	fill("....ustar", 9);
	printf("tar %d\n", same_magic(4, 5, "ustar"));
	return 0;
}
