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
