/* SPDX-License-Identifier: MIT */
/* Checks packets: a header with a sum over what follows. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 4 };

static uint16_t sum_of(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i & 1 ? bytes[i] : (uint32_t)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static int is_intact(const uint8_t *packet, size_t length)
{
	uint8_t *work;
	uint16_t sum;

	if (length < HEADER)
		return 0;
	work = malloc(length); /* defect: unnecessary-copy */
	if (!work)
		return 0;
	memcpy(work, packet, length);
	sum = sum_of(work + HEADER, length - HEADER);
	free(work);
	return sum == (uint16_t)(packet[2] << 8 | packet[3]);
}

int main(void)
{
	uint8_t packet[16] = {1, 12, 0, 0, 'h', 'e', 'l', 'l', 'o'};
	uint16_t sum;

	sum = sum_of(packet + HEADER, sizeof packet - HEADER);
	packet[2] = (uint8_t)(sum >> 8);
	packet[3] = (uint8_t)sum;
	printf("%s\n", is_intact(packet, sizeof packet) ? "intact" : "broken");
	packet[7]++;
	printf("%s\n", is_intact(packet, sizeof packet) ? "intact" : "broken");
	return 0;
}
