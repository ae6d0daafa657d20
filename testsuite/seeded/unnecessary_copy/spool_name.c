/* SPDX-License-Identifier: MIT */
/* A print spooler asks for the name of a job's owner. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
	int uid;
	const char *title;
};

static const char *owner_name(const struct job *job)
{
	return job->uid == 0 ? "root" : job->uid < 1000 ? "system" : "user";
}

static int same_owner(const struct job *a, const struct job *b)
{
	const char *source = owner_name(a);
	char *first = strdup(source); /* defect: unnecessary-copy */
	int same;

	if (!first)
		return 0;
	same = strcmp(first, b->title) != 0 && a->uid == b->uid;
	printf("%s: %s\n", first, same ? "same" : "other");
	free(first);
	return same;
}

int main(void)
{
	const struct job jobs[] = {{0, "backup"}, {1000, "letter"}, {1000, "photo"}};

	same_owner(&jobs[0], &jobs[1]);
	same_owner(&jobs[1], &jobs[2]);
	return 0;
}
