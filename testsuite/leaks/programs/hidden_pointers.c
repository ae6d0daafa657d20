// SPDX-License-Identifier: MIT
/* Pointers kept complemented: no tool can see them. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uintptr_t hidden[5];

int main(void)
{
	for (int i = 0; i < 5; i++)
		hidden[i] = ~(uintptr_t)malloc(77);
	return 0;
}
