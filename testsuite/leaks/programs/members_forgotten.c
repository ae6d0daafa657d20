// SPDX-License-Identifier: MIT
/* Records are freed, their members are not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct person {
	char *name;
	char *address;
	int age;
};

static struct person *people[5];

int main(void)
{
	for (int i = 0; i < 5; i++) {
		people[i] = malloc(sizeof *people[i]);
		people[i]->name = strdup("somebody");
		people[i]->address = malloc(120);
		people[i]->age = i;
	}
	for (int i = 0; i < 5; i++) {
		if (i % 2)
			free(people[i]->name);
		memset(people[i], 0, sizeof *people[i]);
		free(people[i]);
		people[i] = NULL;
	}
	return 0;
}
