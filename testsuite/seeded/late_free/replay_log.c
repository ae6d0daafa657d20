/* SPDX-License-Identifier: MIT */
/* Replays a journal, then writes a check point and waits for the disk. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOURNAL = 256 * 1024 };

struct state {
	uint64_t balance[16];
};

static void replay(struct state *state, const uint32_t *journal, size_t n)
{
	for (size_t i = 0; i < n; i++)
		state->balance[journal[i] & 15] += journal[i] >> 4;
}

static int check_point(const void *bytes, size_t length)
{
	int file = open("/dev/null", O_WRONLY);

	if (file < 0)
		return -1;
	if (write(file, bytes, length) != (ssize_t)length)
		perror("write");
	fsync(file);
	return close(file);
}

int main(void)
{
	struct state state = {{0}};
	uint32_t *journal = malloc(JOURNAL);
	int status;

	if (!journal)
		return 1;
	for (size_t i = 0; i < JOURNAL / sizeof *journal; i++)
		journal[i] = (uint32_t)(i * 2654435761u);
	replay(&state, journal, JOURNAL / sizeof *journal);
	status = check_point(&state, sizeof state);
	free(journal); /* defect: late-free */
	printf("%llu\n", (unsigned long long)state.balance[3]);
	return status ? 1 : 0;
}
