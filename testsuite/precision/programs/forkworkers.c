/* SPDX-License-Identifier: MIT */
/*
 * A prefork server: the parent builds a table, each child answers from it with blocks of its own and ends with _exit. A child
 * carries on with the counts of its parent, in memlint as in memcheck.
 * style: C, fork workers
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct table {
	size_t n;
	long *rows;
};

struct answer {
	long sum;
	char *text;
	struct answer *next;
};

static struct table *build(size_t n)
{
	struct table *table = malloc(sizeof(*table)); /* bytes: 4*16; count: 4; type: struct table */

	table->n = n;
	table->rows = malloc(n * sizeof(long)); /* bytes: 4*8000; count: 4; type: long[] or long int[] */
	for (size_t i = 0; i < n; i++)
		table->rows[i] = (long)i;
	return table;
}

static int serve(const struct table *table, int requests)
{
	struct answer *answers = NULL;
	long sum = 0;

	for (int i = 0; i < requests; i++) {
		struct answer *answer = malloc(sizeof(*answer)); /* bytes: 3*10*24; count: 30; type: struct answer */
		char *text = calloc(1, 64);                      /* bytes: 3*10*64; count: 30; type: char[] */

		memset(text, '0' + i, 63);
		answer->sum = table->rows[i] + text[0];
		answer->text = text;
		answer->next = answers;
		answers = answer;
	}
	while (answers) {
		struct answer *next = answers->next;

		sum += answers->sum;
		free(answers->text);
		free(answers);
		answers = next;
	}
	return sum == 10 * 48 + 2 * 45 ? 0 : 1;
}

int main(void)
{
	struct table *table = build(1000);
	int bad = 0, status;

	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			_exit(serve(table, 10));
	for (int i = 0; i < 3; i++) {
		wait(&status);
		bad |= status;
	}
	free(table->rows);
	free(table);
	return bad ? 1 : 0;
}
