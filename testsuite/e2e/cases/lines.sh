# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The line profiler: the same exact table at every level of optimisation, in C and C++, whatever way control takes.

# table PROFILE: "function calls inner-calls increment", then "line occurrences increment" for each line that ran.
table() {
	"$memlint" lines --json "$1" | jq -r '.functions[] | "\(.function) \(.calls) \(.inner_calls) \(.increment_bytes)",
		(.lines[] | select(.occurrences > 0) | "\(.line) \(.occurrences) \(.increment_bytes)")'
}

# expected SOURCE: the same from its comments:
#   /* lines: CALLS INNER SUM */ on a function's first line, /* N */ or /* N: BYTES */ at the end of lines that run.
expected() {
	awk '{
		if (match($0, /lines: [a-z_:~<>]+ [0-9]+ [0-9]+ -?[0-9]+/)) {
			split(substr($0, RSTART + 7, RLENGTH - 7), part, " ")
			print part[1], part[2], part[3], part[4]
			print NR, part[2] + part[3], 0
		} else if (match($0, /\/\* [0-9]+(: -?[0-9]+)? \*\/$/)) {
			split(substr($0, RSTART + 3, RLENGTH - 6), part, ": ")
			print NR, part[1], part[2] + 0
		}
	}' "$1"
}

# at_levels SOURCE STATUS: at every level the program behaves as it should, and the table is what the source says.
levels=(-O0 -O1 -O2 -O3 -Os "-O2 -flto" "-O0 -fexceptions" "-O3 -fno-inline")
at_levels() {
	local source=$1 wanted=$2 level status
	expected "$source" >expected.txt
	for level in "${levels[@]}"; do
		# shellcheck disable=SC2086
		compile ours "$source" $level -Wall -Wextra -Wno-infinite-recursion -pthread 2>warnings.txt
		[ -s warnings.txt ] && fail "warnings at $level: $(cat warnings.txt)"
		status=0 && ./ours >dormant.out || status=$?
		[ $status = "$wanted" ] || fail "$source dormant at $level: status $status"
		status=0 && run_traced run.memlint ./ours >traced.out || status=$?
		[ $status = "$wanted" ] || fail "$source traced at $level: status $status"
		cmp dormant.out traced.out || fail "$source at $level: the output differs"
		# Functions are in the order in which they first ran.
		table run.memlint | awk '/^[^0-9]/ { name = $1 } { print name, NR, $0 }' | sort -k1,1 -k2,2n | cut -d' ' -f3- >table.txt
		awk '/^[^0-9]/ { name = $1 } { print name, NR, $0 }' expected.txt | sort -k1,1 -k2,2n | cut -d' ' -f3- >sorted.txt
		diff sorted.txt table.txt >diff.txt || fail "$source at $level: expected < and got >: $(cat diff.txt)"
	done
}

cat >ways.c <<'C'
#include <memlint/memlint.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *kept[4096];
static int nkept;
static jmp_buf back;

static void keep(size_t size)
{
	kept[nkept++] = malloc(size);
}

MEMLINT_PROFILE static void recurse(int n) /* lines: recurse 1 3 404 */
{
	keep(100); /* 4: 400 */
	if (n > 1) /* 4 */
		recurse(n - 1); /* 3 */
	void *volatile t = malloc(10); /* 4: 40 */
	free(t); /* 4: -40 */
	keep(1); /* 4: 4 */
}

static void other(int n);
MEMLINT_PROFILE void mutual(int n) /* lines: mutual 1 3 384 */
{
	keep(16); /* 4: 64 */
	if (n) /* 4 */
		other(n - 1); /* 3: 192 */
	keep(32); /* 4: 128 */
}
static void other(int n)
{
	keep(64);
	mutual(n);
}

MEMLINT_PROFILE int early(int n) /* lines: early 5 0 197 */
{
	if (n == 0) { /* 5 */
		keep(8); /* 1: 8 */
		return 0; /* 1 */
	}
	switch (n) { /* 4 */
	case 1:
		keep(16); /* 1: 16 */
		break; /* 1 */
	case 2:
		keep(32); /* 1: 32 */
		/* fall through */
	case 3:
		keep(64); /* 2: 128 */
		goto out; /* 2 */
	default:
		return -1; /* 1 */
	}
	do {
		keep(2); /* 4: 8 */
		if (--n < -2) /* 4 */
			break; /* 1 */
	} while (n > -10); /* 3 */
out:
	while (n-- > 0) /* 8 */
		keep(1); /* 5: 5 */
	return n; /* 3 */
}

