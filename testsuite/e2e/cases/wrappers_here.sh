# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Wrappers of the same unit, inlined or not: each call's line, nothing that stays announced, and around the announcements the code that GCC
# makes without the plugin.
cat >foreign.c <<'C'
#include <stdlib.h>
void foreign(size_t size);
void *elsewhere(size_t size);
void foreign(size_t size)
{
	void *volatile block = malloc(size);
	free(block);
}
void *elsewhere(size_t size)
{
	return malloc(size);
}
C
cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define NOINLINE __attribute__((noinline))
#define INLINE inline __attribute__((always_inline))
void foreign(size_t size);
void *elsewhere(size_t size);
static void *volatile sink;
static volatile int ready;
static void *(*volatile hook)(size_t);
NOINLINE static void *get(size_t size)
{
	void *block = malloc(size);
	if (!block)
		abort();
	return block;
}
static INLINE void *get_zeroed(size_t size)
{
	return memset(get(size), 0, size);
}
static INLINE void *get_maybe(size_t size, int want)
{
	return want ? get(size) : NULL;
}
static INLINE void *get_here(size_t size)
{
	void *block = malloc(size);
	if (!block)
		abort();
	return block;
}
NOINLINE static int set_up(void)
{
	if (!ready) {
		sink = get(71); /* alloc: 1 x 71 at get */
		free(sink);
		ready = 1;
	}
	return 0;
}
static INLINE void *get_when_ready(size_t size)
{
	return set_up() ? NULL : get(size);
}
static INLINE void *get_by_hook(size_t size)
{
	return hook ? hook(size) : get(size);
}
NOINLINE static void zeroed(void)
{
	sink = get_zeroed(10); /* alloc: 2 x 10 at get_zeroed */
	foreign(100);
	free(sink);
}
NOINLINE static void maybe(int want)
{
	sink = get_maybe(11, want); /* alloc: 2 x 11 at get_maybe */
	foreign(101);
	free(sink);
}
NOINLINE static void here(void)
{
	sink = get_here(12); /* alloc: 1 x 12 at get_here */
	foreign(102);
	free(sink);
}
NOINLINE static void when_ready(void)
{
	sink = get_when_ready(13); /* alloc: 2 x 13 at get_when_ready */
	foreign(103);
	free(sink);
}
NOINLINE static void by_hook(void)
{
	sink = get_by_hook(14); /* alloc: 3 x 14 at get_by_hook */
	free(sink);
	sink = get(15); /* alloc: 3 x 15 at get */
	foreign(104);
	free(sink);
}
NOINLINE static void *tail(void)
{
	return get(16); /* alloc: 1 x 16 at get */
}
NOINLINE static void in_a_loop(int n)
{
	sink = NULL;
	for (int i = 0; i < n; i++) {
		if (i == 3)
			sink = get(17); /* alloc: 1 x 17 at get */
		else if (i > 3)
			sink = get_maybe(18, i & 1); /* alloc: 2 x 18 at get_maybe */
		foreign(105);
		free(sink);
		sink = NULL;
	}
}
NOINLINE static int told(int number)
{
	char *text = get(32); /* alloc: 1 x 32 at get */
	FILE *file = fmemopen(text, 32, "w"); /* alloc: some x 0 at fmemopen */
	if (!file)
		abort();
	fprintf(file, "%d", number); /* alloc: some x 0 at fprintf */
	sink = get(20); /* alloc: 1 x 20 at get */
	fclose(file);
	number = atoi(text);
	free(text);
	free(sink);
	return number;
}
int main(void)
{
	zeroed();
	zeroed();
	maybe(1);
	maybe(0);
	maybe(1);
	here();
	when_ready();
	when_ready();
	by_hook();
	hook = get;
	by_hook();
	hook = elsewhere;
	by_hook();
	foreign(106);
	free(tail());
	in_a_loop(8);
	printf("%d\n", told(21)); /* alloc: some x 0 at printf */
	return 0;
}
C
# What the announcements leave of @1's function @2: without them, and with labels numbered as they come.
code_of() {
	awk -v name="$2:" '$1 == name { on = 1 } on && /^\t\.size/ { exit } on && !/^\t\.|memlint_v1_caller|memlint_v1_unit.*r11/' "$1" |
		awk '{ while (match($0, /\.L[A-Z]*[0-9]+/)) {
				label = substr($0, RSTART, RLENGTH)
				if (!(label in number)) number[label] = ++n
				$0 = substr($0, 1, RSTART - 1) "@" number[label] substr($0, RSTART + RLENGTH)
			} print }'
}
cat >near.c <<'C'
#include <stdlib.h>
__attribute__((noinline)) static void *get(size_t size)
{
	void *block = malloc(size);
	return block ? block : malloc(size / 2);
}
long sum(const long *numbers, long n, long **copy);
long sum(const long *numbers, long n, long **copy)
{
	long a = 0, b = 1, c = 2, d = 3;
	for (long i = 0; i < n; i++) {
		a += numbers[i] * b;
		b ^= a;
		c -= b * d;
		d += c;
		if (a == 12345)
			*copy = get((size_t)n * 8);
	}
	return a + b + c + d;
}
C
at_flags() {
	"$CC" -g -fplugin="$plugin" -w "$@" -c main.c -o main.o || fail "main.c does not compile: $*"
	"$CC" -w "$@" main.o foreign.c -o program || fail "$*: does not link"
	expect_authors 21 106 "$CC $*"
}
around() {
	"$CC" -S "$@" near.c -o plain.s
	"$CC" -S -fplugin="$plugin" "$@" near.c -o ours.s
	code_of plain.s sum >plain.code
	code_of ours.s sum >ours.code
	grep -q memlint_v1_caller ours.s || fail "$CC $*: nothing is announced"
	[ -s plain.code ] || fail "no code found"
	diff plain.code ours.code >code.diff || fail "$CC $*: the code around an announcement is another: $(head -5 code.diff)"
}
for CC in $(compilers); do
	for level in -O0 -O1 -O2 -O3 -Os; do
		at_flags $level
		at_flags $level -fno-pie -no-pie
		around $level
	done
	at_flags -O2 -flto
	at_flags -O2 -fPIC
	at_flags -O2 -fexceptions
	at_flags -O2 -fno-plt
done
