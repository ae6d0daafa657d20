# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Wrappers that another unit defines: what their callers announce holds for one call, wherever the compiler puts that, and not for what a
# unit without the plugin allocates next.
cat >wrap.c <<'C'
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
void *get(size_t size);
void *get_of_seven(int a, int b, int c, int d, int e, int f, size_t size);
char *get_text(size_t size, const char *format, ...);
void *get(size_t size)
{
	void *block = malloc(size);
	if (!block)
		abort();
	return block;
}
void *get_of_seven(int a, int b, int c, int d, int e, int f, size_t size)
{
	return malloc(size + (size_t)(a + b + c + d + e + f));
}
char *get_text(size_t size, const char *format, ...)
{
	char *text = malloc(size);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, size, format, arguments);
	va_end(arguments);
	return text;
}
C
cat >foreign.c <<'C'
#include <stdlib.h>
void foreign(size_t size);
void foreign(size_t size)
{
	void *volatile block = malloc(size);
	free(block);
}
C
cat >main.c <<'C'
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#define NOINLINE __attribute__((noinline))
struct pair { int a, b; };
void *get(size_t size);
void *get_of_seven(int a, int b, int c, int d, int e, int f, size_t size);
char *get_text(size_t size, const char *format, ...);
void foreign(size_t size);
void *absent(size_t size) __attribute__((weak));
static void *volatile sink;
static jmp_buf back;
NOINLINE static struct pair *tail(void)
{
	return get(sizeof(struct pair)); /* alloc: 3 x 8 at get of struct pair */
}
NOINLINE static void tail_of_nothing(void)
{
	get_text(40, "%d", 1); /* alloc: 1 x 40 at get_text */
}
static void put(int number)
{
	sink = get_text(64, "%d %g %s", number, 0.5, "x"); /* alloc: 5 x 64 at get_text */
	free(sink);
}
NOINLINE static void twins(int which)
{
	if (which == 1)
		sink = get(24); /* alloc: 2 x 24 at get */
	else if (which == 2)
		sink = get(24); /* alloc: 3 x 24 at get */
	else
		sink = get(25); /* alloc: 1 x 25 at get */
	free(sink);
}
NOINLINE static void one_of_two(void)
{
	sink = get(6); /* alloc: 2 x 6 at get */
	free(sink);
}
NOINLINE static void the_other(void)
{
	sink = get(6); /* alloc: 1 x 6 at get */
	free(sink);
}
NOINLINE static void in_a_row(struct pair **first, int *second)
{
	*first = get(sizeof(**first)); /* alloc: 1 x 8 at get of struct pair */
	(*first)->a = 1;
	*second = (*first)->a + 1;
	sink = get(17); /* alloc: 1 x 17 at get */
	foreign(100);
	free(sink);
}
NOINLINE static void from_afar(void)
{
	sink = get(9); /* alloc: 2 x 9 at get */
	free(sink);
	longjmp(back, 1);
}
int main(int argc, char **argv)
{
	struct pair *pairs[3], *one;
	void *(*volatile pointer)(size_t) = get;
	volatile int again = 0;
	int number, i;
	for (i = 0; i < 3; i++)
		pairs[i] = tail();
	foreign(101);
	tail_of_nothing();
	foreign(102);
	for (i = 0; i < 4; i++)
		put(i);
	put(argc + (argv[0] != NULL));
	for (i = 0; i < 6; i++)
		twins(i < 2 ? 1 : i < 5 ? 2 : 3);
	one_of_two();
	the_other();
	one_of_two();
	in_a_row(&one, &number);
	if (!setjmp(back) || again++ == 0)
		from_afar();
	foreign(103);
	sink = get_of_seven(0, 0, 0, 0, 0, 0, 31); /* alloc: 1 x 31 at get_of_seven */
	free(sink);
	sink = pointer(16); /* alloc: 1 x 16 at pointer */
	free(sink);
	sink = get((size_t)one->a + /* alloc: 1 x 33 at get */
		   sizeof(char *) * (get(32) != NULL) * 4); /* alloc: 1 x 32 at get */
	free(absent ? absent(5) : sink);
	foreign(104);
	for (i = 0; i < 3; i++)
		free(pairs[i]);
	printf("%d\n", number); /* alloc: some x 0 at printf */
	return 0;
}
C
at_flags() {
	local shared=$1 unit
	shift
	for unit in wrap main; do
		"$CC" -g -fplugin="$plugin" -w "$@" -c $unit.c -o $unit.o || fail "$unit.c does not compile: $*"
	done
	"$CC" -w "$@" -c foreign.c -o foreign.o
	if [ "$shared" = shared ]; then
		"$CC" "$@" -shared wrap.o -o libwrap.so
		"$CC" "$@" main.o foreign.o ./libwrap.so -o program
	else
		"$CC" "$@" main.o wrap.o foreign.o -o program
	fi
	expect_authors 2 104 "$CC $*"
}
for CC in $(compilers); do
	for level in -O0 -O1 -O2 -O3 -Os "-O2 -g3" "-O2 -fno-pie -no-pie" "-O0 -fno-pie -no-pie" "-O2 -masm=intel" "-O2 -fno-plt" "-O2 -mforce-indirect-call" "-O2 -fexceptions" \
		"-O2 -mcmodel=medium" "-O2 -flto"; do
		# shellcheck disable=SC2086
		at_flags static $level
	done
	at_flags shared -O2 -fPIC
	at_flags shared -O2 -fPIC -fno-plt
done
