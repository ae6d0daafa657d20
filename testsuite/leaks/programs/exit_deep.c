// SPDX-License-Identifier: MIT
/* exit() is called deep down: what the frames above hold is still in use. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static int parse(char **tokens, int n)
{
	if (n == 3) {
		printf("%s\n", tokens[0]);
		exit(0);
	}
	return n;
}

__attribute__((noinline)) static int run(const char *text)
{
	char **tokens = calloc(4, sizeof *tokens);
	int result;

	for (int i = 0; i < 3; i++)
		tokens[i] = strdup(text);
	result = parse(tokens, 3);
	free(tokens);
	return result;
}

int main(void)
{
	return run("token");
}
