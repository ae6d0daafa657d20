# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# memlint leaks: verdicts, cycles with their fields, holders; the same for a snapshot on a signal, with threads, in little memory.
programs=$root/testsuite/leaks/programs

# leaks NAME SOURCE OPTIONS...: its text in NAME.out.
leaks() {
	local name=$1 source=$2
	shift 2
	compile "$name" "$source" "$@"
	"$memlint" run --graph -q -o "$name.memlint" ./"$name" >/dev/null 2>err || fail "$name: status $?: $(cat err)"
	[ ! -s err ] || fail "$name: $(cat err)"
	"$memlint" leaks "$name.memlint" >"$name.out" || fail "$name: memlint leaks: status $?"
}

# says NAME TEXT: a line of the output begins so, behind spaces.
says() {
	grep -qE "^ *$2" "$1.out" || fail "$1: no line '$2' in: $(cat "$1.out")"
}

leaks tree "$programs/tree_with_parents.c" -O1
says tree 'the cycle: struct node\.(parent|children).* -> struct node\.(parent|children)'
says tree 'tree did not release 472 B in 14 blocks: '
leaks counted "$programs/counted_references.c" -O1
says counted 'strong cycle: struct object.peer -> struct object.peer$'
says counted 'each keeps the next alive by counts of references \(refcount\)$'
leaks children "$programs/counted_children.c" -O1
says children 'strong cycle: struct widget.children -> struct child.object \(2 times\)$'
says children 'each keeps the next alive by counts of references \(refcount\)$'
leaks shared "$programs/shared_cycle.cc" -O1
says shared 'strong cycle: \{anonymous\}::(Parent.children\[\] -> \{anonymous\}::Child.parent|Child.parent -> \{anonymous\}::Parent.children\[\])$'
says shared 'each keeps the next alive by std::shared_ptr$'
leaks short "$programs/short_string.cc" -O1
says short 'short did not release 120 B in 3 blocks: 120 B lost\.$'
leaks own "$programs/owns_itself.cc" -O1
says own 'strong cycle: \{anonymous\}::Task.self$'
says own 'it keeps itself alive by std::shared_ptr$'
leaks kept "$programs/list_kept.c" -O1
says kept 'Still held$'
says kept 'held by global first -> struct entry.next \(repeated\)$'
says kept 'held by global first( -> struct entry.next \(repeated\))? -> struct entry.key$'
leaks middle "$programs/interior_only.c" -O0
says middle 'Perhaps lost: only pointers to their middle are left$'
leaks nothing "$programs/all_released.c" -O1
[ "$(cat nothing.out)" = 'nothing released everything.' ] || fail "nothing: $(cat nothing.out)"
leaks lost "$programs/list_lost.c" -O1
says lost '16 B in 1 block of struct node, and 304 B in 19 blocks with it$'

# JSON: the verdicts' sums are the totals; a filter leaves its rows.
"$memlint" leaks --json shared.memlint >shared.json
jq -e '([.verdicts[].bytes] | add) == .totals.live_bytes and ([.rows[].live_count] | add) == .totals.live_count' \
	shared.json >/dev/null || fail "JSON: verdicts do not add up"
jq -e '.rows[] | select(.verdict == "lost_in_cycle") | .strong == "std::shared_ptr" and (.cycle | contains("Child.parent"))' \
	shared.json >/dev/null || fail "JSON: no strong cycle"
"$memlint" leaks --type 'nothing*' kept.memlint | grep -qx 'Nothing that matches the filters was left.' || fail "filter"

# A gate: lost bytes only.
"$memlint" check --max-lost 0 kept.memlint >/dev/null || fail "check --max-lost: what is held counts as lost"
"$memlint" check --max-lost 300 lost.memlint >check.out && fail "check --max-lost 300 does not see 320 bytes lost"
grep -q 'what was lost is 320 B' check.out || fail "check --max-lost: $(cat check.out)"

