/* SPDX-License-Identifier: MIT */
/*
 * What lives at exit is exactly what was never freed; the exit status is the program's own.
 */
#include <stdlib.h>

struct leaked {
	char text[48];
};

static void *volatile sink;

int main(void)
{
	for (int i = 0; i < 7; i++)
		sink = malloc(sizeof(struct leaked)); /* alloc: 7 x 48 */
	for (int i = 0; i < 5; i++) {
		sink = malloc(10); /* alloc: 5 x 10 */
		free(sink);
	}
	return 3;
}
