/* SPDX-License-Identifier: MIT */
/* A mail filter asks a black list about each sender and remembers what it was told. */
/* Twin: SIGHUP empties the table. */
#define _GNU_SOURCE
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verdict {
	char *sender;
	int spam;
};

static void *verdicts;
static volatile sig_atomic_t reload;

static void on_hangup(int number)
{
	reload = number;
}

static void forget(void *item)
{
	struct verdict *v = item;

	free(v->sender);
	free(v);
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct verdict *)a)->sender, ((const struct verdict *)b)->sender);
}

static int ask_list(const char *sender)
{
	return strstr(sender, "win") != NULL;
}

static int is_spam(char *sender)
{
	struct verdict key = {.sender = sender}, *v;
	void *found = tfind(&key, &verdicts, compare);

	if (found)
		return (*(struct verdict **)found)->spam;
	v = malloc(sizeof *v);
	if (!v)
		return 0;
	v->sender = strdup(sender);
	v->spam = ask_list(sender);
	tsearch(v, &verdicts, compare);
	return v->spam;
}

int main(void)
{
	char line[256];

	signal(SIGHUP, on_hangup);
	while (fgets(line, sizeof line, stdin)) {
		if (reload) {
			tdestroy(verdicts, forget);
			verdicts = NULL;
			reload = 0;
		}
		line[strcspn(line, "\n")] = 0;
		printf("%s: %s\n", line, is_spam(line) ? "spam" : "ham");
	}
	return 0;
}
