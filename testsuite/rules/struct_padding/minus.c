/* fixture: strict -std=c11 */
/* Records that must be left alone, even by --level strict. */
#include <stdatomic.h>
#include <stdint.h>

struct best {
	int a;
	char b;
};

#pragma pack(push, 1)
struct packed1 {
	char a;
	int b;
	char c;
};
#pragma pack(pop)

struct __attribute__((packed)) packed {
	char a;
	int b;
	char c;
};

union either {
	char a;
	double b;
};

/* To gain here, the flexible array would have to leave the end. */
struct flexible {
	int length;
	char kind;
	short data[];
};

/* To gain here, the run of bit-fields would have to be torn apart. */
struct run {
	unsigned a : 20;
	unsigned b : 20;
	unsigned c : 20;
	char x, y, z;
};

struct wire {
	char kind;
	char pad[3];
	int length;
	char state;
	char reserved[7];
	double value;
	char last;
};

struct spaced {
	char kind;
	double value;
	char padding0;
};

struct line {
	char kind;
	_Alignas(64) long counter;
	char other;
};

/* Readers and writers are on cache lines of their own. */
struct ring {
	char full;
	long head;
	char empty;
};

struct counters {
	_Atomic int readers;
	char name[3];
	long between;
	_Atomic int writers;
};

struct odd {
	char name[3];
	char more[5];
};

struct one {
	double value;
};

struct empty {
	int none[0];
};

struct trailing {
	long a;
	char b;
};
