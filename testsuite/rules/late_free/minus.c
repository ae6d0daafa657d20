/* Releases that stand where they must, or where it does not matter. fixture: -D_GNU_SOURCE */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Small. */
int small(int in)
{
	char *buffer = malloc(4096);
	int n = (int)read(in, buffer, 4096);

	sleep(1);
	free(buffer);
	return n;
}

/* Nothing much happens in between. */
int at_once(int in)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	n = n < 0 ? 0 : n * 2;
	free(buffer);
	return n;
}

static char *last_one;

/* Another name reaches it. */
int stored(int in)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	last_one = buffer;
	sleep(1);
	free(buffer);
	return n;
}

void keep_it(char *block);

/* Somebody may have kept it. */
int passed(int in)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	keep_it(buffer);
	sleep(1);
	free(buffer);
	return n;
}

void on_end(__attribute__((noreturn)) void (*routine)(int));

/* Who is given a function that never returns does return: the child reads the block. */
int in_the_child(int in, int out)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	sleep(1);
	if (fork() == 0) {
		on_end(_exit);
		_exit(write(out, buffer, (size_t)n) < 0);
	}
	free(buffer);
	return n;
}

/* What is called uses it. */
int used_by_callee(int in, int out)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	write(out, buffer, (size_t)n);
	free(buffer);
	return n;
}

/* Error paths share the release. */
int shared_exit(int in)
{
	char *buffer = malloc(1 << 20);
	int n = -1;

	if (in < 0)
		goto out;
	n = (int)read(in, buffer, 1 << 20);
	if (n < 0)
		goto out;
	sleep(1);
out:
	free(buffer);
	return n;
}

/* Not all ways lead there. */
int other_ways(int in, int quick)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	if (quick)
		return n;
	sleep(1);
	free(buffer);
	return n;
}

/* The last use is a loop's condition. */
int loop_condition(int in)
{
	char *buffer = calloc(1, 1 << 20);
	int n = 0;

	while (buffer[n] == 0 && n < in) {
		sleep(1);
		n++;
	}
	free(buffer);
	return n;
}

/* Used again in the next round. */
int rounds(int in)
{
	char *buffer = malloc(1 << 20);
	int n = 0;

	for (int i = 0; i < 9; i++) {
		n += (int)read(in, buffer, 1 << 20);
		sleep(1);
	}
	free(buffer);
	return n;
}

struct locked {
	pthread_mutex_t mutex;
	char bytes[1 << 20];
};

void locked_release(struct locked *locked);

/* Its release does more. */
int with_effects(int in)
{
	struct locked *locked = malloc(sizeof *locked);
	int n = (int)read(in, locked->bytes, sizeof locked->bytes);

	sleep(1);
	locked_release(locked);
	return n;
}

/* The pointer itself is looked at later. */
int tested(int in)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	sleep(1);
	if (buffer)
		n++;
	free(buffer);
	return n;
}

/* Only an error is reported in between. */
int rarely(int in)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	if (n < 0)
		sleep(1);
	free(buffer);
	return n;
}

/* One way out is still before the last use, and jumps to the same release. */
int two_releases(int in, int out)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	if (n < 0) {
		free(buffer);
		return -1;
	}
	sleep(1);
	if (n > 9) {
		write(out, buffer, 9);
		free(buffer);
		return 9;
	}
	free(buffer);
	return n;
}

/* Not released where it ends early. */
int leaks_early(int in)
{
	char *buffer = malloc(1 << 20);
	int n = (int)read(in, buffer, 1 << 20);

	sleep(1);
	if (n == 3)
		return n;
	if (n == 4) {
		free(buffer);
		return n;
	}
	free(buffer);
	return n;
}
