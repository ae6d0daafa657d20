# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Other allocators, linked and preloaded, and sanitizers: the same rows; usable sizes are those that the allocator itself tells.
cat >main.c <<'C'
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static size_t usable;
static void *kept[64];
static int n;
static void *keep(void *block)
{
	usable += malloc_usable_size(block);
	return kept[n++] = block;
}
int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	for (int i = 0; i < 20; i++)
		keep(malloc((size_t)i * 37 + 1));
	keep(calloc(10, 100));
	keep(realloc(malloc(10), 100000));
	keep(strdup("some text"));
	free(kept[3]);
	printf("%zu\n", usable);
	return 0;
}
C
cat >main.cc <<'C'
#include <map>
#include <string>
#include <vector>
int main()
{
	std::vector<std::string> names;
	std::map<int, double> values;
	for (int i = 0; i < 50; i++) {
		names.push_back(std::string(40, 'x'));
		values[i] = i;
	}
	int *numbers = new int[100];
	numbers[7] = int(names.size());
	int sum = numbers[7];
	delete[] numbers;
	return sum == 50 ? 0 : 1;
}
C
# A library whose constructor changes the environment moves it away from the auxiliary vector.
cat >mover.c <<'C'
#include <stdlib.h>
__attribute__((constructor)) static void move(void) { setenv("MOVED", "1", 1); }
C
"$CC" -shared -fPIC mover.c -o libmover.so
compile moved main.c -O1 -Wl,--no-as-needed -L. -lmover -Wl,-rpath,"$PWD"
run_traced moved.memlint ./moved >/dev/null
[ -e moved.memlint ] || fail "not traced where a constructor calls setenv()"

counts() {
	"$memlint" stat --json --top 0 "$1" | jq -c '[.rows[] | select(.file | test("main")) | [.line, .alloc_count, .alloc_bytes, .live_bytes, .type]] | sort'
}
for level in -O0 -O2; do
	compile c main.c $level
	compile cxx main.cc $level
	run_traced c.memlint ./c >/dev/null && run_traced cxx.memlint ./cxx
	counts c.memlint >c.rows
	counts cxx.memlint >cxx.rows
	for library in libjemalloc.so.2 libtcmalloc.so.4 libtcmalloc_minimal.so.4 libmimalloc.so.2; do
		path=$(ldconfig -p | awk -v name=$library '$1 == name && !n++ { print $NF }')
		[ -n "$path" ] || continue
		compile c-linked main.c $level -Wl,--no-as-needed "$path"
		compile cxx-linked main.cc $level -Wl,--no-as-needed "$path"
		for how in preloaded linked; do
			[ $how = linked ] && suffix=-linked || suffix=
			[ $how = linked ] && preload= || preload=$path
			for program in c cxx; do
				run_traced x.memlint env LD_PRELOAD="$preload" "./$program$suffix" >out 2>err || fail "$library $how $program $level: status $?"
				[ ! -s err ] || fail "$library $how $program: $(cat err)"
				[ -e x.memlint ] || fail "$library $how $program $level: no profile"
				counts x.memlint | cmp -s - $program.rows || fail "$library $how $program $level: $(counts x.memlint)"
				[ "$("$memlint" stat --json x.memlint | jq -r .program.allocator)" != glibc ] || fail "$library $how: not seen"
			done
		done
	done
	for sanitizer in address undefined thread; do
		"$CC" -g -fplugin="$plugin" -fsanitize=$sanitizer $level main.c -o sanitized 2>/dev/null || continue
		status=0
		ASAN_OPTIONS=detect_leaks=0 run_traced x.memlint ./sanitized >/dev/null 2>err || status=$?
		# Some kernels have no room where a sanitizer wants its shadow: then the plain program does not run either.
		"$CC" -g -fsanitize=$sanitizer $level main.c -o plain
		ASAN_OPTIONS=detect_leaks=0 ./plain >/dev/null 2>&1 || continue
		[ $status = 0 ] || fail "-fsanitize=$sanitizer: status $status: $(cat err)"
		counts x.memlint | cmp -s - c.rows || fail "-fsanitize=$sanitizer $level: $(counts x.memlint)"
	done
done
# Slack is the allocator's: what it says of the kept blocks is what the rows add up to.
compile c main.c -O0
for library in '' libjemalloc.so.2 libtcmalloc.so.4 libmimalloc.so.2; do
	path=$([ -z "$library" ] || ldconfig -p | awk -v name="$library" '$1 == name && !n++ { print $NF }')
	[ -z "$library" ] || [ -n "$path" ] || continue
	told=$(run_traced x.memlint env LD_PRELOAD="$path" ./c)
	sum=$("$memlint" stat --json --top 0 x.memlint | jq '[.rows[] | select(.file | test("main")) | .usable_bytes] | add')
	# The block that realloc moved is not one that the program keeps.
	[ $((sum - told)) -ge 0 ] || fail "${library:-glibc}: the program is told $told usable bytes, rows have $sum"
	[ $((sum - told)) -le 64 ] || fail "${library:-glibc}: the program is told $told usable bytes, rows have $sum"
done
