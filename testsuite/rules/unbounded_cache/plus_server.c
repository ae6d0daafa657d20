/* Handlers that a loop calls back, and macros of <sys/queue.h>. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

struct peer {
	TAILQ_ENTRY(peer) link;
	char address[40];
};
TAILQ_HEAD(peers, peer);
static struct peers peers = TAILQ_HEAD_INITIALIZER(peers); /* expect: unbounded-cache ['peers' only grows, 56 bytes] */

struct token {
	SLIST_ENTRY(token) link;
	int value;
};
SLIST_HEAD(tokens, token);
static struct tokens tokens = SLIST_HEAD_INITIALIZER(tokens);

static void on_hello(const char *address)
{
	struct peer *p = calloc(1, sizeof *p);

	strncpy(p->address, address, sizeof p->address - 1);
	TAILQ_INSERT_TAIL(&peers, p, link);
}

static void on_token(const char *text)
{
	struct token *t = malloc(sizeof *t);

	t->value = atoi(text);
	SLIST_INSERT_HEAD(&tokens, t, link);
}

static void on_redeem(const char *text)
{
	struct token *t = SLIST_FIRST(&tokens);

	(void)text;
	if (t) {
		SLIST_REMOVE_HEAD(&tokens, link);
		free(t);
	}
}

static const struct {
	const char *name;
	void (*run)(const char *argument);
} commands[] = {{"hello", on_hello}, {"token", on_token}, {"redeem", on_redeem}};

int main(void)
{
	struct pollfd in = {.fd = 0, .events = POLLIN};

	for (;;) {
		if (poll(&in, 1, -1) < 0)
			return 1;
		for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
			commands[i].run("x");
	}
}
