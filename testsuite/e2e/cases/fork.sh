# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A child goes on in a profile of its own, which holds what it inherited; MEMLINT_FOLLOW_FORK=0 stops that.
cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void *volatile sink;
int main(void)
{
	sink = malloc(100);
	pid_t child = fork();
	if (child == 0) {
		free(sink);
		sink = malloc(7);
		return 4;
	}
	int status;
	waitpid(child, &status, 0);
	for (int i = 0; i < 3; i++)
		sink = malloc(50);
	return WEXITSTATUS(status);
}
C
compile main main.c -O2
status=0
MEMLINT=1 MEMLINT_OUTPUT="$PWD/run.%p.memlint" ./main || status=$?
[ $status = 4 ] || fail "status $status"
profiles=(run.*.memlint)
[ ${#profiles[@]} = 2 ] || fail "expected two profiles: ${profiles[*]}"
live=$(for p in "${profiles[@]}"; do totals "$p" | cut -d ' ' -f 4; done | sort -n | tr '\n' ' ')
[ "$live" = "7 250 " ] || fail "live bytes of child and parent: $live"

rm -f run.*.memlint
MEMLINT=1 MEMLINT_FOLLOW_FORK=0 MEMLINT_OUTPUT="$PWD/run.%p.memlint" ./main || true
profiles=(run.*.memlint)
[ ${#profiles[@]} = 1 ] || fail "MEMLINT_FOLLOW_FORK=0: ${profiles[*]}"
