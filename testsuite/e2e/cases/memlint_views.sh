# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The memlint command on a real program: texts, JSON, filters, differences, limits, exports, statuses.
cat >app.c <<'C'
#include <signal.h>
#include <stdlib.h>
#include <string.h>
struct node { char tag; struct node *next; short n; };
static void *list;
static void grow(int n)
{
	while (n--) {
		struct node *node = malloc(sizeof *node);
		node->next = list;
		list = node;
	}
}
int main(int argc, char **argv)
{
	volatile char *text = calloc(1000, 1);
	text[0] = 1, grow(argc > 1 ? atoi(argv[1]) : 10);
	for (int i = 0; i < 5; i++)
		free(strdup("temporary"));
	free((void *)text);
	if (argc > 2)
		raise(atoi(argv[2]));
	return 7;
}
C
"$CC" -g -O1 -fplugin="$plugin" app.c -o app || fail "does not compile"

status=0
"$memlint" run -o small.memlint ./app 10 >out 2>err || status=$?
[ $status = 7 ] || fail "run: status $status, the program's is 7"
[ -s out ] && fail "run wrote on standard output: $(cat out)"
grep -q '240 B.*app.c:9  *grow  *struct node' err || fail "run does not show the top line: $(cat err)"
grep -q '^profile: small.memlint' err || fail "run does not name the profile: $(cat err)"
"$memlint" run -q -o big.memlint ./app 100 2>err || true
[ -s err ] && fail "run -q is not quiet: $(cat err)"

