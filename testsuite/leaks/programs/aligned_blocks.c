// SPDX-License-Identifier: MIT
/* Aligned blocks, held and lost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *kept[3];

int main(void)
{
	void *block;

	kept[0] = aligned_alloc(64, 256);
	if (!posix_memalign(&block, 4096, 5000))
		kept[1] = block;
	block = NULL;
	kept[2] = aligned_alloc(128, 384);
	kept[2] = NULL;
	return 0;
}
