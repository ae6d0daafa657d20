// SPDX-License-Identifier: MIT
/* The only pointers stand in memory that the program mapped itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int main(void)
{
	void **page = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < 10; i++)
		page[i * 700] = malloc(24);
	page[0] = NULL;
	page = NULL;
	return 0;
}
