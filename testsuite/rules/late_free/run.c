/* A program whose fixes are run. fixture: -D_GNU_SOURCE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *report(unsigned sum)
{
	char *text = malloc(100000);

	if (text)
		snprintf(text, 100000, "sum %u", sum);
	return text;
}

static char *first_bytes(int stop)
{
	unsigned char *block = malloc(100000);
	char *text;

	if (!block)
		return NULL;
	memset(block, stop, 100000);
	if (block[99999] == 'x') {
		free(block);
		return NULL;
	}
	stop = block[0];
	text = strdup("first: ?");
	if (!text) {
		free(block);
		return NULL;
	}
	text[7] = (char)stop;
	free(block); /* expect: late-free [100000 bytes] (safe) */
	return text;
}

int main(void)
{
	char *text = first_bytes('a');
	unsigned char *block;
	unsigned sum = 0;

	if (text)
		puts(text);
	free(text);
	free(first_bytes('x'));
	block = malloc(200000);
	if (!block)
		return 1;
	memset(block, 1, 200000);
	for (int i = 0; i < 200000; i++)
		sum += block[i];

	text = report(sum);
	if (text)
		puts(text);
	free(text);
	free(block); /* expect: late-free [200000 bytes] (safe) */
	return 0;
}
