/* SPDX-License-Identifier: MIT */
/* The sum of the first million squares: from an array of them, and one after the other. */
#include <memlint/memlint.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 1000000 };

MEMLINT_PROFILE static long by_array(int n)
{
	long *squares = malloc((size_t)n * sizeof *squares);
	long sum = 0;

	for (long i = 0; squares && i < n; i++)
		squares[i] = i * i;
	for (int i = 0; squares && i < n; i++)
		sum += squares[i];
	free(squares);
	return sum;
}

/* What Python calls a generator: the state between two values, and the next one. */
struct squares {
	long next, end;
};

static int next_square(struct squares *stream, long *square)
{
	if (stream->next == stream->end)
		return 0;
	*square = stream->next * stream->next;
	stream->next++;
	return 1;
}

MEMLINT_PROFILE static long by_stream(int n)
{
	struct squares stream = {.end = n};
	long sum = 0, square;

	while (next_square(&stream, &square))
		sum += square;
	return sum;
}

static void measure(const char *name, long (*sum_of_squares)(int n))
{
	size_t before, peak;

	memlint_reset_peak();
	memlint_get_traced_memory(&before, NULL);
	const long sum = sum_of_squares(N);

	memlint_get_traced_memory(NULL, &peak);
	printf("%s: %ld, peak %zu bytes\n", name, sum, peak - before);
}

int main(void)
{
	static char buffer[BUFSIZ];

	/* Standard output's own buffer is not what is measured. */
	setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
	measure("array", by_array);
	measure("stream", by_stream);
	return 0;
}
