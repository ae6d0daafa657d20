# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# For tests of whole programs: compile with the plugin, run, read the profile back, compare with the source's markers.
# The driver sets: CC and CXX (the compiler under test), build (the build tree), here (this folder), tmp (the current,
# empty directory). Every function ends the test with a message when it finds something wrong.

plugin=$build/lib/memlint.so
memlint=$build/bin/memlint

fail() {
	printf 'FAIL: %s\n' "$*" >&2
	exit 1
}

# compiler_of SOURCE: cc or c++, by the name's ending.
compiler_of() {
	case $1 in
	*.cc | *.cpp) echo "$CXX" ;;
	*) echo "$CC" ;;
	esac
}

# The C compilers here that the plugin was built for, where a test is not about CC alone.
compilers() {
	local major
	for major in 11 12; do
		if [ -e "$build/lib/memlint-$major.so" ] && command -v "gcc-$major" >/dev/null; then
			echo "gcc-$major"
		fi
	done
}

# The options that a source asks for in a line "flags: ...", without the comment's end.
flags_of() {
	sed -n 's/.*[*\/ ]flags: *//p' "$1" | sed 's/ *\*\/.*//'
}

# compile OUTPUT SOURCE OPTIONS...: with the plugin. compile_plain: without.
compile() {
	local output=$1 source=$2
	shift 2
	# shellcheck disable=SC2046
	"$(compiler_of "$source")" -g -I"$root/runtime/include" -fplugin="$plugin" "$@" "$source" -o "$output" $(flags_of "$source") ||
		fail "does not compile with the plugin: $source $*"
}

compile_plain() {
	local output=$1 source=$2
	shift 2
	# shellcheck disable=SC2046
	"$(compiler_of "$source")" -g -I"$root/runtime/include" "$@" "$source" -o "$output" $(flags_of "$source") ||
		fail "does not compile: $source $*"
}

# run_traced PROFILE PROGRAM ARGUMENTS...: status and output are the program's own.
run_traced() {
	local profile=$1
	shift
	rm -f "$profile"
	MEMLINT=1 MEMLINT_OUTPUT=$PWD/$profile "$@"
}

# rows PROFILE: one line per row: file line column alloc_count alloc_bytes live_count live_bytes type function.
rows() {
	"$memlint" stat --json "$1" | jq -r '.rows[] | [(.file // "" | sub(".*/"; "")), .line, .column, .alloc_count, .alloc_bytes,
		.live_count, .live_bytes, (.type // "?"), (.function // "?")] | @tsv'
}

# totals PROFILE: "allocs frees bytes bytes-at-exit blocks-at-exit".
totals() {
	"$memlint" stat --json "$1" | jq -r '.totals | "\(.alloc_count) \(.free_count) \(.alloc_bytes) \(.live_bytes) \(.live_count)"'
}

# The markers of a source: line, column, count, bytes, for every
#   alloc: COUNT x SIZE [at WORD] [of TYPE]      COUNT blocks of SIZE bytes; the call is at WORD, else at the first
# allocator of C named on the line, in columns from 1. COUNT may be "some" (then SIZE is not looked at). GCC places a
# new-expression at its type or its end: no column is expected of one.
markers() {
	awk '{
		line = $0
		if (!match(line, /alloc: *[a-z0-9]+ x [0-9]+/))
			next
		split(substr(line, RSTART, RLENGTH), part, /[: ]+/)
		code = line
		sub(/\/[*\/] *alloc:.*/, "", code)
		gsub(/\t/, "\t", code)
		word = ""
		if (match(line, / at [A-Za-z_0-9:]+/))
			word = substr(line, RSTART + 4, RLENGTH - 4)
		type = "-"
		if (match(line, / of [^*]+/)) {
			type = substr(line, RSTART + 4, RLENGTH - 4)
			sub(/ *$/, "", type)
		}
		if (word != "")
			column = index(code, word)
		else if (match(code, /(__builtin_)?(malloc|calloc|realloc|reallocarray|strdup|strndup|__strdup|__strndup|aligned_alloc|posix_memalign|memalign|pvalloc|valloc) *[(]/))
			column = RSTART
		else
			column = 0
		print NR "\t" column "\t" part[2] "\t" part[4] "\t" type
	}' "$1"
}

# expect_markers SOURCE PROFILE WHAT: each marker's line has its row, and no other line of the source has one.
expect_markers() {
	local source=$1 profile=$2 what=$3 line column count size type name wrong
	name=$(basename "$source")
	rows "$profile" | awk -F '\t' -v name="$name" '$1 == name' >rows.tsv
	while IFS=$'\t' read -r line column count size type; do
		wrong=$(awk -F '\t' -v line="$line" -v column="$column" -v count="$count" -v size="$size" -v type="$type" '
			$2 == line { n += $4; bytes += $5; if ($3 != column) col = $3; if (type != "-" && $8 != type) wrongtype = $8 }
			END {
				if (!n) print "no row"
				else if (count != "some" && n != count) print n " blocks, expected " count
				else if (count != "some" && bytes != count * size) print bytes " bytes, expected " count * size
				else if (col != "" && column != 0) print "column " col ", expected " column
				else if (wrongtype != "") print "type " wrongtype ", expected " type
			}' rows.tsv)
		[ -z "$wrong" ] || fail "$name:$line ($what): $wrong"
	done < <(markers "$source")
	wrong=$(awk -F '\t' 'NR == FNR { known[$1] = 1; next } !($2 in known) { print $2 " (" $9 ")"; exit }' \
		<(markers "$source") rows.tsv)
	[ -z "$wrong" ] || fail "$name ($what): a row on line $wrong, where no marker stands"
}

# expect_authors OUTPUT LAST WHAT: ./program, traced, prints OUTPUT; main.c's markers have their rows, and what its foreign() allocates, sizes
# from 100 to LAST, counts for no line.
expect_authors() {
	run_traced run.memlint ./program >out || fail "$3: status $?"
	[ "$(cat out)" = "$1" ] || fail "$3: wrong output: $(cat out)"
	expect_markers main.c run.memlint "$3"
	[ "$(rows run.memlint | awk -v last="$2" '$5 >= 100 && $5 <= last')" = "" ] ||
		fail "$3: what foreign() allocates counts for a line"
}

# memcheck_totals PROGRAM ARGUMENTS...: the five totals by valgrind's memcheck.
memcheck_totals() {
	valgrind --log-file=memcheck.log "$@" >/dev/null 2>&1 || true
	awk '{ gsub(",", "") } /in use at exit:/ { left = $6; blocks = $9 }
		/total heap usage:/ { print $5, $7, $9, left, blocks }' memcheck.log
}

# one_line FILE: exactly one line that starts with "memlint".
one_line() {
	[ "$(grep -c '^memlint' "$1")" = 1 ] || fail "expected one line of memlint's, got: $(cat "$1")"
	[ "$(wc -l <"$1")" = 1 ] || fail "more than memlint's one line: $(cat "$1")"
}
