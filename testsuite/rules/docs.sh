#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Manual, completions and rule pages say what the program and the tables say: docs.sh memlint-analyze SOURCE-TREE CMAKE
set -euo pipefail

analyze=$1 tree=$2 cmake=$3
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"

"$analyze" --help | grep -oE '(^|[ ,])--[a-z][a-z-]+' | tr -d ' ,' | sort -u >"$work/options"
[ "$(wc -l <"$work/options")" -gt 20 ] || complain "--help names too few options to be true"
sed 's/\\-/-/g' "$tree/docs/man/memlint-analyze.1" >"$work/man"
for file in "$work/man" "$tree"/docs/completion/memlint-analyze.bash "$tree"/docs/completion/_memlint-analyze; do
	while read -r option; do
		grep -qE -- "$option([^a-z-]|$)" "$file" || complain "${file##*/}: $option is missing"
	done <"$work/options"
	grep -oE -- '(^|[^a-z-])--[a-z][a-z-]+[a-z]' "$file" | grep -oE -- '--[a-z-]+' | sort -u | while read -r option; do
		grep -qxF -- "$option" "$work/options" || echo "${file##*/}: there is no $option"
	done >"$work/extra"
	[ ! -s "$work/extra" ] || complain "$(cat "$work/extra")"
done
while read -r option; do
	grep -qE -- "-l ${option#--}( |$)" "$tree/docs/completion/memlint-analyze.fish" ||
		complain "memlint-analyze.fish: $option is missing"
done <"$work/options"

"$cmake" -DRULES="$tree/rules" -DOUT="$work" -DDOCS="$work/docs" -P "$tree/rules/gather/pages.cmake"
diff -r "$work/docs" "$tree/docs/rules" >&2 ||
	complain "docs/rules is old: cmake -DRULES=rules -DOUT=/tmp/memlint -DDOCS=docs/rules -P rules/gather/pages.cmake"
"$analyze" --list-rules | awk '{ print $2 }' | while read -r rule; do
	[ -d "$tree/testsuite/rules/${rule//-/_}" ] || echo "$rule has no fixtures"
	[ -n "$("$analyze" --explain "$rule")" ] || echo "$rule has no page"
done >"$work/listed"
[ ! -s "$work/listed" ] || complain "$(cat "$work/listed")"
exit $failed
