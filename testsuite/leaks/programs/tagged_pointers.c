// SPDX-License-Identifier: MIT
/* Pointers with a tag in their low bits point into the block. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uintptr_t tagged[8];

int main(void)
{
	for (uintptr_t i = 0; i < 8; i++)
		tagged[i] = (uintptr_t)malloc(16 + i) | (i & 3);
	return 0;
}
