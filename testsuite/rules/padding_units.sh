#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What other units say against struct-padding's fixes: padding_units.sh memlint-analyze
set -euo pipefail

analyze=$(realpath "$1")
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"
cd "$work"
mkdir units varied

# Two files spell out one struct; a variable is defined in the other unit, or in none; the other unit's functions see something else.
cat >units/main.c <<'C'
struct twice { char a; long b; char c; };
struct alike { char a; long b; char c; };
extern struct known { char a; long b; char c; } known;
extern struct foreign { char a; long b; char c; } foreign;
struct mistaken { char a; long b; char c; };
struct stored { char a; long b; char c; };
struct twice twice;
struct alike alike;

void keep(void *any);
int kind(void *any);

int main(void)
{
	struct mistaken mistaken = {0};
	struct stored stored = {0};

	keep(&stored);
	return kind(&mistaken) + (int)known.b + (int)foreign.b;
}
C
cat >units/other.c <<'C'
struct twice { char a; long b; char c; };
struct alike { char x; long y; char z; };
struct known { char a; long b; char c; } known;
struct head { int kind; };
struct twice other_twice;
struct alike other_alike;
static void *kept;

void keep(void *any) { kept = any; }
int kind(void *any) { struct head *head = any; return head->kind; }
C

# A header that units see with different options.
cat >varied/varied.h <<'C'
struct varied { char a; LENGTH b; char c; };
C
printf '#define LENGTH long\n#include "varied.h"\nstruct varied one;\n' >varied/one.c
printf '#define LENGTH int\n#include "varied.h"\nstruct varied two;\n' >varied/two.c

# classes FOLDER: "struct: class reason", sorted
classes() {
	"$analyze" --no-cache --no-config -q --level strict --all --format json "$1" -- >out 2>err || [ $? = 1 ]
	jq -r '.findings[] | "\(.subject): \(.fix.class) \(.fix.reason)"' out | sort
}

expect() {
	if ! diff -u - <(classes "$1") >&2; then
		failed=1
	fi
}

command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
expect units <<'TEXT'
struct alike: safe 
struct alike: safe 
struct foreign: unsafe it belongs to code outside of the seen program
struct known: unsafe another definition of it would stay as it is
struct known: unsafe another definition of it would stay as it is
struct mistaken: unsafe it is cast to or from another type
struct stored: safe 
struct twice: unsafe another definition of it would stay as it is
struct twice: unsafe another definition of it would stay as it is
TEXT
expect varied <<'TEXT'
struct varied: unsafe units see it with different layouts
TEXT
exit $failed
