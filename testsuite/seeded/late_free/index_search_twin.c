/* SPDX-License-Identifier: MIT */
/* Builds an index of a text and answers from it. */
/* Twin: on errors, too, one place at the end gives the buffer back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 1 << 18 };

static int counts[256];

static int answer(int letter)
{
	int result = counts[letter & 255];

	usleep(1000);
	printf("%c: %d\n", letter, result);
	return result;
}

static int run(const char *letters)
{
	char *text = malloc(TEXT);
	int sum = -1;

	if (!text)
		return -1;
	memset(text, 'x', TEXT);
	memcpy(text, letters, strlen(letters));
	if (text[0] == '!')
		goto out;
	for (int i = 0; i < TEXT; i++)
		counts[(unsigned char)text[i]]++;
	if (counts['?'])
		goto out;

	sum = 0;
	for (; *letters; letters++)
		sum += answer(*letters);
	printf("%c\n", text[TEXT - 1]);
out:
	free(text);
	return sum;
}

int main(void)
{
	return run("abc") == 3 ? 0 : 1;
}
