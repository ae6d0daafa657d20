/* SPDX-License-Identifier: MIT */
/*
 * An interpreter that reports errors by longjmp, and frees what it had from a list of everything.
 * style: C, setjmp/longjmp error handling
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

union block {
	union block *next;
	long double alignment;
};

struct machine {
	jmp_buf handler;
	union block *blocks;
	char *message;
	int depth;
};

struct value {
	int kind;
	union {
		long number;
		char *text;
	};
};

static _Noreturn void fail(struct machine *machine, const char *format, ...)
{
	va_list arguments, again;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	machine->message = malloc((size_t)length + 1); /* bytes: 3*26; count: 3; type: char[] */
	vsnprintf(machine->message, (size_t)length + 1, format, arguments);
	va_end(again);
	va_end(arguments);
	longjmp(machine->handler, 1);
}

static void *machine_alloc(struct machine *machine, size_t size)
{
	union block *block;

	if (machine->depth > 10)
		fail(machine, "too deep: %d of %d levels", machine->depth, 10);
	block = malloc(sizeof(*block) + size);
	block->next = machine->blocks;
	machine->blocks = block;
	return block + 1;
}

static struct value *evaluate(struct machine *machine, long n)
{
	struct value *value = machine_alloc(machine, sizeof(*value)); /* bytes: 3*10*32+6*32; count: 36 */

	machine->depth++;
	value->kind = n & 1;
	if (value->kind) {
		value->text = machine_alloc(machine, 9); /* bytes: 3*4*25+3*25; count: 15 */
		strcpy(value->text, "an odd 1");
	} else {
		value->number = n;
	}
	if (n > 0)
		evaluate(machine, n - 1);
	machine->depth--;
	return value;
}

static void machine_clear(struct machine *machine)
{
	while (machine->blocks) {
		union block *next = machine->blocks->next;

		free(machine->blocks);
		machine->blocks = next;
	}
	free(machine->message);
	machine->message = NULL;
	machine->depth = 1;
}

int main(void)
{
	struct machine *machine = calloc(1, sizeof(*machine)); /* bytes: 224; count: 1; type: struct machine */
	volatile int errors = 0, good = 0;

	for (volatile int i = 0; i < 4; i++) {
		machine->depth = 1;
		if (setjmp(machine->handler)) {
			errors++;
		} else {
			evaluate(machine, i ? 20 : 5);
			good++;
		}
		machine_clear(machine);
	}
	free(machine);
	return errors == 3 && good == 1 ? 0 : 1;
}
