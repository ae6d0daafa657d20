# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Under a limit on address space, with closed descriptors, in a sanitized program: it runs, and says so if it cannot trace.
compile program "$here/cases/leaks.c" -O2
status=0
(
	ulimit -v 200000
	MEMLINT=1 MEMLINT_OUTPUT="$PWD/run.memlint" ./program >out 2>err
) || status=$?
[ $status = 3 ] || fail "under ulimit -v: status $status, $(cat err)"

status=0
MEMLINT=1 MEMLINT_OUTPUT="$PWD/closed.memlint" ./program <&- >&- 2>&- || status=$?
[ $status = 3 ] || fail "with descriptors closed: status $status"
[ "$(totals closed.memlint)" = "12 5 386 336 7" ] || fail "with descriptors closed: $(totals closed.memlint)"

compile sanitized "$here/cases/allocators.c" -O1 -fsanitize=address
ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 ./sanitized >/dev/null 2>err || fail "sanitized, dormant: $(cat err)"
ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 MEMLINT=1 MEMLINT_OUTPUT="$PWD/asan.memlint" \
	./sanitized >/dev/null 2>err || fail "sanitized, traced: $(cat err)"
[ -s asan.memlint ] || fail "sanitized: no profile"
