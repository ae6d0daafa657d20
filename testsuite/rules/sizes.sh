#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sizes before and after, as promised in the findings, against what gcc lays out: sizes.sh memlint-analyze FIXTURE...
set -euo pipefail

analyze=$1
shift
if ! command -v pahole >/dev/null || ! command -v jq >/dev/null; then
	echo "skipped: needs pahole (dwarves) and jq" >&2
	exit 77
fi
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"

size_in() { # FILE NAME: bytes of a record as DWARF has it
	pahole -C "$2" "$1" 2>/dev/null | sed -n 's,^.*/\* size: \([0-9]*\).*,\1,p' | head -1
}

for fixture in "$@"; do
	file=$work/$(basename "$fixture")
	cp "$fixture" "$file"
	case $file in *.cc) compiler="g++ -std=c++20 -femit-class-debug-always" ;; *) compiler="gcc -std=gnu11" ;; esac
	flags=$(grep -o 'fixture: .*' "$fixture" | grep -o -- '-std=[^ *]*' || true)
	# shellcheck disable=SC2086 # words of a command
	$compiler $flags -fno-eliminate-unused-debug-types -g -c "$file" -o "$work/before.o"
	# shellcheck disable=SC2086
	"$analyze" --no-cache --no-config --level strict --all --format json "$file" -- $flags >"$work/json" 2>/dev/null || [ $? -eq 1 ]
	# shellcheck disable=SC2086
	"$analyze" --no-cache --no-config --level strict --all --fix --unsafe-fixes "$file" -- $flags >/dev/null 2>&1 || [ $? -eq 1 ]
	# shellcheck disable=SC2086
	$compiler $flags -fno-eliminate-unused-debug-types -g -c "$file" -o "$work/after.o"
	jq -r '.findings[] | select(.rule == "struct-padding" and (.subject | test("unnamed|<|^box") | not)) |
		[(.subject | sub("^(struct|class) "; "")),
		 (.message | capture(": (?<old>[0-9]+) -> (?<new>[0-9]+)") | .old, .new),
		 (if .fix.edits == [] then "none" else .fix.class end)] | join(" ")' "$work/json" >"$work/list"
	while read -r name old new class; do
		before=$(size_in "$work/before.o" "$name")
		after=$(size_in "$work/after.o" "$name")
		[ "$class" != none ] || new=$old
		if [ "$before" != "$old" ] || [ "$after" != "$new" ]; then
			echo "$fixture: $name: said $old -> $new, gcc has $before -> $after" >&2
			failed=1
		fi
	done <"$work/list"
	echo "$(basename "$fixture"): $(wc -l <"$work/list") records agree with gcc"
done
exit $failed
