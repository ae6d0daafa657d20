/* SPDX-License-Identifier: MIT */
/* An event loop with handlers that are called back; each notice it shows is put on record. */
/* Twin: the record is a ring. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void handler(const char *text);

enum { RING = 32 };

struct notice {
	char *text;
	struct notice *next;
};

static char *shown[RING];
static unsigned count;

static void on_notice(const char *text)
{
	char **slot = &shown[count % RING];

	free(*slot);
	*slot = strdup(text);
	count++;
	printf("! %s\n", text);
}

static void on_status(const char *text)
{
	(void)text;
	printf("%u notices\n", count);
}

static const struct command {
	const char *name;
	handler *run;
} commands[] = {
        {"notice", on_notice},
        {"status", on_status},
};

static int dispatch(char *line)
{
	char *text = strchr(line, ' ');

	if (text)
		*text++ = 0;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (strcmp(commands[i].name, line) == 0) {
			commands[i].run(text ? text : "");
			return 1;
		}
	}
	return 0;
}

int main(void)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};
	char line[160];

	for (;;) {
		if (poll(&input, 1, 500) <= 0 || !fgets(line, sizeof line, stdin))
			break;
		line[strcspn(line, "\n")] = 0;
		if (!dispatch(line))
			printf("unknown\n");
	}
	return 0;
}
