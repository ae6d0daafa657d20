/* SPDX-License-Identifier: MIT */
/* A reliable sender keeps what it sent until it is acknowledged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

struct packet {
	TAILQ_ENTRY(packet) link;
	unsigned number;
	int acknowledged;
	char payload[64];
};

TAILQ_HEAD(packet_list, packet);

static struct packet_list sent = TAILQ_HEAD_INITIALIZER(sent); /* defect: unbounded-cache */
static unsigned next_number;

static struct packet *packet_get(void)
{
	return calloc(1, sizeof(struct packet));
}

static void send_packet(const char *text)
{
	struct packet *p = packet_get();

	if (!p)
		return;
	p->number = next_number++;
	p->acknowledged = 0;
	strncpy(p->payload, text, sizeof p->payload - 1);
	TAILQ_INSERT_TAIL(&sent, p, link);
	printf("sent %u\n", p->number);
}

static void acknowledge(unsigned number)
{
	struct packet *p;

	TAILQ_FOREACH(p, &sent, link)
	{
		if (p->number == number)
			break;
	}
	if (!p)
		return;
	p->acknowledged = 1;
	printf("got %u\n", number);
}

int main(void)
{
	char line[128];
	unsigned number;

	while (fgets(line, sizeof line, stdin)) {
		if (sscanf(line, "ack %u", &number) == 1)
			acknowledge(number);
		else
			send_packet(line);
	}
	return 0;
}
