/* SPDX-License-Identifier: MIT */
/* Sorts numbers with a buffer at hand, then writes them out. */
/* Twin: the buffer is small. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 500 };

static void merge(int *values, int *spare, size_t n)
{
	size_t half = n / 2, a = 0, b = half, out = 0;

	if (n < 2)
		return;
	merge(values, spare, half);
	merge(values + half, spare, n - half);
	while (a < half || b < n)
		spare[out++] = b == n || (a < half && values[a] <= values[b]) ? values[a++] : values[b++];
	memcpy(values, spare, n * sizeof *values);
}

static void write_all(const int *values, size_t n)
{
	FILE *out = fopen("/dev/null", "w");

	if (!out)
		return;
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%d\n", values[i]);
	fclose(out);
}

int main(void)
{
	int *values = malloc(COUNT * sizeof *values);
	int *spare = malloc(COUNT * sizeof *spare);

	if (!values || !spare)
		return 1;
	for (int i = 0; i < COUNT; i++)
		values[i] = (int)((i * 2654435761u) >> 8);
	merge(values, spare, COUNT);
	write_all(values, COUNT);
	printf("%d\n", values[0] <= values[COUNT - 1]);
	free(spare);
	free(values);
	return 0;
}
