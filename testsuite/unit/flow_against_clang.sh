#!/bin/bash
# SPDX-License-Identifier: MIT
# Compares our cyclomatic numbers with those of clang's own graphs: flow_against_clang.sh PROGRAM file [argument...]
# Prints each function that differs and ends with 1 if there is one; 77 (skipped) without clang.
set -euo pipefail

program=$1 file=$2
shift 2
clang=$(command -v clang-19 || command -v clang || true)
if [ -z "$clang" ]; then
	echo "flow_against_clang: no clang here: apt install clang-19"
	exit 77
fi
mine=$(mktemp) theirs=$(mktemp)
trap 'rm -f "$mine" "$theirs"' EXIT

"$program" --list "$file" "$@" | sort -u >"$mine"
# A function begins with its signature; blocks with [B3], edges with "Succs (2): B2 B1" where pruned ones are NULL or
# in brackets. Only what the entry reaches counts.
"$clang" --analyze -Xclang -analyzer-checker=debug.DumpCFG -Xclang -analyzer-config -Xclang \
	cfg-temporary-dtors=false,cfg-implicit-dtors=false,unroll-loops=false -w -o /dev/null "$file" "$@" 2>&1 |
	awk '
	function finish(   stack, n, block, i, parts, k, seen, edges, count, to, result) {
		if (name == "" || entry == "") return
		n = 0; stack[n++] = entry; seen[entry] = 1; edges = 0; count = 0
		while (n > 0) {
			block = stack[--n]; count++
			if (block in static_init) edges--
			k = split(succs[block], parts, " ")
			for (i = 1; i <= k; i++) {
				to = parts[i]
				if (to !~ /^B[0-9]+$/) continue
				edges++
				if (!(to in seen)) { seen[to] = 1; stack[n++] = to }
			}
		}
		if (!(exitblock in seen)) count++
		result = edges - count + 2
		print name, result
	}
	/^[^ ].*\(.*\)/ && !/^ *\[/ {
		finish(); name = $0; sub(/\(.*/, "", name); sub(/.*[ *&:]/, "", name)
		entry = ""; exitblock = ""; delete succs; delete static_init; next
	}
	/^ \[B[0-9]+/ {
		block = $1; gsub(/[\[\]]/, "", block)
		if ($0 ~ /\(ENTRY\)/) entry = block
		if ($0 ~ /\(EXIT\)/) exitblock = block
	}
	/^   T: static init/ { static_init[block] = 1 } # a branch we leave out: in C nothing runs there
	/^   Succs/ { line = $0; sub(/.*: /, "", line); gsub(/B[0-9]+\(Unreachable\)/, "NULL", line); succs[block] = line; more = 1; next }
	more && /^ +(B[0-9]|NULL)/ { line = $0; gsub(/B[0-9]+\(Unreachable\)/, "NULL", line); succs[block] = succs[block] " " line; next }
	{ more = 0 }
	END { finish() }' | sort -u >"$theirs"

join <(grep -v ' try$' "$mine" | sort -k1,1) <(sort -k1,1 "$theirs") |
	awk '{ total++; key = $1; if (!(key in best)) best[key] = 0; if ($2 == $3) best[key] = 1; line[key] = $0 }
	END { for (k in best) { n++; if (!best[k]) { bad++; print "differs: " line[k] " (ours, clang)" } }
		printf "%d functions compared, %d differ\n", n, bad; exit bad > 0 || n == 0 }'
