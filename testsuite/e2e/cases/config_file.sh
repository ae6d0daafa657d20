# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# .memlint.yaml: the plugin and `memlint run` find it upwards and do what it says; what is wrong in it is an error with its line.
mkdir -p project/src
cat >project/src/main.c <<'C'
#include <stdlib.h>
static char store[4096];
static size_t used;
__attribute__((noinline)) void *take(size_t size) { used += size; return store + used - size; }
__attribute__((noinline)) void give(void *block) { (void)block; used = 0; }
__attribute__((noinline)) void *make(size_t size) { return malloc(size); }
__attribute__((noinline)) void *get(void) { return malloc(77); }
int main(void)
{
	void *a = make(10);
	void *b = get();
	void *c = take(33);
	give(c);
	free(a);
	free(b);
	return 0;
}
C

# lines_of PROFILE: "line:bytes" of every row, in order.
lines_of() {
	rows "$1" | awk -F '\t' '{ print $2 ":" $5 }' | sort -n | paste -s -d ' ' -
}

cd project/src || exit
compile main main.c -O0
run_traced a.memlint ./main
[ "$(lines_of a.memlint)" = "7:77 10:10" ] || fail "without a file: $(lines_of a.memlint)"

cat >../.memlint.yaml <<'YAML'
level: strict       # the analyzer's
plugin:
  no-wrappers: [make]
  allocators:
    - name: take
      size: 1
      free: give
run:
  output: "%e.by-file.memlint"
  nframe: 3
YAML
compile main main.c -O0 -MMD -MF main.d
grep -q 'memlint.yaml' main.d || fail "the object does not depend on the file: $(cat main.d)"
run_traced a.memlint ./main
[ "$(lines_of a.memlint)" = "6:10 7:77 12:33" ] || fail "with a file: $(lines_of a.memlint)"

# The command line wins.
compile main main.c -O0 -fplugin-arg-memlint-wrapper=make
run_traced a.memlint ./main
[ "$(lines_of a.memlint)" = "7:77 10:10 12:33" ] || fail "the command line does not win: $(lines_of a.memlint)"

"$memlint" run -q ./main || fail "memlint run does not take the file's defaults"
[ -e main.by-file.memlint ] || fail "memlint run does not write where the file says"
MEMLINT_OUTPUT=by-environment.memlint "$memlint" run -q ./main
[ -e by-environment.memlint ] || fail "the environment does not win over the file"
"$memlint" run -q -o by-option.memlint ./main
[ -e by-option.memlint ] || fail "the command line does not win over the file"

# expect_error TEXT WANTED: the compiler, and `memlint run`, refuse the file with a line that has WANTED.
expect_error() {
	printf '%b' "$1" >../.memlint.yaml
	if "$CC" -fplugin="$plugin" -c main.c 2>err; then
		fail "accepted: $1"
	fi
	grep -qF "$2" err || fail "'$2' is not in: $(cat err)"
	[ "$(grep -c . err)" = 1 ] || fail "more than one line: $(cat err)"
}
expect_error 'plugin:\n  wrapers: [a]\n' '.memlint.yaml:2: Unexpected key: wrapers'
expect_error 'plugin:\n  wrappers:\n  - ok\n  - 1a\n' ".memlint.yaml:4: '1a' is not a function's name"
expect_error 'plugin:\n  allocators:\n  - name: f\n    size: 0\n' ".memlint.yaml:3: 'f' has an argument number that is not 1 to 9"
expect_error 'plugin:\n  allocators:\n  - size: 1\n' "'allocators' has an entry without name"
expect_error 'plugin:\n  allocators:\n  - name: f\n' "'f' needs size"
expect_error 'level: [\n' '.memlint.yaml:1: '
if "$memlint" run -q ./main 2>err; then
	fail "memlint run accepts a broken file"
fi
one_line err
printf 'run:\n  interval: soon\n' >../.memlint.yaml
if "$memlint" run -q ./main 2>err; then
	fail "memlint run accepts a bad interval"
fi
grep -qF ".memlint.yaml:2: 'soon'" err || fail "no place: $(cat err)"
