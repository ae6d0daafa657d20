/* fixture: strict -std=c11 unsafe */
/* Reported; no edit is offered. */

struct directives { /* expect: struct-padding (none: preprocessor) */
	char a;
#ifdef NEVER
	int never;
#endif
	double b;
	char c;
};

/* Neighbours of one declaration stay together when that loses nothing. */
struct together { /* expect: struct-padding [32 -> 24 bytes] (safe) */
	double x;
	char a, b, c;
	double y;
	short d, e;
	char f;
};

#define TWO(type, name) type name##_first; double name##_second;

struct by_macro { /* expect: struct-padding (none: macro) */
	TWO(char, a)
	TWO(char, b)
};

#define FIELD(type, name) type name;

/* A macro that makes one field moves like any other. */
struct one_each { /* expect: struct-padding (safe) */
	FIELD(char, a)
	FIELD(double, b)
	FIELD(char, c)
};

struct inline_comment { char a; /* first */ double b; char c; }; /* expect: struct-padding (none: share lines) */

/* Here they would have to part. */
struct parted { /* expect: struct-padding [32 -> 24 bytes] (none: declared together) */
	int *p, x;
	int *q, y;
};
