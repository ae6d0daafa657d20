# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What rounds become: medians and spreads of ratios, each to the plain run of the same round, and the rows made of them.
# A file of runs has a line each: "round wall-seconds cpu-seconds peak-rss-KiB files-KiB [microseconds-per-request]"; files of other
# numbers begin with the round as well. A round that one of two files lacks counts in neither.

many=9 # rounds from which on the spread is the middle half of them

# turn ROUND ITEM...: the items in the order of that round (0 is the first). Each comes as often in each place, and after each other
# one as before it, so that no one always follows the same.
turn() {
	local round=$1 i count
	shift
	count=$#
	local items=("$@" "$@") order=()
	for ((i = 0; i < count; i++)); do
		order+=("${items[round % count + i]}")
	done
	if ((round / count % 2)); then
		for ((i = count - 1; i >= 0; i--)); do
			echo "${order[i]}"
		done
	else
		printf '%s\n' "${order[@]}"
	fi
}

# quartiles: of numbers, a line each: "count lowest quarter median three-quarters highest", between two neighbours where it falls there.
quartiles() {
	sort -g | awk '
		function at(part, place, below) {
			place = 1 + (NR - 1) * part
			below = int(place)
			return below == NR ? r[NR] : r[below] + (place - below) * (r[below + 1] - r[below])
		}
		{ r[NR] = $1 }
		END { if (NR) printf "%d %.6f %.6f %.6f %.6f %.6f\n", NR, r[1], at(0.25), at(0.5), at(0.75), r[NR] }'
}

# median FILE COLUMN
median() {
	awk -v column="$2" '{ print $column }' "$1" | quartiles | cut -d ' ' -f 4
}

# ratios FILE BASE COLUMN: "median (from-to)" of the ratios, round by round; empty when no round has both.
ratios() {
	awk -v column="$3" 'FILENAME != file { file = FILENAME; files++ }
		files == 1 { base[$1] = $column; next }
		NF >= column && base[$1] > 0 { printf "%.9f\n", $column / base[$1] }' "$2" "$1" | quartiles | awk -v many="$many" '
		$1 == 1 { printf "%.3f (one round)", $4 }
		$1 > 1 && $1 < many { printf "%.3f (%.2f-%.2f)", $4, $2, $6 }
		$1 >= many { printf "%.3f (%.2f-%.2f)", $4, $3, $5 }'
}

# pairs FILE BASE: the rounds that both have; 0 when one of them is not there.
pairs() {
	if [ -s "$1" ] && [ -s "$2" ]; then
		awk 'FILENAME != file { file = FILENAME; files++ } files == 1 { base[$1] = 1; next } base[$1]' "$2" "$1"
	fi | awk 'END { print NR }'
}

plain_row() {
	awk -v name="$1" -v runs="$(awk 'END { print NR }' "$2/plain")" -v wall="$(median "$2/plain" 2)" -v cpu="$(median "$2/plain" 3)" \
		-v rss="$(median "$2/plain" 4)" \
		'BEGIN { printf "| %s | plain | %d | %.2f s | %.2f s | %.1f MiB | |\n", name, runs, wall, cpu, rss / 1024 }'
}

# variant_row NAME VARIANT DIRECTORY
variant_row() {
	local runs=$3/$2 plain=$3/plain column cells=''
	for column in 2 3 4; do
		cells="$cells $(ratios "$runs" "$plain" $column) |"
	done
	printf '| %s | %s | %s |%s %s KiB |\n' "$1" "$2" "$(pairs "$runs" "$plain")" "$cells" "$(cut -d ' ' -f 5 "$runs" | sort -n | tail -n 1)"
}

# stopped_row NAME VARIANT DIRECTORY: all that is known is that it takes longer.
stopped_row() {
	awk -v head="| $1 | $2 | 1 |" -v longest="$(cat "$3/$2.stopped")" -v plain="$(median "$3/plain" 2)" \
		'BEGIN { printf "%s over %.0f (stopped) | | | |\n", head, longest / plain }'
}

# cost_table RESULTS "VARIANT..." NAME...: of the programs, a folder of RESULTS each.
cost_table() {
	local results=$1 variants=$2 name variant dir
	shift 2
	echo "| Program | Variant | Rounds | Wall | CPU | Peak RSS | Files |"
	echo "|---|---|---|---|---|---|---|"
	for name; do
		dir=$results/$name
		[ -s "$dir/plain" ] || continue
		plain_row "$name" "$dir"
		for variant in $variants; do
			[ "$variant" != plain ] || continue
			if [ "$(pairs "$dir/$variant" "$dir/plain")" -gt 0 ]; then
				variant_row "$name" "$variant" "$dir"
			elif [ -e "$dir/$variant.stopped" ]; then
				stopped_row "$name" "$variant" "$dir"
			fi
		done
	done
}

# client_table RESULTS "VARIANT..." NAME: the same of what a server's client saw; nothing without a client.
client_table() {
	local dir=$1/$3 variant request
	[ -s "$dir/plain" ] || return 0
	request=$(awk 'NF > 5' "$dir/plain" | median /dev/stdin 6)
	[ -n "$request" ] || return 0
	echo
	echo "| Clients of $3 | Rounds | Time per request |"
	echo "|---|---|---|"
	awk -v runs="$(awk 'END { print NR }' "$dir/plain")" -v request="$request" \
		'BEGIN { printf "| plain | %d | %.3f µs: %.0f requests a second |\n", runs, request, 1e6 / request }'
	for variant in $2; do
		if [ "$variant" != plain ] && [ "$(pairs "$dir/$variant" "$dir/plain")" -gt 0 ]; then
			echo "| $variant | $(pairs "$dir/$variant" "$dir/plain") | $(ratios "$dir/$variant" "$dir/plain" 6) |"
		fi
	done
}

# client_time: of what redis-benchmark -q prints, the microseconds that one request takes, over all its commands alike.
client_time() {
	tr '\r' '\n' | awk '{ for (i = 3; i < NF; i++) if ($i == "requests" && $(i + 1) == "per" && $(i - 1) > 0) { sum += 1e6 / $(i - 1); n++ } }
		END { if (n) printf "%.6f\n", sum / n }'
}

# rounds_said RESULTS VARIANT NAME...: "N", "N to M" or "no": how often that variant was run.
rounds_said() {
	local results=$1 variant=$2 name
	shift 2
	for name; do
		pairs "$results/$name/$variant" "$results/$name/plain"
	done | awk '$1 > 0' | quartiles | awk '{ if ($2 == $6) printf "%d", $2; else printf "%d to %d", $2, $6 } END { if (!NR) printf "no" }'
}
