/* SPDX-License-Identifier: MIT */
/*
 * A daemon's start: configuration, listeners, a job queue, a log line; every block through xmalloc in a unit of its own.
 * style: C daemon, xmalloc in another unit
 */
#include "config.h"
#include "xalloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct listener {
	uint16_t port;
	int backlog;
	char *name;
};

struct job {
	uint64_t id;
	char payload[48];
	struct job *next;
};

struct daemon {
	struct listener *listeners;
	size_t n_listeners;
	struct job *head, **tail;
};

static void add_listener(struct daemon *daemon, uint16_t port, const char *name)
{
	size_t n = daemon->n_listeners++;

	/* bytes: 16+32+48; count: 3; type: struct listener[] */
	daemon->listeners = xrealloc(daemon->listeners, (n + 1) * sizeof(*daemon->listeners));
	daemon->listeners[n].port = port;
	daemon->listeners[n].backlog = 16;
	daemon->listeners[n].name = xasprintf("%s:%u", name, port); /* bytes: any; count: 6; type: char[] */
}

static void enqueue(struct daemon *daemon, uint64_t id)
{
	struct job *job = xmalloc(sizeof(struct job)); /* bytes: 100*64; count: 100; type: struct job */

	job->id = id;
	job->next = NULL;
	memset(job->payload, (int)id, sizeof(job->payload));
	*daemon->tail = job;
	daemon->tail = &job->next;
}

static uint64_t drain(struct daemon *daemon)
{
	uint64_t sum = 0;

	while (daemon->head) {
		struct job *job = daemon->head;

		daemon->head = job->next;
		sum += job->id;
		free(job);
	}
	daemon->tail = &daemon->head;
	return sum;
}

int main(void)
{
	struct config *config = config_parse("port=127.0.0.1\nhost=here\ntimeout=20\nuser=nobody123\n\n");
	struct daemon daemon = {.tail = &daemon.head};
	int ok = config->count == 4 && !strcmp(config_get(config, "timeout"), "20");

	add_listener(&daemon, 80, "http");
	add_listener(&daemon, 443, "https");
	add_listener(&daemon, 8080, "admin");
	for (uint64_t id = 0; id < 100; id++)
		enqueue(&daemon, id);
	ok = ok && drain(&daemon) == 4950;
	for (size_t i = 0; i < daemon.n_listeners; i++) {
		ok = ok && daemon.listeners[i].port && strchr(daemon.listeners[i].name, ':');
		free(daemon.listeners[i].name);
	}
	free(daemon.listeners);
	config_free(config);
	return ok ? 0 : 1;
}
