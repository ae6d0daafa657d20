/* fixture: strict -std=c11 */
/* `int a, b;` moves as a whole. */
struct pair { /* expect: struct-padding [24 -> 16 bytes] (safe) */
	char kind;
	double weight;
	char first, second;
};

/* A run of bit-fields moves as a whole, too. */
struct run { /* expect: struct-padding [32 -> 24 bytes] (safe) */
	unsigned dirty : 1;  /* to be written */
	unsigned depth : 20; /* from the root */
	double weight;
	int kind;
	double height;
};

struct nested { /* expect: struct-padding [40 -> 32 bytes] (safe) */
	char open;
	struct {
		double x;
		double y;
	} at; /* where */
	char closed;
	struct nested *next;
};

#define LINK(type) struct { type *next, *previous; }

/* A macro that is only the type is like any type. */
struct linked { /* expect: struct-padding [40 -> 32 bytes] (safe) */
	char open;
	enum { RED, BLUE } colour;
	LINK(struct linked) link;
	char closed;
	double weight;
};
