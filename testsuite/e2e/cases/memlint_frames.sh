# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Tracebacks of more than one frame: return addresses become functions and lines, inlined ones too; a module whose file
# is gone keeps its addresses.
cat >plain.c <<'C'
#include <stdlib.h>
int plain_make(void **block);
static inline __attribute__((always_inline)) void *inlined(size_t n)
{
	return calloc(1, n);
}
int plain_make(void **block)
{
	*block = inlined(50);
	return *block != NULL;
}
C
cat >app.c <<'C'
#include <stdio.h>
#include <stdlib.h>
int plain_make(void **block);
static void *kept[2];
__attribute__((noinline)) static int outer(int n)
{
	kept[0] = malloc(100);
	n += plain_make(&kept[1]);
	return n + (kept[0] == kept[1]);
}
int main(int argc, char **argv)
{
	(void)argv;
	int n = outer(argc);
	return n == 2 ? 0 : 1;
}
C
"$CC" -g -O1 -fno-omit-frame-pointer -shared -fPIC plain.c -o libplain.so || fail "plain library"
"$CC" -g -O1 -fno-omit-frame-pointer -fplugin="$plugin" app.c -o app -L. -lplain -Wl,-rpath,"$PWD" || fail "app"
"$memlint" run -q --nframe 16 -o app.memlint ./app || fail "run"

"$memlint" stat --by traceback app.memlint >out
awk "/^app.c:7: /,/^    [^ ]/" out >frames.txt
grep -qx ' *app.c:7 in outer' frames.txt || fail "no author's frame: $(cat out)"
grep -qx ' *app.c:14 in main' frames.txt || fail "no caller: $(cat out)"
"$memlint" export -t collapsed -m alloc-bytes app.memlint >out
grep -q 'plain_make (.*plain.c:9);inlined (.*plain.c:5) 50$' out || fail "no inlined frame: $(cat out)"

"$memlint" tree app.memlint >out
awk '/main \(app.c:14\)/ { main = match($0, /main/) } /plain_make/ { plain = match($0, /plain_make/) } END { exit !(main && plain == main + 4) }' out ||
	fail "plain_make is not two levels below main: $(cat out)"

strip --strip-all libplain.so
"$memlint" export -t collapsed -m alloc-bytes app.memlint >out
grep -q 'plain_make 50$' out || fail "no name from the dynamic symbols: $(cat out)"
rm libplain.so
"$memlint" export -t collapsed -m alloc-bytes app.memlint >out
grep -q 'libplain.so+0x[0-9a-f]* 50$' out || fail "no address: $(cat out)"
echo 'int other;' >other.c
"$CC" -shared -fPIC other.c -Wl,--build-id=sha1 -o libplain.so
"$memlint" export -t collapsed -m alloc-bytes app.memlint >out
grep -q 'libplain.so+0x[0-9a-f]* 50$' out || fail "another file's symbols were used: $(cat out)"

# Wrappers of wrappers, inlined ones too: every frame once, and in its place.
cat >nest.c <<'C'
#include <stdlib.h>
#include <string.h>
static void *zm(size_t n) { void *p = malloc(n); if (!p) abort(); return p; }
__attribute__((noinline)) void *xm(size_t n) { return zm(n + 8); }
__attribute__((noinline)) char *copy(const char *s) { size_t n = strlen(s) + 1; char *p = xm(n); memcpy(p, s, n); return p; }
static char *helper(int i) { return copy(i ? "some" : "other text"); }
static char *volatile kept;
__attribute__((noinline)) int work(int i)
{
	kept = helper(i);
	return kept[0];
}
int main(int argc, char **argv) { (void)argv; return work(argc) == 0; }
C
wanted='main (nest.c:13);work (nest.c:10);helper (nest.c:6);copy (nest.c:5);xm (nest.c:4);zm (nest.c:3) 13'
for level in -O0 -O1 -O2 "-O2 -flto"; do
	# shellcheck disable=SC2086
	"$CC" -g $level -fplugin="$plugin" -fplugin-arg-memlint-frames nest.c -o nest || fail "nest $level"
	"$memlint" run -q --nframe 16 -o nest.memlint ./nest || fail "nest $level: run"
	"$memlint" export -t collapsed -m alloc-bytes nest.memlint >out
	# elfutils does not see what link-time optimisation inlined: the functions around have no line then.
	sed -E 's/ \([^)]*\)//g' out >names
	grep -q 'main;work;helper;copy;xm;zm 13$' names || fail "nest $level: $(cat out)"
	[[ "$level" = *flto ]] || grep -qF "$wanted" out || fail "nest $level: $(cat out)"
	[ "$(rows nest.memlint | cut -f 2)" = 6 ] || fail "nest $level: not the author's line: $(rows nest.memlint)"
done
"$memlint" run -q --nframe 5 -o nest.memlint ./nest || fail "nest: run"
[ "$("$memlint" stat --json --by traceback nest.memlint | jq '.rows[0].traceback | length')" = 5 ] || fail "not as many frames as asked for"
# Without debug information: the sites as they are, other functions by their symbols.
"$CC" -O1 -fplugin="$plugin" -fplugin-arg-memlint-frames nest.c -o nest
"$memlint" run -q --nframe 16 -o nest.memlint ./nest || fail "nest without -g: run"
"$memlint" export -t collapsed -m alloc-bytes nest.memlint >out
grep -q 'main;work;copy;xm;helper (nest.c:6);zm (nest.c:3) 13' out || fail "nest without -g: $(cat out)"
# So do tracebacks switched on by the program.
cat >late.c <<'C'
#include <memlint/memlint.h>
#include <stdlib.h>
static void *volatile kept;
static void *inner(void) { return calloc(1, 44); }
__attribute__((noinline)) static void outer(void) { kept = inner(); }
int main(void) { memlint_start(8); outer(); memlint_snapshot_dump(memlint_take_snapshot(), "late.memlint"); return 0; }
C
"$CC" -g -O2 -I"$root/runtime/include" -fplugin="$plugin" -fplugin-arg-memlint-frames late.c -o late
./late
"$memlint" export -t collapsed -m alloc-bytes late.memlint >out
grep -qF 'main (late.c:6);outer (late.c:5);inner (late.c:4) 44' out || fail "memlint_start(8): $(cat out)"
