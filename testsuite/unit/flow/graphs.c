// SPDX-License-Identifier: MIT
/* Every way control can go in C; the number of ways is compared with the compiler's own graph. */
#include <assert.h>
#include <setjmp.h>
#include <stdlib.h>

int straight(int a)
{
	a += 2;
	return a;
}

int branch(int a)
{
	if (a)
		return 1;
	else if (a + 1)
		return 2;
	return 3;
}

int logic(int a, int b, int c)
{
	if (a && (b || !c))
		return 1;
	a = b && c;
	b = (a || c) + (b && !c);
	if (!(a && b) || (c && !(a || b)))
		return 2;
	return (a && b) == c;
}

int ternary(int a, int b)
{
	int c = a ? b : a && b ? 1 : 2;

	return c ?: (b ?: 4);
}

int loops(int n)
{
	int total = 0;

	for (int i = 0; i < n && total < 100; i++) {
		if (i == 3)
			continue;
		if (i == 7)
			break;
		total += i;
	}
	while (n-- > 0)
		total++;
	do {
		total--;
		if (total == 5)
			continue;
		if (total == 4)
			break;
	} while (total > 10);
	for (;;) {
		if (total++ > 3)
			return total;
	}
}

int once(int a)
{
	do {
		if (a)
			break;
		a++;
	} while (0);
	while (0)
		a++;
	if (0)
		a--;
	if (sizeof(int) == 4 && a)
		return 1;
	return a;
}

int choose(int a)
{
	switch (a) {
	case 1:
	case 2:
		a++;
	case 3 ... 9:
		a--;
		break;
	case 20: {
		a = 2;
		break;
	default:
		a = 3;
	}
	case 40:
		return 4;
	}
	switch (a)
	case 2:
		a = 3;
	switch (a) {
	case 1:
		break;
	}
	switch (3) {
	case 1:
		return 1;
	case 3:
		a++;
	}
	return a;
}

int duff(int n, char *to, const char *from)
{
	int rounds = (n + 3) / 4;

	switch (n % 4) {
	case 0:
		do {
			*to++ = *from++;
		case 3:
			*to++ = *from++;
		case 2:
			*to++ = *from++;
		case 1:
			*to++ = *from++;
		} while (--rounds > 0);
	}
	return 0;
}

int jumps(int a)
{
again:
	a--;
	if (a > 10)
		goto again;
	if (a == 3)
		goto out;
	if (a == 4)
		goto inside;
	while (a < 5) {
	inside:
		a += 2;
	}
out:
	return a;
}

int threaded(const unsigned char *code)
{
	static const void *const table[] = {&&stop, &&next, &&twice};
	int n = 0;

	goto *table[*code++];
next:
	n++;
	goto *table[*code++];
twice:
	n += 2;
	goto *table[*code++];
stop:
	return n;
}

int ends(int a)
{
	if (a == 1)
		abort();
	if (a == 2) {
		exit(3);
		a = 4;
	}
	assert(a != 5);
	return a;
}

int statement_expression(int a)
{
	return ({
		       int b = a;

		       if (b > 3)
			       b = 3;
		       b;
	       }) +
	       (a ? 1 : 2);
}

int dead(int a)
{
	return a;
	if (a)
		a++;
	return 2;
}

int nested(int a, int b)
{
	for (int i = 0; i < a; i++)
		for (int j = 0; j < b; j++)
			switch (i) {
			case 1:
				continue;
			case 2:
				break;
			default:
				while (j > 4)
					if (j-- == 5)
						break;
			}
	return 0;
}

static jmp_buf back;

int comes_back(void)
{
	if (setjmp(back))
		return 1;
	return 0;
}
