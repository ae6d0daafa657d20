# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A program that crashes leaves a whole profile and dies as it would have: same status, own handlers and stacks respected.
cat >main.c <<'C'
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void *volatile sink;
static int *volatile nowhere;
static volatile int zero;
static sigjmp_buf back;
static void own(int number) { (void)number; write(1, "own\n", 4); _exit(9); }
static void jump(int number) { siglongjmp(back, number); }
static int deep(int n) { volatile char room[4096]; room[0] = (char)n; return deep(n + 1) + room[0]; }
static void *crash(void *p) { *nowhere = 1; return p; }
int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	pthread_t thread;
	stack_t stack;

	sink = malloc(123);
	if (!strcmp(how, "null"))
		*nowhere = 1;
	if (!strcmp(how, "divide"))
		return 7 / zero;
	if (!strcmp(how, "overflow"))
		return deep(0);
	if (!strcmp(how, "raise"))
		raise(SIGABRT);
	if (!strcmp(how, "sent"))
		kill(getpid(), SIGBUS), pause();
	if (!strcmp(how, "trap"))
		__builtin_trap();
	if (!strcmp(how, "corrupt"))
		((size_t *)sink)[-1] = 3, free(sink);
	if (!strcmp(how, "thread"))
		pthread_create(&thread, NULL, crash, NULL), pthread_join(thread, NULL);
	if (!strcmp(how, "own"))
		signal(SIGSEGV, own), *nowhere = 1;
	if (!strcmp(how, "jump")) {
		signal(SIGSEGV, jump);
		if (!sigsetjmp(back, 1))
			*nowhere = 1;
		signal(SIGSEGV, SIG_DFL);
		*nowhere = 1;
	}
	if (!strcmp(how, "ownstack")) {
		stack = (stack_t){.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};
		sigaltstack(&stack, NULL);
		struct sigaction action = {.sa_handler = own, .sa_flags = SA_ONSTACK};
		sigaction(SIGSEGV, &action, NULL);
		return deep(0);
	}
	if (!strcmp(how, "abort"))
		abort();
	return 0;
}
C
compile main main.c -O0 -w -pthread
compile_plain plain main.c -O0 -w -pthread
ulimit -c 0

# try HOW REASON: the same end as the plain program's, and a profile of one snapshot with that reason ("-": none of its own).
try() {
	local how=$1 reason=$2 expected=0 status=0 got
	{ ./plain "$how" >plain.out 2>plain.err || expected=$?; } 2>/dev/null
	{ MEMLINT=1 MEMLINT_OUTPUT=run.memlint ./main "$how" >out 2>err || status=$?; } 2>/dev/null
	[ $status = $expected ] || fail "$how: status $status, plain $expected: $(cat err)"
	{ cmp -s plain.out out && cmp -s plain.err err; } || fail "$how: its output differs: $(cat out err)"
	got=$("$memlint" stat --json run.memlint | jq -r '"\(.snapshot.reason) \(.snapshot.sequence)"')
	[ "$got" = "$reason 1" ] || fail "$how: the snapshot is '$got', expected '$reason 1'"
	[ "$(rows run.memlint | awk -F '\t' '$2 == 23 { print $7 }')" = 123 ] || fail "$how: the block is not in the profile"
}
for how in null divide overflow raise sent trap thread; do
	try $how 'at a crash'
done
try abort 'at abort'
try own 'at exit'
try ownstack 'at exit'
# It asks for the default by name: what is in the file stays readable, nothing is added.
status=0
{ MEMLINT=1 MEMLINT_OUTPUT=run.memlint ./main jump || status=$?; } 2>/dev/null
[ $status = 139 ] || fail "jump: status $status"
# libc finds a damaged chunk, at its release here, and aborts by itself.
status=0
{ MEMLINT=1 MEMLINT_OUTPUT=run.memlint ./main corrupt >/dev/null 2>&1 || status=$?; } 2>/dev/null
[ $status = 134 ] || fail "corrupt: status $status"
"$memlint" stat --json run.memlint | jq -e '.snapshot.reason == "at a crash"' >/dev/null || fail "corrupt: no snapshot"
