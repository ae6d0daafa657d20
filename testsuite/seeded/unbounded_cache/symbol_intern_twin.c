/* SPDX-License-Identifier: MIT */
/* A calculator that reads expressions and keeps a symbol for every name it meets. */
/* Twin: the names are those of the program; what comes in is only looked up. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct symbol {
	const char *name;
	double value;
	struct symbol *left, *right;
};

static struct symbol *symbols;

static struct symbol *intern(const char *name)
{
	struct symbol **at = &symbols;

	while (*at) {
		int order = strcmp(name, (*at)->name);

		if (order == 0)
			return *at;
		at = order < 0 ? &(*at)->left : &(*at)->right;
	}
	struct symbol *s = calloc(1, sizeof *s);

	if (!s)
		exit(1);
	s->name = strdup(name);
	*at = s;
	return s;
}

static struct symbol *find(const char *name)
{
	struct symbol *s = symbols;

	while (s && strcmp(name, s->name) != 0)
		s = strcmp(name, s->name) < 0 ? s->left : s->right;
	return s;
}

static void evaluate(char *line)
{
	char *word = strtok(line, " =\n"), *value = strtok(NULL, " =\n");
	struct symbol *s;

	if (!word || !isalpha((unsigned char)*word))
		return;
	s = find(word);
	if (!s)
		return;
	if (value)
		s->value = strtod(value, NULL);
	printf("%s = %g\n", s->name, s->value);
}

int main(void)
{
	char line[200];

	intern("pi")->value = 3.14159;
	intern("e")->value = 2.71828;
	while (fgets(line, sizeof line, stdin))
		evaluate(line);
	return 0;
}
