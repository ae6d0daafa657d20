// SPDX-License-Identifier: MIT
/* A stream that was never closed is the library's to reach. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void forget(const char *path)
{
	FILE *stream = fopen(path, "r");
	char byte;

	if (stream && fread(&byte, 1, 1, stream) == 1)
		printf("%d\n", byte != 0);
}

int main(void)
{
	forget("/proc/self/cmdline");
	return 0;
}
