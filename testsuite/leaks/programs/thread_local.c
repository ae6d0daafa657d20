// SPDX-License-Identifier: MIT
/* Blocks that thread-local variables of the main thread hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local char *scratch;
static _Thread_local struct {
	int depth;
	void *stack[4];
} state;

int main(void)
{
	scratch = malloc(512);
	for (int i = 0; i < 4; i++)
		state.stack[i] = malloc(32);
	state.depth = 4;
	state.stack[3] = NULL;
	return 0;
}
