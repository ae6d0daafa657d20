// SPDX-License-Identifier: MIT
/* Everything is given back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
	char *lines[8];

	for (int i = 0; i < 8; i++)
		lines[i] = strdup("a line of text");
	for (int i = 0; i < 8; i++)
		free(lines[i]);
	return 0;
}
