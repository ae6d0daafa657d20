/* SPDX-License-Identifier: MIT */
/* Prints how deep each path lies, and its directory. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int depth_of(const char *path)
{
	int depth = 0;

	for (; *path; path++)
		depth += *path == '/' && path[1] && path[1] != '/';
	return depth;
}

static void describe(const char *path)
{
	char *work = NULL;

	if (asprintf(&work, "%s", path) < 0) /* defect: unnecessary-copy */
		return;
	printf("%d %.*s\n", depth_of(work), (int)strcspn(work, "/"), work);
	free(work);
}

int main(void)
{
	describe("usr/lib/gcc/x86_64");
	describe("etc//passwd");
	describe("README");
	return 0;
}
