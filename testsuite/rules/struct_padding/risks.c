/* fixture: strict -std=c11 */
/* Each record here has one thing that stands against a safe fix. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct offset { char a; long b; char c; }; /* expect: struct-padding (unsafe: offsetof) */
size_t offset_of_b(void) { return offsetof(struct offset, b); }

struct asserted { char a; long b; char c; }; /* expect: struct-padding (unsafe: compile-time) */
_Static_assert(sizeof(struct asserted) == 24 || sizeof(struct asserted) == 16, "size");

struct checked { char a; long b; char c; }; /* expect: struct-padding (unsafe: compile-time) */
int size_is_right(size_t size) { return size == sizeof(struct checked); }

struct reached { char a; long b; char c; }; /* expect: struct-padding (unsafe: calculated) */
ptrdiff_t reach(struct reached *r) { return (char *)&r->b - (char *)0; }

struct indexed { char a; long b; char c; }; /* expect: struct-padding (unsafe: calculated) */
long next(struct indexed *r) { return (&r->b)[1]; }

struct spanned { char a; long b; char c; }; /* expect: struct-padding (unsafe: calculated) */
void wipe(struct spanned *s) { memset(&s->a, 0, 16); }

struct twin { char a; long b; char c; }; /* expect: struct-padding (unsafe: cast) */
struct other { int type; };
int type_of(struct twin *t) { return ((struct other *)t)->type; }

struct common { char a; long b; char c; }; /* expect: struct-padding (unsafe: union) */
union any { struct common common; struct { char a; long b; } head; };

struct written { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
void save(FILE *f, struct written *w) { fwrite(w, sizeof *w, 1, f); }

struct received { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
long receive(int fd) { struct received r; return read(fd, &r, sizeof r) > 0 ? r.b : 0; }

struct compared { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
int same(struct compared *a, struct compared *b) { return memcmp(a, b, sizeof *a) == 0; }

struct copied { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
void load(struct copied *c, const char *bytes) { memcpy(c, bytes, sizeof *c); }

struct hashed { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
uint32_t hash(const void *bytes, size_t size);
uint32_t key(struct hashed *h) { return hash(h, sizeof *h); }

struct buffered { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
long from_buffer(int fd)
{
	void *buffer = malloc(4096);
	struct buffered *b = buffer;

	return read(fd, buffer, 4096) > 0 ? b->b : 0;
}

/* What holds it by value is written. */
struct part { char a; long b; char c; }; /* expect: struct-padding (unsafe: bytes) */
struct whole { struct part part; long sum; };
void save_whole(FILE *f, struct whole *w) { fwrite(w, sizeof *w, 1, f); }

struct elided { char a; long b; char c; }; /* expect: struct-padding (unsafe: braces) */
struct elided pair[2] = { 1, 2, 3, 4, 5, 6 };

struct aligned { char a; long b; char c; } __attribute__((aligned(16))); /* expect: struct-padding (unsafe: attribute) */

/* Bit-fields of two runs, each perhaps with a lock of its own. */
struct runs { /* expect: struct-padding (unsafe: share a word) */
	void *first;
	unsigned loaded : 1;
	void *second;
	unsigned tried : 1;
};

/* More than anybody wants to read in a diff. */
struct upheaved { /* expect: struct-padding (unsafe: change places) */
	char c0;
	long l0;
	char c1;
	long l1;
	char c2;
	long l2;
	char c3;
	long l3;
	char c4;
	long l4;
	char c5;
	long l5;
	char c6;
	long l6;
	char c7;
	long l7;
	char c8;
	long l8;
	char c9;
	long l9;
	char c10;
	long l10;
	char c11;
	long l11;
	char c12;
	long l12;
	char c13;
	long l13;
};

/* As much would be gained, and less is moved. */
struct bearable { /* expect: struct-padding (safe) */
	char c0;
	long l0;
	char c1;
	long l1;
	char c2;
	long l2;
	char c3;
	long l3;
	char c4;
	long l4;
	char c5;
	long l5;
};
