# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Measure, find, fix, prove: findings are priced by a profile, and the next one shows just that less.
analyze=${memlint%/*}/memlint-analyze
export XDG_CACHE_HOME=$PWD/cache
mkdir src
cat >src/shop.h <<'C'
struct item { char kind; double price; char size; long number; char open; struct item *next; };
struct item *add(struct item *list, long number);
int is_known(const char *name);
C
cat >src/shop.c <<'C'
#include "shop.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
struct item *add(struct item *list, long number)
{
	struct item *item = malloc(sizeof *item);
	if (!item)
		return list;
	item->kind = 'a', item->price = 1, item->size = 2, item->number = number, item->open = 1, item->next = list;
	return item;
}
int is_known(const char *name)
{
	char *copy = strdup(name);
	int known = copy && !strcmp(copy, "apple");
	free(copy);
	return known;
}
long report(int descriptor);
long report(int descriptor)
{
	char *page = malloc(1 << 20);
	long sum = 0;
	if (!page)
		return 0;
	for (int i = 0; i < 1 << 20; i++)
		page[i] = (char)i;
	for (int i = 0; i < 1 << 20; i++)
		sum += page[i];
	char *line = malloc(1 << 18);
	if (line)
		memset(line, 'x', 1 << 18);
	if (line && write(descriptor, line, 1 << 18) < 0)
		sum = 0;
	free(line);
	free(page);
	return sum;
}
C
cat >src/main.c <<'C'
#include "shop.h"
#include <stdlib.h>
long report(int descriptor);
int main(void)
{
	struct item *list = NULL, *row = calloc(1000, sizeof *row);
	int known = 0;
	for (long i = 0; i < 1000; i++)
		list = add(list, i), known += is_known("apple");
	known += row != NULL;
	if (report(1) == 1)
		known++;
	while (list) {
		struct item *next = list->next;
		free(list);
		list = next;
	}
	free(row);
	return known != 1001;
}
C
compile() { "$CC" -g -O1 -fplugin="$plugin" src/shop.c src/main.c -o shop || fail "does not compile"; }
compile
"$memlint" run -q -o before.memlint ./shop >out || fail "the program fails"

# 1000 items in blocks of their own, of 64 and then 48 bytes, and 1000 of 48 and then 32 bytes in an array.
"$analyze" --no-cache --format json --profile before.memlint src -- -std=gnu17 >found.json 2>err && fail "nothing found"
python3 - <<'P' || fail "prices: $(cat found.json)"
import json
found = {f["rule"]: f for f in json.load(open("found.json"))["findings"]}
assert found["struct-padding"]["measured_bytes"] == 1000 * 16 + 1000 * 16, found["struct-padding"]
assert any(n["text"] == "measured: 2,000 objects at the peak, 31.2 KiB less" for n in found["struct-padding"]["notes"])
assert found["unnecessary-copy"]["measured_bytes"] == 1000 * 6, found["unnecessary-copy"]
assert found["late-free"]["measured_bytes"] == 1 << 20, found["late-free"]
prices = [f.get("measured_bytes", -1) for f in json.load(open("found.json"))["findings"]]
assert prices == sorted(prices, reverse=True), prices
P
"$analyze" --no-cache --statistics --profile before.memlint src -- -std=gnu17 >out 2>err || true
grep -q 'measured  rule' out || fail "--statistics without what was measured: $(cat out)"
"$analyze" --no-cache --statistics src -- -std=gnu17 >out 2>err || true
grep -q measured out && fail "--statistics speaks of a profile: $(cat out)"

# In C++ also inside of what containers and make_shared() allocate.
cat >orders.cc <<'C'
#include <map>
#include <memory>
#include <vector>
namespace shop { struct Order { char side; double price; char venue; long quantity; char open; }; }
int main()
{
	std::vector<shop::Order> row(100);
	std::map<int, shop::Order> by_number;
	std::vector<std::shared_ptr<shop::Order>> shared;
	for (int i = 0; i < 100; i++) {
		by_number[i].quantity = i;
		shared.push_back(std::make_shared<shop::Order>());
	}
	return row.size() + by_number.size() + shared.size() != 300;
}
C
orders() {
	"$CXX" -g -O1 -fplugin="$plugin" orders.cc -o orders || fail "orders.cc does not compile"
	"$memlint" run -q -o "$1" ./orders || fail "orders fails"
}
orders old.memlint
"$analyze" --no-cache --profile old.memlint orders.cc -- -std=gnu++17 >out 2>err && fail "nothing found in C++"
grep -q 'measured: 300 objects at the peak, 4800 B less' out || fail "C++ objects: $(cat out err)"
"$analyze" --no-cache -q --fix orders.cc -- -std=gnu++17 >out 2>err || fail "--fix in C++: $(cat out err)"
orders new.memlint
"$memlint" diff --json --by type old.memlint new.memlint >diff.json || fail "diff"
python3 - <<'P' || fail "what the C++ fix was worth: $(cat diff.json)"
import json
totals = json.load(open("diff.json"))
assert totals["old_totals"]["peak_bytes"] - totals["new_totals"]["peak_bytes"] == 4800, totals
P

# A run of another program prices nothing; what is no profile is an error.
cat >other.c <<'C'
#include <stdlib.h>
int main(void) { free(malloc(10)); return 0; }
C
"$CC" -g -fplugin="$plugin" other.c -o other && "$memlint" run -q -o other.memlint ./other
"$analyze" --no-cache --profile old.memlint other.c -- -std=gnu17 >out 2>err || fail "nothing to price: $(cat out err)"
"$analyze" --no-cache --format json --profile other.memlint src -- -std=gnu17 >found.json 2>err && fail "nothing found"
python3 - <<'P' || fail "another program's prices: $(cat found.json)"
import json
for f in json.load(open("found.json"))["findings"]:
    assert "measured_bytes" not in f, f
P
for bad in other.c nowhere.memlint; do
	status=0
	"$analyze" --no-cache --profile "$bad" src -- -std=gnu17 >out 2>err || status=$?
	[ $status = 2 ] || fail "--profile $bad: status $status"
	grep -q "$bad" err || fail "--profile $bad: $(cat err)"
done

# What is fixed is what was promised.
"$analyze" --no-cache -q --fix --select struct-padding --profile before.memlint src -- -std=gnu17 >out 2>err ||
	fail "--fix: $(cat out err)"
compile
"$memlint" run -q -o after.memlint ./shop >out || fail "the fixed program fails"
"$memlint" diff --json --peak --by type before.memlint after.memlint >diff.json || fail "diff"
python3 - <<'P' || fail "what the fix was worth: $(cat diff.json)"
import json
rows = {r["type"]: r for r in json.load(open("diff.json"))["rows"]}
assert rows["struct item"]["peak_bytes_diff"] == -16000, rows
assert rows["struct item[]"]["peak_bytes_diff"] == -16000, rows
P
