# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What is measured apart from the programs' own time: instructions, compiling, starting, snapshots, deep tracebacks, growth.
# Needs bench's $out and prefix_of(), ratios.sh and corpus/lib.sh. Each function prints one table.

quotient() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.4f", a / b; else printf "-" }'
}

# Programs whose work does not depend on time.
instructions_table() {
	local name plain ours
	echo "| Program | Instructions, plain | dormant |"
	echo "|---|---|---|"
	for name in lua jq sqlite; do
		load_recipe "$name"
		plain=$(instructions "$(build_program "$name" plain -O2)")
		ours=$(instructions "$(build_program "$name" memlint -O2)")
		echo "| $name | $plain | $(quotient "$ours" "$plain") |"
	done
}

# compiled DIRECTORY UNIT RESULT FLAGS...: the compiler proper's instructions for one unit, into RESULT. cachegrind without a cache
# counts three times as fast as callgrind.
compiled() {
	local dir=$1 unit=$2 result=$3 log=$3.log
	shift 3
	rm -f "$result" "$log".*
	(cd "$dir" && gcc "$@" -S -o /dev/null \
		-wrapper "valgrind,--tool=cachegrind,--cache-sim=no,--cachegrind-out-file=/dev/null,--log-file=$log.%p" "$unit") >/dev/null 2>&1
	sed -n 's/,//g; s/^.*I *refs: *\([0-9]*\).*/\1/p' "$log".* | awk '{ sum += $1 } END { if (!NR) exit 1; printf "%.0f\n", sum }' >"$result"
}

# Counts of instructions do not depend on what else runs: both kinds run at a time.
compiled_row() {
	local what=$1 plain=0 ours=0 dir=$2 flags unit other
	read -ra flags <<<"$3"
	shift 3
	for unit in "$@"; do
		compiled "$dir" "$unit" "$out/cc1.memlint" "${flags[@]}" "-fplugin=$plugin" &
		other=$!
		compiled "$dir" "$unit" "$out/cc1.plain" "${flags[@]}"
		wait "$other"
		plain=$((plain + $(cat "$out/cc1.plain")))
		ours=$((ours + $(cat "$out/cc1.memlint")))
	done
	echo "| $what | $plain | $(quotient "$ours" "$plain") |"
}

# bytes_of FILE: code and data, without debug information.
bytes_of() {
	size "$1" | awk 'NR == 2 { print $4 }'
}

compile_table() {
	local tree redis sizes=() unit
	load_recipe sqlite
	tree=$(prepared_tree sqlite)
	load_recipe redis
	redis=$(build_program redis plain -O2)
	echo "| Compiler proper | Instructions, plain | with the plugin |"
	echo "|---|---|---|"
	compiled_row "SQLite's amalgamation, -O0" "$tree" -O0 sqlite3.c
	compiled_row "redis, 4 units, -O2" "$redis/src" "-O2 -std=gnu11 -I../deps/hiredis -I../deps/lua/src -I../deps/linenoise -I../deps/hdr_histogram" \
		dict.c object.c quicklist.c t_list.c
	for unit in plain memlint; do
		local plugins=()
		[ $unit = plain ] || plugins=("-fplugin=$plugin")
		gcc -O2 "${plugins[@]}" -c "$tree/sqlite3.c" -o "$out/sqlite.$unit.o"
		sizes+=("$(bytes_of "$out/sqlite.$unit.o")" "$(bytes_of "$(build_program redis $unit -O2)/src/redis-server")")
	done
	echo
	echo "| Code and data | Bytes, plain | with the plugin |"
	echo "|---|---|---|"
	echo "| sqlite3.o | ${sizes[0]} | $(quotient "${sizes[2]}" "${sizes[0]}") |"
	echo "| redis-server | ${sizes[1]} | $(quotient "${sizes[3]}" "${sizes[1]}") |"
}

compile_blocks() {
	mkdir -p "$out/own" "$out/files" "$out/results"
	gcc -g -O2 -I"$root/runtime/include" "$root/testsuite/bench/blocks.c" -o "$out/own/blocks.plain"
	gcc -g -O2 -I"$root/runtime/include" -fplugin="$plugin" -fplugin-arg-memlint-no-wrapper=allocate -fplugin-arg-memlint-frames "$root/testsuite/bench/blocks.c" \
		-o "$out/own/blocks.memlint"
	printf '#include <stdlib.h>\nint main(void)\n{\n\tfree(malloc(1));\n\treturn 0;\n}\n' >"$out/own/nothing.c"
	gcc -g -O2 "$out/own/nothing.c" -o "$out/own/nothing.plain"
	gcc -g -O2 -fplugin="$plugin" "$out/own/nothing.c" -o "$out/own/nothing.memlint"
}

# median_ms FILE COLUMN: of what measure wrote.
median_ms() {
	awk -v seconds="$(median "$1" "$2")" 'BEGIN { printf "%.2f", seconds * 1000 }'
}

