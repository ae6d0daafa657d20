/* fixture: strict -std=c11 */
/* Initialisers by position name their fields afterwards; what needs no change is left alone. */

struct item { /* expect: struct-padding (safe) */
	char kind;
	double weight;
	char class;
};

struct item by_position = { 1, 2.5, 3 };
struct item designated = { .weight = 2.5, .kind = 1 };
struct item mixed = { .kind = 1, 2.5, 3 };
struct item zero = { 0 };
struct item few = { 1 };
struct item table[] = {
	{ 'a', 1.0, 'x' },
	{ 'b',
	  2.0, 'y' },
	[4] = { 'c', 3.0 },
};

double use(void)
{
	struct item local = { 4, 5.0, 6 };
	const struct item *literal = &(struct item){ 7, 8.0, 9 };

	return local.weight + literal->weight;
}

/* A list that fills an anonymous member cannot name it. */
struct anonymous { /* expect: struct-padding (none: anonymous) */
	char kind;
	struct {
		double x, y;
	};
	char last;
};

struct anonymous filled = { 1, { 2, 3 }, 4 };

#define ITEM(k, w) { k, w, 0, 0 }

struct made { /* expect: struct-padding (none: macro) */
	char kind;
	double weight;
	char class;
	char last;
};

struct made by_macro = ITEM(1, 2.0);

#define KIND 1

/* Elements that are macros are elements like others. */
struct plain { /* expect: struct-padding (safe) */
	char kind;
	double weight;
	char class;
};

struct plain with_macro = { KIND, KIND + 0.5, KIND };
