// SPDX-License-Identifier: MIT
/* Allocations that GCC takes out, or makes into better ones: the assembler text is looked at. */
#include <stdlib.h>
#include <string.h>

int pair(int n)
{
	int *p = malloc(sizeof *p);
	int result;

	*p = n;
	result = *p + 1;
	free(p);
	return result;
}

void unused(void)
{
	free(malloc(100));
}

void *zeroed(size_t n)
{
	void *p = malloc(n);

	if (p)
		memset(p, 0, n);
	return p;
}

int never_null(void)
{
	char *p = malloc(1);
	int result = p != NULL;

	free(p);
	return result;
}
