/* SPDX-License-Identifier: MIT */
/* A file watcher maps file names to numbers, so that the rest need not compare strings. */
/* Twin: the names are read from a list when it starts; changed files are looked up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct file {
	char *path;
	int changes;
};

static struct file *files;
static int nfiles, files_size;

static int find_file(const char *path)
{
	for (int i = 0; i < nfiles; i++) {
		if (strcmp(files[i].path, path) == 0)
			return i;
	}
	return -1;
}

static int add_file(const char *path)
{
	if (nfiles == files_size) {
		files_size = files_size ? files_size * 2 : 32;
		files = realloc(files, (size_t)files_size * sizeof *files);
		if (!files)
			exit(1);
	}
	files[nfiles].path = strdup(path);
	files[nfiles].changes = 0;
	return nfiles++;
}

static void read_list(const char *name)
{
	char line[256];
	FILE *list = fopen(name, "r");

	while (list && fgets(line, sizeof line, list)) {
		line[strcspn(line, "\n")] = 0;
		add_file(line);
	}
	if (list)
		fclose(list);
}

static void changed(const char *path)
{
	int number = find_file(path);

	if (number < 0)
		return;
	printf("%d: %d changes\n", number, ++files[number].changes);
}

int main(void)
{
	char line[256];

	read_list("files.list");
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		changed(line);
	}
	return 0;
}
