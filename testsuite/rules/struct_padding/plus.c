/* fixture: -std=c11 */
/* Records that waste bytes: each must be reported. */
#include <stddef.h>
#include <stdlib.h>

/* Nobody makes one here: whoever does will notice. */
struct small { /* expect: struct-padding [12 -> 8 bytes] (safe) */
	char first;
	int middle;
	char last;
};

struct sample { /* expect: struct-padding [24 -> 16 bytes] (safe) */
	char kind;
	double value;
	char unit;
	int code;
};

static struct sample samples[20];

struct stretched { /* expect: struct-padding [16 -> 8 bytes] (unsafe: attribute) */
	char before;
	_Alignas(8) int aligned;
	char after;
};

struct point {
	double x, y;
};

struct marker { /* expect: struct-padding [32 -> 24 bytes] (safe) */
	char shown;
	struct point at;
	char kind;
};

struct flags { /* expect: struct-padding [32 -> 24 bytes] (safe) */
	char first;
	double value;
	unsigned dirty : 1;
	unsigned shared : 1;
	unsigned depth : 20;
	double other;
};

#pragma pack(push, 2)
struct packed2 { /* expect: struct-padding [14 -> 12 bytes] (unsafe: attribute) */
	char a;
	int b;
	char c;
	int d;
	char e;
	char f;
};
#pragma pack(pop)

/* One of them takes a block of 64 bytes, then of 48. */
struct node { /* expect: struct-padding [48 -> 40 bytes] (safe) */
	struct node *next;
	char kind;
	long key;
	char state;
	long values[2];
};

struct node *make_node(void)
{
	return malloc(sizeof(struct node));
}

double sum(void)
{
	double total = 0;

	for (size_t i = 0; i < 20; i++)
		total += samples[i].value;
	return total;
}

/* By value in another record. */
struct inner { /* expect: struct-padding [24 -> 16 bytes] (safe) */
	char a;
	long b;
	char c;
};

struct outer {
	struct inner inner;
	struct outer *next;
};

/* Many, though each lies alone in its block of 32 bytes: a share of five per cent is enough. */
struct many { /* expect: struct-padding [12 -> 8 bytes] (safe) */
	char a;
	int b;
	char c;
};

void fill(struct many **list, int count)
{
	for (int i = 0; i < count; i++)
		list[i] = malloc(sizeof **list);
}

struct base {
	int type;
	int refs;
};

/* The first member stays first: it is how C inherits. */
struct derived { /* expect: struct-padding [32 -> 24 bytes] (safe) */
	struct base base;
	char open;
	double value;
	char closed;
};

/* What follows stays the last. */
struct tail { /* expect: struct-padding [24 -> 16 bytes] (safe) */
	char kind;
	long length;
	char state;
	char bytes[];
};