# tracemalloc's lines, to the letter.
"$memlint" stat --by lineno small.memlint >out
grep -qxF 'app.c:9: size=240 B, count=10, average=24 B' out || fail "stat: $(cat out)"
grep -qxF 'app.c:16: size=0 B, count=0' out || fail "stat without what was released: $(cat out)"
"$memlint" stat --plain --filter '*.c:9' small.memlint >out
[ "$(cat out)" = 'app.c:9: size=240 B, count=10, average=24 B' ] || fail "stat --plain --filter: $(cat out)"
"$memlint" stat --plain --exclude 'app.*' small.memlint | grep -q 'app.c' && fail "--exclude keeps app.c"
"$memlint" stat --plain --by type --type 'struct*' small.memlint >out
[ "$(cat out)" = 'struct node: size=240 B, count=10, average=24 B' ] || fail "stat --by type: $(cat out)"
"$memlint" stat --plain --by function --top 1 small.memlint >out
[ "$(cat out)" = 'grow: size=240 B, count=10, average=24 B' ] || fail "stat --by function: $(cat out)"
"$memlint" stat --by filename --cumulative small.memlint >/dev/null || fail "--cumulative"
"$memlint" stat --table --sort temporary small.memlint >out
sed -n 5p out | grep -q 'app.c:19' || fail "--sort temporary: $(cat out)"
"$memlint" diff small.memlint big.memlint >out
[ "$(cat out)" = 'app.c:9: size=2400 B (+2160 B), count=100 (+90), average=24 B
peak 1250 B -> 3410 B (+2160 B), allocated 1290 B -> 3450 B (+2160 B), live 240 B -> 2400 B (+2160 B)' ] ||
	fail "diff: $(cat out)"
"$memlint" diff small.memlint small.memlint | grep -qx 'nothing changed' || fail "diff with itself"

for view in stat 'stat --table' peak leaks types temporary tree; do
	# shellcheck disable=SC2086
	"$memlint" $view --filter nothing.c small.memlint >out || fail "$view without rows"
done
"$memlint" leaks --filter nothing.c small.memlint | grep -q 'released everything' && fail "leaks takes what is filtered out for released"

# The schema that scripts rely on.
"$memlint" stat --json small.memlint >stat.json
keys='file line column function type alloc_bytes alloc_count live_bytes live_count peak_bytes usable_bytes temporary_count'
[ "$(jq -r '.rows[0] | keys_unsorted | join(" ")' stat.json)" = "$keys" ] || fail "row's members: $(cat stat.json)"
[ "$(jq -r .schema stat.json)" = memlint-stat/1 ] || fail "schema"
[ "$(jq -r '.totals | keys | join(" ")' stat.json)" = "alloc_bytes alloc_count free_bytes free_count live_bytes live_count missed_frees peak_bytes peak_error_bytes tracer_bytes" ] ||
	fail "totals' members: $(cat stat.json)"
[ "$(jq -c '.rows[0] | [.file, .line, .column, .function, .type, .live_bytes, .live_count]' stat.json)" = '["app.c",9,23,"grow","struct node",240,10]' ] ||
	fail "row: $(jq -c '.rows[0]' stat.json)"
[ "$(jq '[.rows[].alloc_bytes] | add' stat.json)" = "$(jq .totals.alloc_bytes stat.json)" ] || fail "rows and totals differ"
for view in peak leaks types temporary timeline tree; do
	"$memlint" $view --json small.memlint | jq -e ".schema == \"memlint-$view/1\"" >/dev/null || fail "$view --json"
done
"$memlint" diff --json small.memlint big.memlint | jq -e '.rows[0].live_count_diff == 90' >/dev/null || fail "diff --json"

"$memlint" peak small.memlint >out
grep -q '1000 B .*app.c:16' out || fail "peak: $(cat out)"
"$memlint" leaks small.memlint >out
grep -q '^240 B in 10 blocks of struct node' out || fail "leaks: $(cat out)"
"$memlint" types --layout small.memlint >out
grep -q '(hole)' out || fail "types --layout draws no hole: $(cat out)"
"$memlint" temporary small.memlint >out
grep -q '^ *5 .*app.c:19' out || fail "temporary: $(cat out)"
"$memlint" timeline small.memlint | grep -q 'at exit' || fail "timeline"

# Colours only where they are wanted.
"$memlint" stat small.memlint | grep -q $'\033' && fail "colours in a pipe"
"$memlint" stat --table --color always small.memlint | grep -q $'\033' || fail "no colours with --color always"

# check: 0 kept, 1 exceeded, 2 cannot say.
expect() {
	local expected=$1 status=0
	shift
	"$memlint" "$@" >out 2>err || status=$?
	[ $status = "$expected" ] || fail "memlint $*: status $status, expected $expected: $(cat out err)"
}
expect 0 check small.memlint --max-peak 64K --max-allocs 100 --max-line app.c:9=240
expect 1 check small.memlint --max-peak 1K
grep -q 'above the limit of 1024 B' out || fail "check: $(cat out)"
expect 1 check small.memlint --max-leaked 0
expect 1 check small.memlint --max-temporary 4
expect 1 check small.memlint --max-line app.c:9=239
expect 2 check small.memlint --no-growth
expect 2 check small.memlint
expect 2 check small.memlint --max-peak 12X
expect 2 stat small.memlint --by nothing
expect 2 stat small.memlint --snapshot 9
expect 2 stat small.memlint big.memlint
expect 2 stat --cumulative --by type small.memlint
expect 2 nonsense
expect 2 lines small.memlint
expect 2 run ./no-such-program
expect 2 run /
expect 2 run --interval soon ./app
expect 2 run --signal NOSUCH ./app
expect 2 run --nframe 0 ./app
expect 2 run -o '%q' ./app

# A program ended by a signal; one that was not built with memlint.
expect 143 run -q -o killed.memlint ./app 10 15
status=0
"$memlint" run -o none.memlint "$(command -v true)" >out 2>err || status=$?
[ $status = 0 ] || fail "run true: status $status"
one_line err
grep -q 'not built with memlint' err || fail "run true: $(cat err)"

for format in json csv collapsed pprof speedscope; do
	"$memlint" export -t $format -o out.$format small.memlint || fail "export $format"
done
jq -e '.rows | length == 3' out.json >/dev/null || fail "export json"
grep -qx 'grow (app.c:9) 240' out.collapsed || fail "export collapsed: $(cat out.collapsed)"
[ "$(jq '[.profiles[] | (.samples | length) == (.weights | length)] | all' out.speedscope)" = true ] || fail "export speedscope"
gzip -t <out.pprof || fail "export pprof: not gzip"
gzip -dc out.pprof | tr -d '\0' | grep -aq 'struct node' || fail "export pprof: no type"
if command -v go >/dev/null; then
	# pprof itself.
	PPROF_TMPDIR=$tmp HOME=$tmp go tool pprof -top -sample_index=inuse_space out.pprof >out 2>err || fail "go tool pprof: $(cat err)"
	grep -q '^ *240B .* grow$' out || fail "go tool pprof: $(cat out)"
fi
grep -q '^app.c,9,23,grow,struct node,' out.csv || fail "export csv: $(cat out.csv)"
expect 2 export -t csv -o /nonexistent/x small.memlint

"$memlint" merge -o sum.memlint small.memlint big.memlint
"$memlint" stat --plain sum.memlint | grep -qx 'app.c:9: size=2640 B, count=110, average=24 B' || fail "merge: $("$memlint" stat --plain sum.memlint)"

expect 2 stat --top x small.memlint
"$memlint" stat small.memlint >/dev/full 2>err && fail "a full disk is no error"
one_line err
"$memlint" doctor ./app >out || fail "doctor: $(cat out)"
grep -q 'built with memlint: 1 unit' out || fail "doctor: $(cat out)"
strip --remove-section=memlint_units app -o stripped 2>/dev/null || cp "$(command -v true)" stripped
expect 1 doctor ./stripped
export MEMLINT_NFRAME=0
expect 1 doctor
grep -q 'MEMLINT_NFRAME=0 is not valid' out || fail "doctor: $(cat out)"
