// SPDX-License-Identifier: MIT
/* Fills a queue and frees it. */
#include "queue.h"

#include <stdlib.h>

int main(void)
{
	struct job *head = NULL;

	for (int i = 0; i < 100000; i++)
		head = queue_push(head, i);
	while (head) {
		struct job *next = head->next;

		free(head);
		head = next;
	}
	return 0;
}
