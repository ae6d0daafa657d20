/* SPDX-License-Identifier: MIT */
/* A DHCP server in small: leases in a list of the server's, which main() owns. */
/* Twin: a tick of the clock takes out what has run out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lease {
	char mac[18];
	unsigned address;
	long expires;
	struct lease *next;
};

struct server {
	unsigned first, next_free;
	long now;
	struct lease *leases;
	unsigned long requests;
};

static struct lease *find_lease(struct server *s, const char *mac)
{
	for (struct lease *l = s->leases; l; l = l->next) {
		if (strcmp(l->mac, mac) == 0)
			return l;
	}
	return NULL;
}

static struct lease *grant(struct server *s, const char *mac)
{
	struct lease *l = find_lease(s, mac);

	if (!l) {
		l = calloc(1, sizeof *l);
		if (!l)
			return NULL;
		strncpy(l->mac, mac, sizeof l->mac - 1);
		l->address = s->first + s->next_free++;
		l->next = s->leases;
		s->leases = l;
	}
	l->expires = s->now + 3600;
	return l;
}

static void expire(struct server *s)
{
	struct lease **at = &s->leases;

	while (*at) {
		struct lease *l = *at;

		if (l->expires < s->now) {
			*at = l->next;
			free(l);
		} else {
			at = &l->next;
		}
	}
}

int main(void)
{
	struct server server = {.first = 0x0a000010};
	char mac[64];

	while (scanf("%63s", mac) == 1) {
		struct lease *l = grant(&server, mac);

		server.requests++;
		server.now += 60;
		expire(&server);
		if (l)
			printf("%s has %08x\n", l->mac, l->address);
	}
	printf("%lu requests\n", server.requests);
	return 0;
}
