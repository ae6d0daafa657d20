// SPDX-License-Identifier: MIT
/* A thread that has ended left a result, and lost a buffer. */
/* flags: -pthread */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *result;

static void *work(void *argument)
{
	char *lost = malloc(700);
	char *kept = malloc(300);

	memset(lost, 1, 700);
	memset(kept, lost[3], 300);
	(void)argument;
	return kept;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, work, NULL);
	pthread_join(thread, &result);
	return 0;
}
