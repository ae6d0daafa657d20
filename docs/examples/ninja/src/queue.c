// SPDX-License-Identifier: MIT
/* Pushes jobs. */
#include "queue.h"

#include <stdlib.h>

struct job *queue_push(struct job *head, double deadline)
{
	struct job *job = malloc(sizeof *job);

	if (!job)
		return head;
	*job = (struct job){.next = head, .deadline = deadline};
	return job;
}
