#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fixed fixtures behave as before: behave.sh FIXTURE... compiles each and its .fixed, runs both under valgrind and compares.
set -euo pipefail

command -v valgrind >/dev/null || { echo "valgrind is not installed"; exit 77; }
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"

# build FILE LANGUAGE STANDARD: $work/program
build() {
	local compiler=gcc
	if [ "$2" = c++ ]; then compiler=g++; fi
	$compiler -x "$2" ${3:+"$3"} -g -w -o "$work/program" "$1"
}

# observe NAME: output and status of $work/program, and what valgrind says against it
observe() {
	local status=0
	"$work/program" >"$work/$1" 2>&1 || status=$?
	echo "status $status" >>"$work/$1"
	valgrind -q --error-exitcode=99 --leak-check=full "$work/program" >/dev/null 2>"$work/$1.valgrind" || status=$?
	[ "$status" -ne 99 ]
}

for fixture in "$@"; do
	language=c
	case $fixture in *.cc) language=c++ ;; esac
	standard=$(sed -n 's/.*fixture:.* \(-std=[^ ]*\).*/\1/p' "$fixture" | head -n 1)
	for side in before after; do
		source=$fixture
		if [ $side = after ]; then source=$fixture.fixed; fi
		if ! build "$source" "$language" "$standard" || ! observe $side; then
			echo "$source: does not run clean" >&2
			cat "$work/$side.valgrind" >&2 2>/dev/null || true
			failed=1
		fi
	done
	if ! diff -u "$work/before" "$work/after" >&2; then
		echo "$fixture: behaves otherwise when fixed" >&2
		failed=1
	fi
done
exit $failed
