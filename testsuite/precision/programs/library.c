/* SPDX-License-Identifier: MIT */
/*
 * Memory that the C library allocates for its caller: streams, lines, directories, patterns, sorted lists.
 * style: C library users
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int write_lines(const char *path)
{
	FILE *file = fopen(path, "w"); /* bytes: 472; count: 1 */

	if (!file)
		return 0;
	for (int i = 0; i < 20; i++)
		fprintf(file, "key%d=%0*d\n", i, i * 10, i); /* bytes: 4096; count: 1 */
	fclose(file);
	return 1;
}

static size_t read_lines(const char *path)
{
	FILE *file = fopen(path, "r"); /* bytes: 472; count: 1 */
	char *line = NULL;
	size_t size = 0, total = 0;
	ssize_t length;

	if (!file)
		return 0;
	while ((length = getline(&line, &size, file)) > 0) /* bytes: any */
		total += (size_t)length;
	free(line);
	fclose(file);
	return total;
}

static int match(const char *text)
{
	regmatch_t found[2];
	regex_t pattern;
	int ok;

	if (regcomp(&pattern, "^([a-z]+)=", REG_EXTENDED)) /* bytes: any */
		return 0;
	ok = !regexec(&pattern, text, 2, found, 0); /* bytes: any */
	regfree(&pattern);
	return ok && found[1].rm_eo == 3;
}

static int list(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, not_hidden, alphasort); /* bytes: any */

	for (int i = 0; i < n; i++)
		free(names[i]);
	if (n >= 0)
		free(names);
	return n;
}

static int describe(char **out)
{
	return asprintf(out, "%s-%d", "description", 42); /* bytes: any; count: 2 */
}

static char *join(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size); /* bytes: any */

	if (!stream)
		return NULL;
	fputs("one ", stream);
	fputs("two", stream);
	fclose(stream); /* bytes: any */
	return text;
}

int main(void)
{
	char folder[] = "library.XXXXXX", path[64], *real, *text = NULL, *joined;
	int ok;

	if (!mkdtemp(folder))
		return 2;
	snprintf(path, sizeof(path), "%s/lines", folder);
	ok = write_lines(path) && read_lines(path) > 1000;
	real = realpath(path, NULL); /* bytes: any; count: 1; type: char[] */
	ok = ok && real && match("key=value") && list(folder) == 1 && describe(&text) == 14;
	joined = join();
	ok = ok && joined && !strcmp(joined, "one two");
	free(real);
	free(text);
	free(joined);
	unlink(path);
	rmdir(folder);
	return ok ? 0 : 1;
}