# Of a program that allocates one block.
start_table() {
	local variant i kind
	compile_blocks
	rm -f "$out"/results/start.*
	for ((i = 0; i < 201; i++)); do
		for variant in $(turn $i "${own[@]}"); do
			kind=memlint
			[ "$variant" != plain ] || kind=plain
			# shellcheck disable=SC2046
			"$out/measure" "$out/results/start.$variant" $(prefix_of "$variant") "$out/own/nothing.$kind"
		done
	done
	rm -f "$out"/files/run.*.memlint
	echo "| Start and end of a process | Wall | CPU |"
	echo "|---|---|---|"
	for variant in "${own[@]}"; do
		echo "| $variant | $(median_ms "$out/results/start.$variant" 1) ms | $(median_ms "$out/results/start.$variant" 2) ms |"
	done
}

snapshot_table() {
	local live milliseconds i
	compile_blocks
	echo "| Live blocks | Taking a snapshot, CPU | \`memlint stat\` of it, wall |"
	echo "|---|---|---|"
	for live in 1000 100000 1000000; do
		rm -f "$out/results/stat"
		milliseconds=$(MEMLINT=1 MEMLINT_OUTPUT=$out/files/blocks.memlint "$out/own/blocks.memlint" snapshot "$live" "$out/files/snapshot.memlint")
		for ((i = 0; i < 11; i++)); do
			"$out/measure" "$out/results/stat" "$memlint" stat "$out/files/snapshot.memlint" >/dev/null
		done
		echo "| $live | $milliseconds ms | $(median_ms "$out/results/stat" 1) ms |"
	done
}

# The pause is a part of what recording takes.
graph_table() {
	local live i plain graph
	compile_blocks
	echo "| Live blocks | Recording the heap graph, wall, the pause included | \`memlint retained\` of it, wall |"
	echo "|---|---|---|"
	for live in 10000 100000 1000000; do
		rm -f "$out/results/plain" "$out/results/graph" "$out/results/retained"
		for ((i = 0; i < 7; i++)); do
			# shellcheck disable=SC2046
			"$out/measure" "$out/results/plain" $(prefix_of traced) "$out/own/blocks.memlint" churn "$live" "$live" >/dev/null
			MEMLINT_GRAPH=exit MEMLINT=1 MEMLINT_OUTPUT=$out/files/graph.memlint "$out/measure" "$out/results/graph" \
				"$out/own/blocks.memlint" churn "$live" "$live" >/dev/null
			"$out/measure" "$out/results/retained" "$memlint" retained "$out/files/graph.memlint" >/dev/null
		done
		plain=$(median_ms "$out/results/plain" 1)
		graph=$(median_ms "$out/results/graph" 1)
		echo "| $live | $(awk -v a="$graph" -v b="$plain" 'BEGIN { printf "%.1f", a - b }') ms | $(median_ms "$out/results/retained" 1) ms |"
	done
}

# churn ROUNDS SECONDS TOTAL LIVE DEPTH FRAMES...: the plain build and each number of frames in changing order, so many rounds or
# until the time is over, though not fewer than five. $out/results/churn.plain and churn.FRAMES have a line for each round:
# "round nanoseconds-of-CPU-per-block peak-KiB".
churn() {
	local rounds=$1 seconds=$2 round frames start=$SECONDS
	local what=(churn "$3" "$4" "$5")
	shift 5
	rm -f "$out"/results/churn.*
	for ((round = 0; round < rounds; round++)); do
		[ $round -lt 5 ] || [ $((SECONDS - start)) -lt "$seconds" ] || break
		for frames in $(turn $round plain "$@"); do
			if [ "$frames" = plain ]; then
				"$out/own/blocks.plain" "${what[@]}"
			else
				MEMLINT_NFRAME=$frames MEMLINT=1 MEMLINT_OUTPUT=$out/files/churn.memlint "$out/own/blocks.memlint" "${what[@]}"
			fi | sed "s/^/$round /" >>"$out/results/churn.$frames"
		done
	done
}

frames_table() {
	local counts=(1 2 4 8 16) frames runs=$out/results/churn
	compile_blocks
	churn 41 30 10000000 1000 32 "${counts[@]}"
	echo "| Frames in a traceback | Rounds | CPU, to plain | to one frame |"
	echo "|---|---|---|---|"
	for frames in "${counts[@]}"; do
		echo "| $frames | $(pairs "$runs.$frames" "$runs.plain") | $(ratios "$runs.$frames" "$runs.plain" 2) | $(
			if [ "$frames" -gt 1 ]; then ratios "$runs.$frames" "$runs.1" 2; else echo 1; fi
		) |"
	done
}

growth_table() {
	local size rounds runs=$out/results/churn
	compile_blocks
	echo "| Blocks allocated | live at a time | Rounds | CPU per block, plain | traced | Peak RSS, traced |"
	echo "|---|---|---|---|---|---|"
	for size in "100000 1000" "1000000 1000" "10000000 1000" "100000000 1000" "1000000 100000" "10000000 1000000" "30000000 10000000"; do
		# shellcheck disable=SC2086
		churn 41 15 $size 0 1
		rounds=$(pairs "$runs.1" "$runs.plain")
		echo "| ${size% *} | ${size#* } | $rounds | $(median "$runs.plain" 2 | xargs printf '%.2f') ns | $(ratios "$runs.1" "$runs.plain" 2) | $(
			ratios "$runs.1" "$runs.plain" 3
		) |"
	done
}
