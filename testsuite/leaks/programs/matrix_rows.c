// SPDX-License-Identifier: MIT
/* A matrix of rows: the array of rows was freed first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double **matrix;

int main(void)
{
	matrix = malloc(8 * sizeof *matrix);
	for (int i = 0; i < 8; i++)
		matrix[i] = calloc(8, sizeof **matrix);
	matrix[3][3] = 1;
	memset(matrix, 0, 8 * sizeof *matrix);
	free(matrix);
	matrix = NULL;
	return 0;
}
