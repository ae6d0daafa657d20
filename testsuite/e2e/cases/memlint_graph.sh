# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The heap graph of real programs, in C and C++: why, deep, retained, and V8's format.
cat >shop.c <<'C'
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct item { char *name; double price; struct item *next; };
struct list { struct item *head; size_t n; };
struct customer {
	uint32_t id;
	char name[28];
	struct list cart;
	struct customer *friends[3];
	union { void *data; long number; } extra;
	void *opaque;
	long stamp;
};
struct shop { struct customer **customers; size_t n; struct list stock; struct { int a; struct customer *vip; } top[2]; };
static struct shop shop;
static struct item *new_item(const char *name, struct item *next)
{
	struct item *item = malloc(sizeof *item);
	item->name = strdup(name);
	item->next = next;
	return item;
}
/* What is lost is lost far down the stack, which is then written over. */
static __attribute__((noinline)) int lose(int depth)
{
	volatile char room[512];
	room[depth] = 1;
	if (depth)
		return lose(depth - 1) + room[depth];
	shop.customers[2]->stamp = (long)malloc(1000); /* a number, as far as the type knows */
	new_item("leaked", NULL);
	return room[depth];
}
static __attribute__((noinline)) int wipe(int depth)
{
	volatile char room[512];
	for (int i = 0; i < 512; i++)
		room[i] = 1;
	return depth ? wipe(depth - 1) + room[depth] : 0;
}
int main(void)
{
	shop.customers = calloc(10, sizeof *shop.customers);
	for (shop.n = 0; shop.n < 10; shop.n++) {
		struct customer *c = shop.customers[shop.n] = calloc(1, sizeof *c);
		for (int i = 0; i < 3; i++)
			c->cart.head = new_item("apple", c->cart.head);
	}
	for (int i = 0; i < 10; i++)
		shop.customers[i]->friends[1] = shop.customers[(i + 1) % 10];
	for (int i = 0; i < 20; i++)
		shop.stock.head = new_item("stock", shop.stock.head);
	shop.customers[0]->extra.data = new_item("union", NULL);
	shop.customers[1]->opaque = new_item("void", NULL);
	shop.top[1].vip = calloc(1, sizeof *shop.top[1].vip);
	if (lose(20) + wipe(25) == 0)
		return 1;
	printf("%p\n", (void *)shop.customers[3]->cart.head->next->name);
	return 0;
}
C
compile shop shop.c -O1
"$memlint" run -q --graph -o shop.memlint ./shop >address || fail "run --graph"
address=$(cat address)

# has FILE TEXT: a line has it.
has() {
	grep -qF -- "$2" "$1" || fail "no '$2' in: $(cat "$1")"
}

"$memlint" why "$address" shop.memlint >out || fail "why $address"
has out 'global shop.customers'
has out 'struct customer *[3]'
has out 'struct customer.cart.head'
has out 'struct item.next'
has out 'struct item.name'
has out '6 B would be released with it.'
"$memlint" why item shop.memlint >out || fail "why item"
has out 'global shop.stock.head -> struct item.next (repeated)'
has out 'global shop.customers -> struct customer *[] -> struct customer.cart.head'
has out 'nothing: leaked'
"$memlint" why customer shop.memlint >out
has out 'global shop.top[].vip'
"$memlint" why --json 'struct item' shop.memlint >out
jq -e '[.rows[].blocks] | add == 53' out >/dev/null || fail "why --json: $(cat out)"
jq -e '.rows[] | select(.held_by == "global shop.stock.head") | .way[0].type == "struct item"' out >/dev/null || fail "why --json: $(cat out)"

# 11 customers of 96 bytes, 80 of pointers, 52 items and names; 1000 bytes behind a number are not its.
"$memlint" deep --json shop shop.memlint >out || fail "deep shop"
expected=$((11 * 96 + 80 + 52 * 24 + 50 * 6 + 6 + 5))
[ "$(jq .deep.bytes out)" = $expected ] || fail "deep shop: $(cat out), expected $expected"
[ "$(jq .deep.conservative_bytes out)" = $((2 * 24 + 6 + 5)) ] || fail "deep shop: conservative: $(cat out)"
"$memlint" deep customer shop.memlint >out
has out 'customer: 11 blocks'
"$memlint" deep "$address" shop.memlint >out
has out 'itself    6 B'

"$memlint" retained --json shop.memlint >out || fail "retained"
# Of an apple's list only its customer keeps it: customers go with all carts.
[ "$(jq '.rows[] | select(.type == "struct customer") | .retained_bytes' out)" = $((11 * 96 + 30 * 30 + 24 + 6 + 24 + 5)) ] ||
	fail "retained by struct customer: $(cat out)"
[ "$(jq '.leaked_bytes' out)" = $((1000 + 24 + 7)) ] || fail "retained: leaked: $(cat out)"
"$memlint" retained --by block --top 1 shop.memlint >out
has out 'struct customer *[], shop.c:'
"$memlint" retained --by lineno shop.memlint >out
has out 'shop.c:21 in new_item'

# V8's format: the counts in its head are those of its arrays, every edge leads to a node, all nodes have different ids.
"$memlint" export -t heapsnapshot -o shop.heapsnapshot shop.memlint || fail "export heapsnapshot"
[ "$(jq -r 'keys_unsorted | join(" ")' shop.heapsnapshot)" = "snapshot nodes edges trace_function_infos trace_tree samples locations strings" ] ||
	fail "heapsnapshot: order of keys"
