/* fixture: strict -std=gnu11 */
/* What depends on a layout without an expression that says so. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct value { size_t size; void *data; };
int put(struct value *value);

/* An address and a size side by side are bytes to somebody. */
struct listed { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
int put_listed(long n)
{
	struct listed key = {0};
	struct value value = { sizeof key, &key };

	key.b = n;
	return put(&value);
}

struct assigned { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
int put_assigned(long n)
{
	struct assigned key = {0};
	struct value value;

	key.b = n;
	value.data = &key;
	value.size = sizeof key;
	return put(&value);
}

struct aliased { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
int put_aliased(long n)
{
	struct aliased key = {0};
	void *bytes = &key;
	struct value value = { .data = bytes, .size = sizeof key };

	key.b = n;
	return put(&value);
}

/* An address alone is not. */
struct kept { char a; long b; char c; }; /* expect: struct-padding (safe) */
int put_kept(struct kept *kept)
{
	struct value value = { 0, kept };

	return put(&value);
}

#define OFFSET(type, field) ((size_t)&((type *)0)->field)

struct measured { char a; long b; char c; }; /* expect: struct-padding (unsafe: offsetof) */
size_t offset_measured(void) { return OFFSET(struct measured, b); }

struct tabled { char a; long b; char c; }; /* expect: struct-padding (unsafe: offsetof) */
const struct { const char *name; size_t offset; } columns[] = { { "b", OFFSET(struct tabled, b) } };

struct sized { char a; long b; char c; }; /* expect: struct-padding (safe) */
size_t size_of_field(void) { return sizeof(((struct sized *)0)->b); }

struct plugin { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
long from_plugin(void *handle)
{
	struct plugin *plugin = dlsym(handle, "plugin");

	return plugin->b;
}

struct device { char a; long b; char c; }; /* expect: struct-padding (unsafe: outside of the seen program) */
extern struct device device;
long read_device(void) { return device.b; }

struct own { char a; long b; char c; }; /* expect: struct-padding (safe) */
extern struct own own;
struct own own;

/* malloc's 16 bytes would be lost behind 24. */
struct header { char a; long b; char c; void *d; }; /* expect: struct-padding [32 -> 24 bytes] (unsafe: behind it) */
void *behind(size_t n)
{
	struct header *header = malloc(sizeof *header + n);

	header->b = (long)n;
	return header + 1;
}

struct indexed { char a; long b; char c; void *d; }; /* expect: struct-padding (unsafe: behind it) */
void *behind_index(struct indexed *header) { return &header[1]; }

struct improved { char a; long b; char c; }; /* expect: struct-padding [24 -> 16 bytes] (safe) */
void *behind_improved(struct improved *header) { return header + 1; }

struct flexible { char a; long b; char c; long d; char data[]; }; /* expect: struct-padding (unsafe: behind it) */
void *in_flexible(struct flexible *flexible) { return flexible->data; }

struct text { char a; long b; char c; long d; char data[]; }; /* expect: struct-padding (safe) */
void set_text(struct text *text, const char *from, size_t n) { memcpy(text->data, from, n); }

struct grown { char a; long b; char c; }; /* expect: struct-padding (safe) */
void *xrealloc(void *block, size_t size);
struct grown *grow(struct grown *grown, size_t n) { return xrealloc(grown, n * sizeof *grown); }

struct first { /* expect: struct-padding (unsafe: comment) */
	char a; /* must be first */
	long b;
	char c;
};

/*
 * switch.S knows where the fields
 * are: do not reorder.
 */
struct noted { /* expect: struct-padding (unsafe: comment) */
	char a;
	long b;
	char c;
};

/* The words in another struct's comment, and outside of comments, say nothing. */
struct plain { /* expect: struct-padding (safe) */
	char a;
	long b;
	char reorder;
};

/* A function that takes what it is given for something else. */
static int tag_of(void *object) { return *(char *)object; }
struct tagged { char tag; long b; char c; }; /* expect: struct-padding (unsafe: cast) */
int tag(struct tagged *tagged) { return tag_of(tagged); }

struct summed { char a; long b; char c; }; /* expect: struct-padding (safe) */
static long sum_of(void *object) { struct summed *s = object; return s != NULL; }
long sum(struct summed *summed) { return sum_of(summed); }

/* After [2].b the list goes on with [2].c and [3].a. */
struct deep { char a; long b; char c; }; /* expect: struct-padding (unsafe: braces) */
struct deep deep[4] = { [2].b = 3, 4, 5 };

struct ranged { char a; long b; char c; }; /* expect: struct-padding (safe) */
struct ranged ranged[4] = { [0 ... 3] = { 1, 2, 3 } };

/* Rows that are left out here are compiled elsewhere. */
struct feature { char a; long b; char c; }; /* expect: struct-padding (unsafe: preprocessor lines) */
struct feature features[] = {
	{ 1, 2, 3 },
#ifdef WITH_MORE
	{ 4, 5, 6 },
#endif
};

/* Copied in one go, from one field into the next. */
struct frame { char tag; long id; char from[6]; char by[6]; }; /* expect: struct-padding (unsafe: calculated) */
void address(struct frame *frame, const char *both) { memcpy(frame->from, both, 12); }

struct named { char tag; long id; char from[6]; char by[6]; }; /* expect: struct-padding (safe) */
void name(struct named *named, const char *from) { memcpy(named->from, from, 6); }

struct walked { char tag; long b; int c; long d; int e; }; /* expect: struct-padding (unsafe: calculated) */
long walk(struct walked *walked)
{
	long *at = &walked->b, sum = 0;

	for (int i = 0; i < 3; i++)
		sum += *at++;
	return sum;
}

struct touched { char tag; long b; int c; long d; int e; }; /* expect: struct-padding (safe) */
long touch(struct touched *touched)
{
	long *at = &touched->b;

	return at[0] + *at;
}

/* The comparison sees the first field, not the record. */
static int by_number(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
struct numbered { int number; char *text; int count; }; /* expect: struct-padding (unsafe: cast) */
void sort_numbered(struct numbered *all, size_t n) { qsort(all, n, sizeof *all, by_number); }

struct ordered { int number; char *text; int count; }; /* expect: struct-padding (safe) */
static int by_order(const void *a, const void *b)
{
	const struct ordered *left = a, *right = b;

	return left->number - right->number;
}
void sort_ordered(struct ordered *all, size_t n) { qsort(all, n, sizeof *all, by_order); }

struct saved { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
void save(struct saved *saved) { __asm__ volatile("" : : "r"(saved) : "memory"); }

/* What is said of the fields below would be said of another one. */
struct zoned { /* expect: struct-padding (unsafe: past a comment) */
	long fmt;
	char abbrev;

	/* Fields below here are private. */
	long width;
	char preserve;
};

struct zoned_within { /* expect: struct-padding (safe) */
	long fmt;
	long mode;

	/* Fields below here are private. */
	char abbrev;
	long width;
	char preserve;
};

struct owned { /* expect: struct-padding (unsafe: past a comment) */
	char number;
	long busy;

	/* The next group of fields is the server's. */
	long state;
	char count;
};
