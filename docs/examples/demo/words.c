/* SPDX-License-Identifier: MIT */
/*
 * Counts the words of a generated text in a hash table: the demonstration when no package mirror answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096, LINES = 20000 };

struct word {
	struct word *next;
	char *text;
	unsigned count;
};

struct table {
	struct word *buckets[BUCKETS];
	unsigned words;
};

static void *checked(void *block)
{
	if (!block) {
		fputs("words: out of memory\n", stderr);
		exit(2);
	}
	return block;
}

static unsigned hash(const char *text)
{
	unsigned h = 2166136261u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h % BUCKETS;
}

static void count_word(struct table *table, const char *text)
{
	struct word **slot = &table->buckets[hash(text)];

	for (; *slot; slot = &(*slot)->next) {
		if (!strcmp((*slot)->text, text)) {
			(*slot)->count++;
			return;
		}
	}
	*slot = checked(calloc(1, sizeof(**slot)));
	(*slot)->text = checked(strdup(text));
	(*slot)->count = 1;
	table->words++;
}

static char *line_of_text(unsigned number)
{
	char *line = checked(malloc(128));

	snprintf(line, 128, "line %u says that %u is not %u", number, number % 977, number % 31);
	return line;
}

int main(void)
{
	struct table *table = checked(calloc(1, sizeof(*table)));

	for (unsigned i = 0; i < LINES; i++) {
		char *line = line_of_text(i), *rest = line, *word;

		while ((word = strsep(&rest, " ")))
			count_word(table, word);
		free(line);
	}
	printf("%u different words in %d lines\n", table->words, LINES);
	return 0;
}
