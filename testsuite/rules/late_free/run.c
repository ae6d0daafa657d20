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

int main(void)
{
	unsigned char *block = malloc(200000);
	unsigned sum = 0;
	char *text;

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
