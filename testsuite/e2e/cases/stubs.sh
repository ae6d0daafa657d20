# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Calls of allocators go through their slots at once, where an indirect call is the compiler's own to make; through the stub otherwise.
cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
static void *volatile sink;
__attribute__((noinline)) static void *tail(size_t size)
{
	return malloc(size);
}
__attribute__((noinline)) static void give_back(void *block)
{
	free(block);
}
int main(void)
{
	for (int i = 0; i < 3; i++) {
		sink = tail(10); /* alloc: 3 x 10 at tail */
		give_back(sink);
	}
	sink = calloc(3, 4); /* alloc: 1 x 12 */
	sink = realloc(sink, 20); /* alloc: 1 x 20 */
	free(sink);
	return 0;
}
C
stub_calls=$'\t(call|jmp)\tmemlint_v1_(malloc|free|calloc|realloc)$'
slot_calls=$'\t(call|jmp)\t.*memlint_v1_(malloc|free|calloc|realloc)\\.slot'
# at_flags stub|slot FLAGS...
at_flags() {
	local way=$1 stubs slots
	shift
	"$CC" -fplugin="$plugin" "$@" -S main.c -o main.s || fail "main.c does not compile: $*"
	stubs=$(grep -cE "$stub_calls" main.s || true)
	slots=$(grep -E "$slot_calls" main.s | grep -vc '^jmp' || true)
	case "$way $stubs $slots" in
	"slot 0 "[5-9] | "stub "[5-9]" 0") ;;
	*) fail "$CC $*: $stubs calls of stubs, $slots through slots" ;;
	esac
	compile program main.c "$@"
	run_traced run.memlint ./program || fail "$*: status $?"
	expect_markers main.c run.memlint "$CC $*"
	[ "$(totals run.memlint | cut -d ' ' -f 1,2)" = "5 5" ] || fail "$CC $*: $(totals run.memlint)"
}
for CC in $(compilers); do
	at_flags slot -O0
	at_flags slot -O2
	at_flags slot -O2 -fPIC
	at_flags slot -O2 -fno-pie -no-pie
	at_flags slot -O2 -masm=intel
	at_flags slot -O2 -fcf-protection
	at_flags stub -O2 -mindirect-branch=thunk -fcf-protection=none
done
