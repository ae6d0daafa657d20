/* SPDX-License-Identifier: MIT */
/* A queue of jobs whose fields are in a wasteful order. */
#ifndef QUEUE_H
#define QUEUE_H

struct job {
	char urgent;
	struct job *next;
	int priority;
	double deadline;
	char done;
};

struct job *queue_push(struct job *head, double deadline);

#endif
