/* SPDX-License-Identifier: MIT */
/*
 * A signal handler that allocates its report, sigaltstack from the heap, and the main loop's own blocks.
 * style: C, signal handlers
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct report {
	int number;
	struct report *next;
	char text[16];
};

static struct report *reports;
static volatile sig_atomic_t raised;

static void on_signal(int number)
{
	struct report *report = malloc(sizeof(*report)); /* bytes: 5*32; count: 5; type: struct report */

	report->number = number;
	strcpy(report->text, "raised");
	report->next = reports;
	reports = report;
	raised++;
}

static void *alternate_stack(void)
{
	stack_t stack = {.ss_size = 65536};

	stack.ss_sp = malloc(stack.ss_size); /* bytes: 65536; count: 1 */
	return sigaltstack(&stack, NULL) ? NULL : stack.ss_sp;
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
	void *stack = alternate_stack();
	int *work, ok;

	sigaction(SIGUSR1, &action, NULL);
	for (int i = 0; i < 5; i++) {
		work = malloc(100 * sizeof(int)); /* bytes: 5*400; count: 5; type: int[] */
		memset(work, i, 100 * sizeof(int));
		raise(SIGUSR1);
		raised += work[i] != i * 0x01010101;
		free(work);
	}
	ok = raised == 5;
	while (reports) {
		struct report *next = reports->next;

		free(reports);
		reports = next;
	}
	sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
	free(stack);
	return ok ? 0 : 1;
}
