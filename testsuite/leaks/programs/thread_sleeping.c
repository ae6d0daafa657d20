// SPDX-License-Identifier: MIT
/* A thread that still sleeps when the program ends holds a block on its stack. */
/* flags: -pthread */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int gate[2];

static void *sleep_on(void *argument)
{
	char *held = malloc(900);
	char byte;

	(void)argument;
	held[0] = 1;
	if (write(gate[1], "!", 1) != 1 || read(gate[0], &byte, 1) < 0 || read(gate[0], &byte, 1) < 0)
		held[0] = 2;
	return held;
}

int main(void)
{
	pthread_t thread;
	struct pollfd ready = {.events = POLLIN};

	if (pipe(gate) < 0)
		return 1;
	ready.fd = gate[0];
	pthread_create(&thread, NULL, sleep_on, NULL);
	poll(NULL, 0, 300);
	return 0;
}
