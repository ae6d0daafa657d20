#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fixes keep what a program does: runs.sh memlint-analyze PROGRAM...
#
# Each PROGRAM is built, run under valgrind, fixed, and built and run again: it must print the same, touch no memory it should
# not, lose none, and allocate less than before, in number or at its peak.
set -euo pipefail

analyze=$1
shift
command -v valgrind >/dev/null || exit 77
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"

# build SOURCE PROGRAM
build() {
	case $1 in
	*.cc) g++ -std=c++17 -g -O1 -Wall -Wextra -Werror -o "$2" "$1" ;;
	*) gcc -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -o "$2" "$1" ;;
	esac
}

# measure PROGRAM NAME: what it prints, allocations, and bytes of all its allocations at the peak
measure() {
	valgrind --quiet --error-exitcode=9 --leak-check=full "$1" >"$work/$2.out" 2>"$work/$2.err" ||
		complain "$3: $2 the fix valgrind has something to say: $(head -3 "$work/$2.err")"
	valgrind "$1" 2>&1 >/dev/null | sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' | tr -d , >"$work/$2.count"
	valgrind --tool=massif --massif-out-file="$work/$2.massif" --peak-inaccuracy=0.0 "$1" >/dev/null 2>&1
	awk -F = '/^mem_heap_B/ && $2 + 0 > most { most = $2 + 0 } END { print most + 0 }' "$work/$2.massif" >"$work/$2.peak"
}

for program; do
	name=${program#"${program%/*/*}"/}
	suffix=${program##*.}
	cp "$program" "$work/program.$suffix"
	build "$work/program.$suffix" "$work/before" || { complain "$name does not build"; continue; }
	measure "$work/before" before "$name"
	status=0
	(cd "$work" && "$analyze" --no-cache --no-config -q --fix "program.$suffix" -- -D_GNU_SOURCE >"$work/fix.log" 2>&1) || status=$?
	[ "$status" -le 1 ] || complain "$name: --fix ends with $status: $(head -3 "$work/fix.log")"
	cmp -s "$program" "$work/program.$suffix" && complain "$name: nothing was fixed"
	build "$work/program.$suffix" "$work/after" || { complain "$name does not build when fixed"; continue; }
	measure "$work/after" after "$name"
	cmp "$work/before.out" "$work/after.out" || complain "$name prints something else when fixed"
	if [ "$(cat "$work/after.count")" -ge "$(cat "$work/before.count")" ] &&
		[ "$(cat "$work/after.peak")" -ge "$(cat "$work/before.peak")" ]; then
		complain "$name allocates as much as before: $(cat "$work/before.count") and $(cat "$work/after.count") times, $(cat "$work/before.peak") and $(cat "$work/after.peak") bytes"
	fi
	echo "$name: $(cat "$work/before.count") -> $(cat "$work/after.count") allocations, peak $(cat "$work/before.peak") -> $(cat "$work/after.peak") bytes"
done
exit $failed
