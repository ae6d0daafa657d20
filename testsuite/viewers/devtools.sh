# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: MIT
# Chrome DevTools' own loader on two heap snapshots of one process: classes, retained sizes, Comparison.
install_viewers
(cd "$viewers" && node bundle.mjs devtools.mjs devtools.bundle.mjs) || fail "the loader cannot be bundled"

cat >cache.c <<'C'
#include <memlint/memlint.h>
#include <stdio.h>
#include <stdlib.h>
struct value { char text[100]; };
struct entry { struct entry *next; struct value *value; int key; };
struct cache { struct entry *buckets[16]; };
static struct cache *cache;
static void put(int key)
{
	struct entry *entry = calloc(1, sizeof *entry);
	entry->key = key;
	entry->value = calloc(1, sizeof *entry->value);
	entry->next = cache->buckets[key % 16];
	cache->buckets[key % 16] = entry;
}
int main(void)
{
	cache = calloc(1, sizeof *cache);
	for (int i = 0; i < 100; i++)
		put(i);
	if (memlint_take_graph("before") < 0)
		return 1;
	for (int i = 100; i < 150; i++)
		put(i);
	struct entry *oldest = cache->buckets[0];
	while (oldest->next)
		oldest = oldest->next;
	free(oldest->value);
	oldest->value = NULL;
	return memlint_take_graph("after") < 0;
}
C
compile cache cache.c -O1
"$memlint" run -q --graph=signal -o cache.memlint ./cache || fail "no graph"
for snapshot in before after; do
	"$memlint" export -t heapsnapshot --snapshot $snapshot -o $snapshot.heapsnapshot cache.memlint || fail "export $snapshot"
done
timeout 100 node "$viewers/devtools.bundle.mjs" before.heapsnapshot after.heapsnapshot >seen.json || fail "DevTools does not load it"
seen() {
	jq -e "$1" seen.json >/dev/null || fail "DevTools sees otherwise: $1: $(jq -c . seen.json)"
}
seen '.classes["struct entry"] | .count == 100 and .self == 2400'
seen '.classes["struct value"] | .count == 100 and .self == 10000'
# The cache keeps all of it, two steps from the variable that holds it.
seen '.classes["struct cache"] | .count == 1 and .retained == 128 + 2400 + 10000 and .distance == 2'
seen '.classes["struct entry"].distance == 3'
seen '.comparison["struct entry"] == {"added": 50, "removed": 0, "delta": 1200}'
seen '.comparison["struct value"] == {"added": 50, "removed": 1, "delta": 4900}'
seen '.comparison["struct cache"] == null'
# And as memlint itself.
[ "$("$memlint" retained --json --snapshot before cache.memlint | jq '.rows[] | select(.type == "struct cache") | .retained_bytes')" = \
	"$(jq '.classes["struct cache"].retained' seen.json)" ] || fail "retained sizes differ"
