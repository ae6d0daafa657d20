# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The programs of docs/examples run, with the plugin and without, and show what the guide says.
examples=$root/docs/examples
cp "$examples/demo/words.c" "$examples/snapshot/snapshot.c" .
compile words words.c -O2
run_traced words.memlint ./words >out
grep -q '^20005 different words' out || fail "words: $(cat out)"
[ "$("$memlint" stat --plain words.memlint | head -n 2)" = "words.c:50: size=469 KiB, count=20005, average=24 B
words.c:51: size=106 KiB, count=20005, average=5 B" ] || fail "words: $("$memlint" stat --plain words.memlint)"
status=0
"$memlint" check words.memlint --max-peak 1M --max-leaked 0 >out 2>&1 || status=$?
[ $status = 1 ] || fail "check: status $status, $(cat out)"

compile snapshot snapshot.c -O2
./snapshot >out || fail "snapshot: status $?"
grep -q '^snapshot.c:[0-9]*: size=97.7 KiB (+97.7 KiB), count=1000 (+1000), average=100 B$' out || fail "snapshot: $(cat out)"
compile_plain plain snapshot.c -O2
if ./plain 2>err; then fail "a plain build traces"; fi
grep -q 'not built with -fplugin=memlint.so' err || fail "a plain build says: $(cat err)"
