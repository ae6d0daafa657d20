/* SPDX-License-Identifier: MIT */
/* A status daemon remembers who asked it. */
/* Twin: only the last hundred are remembered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEEP = 100 };

struct visit {
	char who[80];
	time_t when;
};

static struct visit visits[KEEP];
static size_t nvisits;

static void remember(const char *who)
{
	struct visit *v = &visits[nvisits % KEEP];

	snprintf(v->who, sizeof v->who, "%s", who);
	v->when = time(NULL);
	nvisits++;
}

static void serve(const char *request)
{
	if (strncmp(request, "hello ", 6) == 0) {
		remember(request + 6);
		printf("welcome\n");
	} else if (strcmp(request, "count") == 0) {
		printf("%zu visits\n", nvisits);
	} else {
		printf("what?\n");
	}
}

int main(void)
{
	char request[80];

	for (;;) {
		if (!fgets(request, sizeof request, stdin))
			break;
		request[strcspn(request, "\n")] = 0;
		serve(request);
	}
	return 0;
}
