/* SPDX-License-Identifier: MIT */
/* A status daemon remembers who asked it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct visit {
	char who[80];
	time_t when;
};

static struct visit *visits; /* defect: unbounded-cache */
static size_t nvisits, visits_size;

static void remember(const char *who)
{
	if (nvisits == visits_size) {
		size_t size = visits_size ? visits_size * 2 : 16;
		struct visit *more = realloc(visits, size * sizeof *more);

		if (!more)
			return;
		visits = more;
		visits_size = size;
	}
	snprintf(visits[nvisits].who, sizeof visits[nvisits].who, "%s", who);
	visits[nvisits].when = time(NULL);
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
