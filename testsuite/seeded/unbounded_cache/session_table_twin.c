/* SPDX-License-Identifier: MIT */
/* A login server: a session for each token that was ever given out. */
/* Twin: logout takes the session away. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session {
	unsigned long token;
	char user[128];
	struct session *next;
};

struct session_list {
	struct session *head;
	unsigned long last_token;
};

static struct session_list sessions;

static struct session *session_find(struct session_list *list, unsigned long token)
{
	struct session *s = list->head;

	while (s && s->token != token)
		s = s->next;
	return s;
}

static struct session *session_add(struct session_list *list, const char *user)
{
	struct session *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->token = ++list->last_token;
	snprintf(s->user, sizeof s->user, "%s", user);
	s->next = list->head;
	list->head = s;
	return s;
}

static void session_remove(struct session_list *list, unsigned long token)
{
	struct session **at = &list->head, *s;

	while ((s = *at) != NULL) {
		if (s->token == token) {
			*at = s->next;
			free(s);
			return;
		}
		at = &s->next;
	}
}

static void handle(const char *line)
{
	unsigned long token;
	struct session *s;

	if (strncmp(line, "login ", 6) == 0) {
		s = session_add(&sessions, line + 6);
		printf("token %lu\n", s ? s->token : 0);
	} else if (sscanf(line, "whoami %lu", &token) == 1) {
		s = session_find(&sessions, token);
		printf("%s\n", s ? s->user : "nobody");
	} else if (sscanf(line, "logout %lu", &token) == 1) {
		session_remove(&sessions, token);
		printf("bye\n");
	}
}

int main(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	char line[128];

	while (poll(&in, 1, 1000) > 0) {
		if (!fgets(line, sizeof line, stdin))
			break;
		line[strcspn(line, "\n")] = 0;
		handle(line);
	}
	return 0;
}
