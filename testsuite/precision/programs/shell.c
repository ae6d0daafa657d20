/* SPDX-License-Identifier: MIT */
/*
 * A shell's chores with the C library: pipes, environment, globs, sorting, current directory.
 * style: C library users: popen, getdelim, glob, setenv, qsort, getcwd
 * totals: not compared, the directory's name has another length
 */
#define _GNU_SOURCE
#include <glob.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct command {
	char **words;
	size_t n;
};

static struct command *parse(const char *line)
{
	struct command *command = calloc(1, sizeof(*command)); /* bytes: 16; count: 1; type: struct command */
	char *copy = strdup(line), *rest = copy, *word;        /* bytes: 16; count: 1; type: char[] */

	while ((word = strsep(&rest, " "))) {
		/* bytes: 8*(1+2+3+4); count: 4; type: char *[] */
		command->words = reallocarray(command->words, command->n + 1, sizeof(char *));
		command->words[command->n++] = strndup(word, 3); /* bytes: 3+3+3+4; count: 4; type: char[] */
	}
	free(copy);
	return command;
}

static int words_of(const char *text)
{
	FILE *pipe = popen(text, "r"); /* bytes: any */
	char *word = NULL;
	size_t room = 0;
	int n = 0;

	if (!pipe)
		return -1;
	while (getdelim(&word, &room, ' ', pipe) > 0) /* bytes: any */
		n++;
	free(word);
	pclose(pipe);
	return n;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int sorted(void)
{
	int *numbers = malloc(500 * sizeof(int)); /* bytes: 2000; count: 1; type: int[] */
	int first;

	for (int i = 0; i < 500; i++)
		numbers[i] = 500 - i;
	qsort(numbers, 500, sizeof(int), compare); /* bytes: 2000; count: 1 */
	first = numbers[0];
	free(numbers);
	return first;
}

static size_t globbed(void)
{
	glob_t found;
	size_t n;

	if (glob("/etc/pass*", 0, NULL, &found)) /* bytes: any */
		return 0;
	n = found.gl_pathc;
	globfree(&found);
	return n;
}

static int searched(void)
{
	static const char *const names[] = {"one", "two", "three"};
	void *root = NULL;
	int n = 0;

	for (int i = 0; i < 3; i++)
		/* bytes: any; count: 3 */
		n += tsearch(names[i], &root, (int (*)(const void *, const void *))strcmp) != NULL;
	for (int i = 0; i < 3; i++)
		tdelete(names[i], &root, (int (*)(const void *, const void *))strcmp);
	return n;
}

int main(void)
{
	struct command *command = parse("ls -l -a /a/dir");
	char *here = getcwd(NULL, 0); /* bytes: any; type: char[] */
	int ok = here && command->n == 4 && !strcmp(command->words[3], "/a/");

	setenv("MEMLINT_PRECISION", here, 1); /* bytes: any */
	ok = ok && words_of("echo one two three") == 3 && sorted() == 1 && globbed() >= 1 && searched() == 3;
	free(here);
	for (size_t i = 0; i < command->n; i++)
		free(command->words[i]);
	free(command->words);
	free(command);
	return ok ? 0 : 1;
}
