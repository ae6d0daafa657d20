# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A static program without the runtime in it behaves as a plain one; with it, it is traced: libc's own allocations, threads and ends too.
for how in -static -static-pie; do
	for source in allocators.c operators.cc; do
		"$(compiler_of $source)" -g -O2 -fplugin="$plugin" $how "$here/cases/$source" -o program || fail "$how does not link"
		[ "$(./program | tail -n 1 | cut -c 1-4)" ] || fail "$how: no output"
		./program >plain.out 2>plain.err || fail "$how: status $?"
		MEMLINT=1 ./program >traced.out 2>traced.err || fail "$how with MEMLINT=1: status $?"
		cmp plain.out traced.out || fail "$how with MEMLINT=1 prints something else"
	done
done

static_options=$build/lib/memlint-static
for source in allocators.c operators.cc threads.c wrappers.c; do
	for level in -O0 -O2; do
		# shellcheck disable=SC2046
		"$(compiler_of $source)" -g $level -I"$root/runtime/include" -fplugin="$plugin" "$here/cases/$source" -o program $(flags_of "$here/cases/$source") \
			-static @"$static_options" || fail "$source with the runtime does not link"
		compile_plain plain "$here/cases/$source" $level
		./plain >plain.out 2>plain.err || fail "$source: plain: status $?"
		./program >dormant.out 2>dormant.err || fail "$source: dormant: status $?"
		run_traced run.memlint ./program >traced.out 2>traced.err || fail "$source: traced: status $?"
		{ cmp plain.out dormant.out && cmp plain.out traced.out && cmp plain.err traced.err; } || fail "$source: another output"
		expect_markers "$here/cases/$source" run.memlint "static $level"
	done
done

cat >main.c <<'C'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void *volatile sink;
static void *work(void *unused)
{
	sink = malloc(50);
	free(sink);
	return unused;
}
int main(int argc, char **argv)
{
	pthread_t thread;
	char *line = NULL;
	size_t size = 0;

	if (getline(&line, &size, stdin) < 0)
		return 1;
	pthread_create(&thread, NULL, work, NULL);
	pthread_join(thread, NULL);
	free(line);
	if (argc > 1 && argv[1][0] == '_')
		_exit(3);
	if (argc > 1)
		abort();
	return 2;
}
C
compile program main.c -O2 -static @"$static_options"
for how in '' _exit abort; do
	status=0
	{ echo text | MEMLINT=1 MEMLINT_OUTPUT=run.memlint ./program $how >out 2>err || status=$?; } 2>/dev/null
	case $how in
	'') [ $status = 2 ] || fail "status $status" ;;
	_exit) [ $status = 3 ] || fail "_exit: status $status" ;;
	*) [ $status = 134 ] || fail "abort: status $status" ;;
	esac
	rows run.memlint | cut -f 1-5 >rows.txt
	grep -q "^main.c	18	6	[12]	" rows.txt || fail "$how: getline's block is not on the author's line: $(cat rows.txt)"
	grep -q "^main.c	8	9	1	50" rows.txt || fail "$how: the thread's block is not there: $(cat rows.txt)"
done