MEMLINT_PROFILE static void thrower(int n) /* lines: thrower 3 9 1536 */
{
	keep(128); /* 12: 1536 */
	if (n == 0) /* 12 */
		longjmp(back, 1); /* 3 */
	thrower(n - 1); /* 9 */
	keep(1000000);
}

MEMLINT_PROFILE static void catcher(void) /* lines: catcher 3 0 1605 */
{
	if (setjmp(back) == 0) { /* 6 */
		keep(5); /* 3: 15 */
		thrower(3); /* 3: 1536 */
		keep(1000000);
	} else {
		keep(7); /* 3: 21 */
	}
	keep(11); /* 3: 33 */
}

/* Frames that lie deeper, and not as deep, as those that were jumped out of before. */
static __attribute__((noinline)) void deep(int n)
{
	volatile char room[4096];

	room[n] = 1;
	if (n)
		deep(n - 1);
	else
		catcher();
	room[n]++;
}

MEMLINT_PROFILE static void *worker(void *result) /* lines: worker 4 0 2000 */
{
	char *p = NULL; /* 4 */

	for (int i = 0; i < 1000; i++) { /* 4004 */
		p = realloc(p, (size_t)i + 1); /* 4000: 4000 */
		free(strdup("x")); /* 4000 */
	}
	return result ? p : (free(p), NULL); /* 4: -2000 */
}

static volatile sig_atomic_t hits;
MEMLINT_PROFILE static void on_signal(int number) /* lines: on_signal 5 0 0 */
{
	hits++; /* 5 */
	signal(number, on_signal); /* 5 */
}

MEMLINT_PROFILE static void raiser(void) /* lines: raiser 1 0 3 */
{
	for (int i = 0; i < 5; i++) /* 6 */
		raise(SIGUSR1); /* 5 */
	keep(3); /* 1: 3 */
}

#define TWICE(x) do { x; x; } while (0)

MEMLINT_PROFILE static inline void macros(void) /* lines: macros 1 0 62 */
{
	TWICE(keep(4)); /* 1: 8 */
	kept[nkept++] = malloc( /* 1: 20 */
		20);
	kept[nkept++] = strdup(strcpy(malloc( /* 1: 34 */
		30), "abc"));
}

MEMLINT_PROFILE static void quits(void) /* lines: quits 1 0 9 */
{
	keep(9); /* 1: 9 */
	exit(3); /* 1 */
}

int main(void)
{
	pthread_t t[4];

	recurse(4);
	mutual(3);
	for (int i = 0; i < 5; i++)
		early(i);
	catcher();
	deep(3);
	catcher();
	signal(SIGUSR1, on_signal);
	raiser();
	macros();
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, worker, i & 1 ? kept : NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	printf("%d\n", (int)hits);
	quits();
}
C
at_levels ways.c 3

# A closing brace is the line of what ends there; an exception is its handler's, 128 bytes and the object.
cat >ways.cc <<'C'
#include <memlint/memlint.h>
#include <cstdio>
#include <memory>
#include <vector>

static std::vector<std::unique_ptr<char[]>> kept;

static void keep(size_t size)
{
	kept.emplace_back(new char[size]);
}

struct block {
	std::unique_ptr<char[]> memory;

	MEMLINT_PROFILE block(int size) /* lines: block::block 3 0 502 */
	    : memory(new char[size]) /* 3: 600 */
	{
		keep(10); /* 3: 30 */
		if (kept.size() > 100) /* 3 */
			return;
		if (size == 300) /* 3 */
			throw size; /* 1: 132 */
		keep(20); /* 2: 40 */
	} /* 1: -300 */
	MEMLINT_PROFILE ~block() /* lines: block::~block 2 0 -240 */
	{ /* 2 */
		keep(30); /* 2: 60 */
	} /* 2: -300 */
	MEMLINT_PROFILE virtual int grow(int n) /* lines: block::grow 1 0 6 */
	{
		for (int i = 1; i < n; i++) /* 4 */
			keep(i); /* 3: 6 */
		return n; /* 1 */
	}
};

template <class T> MEMLINT_PROFILE T *make(int n) /* lines: make<int> 2 0 40 */
{
	return new T[n]; /* 2: 40 */
}

MEMLINT_PROFILE static int risky(int n) /* lines: risky 2 0 176 */
{
	block *raw = nullptr; /* 2 */
	std::unique_ptr<char[]> text(new char[50]); /* 2: 100 */

	std::snprintf(text.get(), 50, "%d", n); /* 2 */
	if (n > 100) /* 2 */
		throw raw; /* 1: 136 */
	keep(40); /* 1: 40 */
	return n; /* 1 */
} /* 2: -100 */

