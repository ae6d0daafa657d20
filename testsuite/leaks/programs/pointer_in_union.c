// SPDX-License-Identifier: MIT
/* A pointer that a union holds, as one of several things. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct value {
	int kind;
	union {
		long number;
		double real;
		char *text;
		struct value *list;
	} as;
};

static struct value top;

int main(void)
{
	top.kind = 3;
	top.as.list = calloc(4, sizeof *top.as.list);
	for (int i = 0; i < 4; i++) {
		top.as.list[i].kind = i % 2 ? 2 : 0;
		if (i % 2)
			top.as.list[i].as.text = strdup("text");
		else
			top.as.list[i].as.number = 42;
	}
	return 0;
}