# Without the graph it says how to get it.
"$memlint" run -q -o plain.memlint ./kept >/dev/null
"$memlint" leaks plain.memlint >plain.out
"$memlint" check --max-lost 0 plain.memlint >/dev/null 2>err && fail "check --max-lost without a graph"
one_line err
grep -q "memlint run --graph" plain.out || fail "no word about --graph: $(cat plain.out)"

# A wrong value is one line.
"$memlint" run --graph=sometimes ./kept >/dev/null 2>err && fail "--graph=sometimes is taken"
one_line err

# On a signal, while the program goes on; the graph at the end is another.
cat >signal.c <<-'C'
	#include <signal.h>
	#include <stdlib.h>
	char *volatile kept;
	int main(void)
	{
		kept = malloc(10);
		raise(SIGUSR2);
		free(kept);
		return 0;
	}
C
compile signal signal.c -O1
"$memlint" run --graph --signal USR2 -q -o signal.memlint ./signal || fail "signal: status $?"
"$memlint" leaks --snapshot 1 signal.memlint >signal.out
says signal 'held by global kept$'
says signal 'signal did not release 10 B in 1 block: 10 B still held, when this snapshot was taken.$'
"$memlint" leaks signal.memlint | grep -qx 'signal released everything.' || fail "signal: at exit: $("$memlint" leaks signal.memlint)"

# Blocks that memlint does not know, here of a library that is loaded before the program starts, hold what they point at. What the
# program itself released holds nothing.
cat >table.c <<-'C'
	#include <stdlib.h>
	void **table;
	__attribute__((constructor)) static void make(void) { table = calloc(10, sizeof *table); }
C
cat >unknown.c <<-'C'
	#include <stdlib.h>
	extern void **table;
	int main(void)
	{
		for (int i = 0; i < 3; i++)
			table[i] = malloc(30);
		void **released = malloc(200);
		for (int i = 0; i < 20; i++)
			released[i] = i == 5 ? malloc(40) : NULL;
		free(released);
		return 0;
	}
C
"$CC" -shared -fPIC table.c -o libtable.so || fail "libtable.so"
leaks unknown unknown.c -O0 -L. -Wl,-rpath,"$PWD" -Wl,--no-as-needed -ltable
says unknown 'unknown did not release 130 B in 4 blocks: 40 B lost, 90 B still held.$'

# What libc keeps of threads that have ended is no leak, also when the thread that takes snapshots ends last.
cat >threads.c <<-'C'
	#include <pthread.h>
	#include <stdlib.h>
	static void *work(void *argument)
	{
		free(malloc(10));
		return argument;
	}
	int main(void)
	{
		pthread_t threads[8];
		for (int i = 0; i < 8; i++)
			pthread_create(threads + i, 0, work, 0);
		for (int i = 0; i < 8; i++)
			pthread_join(threads[i], 0);
		return 0;
	}
C
compile threads threads.c -O1 -pthread
"$memlint" run --graph=exit --interval 1s -q -o threads.memlint ./threads || fail "threads: status $?"
[ "$("$memlint" leaks threads.memlint)" = 'threads released everything.' ] || fail "threads: $("$memlint" leaks threads.memlint)"

# Little address space: the graph or one line; the program's status in any case.
(
	ulimit -v 300000
	MEMLINT=1 MEMLINT_GRAPH=exit MEMLINT_OUTPUT="$PWD/small.memlint" ./kept >/dev/null 2>err
) || fail "ulimit -v: status $?"
[ "$(wc -l <err)" -le 1 ] || fail "ulimit -v: $(cat err)"
"$memlint" leaks small.memlint >small.out
says small 'kept did not release 1540 B in 100 blocks'

# An address sanitizer's program.
compile sanitized "$programs/list_kept.c" -O1 -fsanitize=address
ASAN_OPTIONS=detect_leaks=0 MEMLINT=1 MEMLINT_GRAPH=exit MEMLINT_OUTPUT="$PWD/asan.memlint" ./sanitized >/dev/null 2>err ||
	fail "sanitized: status $?: $(cat err)"
"$memlint" leaks asan.memlint >asan.out
says asan 'held by global first'
