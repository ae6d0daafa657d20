/* fixture: strict */
/* Comments travel with their fields; headings and blank lines stay. */

struct leading { /* expect: struct-padding (safe) */
	/* says what it is */
	char kind;
	/* when it was,
	 * in seconds */
	double when;
	/* how bad */
	char level;
	/* what came out */
	int code;
};

struct trailing { /* expect: struct-padding (safe) */
	char kind;   /* what it is */
	double when; // when it was,
	             // in seconds
	char level;  /* how bad it is,
	              * from 1 */
	int code;
};

struct sections { /* expect: struct-padding (safe) */
	/* what is asked */
	char kind;
	double when;

	/* what is answered */
	char level;
	double value;

	char last; /* one more */
};

struct headed { /* expect: struct-padding (safe) */
	char open;

	/* Both of these belong together. */
	long length;
	char used;
	long limit;
};

/* Constants among the fields stay where they are. */
struct constants { /* expect: struct-padding (safe) */
	char kind;
#define KIND_FIRST 1
#define KIND_LAST \
	2
	double when;
	char level;
};

/* Of orders that cost the same, the one that leaves fields in their sections. */
struct placed { /* expect: struct-padding (safe) */
	/* Shown to people. */
	char kind;
	double a;
	double b;
	double c;
	int bigger;

	/* Where it lies. */
	double x;
	int y;
};

/* The constants are written for the flags. */
struct options { /* expect: struct-padding (safe) */
	int flags;
#define QUIET 1
#define LOUD 2
	const char *file;
	unsigned line;
	double volume;
};
