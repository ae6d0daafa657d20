# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Real programs that memlint-analyze is measured on, built once with debug information and a compile_commands.json.
# Needs common.sh and source.sh. A recipe (programs/NAME.sh) sets `package`, maybe `database` (the folder that gets
# compile_commands.json) and `analysed` (what of it is analysed), and has configure, compile and own_tests; where the build writes its
# own database, own_database=1; for C++ programs cplusplus=1; for those that only ./run fixes takes fixes_only=1. memcheck PREFIX... is
# a short run that its fixes matter to. All run in the program's tree with CC, CXX and CFLAGS set.

rules=$root/testsuite/rules
corpus=$root/testsuite/corpus
programs=$work/programs
jobs=$(jobs_here)
analyze=${MEMLINT_ANALYZE:-$build/bin/memlint-analyze}

# Types that nothing uses are laid out as well: they are findings like all others.
debug_flags="-g -fno-eliminate-unused-debug-types"

# Those that commands take when none is named.
program_names() {
	local file
	for file in "$rules"/programs/*.sh; do
		grep -q '^fixes_only=1' "$file" || basename "$file" .sh
	done
}

load_program() {
	[ -r "$rules/programs/$1.sh" ] || die "no program '$1'; there are: $(program_names | tr '\n' ' ')"
	database=.
	own_database=0
	cplusplus=0
	unset -f memcheck
	analysed=(.)
	export CC=gcc CXX=g++ CFLAGS="$debug_flags -O1 -Wall -Wextra" LC_ALL=C
	export CXXFLAGS="$CFLAGS -femit-class-debug-always"
	# shellcheck source=/dev/null
	. "$rules/programs/$1.sh"
}

need_analyzer() {
	[ -x "$analyze" ] || die "${analyze#"$root/"} is missing: run ./run build"
}

# build_tree NAME LOG: everything compiled that is not yet; with a database when none is there.
build_tree() {
	local name=$1 log=$2
	if [ "$own_database" = 1 ] || [ -s "$database/compile_commands.json" ]; then
		(set -e && compile) >"$log" 2>&1
	else
		bear --output "$database/compile_commands.json" -- bash "$rules/compile.sh" "$name" >"$log" 2>&1
	fi
}

# program_tree NAME: after load_program; prints the tree that holds the built program.
program_tree() {
	local name=$1 tree=$programs/$1 source key
	source=$(fetch_source "$package") || return 1
	key=$(cat "$rules/programs/$name.sh" <(grep "^$package " "$work/dsc/VERSIONS") <(gcc --version) | sha256sum | cut -c 1-16)
	if [ "$(cat "$tree/.memlint-built" 2>/dev/null)" != "$key" ]; then
		note "Building $name"
		rm -rf "$tree"
		mkdir -p "$tree"
		cp -a "$source/." "$tree"
		(cd "$tree" && set -e && configure >.memlint-configure 2>&1 && build_tree "$name" .memlint-build) || {
			tail -n 20 "$tree/.memlint-configure" "$tree/.memlint-build" >&2
			return 1
		}
		echo "$key" >"$tree/.memlint-built"
	fi
	echo "$tree"
}

# analyse TREE ARGUMENT...: memlint-analyze on the program, in its tree; its exit status.
analyse() (
	tree=$1
	shift
	cd "$tree" && "$analyze" --no-cache --no-config -p "$database" "$@" "${analysed[@]}"
)
