// SPDX-License-Identifier: MIT
/* What a local of main held when it returned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	char *copies[3];

	for (int i = 0; i < 3; i++)
		copies[i] = strdup(argv[0]);
	copies[argc] = copies[0];
	return copies[argc][0] == 0;
}
