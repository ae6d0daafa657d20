#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Findings that depend on other units: units.sh memlint-analyze
set -euo pipefail

analyze=$(realpath "$1")
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"
cd "$work"

cat >user.c <<'C'
#include <stdlib.h>
#include <string.h>

char *my_strdup(const char *text);
int look(const char *text);
void my_free(char *text);

int first(const char *text)
{
	char *copy = my_strdup(text);
	int n = look(copy);

	my_free(copy);
	return n;
}

int second(const char *text)
{
	char *copy = strdup(text);
	int n = look(copy);

	free(copy);
	return n;
}

void wait_for(int n);

int third(int n)
{
	char *block = calloc(1, 1 << 20);
	int first = block[n];

	wait_for(n);
	free(block);
	return first;
}
C

# unit NAME COPY LOOK FREE WAIT: the other unit, with these as the bodies of its functions
unit() {
	cat >"$1" <<C
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *last;
char pool[100];

char *my_strdup(const char *text) { $2 }
int look(const char *text) { $3 }
void my_free(char *text) { $4 }
void wait_for(int n) { $5 }
C
}

# lines NAME WANTED FILE...: the lines of user.c with findings when it is seen with these
lines() {
	local what=$1 wanted=$2 found
	shift 2
	"$analyze" --no-cache --no-config -q user.c "$@" -- >out 2>err || [ $? = 1 ]
	found=$(sed -n 's/^user.c:\([0-9]*\):[0-9]*: warning.*/\1/p' out | tr '\n' ' ')
	if [ "$found" != "$wanted" ]; then
		echo "$what: findings in lines '$found', not '$wanted'" >&2
		failed=1
	fi
}

duplicate='char *copy = malloc(strlen(text) + 1); if (!copy) abort(); strcpy(copy, text); return copy;'
unit good.c "$duplicate" 'return atoi(text);' 'free(text);' 'sleep((unsigned)n);'
unit keeps.c "$duplicate" 'last = text; return atoi(text);' 'free(text);' 'last = pool + n;'
unit counts.c 'return strcpy(pool, text);' 'return atoi(text);' 'free(text);' 'sleep((unsigned)n);'
unit upper.c 'char *copy = malloc(strlen(text) + 1); strcpy(copy, text); copy[0] = 0; return copy;' 'return atoi(text);' \
	'free(text);' 'sleep((unsigned)n);'
unit leaks.c "$duplicate" 'return atoi(text);' 'last = text;' 'sleep((unsigned)n);'

lines 'a unit that bears all out' '10 19 34 ' good.c
lines 'alone' ''
lines 'a callee that keeps what it reads' '' keeps.c
lines 'a copy that is no block' '19 34 ' counts.c
lines 'a copy that is not as its source' '19 34 ' upper.c
lines 'a release that keeps' '19 34 ' leaks.c
lines 'two units that define the same, of which one keeps' '34 ' good.c keeps.c

"$analyze" --facts-only=user.c -o user.facts --
"$analyze" --facts-only=good.c -o good.facts --
"$analyze" --no-cache --no-config -q user.c good.c -- >out 2>err || [ $? = 1 ]
"$analyze" --merge --no-config -q user.facts good.facts >merged 2>err || [ $? = 1 ]
cmp out merged || failed=1
exit $failed
