// SPDX-License-Identifier: MIT
/* Blocks of no bytes: one is held, one lost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *kept[2];

int main(void)
{
	kept[0] = malloc(0);
	kept[1] = malloc(0);
	kept[1] = NULL;
	return 0;
}
