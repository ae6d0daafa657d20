/* A thread runs as often as it is started. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* one for each worker, of which set-up starts four */
struct log {
	struct log *next;
	char text[64];
};

static struct log *logs;

static struct log *log_new(void)
{
	struct log *log = calloc(1, sizeof *log);

	log->next = logs;
	logs = log;
	return log;
}

static void *work(void *unused)
{
	struct log *log = log_new();
	char byte;

	while (read(0, &byte, 1) > 0)
		log->text[0] = byte;
	return unused;
}

static void start(void *(*body)(void *), void *argument)
{
	pthread_t thread;

	pthread_create(&thread, NULL, body, argument);
}

/* one for each connection */
struct visit {
	struct visit *next;
	int socket;
};

static struct visit *visits; /* expect: unbounded-cache */

static void *serve(void *socket)
{
	struct visit *visit = calloc(1, sizeof *visit);

	visit->socket = *(int *)socket;
	visit->next = visits;
	visits = visit;
	return NULL;
}

int main(void)
{
	const int listener = socket(AF_INET, SOCK_STREAM, 0);
	pthread_t thread;

	for (int i = 0; i < 4; i++)
		start(work, NULL);
	for (;;) {
		int client = accept(listener, NULL, NULL);

		pthread_create(&thread, NULL, serve, &client);
	}
}
