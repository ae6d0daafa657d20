// SPDX-License-Identifier: MIT
/* _exit() without any handler. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *kept;

static void drop(void)
{
	char *lost = malloc(60);

	lost[0] = 0;
	kept = malloc(61);
	if (lost[0])
		puts("never");
}

int main(void)
{
	drop();
	fflush(stdout);
	_exit(0);
}