jq -e '.snapshot.node_count * 7 == (.nodes | length) and .snapshot.edge_count * 3 == (.edges | length)' shop.heapsnapshot >/dev/null ||
	fail "heapsnapshot: counts"
jq -e '[.nodes | _nwise(7) | .[4]] | add' shop.heapsnapshot | cmp -s - <(jq .snapshot.edge_count shop.heapsnapshot) ||
	fail "heapsnapshot: the nodes' edges are not all"
jq -e '(.nodes | length) as $n | [.edges | _nwise(3) | .[2] | select(. % 7 != 0 or . >= $n)] == []' shop.heapsnapshot >/dev/null ||
	fail "heapsnapshot: an edge leads nowhere"
jq -e '[.nodes | _nwise(7) | .[2]] | length == (unique | length)' shop.heapsnapshot >/dev/null || fail "heapsnapshot: ids"
jq -e '.strings | index("customers") and index("cart.head") and index("(leaked)")' shop.heapsnapshot >/dev/null ||
	fail "heapsnapshot: strings: $(jq -c .strings shop.heapsnapshot)"

# What cannot be: one line, status 2.
refused() {
	local status=0
	"$memlint" "$@" >out 2>err || status=$?
	[ $status = 2 ] || fail "memlint $*: status $status: $(cat out err)"
	[ "$(wc -l <err)" = 1 ] || fail "memlint $*: more than one line: $(cat err)"
}
refused why nothing shop.memlint
refused why 0x10 shop.memlint
refused why 0xzz shop.memlint
refused deep nothing shop.memlint
refused retained --by weight shop.memlint
refused why item
refused export -t heapsnapshot --filter '*.c' shop.memlint
"$memlint" run -q -o plain.memlint ./shop >/dev/null
refused why item plain.memlint
has err 'no snapshot has a heap graph'
refused export -t heapsnapshot plain.memlint

# Any damage is told, never followed.
cp shop.memlint broken.memlint
for at in $(seq 40 97 "$(stat -c %s shop.memlint)"); do
	printf '\377' | dd of=broken.memlint bs=1 seek="$at" conv=notrunc status=none
	status=0
	"$memlint" why item broken.memlint >/dev/null 2>&1 || status=$?
	[ $status -le 2 ] || fail "why dies of a broken byte at $at: status $status"
	head -c "$at" shop.memlint >short.memlint
	status=0
	"$memlint" retained short.memlint >/dev/null 2>&1 || status=$?
	[ $status -le 2 ] || fail "retained dies of a file cut at $at: status $status"
	cp shop.memlint broken.memlint
done

cat >orders.cc <<'CC'
#include <cstdlib>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>
struct Order {
	int id;
	std::string note = "a rather long note, beyond the small buffer";
	std::vector<int> lines = std::vector<int>(7);
	explicit Order(int i) : id(i) {}
	virtual ~Order() {}
};
struct Express : Order {
	char *label;
	explicit Express(int i) : Order(i), label(new char[12]) {}
};
struct Basket {
	std::string label = "a label that is longer than fifteen bytes";
	std::shared_ptr<Basket> next;
};
namespace store {
static std::shared_ptr<Basket> basket;
static std::map<std::string, Order *> by_name;
static std::unordered_map<int, std::unique_ptr<Order>> by_id;
static std::list<Order> all;
thread_local std::vector<int> *mine;
}
int main()
{
	for (int i = 0; i < 5; i++) {
		store::by_name["a key that is longer than fifteen bytes " + std::to_string(i)] = new Express(i);
		store::by_id[i] = std::make_unique<Order>(i);
		store::all.emplace_back(i);
	}
	/* No site names the type: it is in the debug information only. */
	for (int i = 0; i < 3; i++) {
		auto more = std::make_shared<Basket>();
		more->next = store::basket;
		store::basket = more;
	}
	store::mine = new std::vector<int>(100);
	std::_Exit(0); /* the containers are still there */
}
CC
compile orders orders.cc -O1 -std=c++17
"$memlint" run -q --graph -o orders.memlint ./orders || fail "run --graph orders"
"$memlint" why '*' --top 0 orders.memlint >out
has out 'global by_name -> std::_Rb_tree_node<std::pair<const std::string, Order*>>.second -> Express.note'
has out 'global by_id -> std::_Hash_node<std::pair<const int, std::unique_ptr<Order>>, false>.second -> Order.lines'
has out 'global all -> std::_List_node<Order>.note'
has out 'thread-local mine -> std::vector<int>'
"$memlint" deep --json by_name orders.memlint >out
# Nodes of 72 bytes, keys of 42, orders of 80 with a note of 44, 7 numbers and a label of 12.
[ "$(jq .deep.bytes out)" = $((5 * (72 + 42 + 80 + 44 + 28 + 12))) ] || fail "deep by_name: $(cat out)"
[ "$(jq .deep.conservative_bytes out)" = 0 ] || fail "deep by_name: conservative: $(cat out)"
"$memlint" deep --json basket orders.memlint >out
# Reference counts of 16 bytes, a string and a pointer of 16, a text of 42.
[ "$(jq .deep.bytes out)" = $((3 * (16 + 32 + 16 + 42))) ] || fail "deep basket: $(cat out)"
[ "$(jq .deep.conservative_bytes out)" = 0 ] || fail "deep basket: conservative: $(cat out)"
