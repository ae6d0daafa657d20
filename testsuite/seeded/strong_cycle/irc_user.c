/* SPDX-License-Identifier: MIT */
/* An IRC server: users are in channels, channels have users. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_USERS = 16 };

struct channel;

struct user {
	int refcount;
	char nick[16];
	struct channel *channel; /* defect: strong-cycle */
};

struct channel {
	int refcount;
	char name[16];
	struct user *users[MAX_USERS];
	int nusers;
};

static void channel_put(struct channel *c);

static struct user *user_get(struct user *u)
{
	u->refcount++;
	return u;
}

static void user_put(struct user *u)
{
	if (--u->refcount == 0) {
		if (u->channel)
			channel_put(u->channel);
		free(u);
	}
}

static struct channel *channel_get(struct channel *c)
{
	c->refcount++;
	return c;
}

static void channel_put(struct channel *c)
{
	if (--c->refcount == 0) {
		for (int i = 0; i < c->nusers; i++)
			user_put(c->users[i]);
		free(c);
	}
}

static void join(struct user *u, struct channel *c)
{
	if (c->nusers == MAX_USERS)
		return;
	u->channel = channel_get(c);
	c->users[c->nusers++] = user_get(u);
	printf("%s joined %s\n", u->nick, c->name);
}

int main(void)
{
	static const char *const nicks[] = {"ada", "bob", "cyd"};
	struct channel *c = calloc(1, sizeof *c);

	if (!c)
		return 1;
	c->refcount = 1;
	strcpy(c->name, "#c");
	for (int i = 0; i < 3; i++) {
		struct user *u = calloc(1, sizeof *u);

		if (!u)
			return 1;
		u->refcount = 1;
		snprintf(u->nick, sizeof u->nick, "%s", nicks[i]);
		join(u, c);
		user_put(u);
	}
	channel_put(c);
	return 0;
}
