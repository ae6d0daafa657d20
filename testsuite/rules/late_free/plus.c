/* Large blocks that are kept after their last use. fixture: -D_GNU_SOURCE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int before_an_allocation(int in)
{
	char *buffer = malloc(1 << 20);
	char *answer;
	ssize_t n;

	if (!buffer)
		return -1;
	n = read(in, buffer, 1 << 20);
	answer = calloc(1, (size_t)n + 1);
	if (answer)
		puts(answer);
	free(answer);
	free(buffer); /* expect: late-free [is freed 3 statements after its last use] (safe) */
	return n > 0;
}

unsigned sum_then_wait(int in)
{
	unsigned char *block = malloc(65536);
	unsigned sum = 0;

	memset(block, 1, 65536);
	for (int i = 0; i < 65536; i++)
		sum += block[i];

	sleep(1);
	free(block); /* expect: late-free [64 KiB] (safe) */
	return sum + (unsigned)in;
}

static void upload(const char *what)
{
	char *packet = malloc(strlen(what) + 100);

	if (!packet)
		return;
	sprintf(packet, "%s", what);
	send(1, packet, strlen(packet), 0);
	free(packet);
}

/* A buffer that grows in a loop. */
size_t gather(FILE *in)
{
	char *text = NULL;
	size_t size = 0, used = 0;
	int c;

	while ((c = getc(in)) != EOF) {
		if (used == size)
			text = realloc(text, size = 2 * size + 16);
		text[used++] = (char)c;
	}
	used = text ? strnlen(text, used) : 0;
	upload("done");
	free(text); /* expect: late-free [of a size that a loop decides] (safe) */
	return used;
}

/* The same block by another name. */
int by_alias(int in)
{
	char *base = malloc(100000), *at = base + 10;
	int n;

	n = (int)read(in, at, 1000);
	upload("got");
	free(base); /* expect: late-free [100000 bytes] (unsafe) */
	return n;
}

struct answer {
	char text[64];
};

/* Each way out has its release, and all of them come too late. */
struct answer *on_all_ways(int in)
{
	unsigned char *block = malloc(1 << 17);
	struct answer *answer;
	unsigned sum = 0;

	if (!block)
		return NULL;
	if (read(in, block, 1 << 17) < 0) {
		free(block);
		return NULL;
	}
	for (int i = 0; i < 1 << 17; i++)
		sum += block[i];
	answer = malloc(sizeof *answer);
	if (!answer) {
		free(block);
		return NULL;
	}
	snprintf(answer->text, sizeof answer->text, "%u", sum);
	free(block); /* expect: late-free [128 KiB] (safe) */
	return answer;
}
