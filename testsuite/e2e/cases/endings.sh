# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# However a program ends, its profile holds what was flushed and its status is its own.
cat >main.c <<'C'
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void *volatile sink;
int main(int argc, char **argv)
{
	char *const again[] = { argv[0], (char *)"_exit", NULL };
	sink = malloc(123);
	if (argc < 2)
		return 0;
	if (!strcmp(argv[1], "exit"))
		exit(5);
	if (!strcmp(argv[1], "_exit"))
		_exit(6);
	if (!strcmp(argv[1], "quick_exit"))
		quick_exit(7);
	if (!strcmp(argv[1], "abort"))
		abort();
	if (!strcmp(argv[1], "exec"))
		execv(argv[0], again);
	if (!strcmp(argv[1], "kill"))
		kill(getpid(), SIGKILL);
	return 99;
}
C
compile main main.c -O2

try() {
	local how=$1 expected=$2 status=0 profiles
	rm -f run.*
	(MEMLINT=1 MEMLINT_OUTPUT="$PWD/run.%p.memlint" ./main "$how" >out 2>err) 2>/dev/null || status=$?
	[ $status = "$expected" ] || fail "$how: status $status, expected $expected; $(cat err)"
	[ ! -s err ] || fail "$how: $(cat err)"
	profiles=(run.*.memlint)
	[ -s "${profiles[0]}" ] || fail "$how: no profile"
	if [ "$how" != kill ]; then
		[ "$(totals "${profiles[0]}" | cut -d ' ' -f 1,4)" = "1 123" ] || fail "$how: $(totals "${profiles[0]}")"
	else
		"$memlint" stat "${profiles[0]}" >/dev/null 2>&1 || [ $? -le 2 ] || fail "$how: stat crashes on its profile"
	fi
}

try exit 5
try _exit 6
try quick_exit 7
try abort 134
try exec 6
try kill 137