MEMLINT_PROFILE static int careful(int n) /* lines: careful 3 0 286 */
{
	try {
		block b(n); /* 3: 502 */
		risky(n); /* 2: 176 */
		b.grow(4); /* 1: 6 */
	} catch (int e) { /* 3: -240 */
		keep(50); /* 1: 50 */
		return e; /* 1 */
	} catch (block *) { /* 2: -132 */
		keep(60); /* 1: 60 */
	} /* 1: -136 */
	return -1; /* 2 */
}

int main()
{
	kept.reserve(1000);
	careful(100);
	careful(200);
	careful(300);
	kept.emplace_back((char *)make<int>(4));
	kept.emplace_back((char *)make<int>(6));
	std::puts("done");
}
C
at_levels ways.cc 0

# By name; nothing is marked in the source, and nothing is said by a compiler without the plugin.
compile_plain plain ways.c -O2 -Wall -Wextra -Wno-infinite-recursion -Werror -pthread
sed 's/MEMLINT_PROFILE //' ways.c >named.c
compile named named.c -O2 -fplugin-arg-memlint-profile='ra*er' -fplugin-arg-memlint-profile=recurse -pthread
run_traced run.memlint ./named >/dev/null || true
[ "$("$memlint" lines --json run.memlint | jq -r '[.functions[].function] | join(" ")')" = "recurse raiser" ] ||
	fail "functions by name: $("$memlint" lines --json run.memlint)"
"$memlint" lines --function 'rec*' run.memlint >out
grep -q '^recurse, named.c:18, 1 call and 3 from within itself, +404 bytes$' out || fail "lines --function: $(cat out)"
grep -q '^ *20  *400  *400  *4  *keep(100);' out || fail "lines without the source line: $(cat out)"
"$memlint" lines --top 1 run.memlint >out
grep -qx '1 more function: --top 0 shows all' out || fail "lines --top: $(cat out)"
"$memlint" lines --function raiser --per-call run.memlint >out
grep -q '^call 1 of 1, after .* in thread main, .* bytes live before, +3 bytes$' out || fail "lines --per-call: $(cat out)"
rm named.c
"$memlint" lines --function 'rec*' run.memlint >out
grep -q 'cannot be read' out || fail "lines without the source: $(cat out)"
"$memlint" lines --function none run.memlint | grep -q "No function 'none' ran" || fail "lines of no function"

# Handlers of signals that come while a hook is at work are counted, too.
cat >storm.c <<'C'
#include <memlint/memlint.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

static volatile sig_atomic_t alarms;

MEMLINT_PROFILE static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

MEMLINT_PROFILE static int spin(void)
{
	int sum = 0;

	while (alarms < 200)
		sum++;
	return sum;
}

int main(void)
{
	struct sigaction action = {.sa_handler = on_alarm};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &(struct itimerval){{0, 200}, {0, 200}}, NULL);
	spin();
	setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
	printf("on_alarm %d 0 0\n", (int)alarms);
	return 0;
}
C
compile storm storm.c -O2
run_traced run.memlint ./storm >out
grep -qxF "$(cat out)" <(table run.memlint) || fail "signals: expected $(cat out), got $(table run.memlint | head -n 1)"

# A sanitizer that keeps variables elsewhere changes nothing.
if echo 'int main(void) { return 0; }' | "$CC" -x c -fsanitize=address - -o none 2>/dev/null && ./none; then
	compile plain ways.c -O1 -Wno-infinite-recursion -pthread
	run_traced plain.memlint ./plain >/dev/null || true
	compile ours ways.c -O1 -Wno-infinite-recursion -fsanitize=address -pthread
	ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1 run_traced run.memlint ./ours >/dev/null || true
	diff <(table plain.memlint) <(table run.memlint) >diff.txt || fail "with a sanitizer: $(cat diff.txt)"
fi

# The other compilers that the plugin was built for.
levels=(-O0 -O2)
for file in "$build"/lib/memlint-*.so; do
	major=${file##*memlint-}
	major=${major%.so}
	if ! [[ $major =~ ^[0-9]+$ ]] || [ "gcc-$major" = "$CC" ] || ! command -v "g++-$major" >/dev/null; then
		continue
	fi
	CC=gcc-$major
	CXX=g++-$major
	at_levels ways.c 3
	at_levels ways.cc 0
done
