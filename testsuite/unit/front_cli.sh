#!/bin/bash
# SPDX-License-Identifier: MIT
# memlint-analyze as a user meets it: exit statuses, bad input, cache, workers, and map and reduce steps.
# Usage: front_cli.sh path/to/memlint-analyze
set -u
analyze=$(realpath "$1")
source=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache
cd "$work" || exit 1
failures=0

# expect STATUS 'what it is about' command...: runs it, output in out and err
expect() {
	local status=$1 what=$2 got
	shift 2
	timeout 200 "$@" >out 2>err
	got=$?
	if [ "$got" != "$status" ]; then
		echo "FAIL: $what: exit status $got, not $status"
		sed 's/^/    /' err | head -5
		failures=$((failures + 1))
	fi
}

# has FILE 'text': the last command's out or err contains it
has() {
	if ! grep -qF -- "$2" "$1"; then
		echo "FAIL: $1 lacks: $2"
		sed 's/^/    /' "$1" | head -5
		failures=$((failures + 1))
	fi
}

same() {
	if ! cmp -s "$1" "$2"; then
		echo "FAIL: $1 and $2 differ"
		diff "$1" "$2" | head -5
		failures=$((failures + 1))
	fi
}

mkdir p
cat >p/wasteful.h <<'C'
struct wasteful {
	char a;
	double b;
	char c;
};
C
for unit in one two three; do
	cat >p/$unit.c <<C
#include "wasteful.h"
#include <stdlib.h>
struct wasteful ${unit}_table[20];
struct wasteful *${unit}(void)
{
	return malloc(sizeof(struct wasteful));
}
C
done
cat >p/compile_commands.json <<C
[{"directory": "$work/p", "file": "one.c", "command": "cc -MMD -MF dep.d -c -o one.o one.c"},
 {"directory": "$work/p", "file": "two.c", "command": "ccache gcc -Werror -c two.c"},
 {"directory": "$work/p", "file": "three.c", "arguments": ["cc", "-fconserve-stack", "-funheard-of", "-c", "three.c"]}]
C

# ---- statuses ----
expect 0 'help' "$analyze" --help
has out 'Which code:'
expect 0 'version' "$analyze" --version
has out libclang
expect 0 'rules' "$analyze" --list-rules
has out struct-padding
expect 2 'an unknown option' "$analyze" --no-such-option
has err '--no-such-option: unknown'
expect 2 'an option without argument' "$analyze" --level
expect 2 'a level that does not exist' "$analyze" --level loud p
expect 2 'a format that does not exist' "$analyze" --format loud p
expect 2 'a number that is none' "$analyze" -j many p
expect 2 'a path that is not there' "$analyze" nowhere
has err 'nowhere: No such file or directory'
expect 2 'a directory without sources' "$analyze" "$work/cache.none" p/nothing
expect 2 'a wrong resource directory' "$analyze" --resource-dir /nowhere --no-cache p
has err '--resource-dir /nowhere: no include/stddef.h in it'
expect 2 'an output that cannot be written' "$analyze" -o /nowhere/x p
expect 1 'findings' "$analyze" p
has out 'p/wasteful.h:1:8: warning:'
has out '24 -> 16 bytes'
[ "$(grep -c 'warning:' out)" = 1 ] || { echo "FAIL: a header of three units gives one finding"; failures=$((failures + 1)); }
[ -s err ] && { echo "FAIL: a clean run says nothing on stderr"; cat err; failures=$((failures + 1)); }
[ -e p/dep.d ] || [ -e p/one.o ] && { echo "FAIL: the run wrote into the tree"; failures=$((failures + 1)); }
cp out first

# ---- the same, however it is done ----
expect 1 'from the cache' "$analyze" p
same out first
expect 1 'one worker, no cache' "$analyze" -j1 --no-cache p
same out first
expect 1 'five workers, no cache' "$analyze" -j5 --no-cache p
same out first
for unit in one two three; do
	expect 0 "facts of $unit" "$analyze" --facts-only p/$unit.c -o $unit.facts
done
expect 1 'merged facts' "$analyze" --merge three.facts one.facts two.facts
same out first
head -c 100 one.facts >cut.facts
expect 2 'damaged facts' "$analyze" --merge cut.facts
has err 'cut.facts: not facts of this version'
expect 2 'facts that are not there' "$analyze" --merge gone.facts

