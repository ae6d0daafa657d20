/* SPDX-License-Identifier: MIT */
/* Draws frames; each has a buffer of its own, whose brightness decides what happens next. */
/* Twin: the buffer is handed to a queue, which frees it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 640, HEIGHT = 480 };

static unsigned char *queue[4];
static int queued;

static void enqueue(unsigned char *frame)
{
	free(queue[queued % 4]);
	queue[queued++ % 4] = frame;
}

static unsigned brightness(const unsigned char *frame)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < WIDTH * HEIGHT; i++)
		sum += frame[i];
	return (unsigned)(sum / (WIDTH * HEIGHT));
}

static void report(int number, unsigned level)
{
	char *text = malloc(80);

	if (!text)
		return;
	snprintf(text, 80, "frame %d: %u", number, level);
	puts(text);
	fflush(stdout);
	free(text);
}

int main(void)
{
	for (int i = 0; i < 6; i++) {
		unsigned char *frame = malloc(WIDTH * HEIGHT);
		unsigned level;

		if (!frame)
			return 1;
		memset(frame, i * 40, WIDTH * HEIGHT);
		level = brightness(frame);
		report(i, level);
		enqueue(frame);
	}
	for (int i = 0; i < 4; i++)
		free(queue[i]);
	return 0;
}
