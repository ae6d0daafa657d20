# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Growth: what only grows over snapshots is told from what is set up once, goes up and down, or rises at times.
cat >cache.c <<'C'
#include <memlint/memlint.h>
#include <stdlib.h>
#include <string.h>
struct entry { struct entry *next; char *key; };
static struct cache { struct entry *buckets[8]; unsigned n; } cache;
static void *set_up[50], *queue[4], *slow[10];
static void remember(const char *key)
{
	struct entry *e = malloc(sizeof *e);
	e->key = strdup(key);
	e->next = cache.buckets[cache.n % 8];
	cache.buckets[cache.n++ % 8] = e;
}
int main(void)
{
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 10; i++)
			remember("a key of twenty bytes");
		for (int i = 0; i < 50 && round < 2; i++)
			set_up[i] = set_up[i] ? set_up[i] : malloc(50);
		free(queue[round % 2]);
		queue[round % 2] = round == 3 ? NULL : malloc(1000);
		if (round % 2)
			slow[round] = malloc(100);
		if (memlint_take_graph(NULL) < 0)
			return 1;
	}
	return 0;
}
C
compile cache cache.c -O1
"$memlint" run -q --graph=signal -o cache.memlint ./cache || fail "run"
"$memlint" growth --json cache.memlint >out || fail "growth"
jq -e '.schema == "memlint-growth/1" and (.seconds | length == 6)' out >/dev/null || fail "growth --json: $(cat out)"
[ "$(jq -r '[.rows[].line] | sort | join(" ")' out)" = "9 10 24" ] || fail "growth: not these lines: $(cat out)"
jq -e '.rows[] | select(.line == 9) | .live_count == [10, 20, 30, 40, 50, 60] and .rises == 5 and .bytes_per_snapshot == 160 and
	.bytes_per_second > 0 and .held_by == "global cache.buckets[] -> struct entry.next (repeated)"' out >/dev/null ||
	fail "growth: $(cat out)"
jq -e '.rows[] | select(.line == 24) | .rises == 3 and .steps == 5' out >/dev/null || fail "growth at times: $(cat out)"
"$memlint" growth --by type --type 'struct*' cache.memlint >out || fail "growth --by type"
grep -q '1 type only grows' out || fail "growth --by type: $(cat out)"
grep -q 'from 10 to 60 live blocks, 960 B; more in 5 of 5 steps, never less' out || fail "growth --by type: $(cat out)"
# check uses the same model, and counts only what rose in every step.
status=0
"$memlint" check --no-growth cache.memlint >out || status=$?
[ $status = 1 ] || fail "check --no-growth: status $status"
[ "$(sed 's/.*cache.c:\([0-9]*\) grew.*/\1/' out | sort -n | xargs)" = "9 10" ] || fail "check --no-growth: $(cat out)"
"$memlint" check --no-growth --exclude '*.c:9' --exclude '*.c:10' cache.memlint >out || fail "check: $(cat out)"
status=0
"$memlint" growth --by thread cache.memlint >out 2>&1 || status=$?
[ $status = 2 ] || fail "growth --by thread: $(cat out)"