# ---- the cache ----
find cache -name '*.facts' -exec sh -c 'echo x >>"$1"' _ {} \;
expect 1 'damaged blobs' "$analyze" p
same out first
for index in cache/memlint/*.sqlite; do echo nonsense >"$index"; done
expect 1 'a damaged index' "$analyze" p
same out first
expect 1 'a cache that cannot be made' "$analyze" --cache-dir /dev/null/x p
same out first
sed -i 's/double b/int b/' p/wasteful.h
expect 1 'a changed header' "$analyze" p
has out '12 -> 8 bytes'
sed -i 's/int b/double b/' p/wasteful.h
expect 1 'a header changed back' "$analyze" p
same out first

# ---- without a database ----
mkdir q
cp p/one.c p/wasteful.h q
expect 1 'guessed flags' "$analyze" q
has err 'no compile_commands.json: guessing'
expect 1 'flags given' "$analyze" q/one.c -- -DX -std=c99
[ -s err ] && { echo "FAIL: flags given are not guessed"; failures=$((failures + 1)); }
expect 2 'a wrong -p' "$analyze" -p q q
has err 'no compile_commands.json in it'

# ---- units that are lost or broken are named, and the others are analysed ----
mkdir bad long spin
cp p/one.c p/wasteful.h bad
echo '#include "nope.h"' >bad/missing.c
printf '\377\376i\0n\0t\0 \0a\0;\0' >bad/utf16.c
mkfifo bad/fifo.c
mkdir bad/directory.c
: >bad/empty.c
head -c 2000 /dev/urandom >bad/random.c
ln -s .. bad/loop
ln -s nowhere bad/dangling.c
python3 - <<'P' 2>/dev/null || :
open("bad/deep.c", "w").write("int x = " + "(" * 100000 + "1" + ")" * 100000 + ";\n")
open("bad/chain.c", "w").write("int f(int a) { return " + "+".join(["a"] * 30000) + "; }\n")
open("spin/spin.c", "w").write("#define A0 +1\n" + "".join("#define A%d A%d A%d\n" % (i, i - 1, i - 1) for i in range(1, 40)) + "int y = A39;\n")
open("spin/pragmas.c", "w").write("#define A0 _Pragma(\"pack(push, 1)\")\n" + "".join("#define A%d A%d A%d\n" % (i, i - 1, i - 1) for i in range(1, 40)) + "A39\n")
open("long/packs.c", "w").write("#pragma pack(push, 1)\n" * 100000 + "struct packed { char a; double b; char c; } packed;\n")
open("long/table.c", "w").write("struct row { char a; double b; char c; };\nstatic struct row rows[] = {\n" + "\t{ 1, 2, 3 },\n" * 100000 + "};\nstruct row *first(void) { return rows; }\n")
P
expect 2 'a hostile directory' "$analyze" --no-cache -j2 bad
has out 'bad/wasteful.h:1:8: warning:'
has err "missing.c: does not compile (bad/missing.c:1:10: 'nope.h' file not found)"
has err 'utf16.c: does not compile'
grep -q chain.c err && { echo "FAIL: a long chain is no hardship"; failures=$((failures + 1)); }
if [ -e spin/spin.c ]; then
	expect 2 'units without end' "$analyze" --no-cache --timeout 3 -j2 spin
	has err 'spin.c: lost: took more than 3 seconds'
	has err 'pragmas.c: lost: took more than 3 seconds'
fi
# Root may read everything: then nobody must try.
someone=()
[ "$(id -u)" != 0 ] || someone=(setpriv --reuid=65534 --regid=65534 --clear-groups)
chmod a+rx "$work" bad
mkdir bad/denied
chmod 0 bad/denied
if "${someone[@]}" test -x "$analyze"; then
	expect 2 'a directory without permission' "${someone[@]}" "$analyze" --no-cache bad/denied
	has err 'denied: Permission denied'
fi

# ---- fixes ----
cp -r p f
sed -i "s,$work/p,$work/f," f/compile_commands.json
expect 1 'a patch' "$analyze" --diff f
has out '+++ b/'
same f/wasteful.h p/wasteful.h
expect 0 'fixing' "$analyze" --fix f
has f/wasteful.h 'double b;'
expect 0 'fixing again' "$analyze" --fix f
if [ -e long/table.c ]; then
	expect 0 'fixing a table of 100,000 lines, beside as many pragmas' "$analyze" --no-cache --fix long
	has err 'fixed 1 finding in 1 file'
	has long/table.c '{ .a = 1, .b = 2, .c = 3 },'
fi
expect 0 'after the fix' "$analyze" f

# ---- the example for build systems ----
expect 0 'a depfile' "$analyze" --facts-only p/one.c -o one.facts --depfile one.d
has one.d 'one.facts:'
has one.d "$(realpath p)/wasteful.h"
if command -v ninja >/dev/null; then
	cp -r "$source/../../docs/examples/ninja" n
	cd n || exit 1
	sed -i "s,^analyze = .*,analyze = $analyze," build.ninja
	expect 0 'the example under Ninja' ninja
	expect 1 'the same in one go' "$analyze" src -- -std=gnu17 -Isrc
	same out findings.txt
	touch src/queue.h
	expect 0 'a header changed' ninja -n
	has out 'facts of src/main.c'
	cd .. || exit 1
fi

[ "$failures" = 0 ] && echo "all as expected"
exit "$failures"
