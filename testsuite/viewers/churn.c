// SPDX-License-Identifier: MIT
/* Blocks of every fate: kept, released at once, released later, there only at the peak, there only after it. */
#include <stdlib.h>
#include <string.h>

static void *keep[100];

static __attribute__((noinline)) void *make(size_t n)
{
	void *block = malloc(n);

	memset(block, 1, n);
	return block;
}

int main(void)
{
	for (size_t i = 0; i < 100; i++)
		keep[i] = make(100 + i);
	for (int i = 0; i < 50; i++)
		free(strdup("temporary"));
	for (int i = 0; i < 7; i++) {
		void *volatile a = malloc(33), *volatile b = malloc(44);

		free(a);
		free(b);
	}
	for (int i = 1; i < 100; i += 2)
		free(keep[i]);
	keep[1] = malloc(5000);
	return keep[0] == NULL;
}
