# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Builds of real programs, kept by content: the same sources, compiler, flags and plugin are never built twice.
# Needs common.sh and source.sh. A recipe (recipes/NAME.sh) sets `package` and `wrappers`, maybe `own_clock` (what it allocates
# depends on the clock), `threads` (how many it starts) and `language` (c++), and has prepare,
# compile, workload, large_workload and own_tests; all run in a tree of their own.

corpus=$root/testsuite/corpus
trees=$work/corpus
jobs=$(jobs_here)
plugin=$build/lib/memlint.so
memlint=$build/bin/memlint

corpus_names() {
	local file
	for file in "$corpus"/recipes/*.sh; do
		basename "$file" .sh
	done
}

load_recipe() {
	[ -r "$corpus/recipes/$1.sh" ] || die "no program '$1' in the corpus; there are: $(corpus_names | tr '\n' ' ')"
	own_clock=0
	threads=0
	language=c
	# shellcheck source=/dev/null
	. "$corpus/recipes/$1.sh"
}

# The source tree after its prepare step, shared by all builds of one program.
prepared_tree() {
	local name=$1 source tree key
	source=$(fetch_source "$package") || return 1
	key=$(cat "$corpus/recipes/$name.sh" <(grep "^$package " "$work/dsc/VERSIONS") | sha256sum | cut -c 1-16)
	tree=$trees/$name/source-$key
	if [ ! -e "$tree/.prepared" ]; then
		rm -rf "$tree"
		mkdir -p "$tree"
		cp -a "$source/." "$tree"
		(cd "$tree" && set -e && prepare) >&2 || return 1
		touch "$tree/.prepared"
	fi
	echo "$tree"
}

# build_program NAME plain|memlint "FLAGS": prints the tree that holds the built program.
build_program() {
	local name=$1 flavour=$2 flags=$3 source tree key compiler=${CC:-gcc} cxx=${CXX:-g++}
	source=$(prepared_tree "$name") || return 1
	key=$({
		echo "$source $flags"
		"$compiler" --version | head -n 1
		if [ "$flavour" = memlint ]; then cat "$build"/lib/memlint*.so; fi
	} | sha256sum | cut -c 1-16)
	# Paths of equal length: jq keeps its own in a block.
	tree=$trees/$name/${flavour:0:1}${flags// /}-$key
	if [ ! -e "$tree/.built" ]; then
		rm -rf "$trees/$name/${flavour:0:1}${flags// /}-"????????????????
		mkdir -p "$tree"
		cp -a "$source/." "$tree"
		if [ "$flavour" = memlint ]; then
			compiler="$compiler -fplugin=$plugin"
			cxx="$cxx -fplugin=$plugin"
		fi
		(cd "$tree" && set -e && CC=$compiler CXX=$cxx CFLAGS="-g $flags" compile) >"$tree/.log" 2>&1 || {
			tail -n 20 "$tree/.log" >&2
			return 1
		}
		touch "$tree/.built"
	fi
	echo "$tree"
}

# in_tree DIRECTORY FUNCTION ARGUMENTS...: a recipe's function in its tree, in a shell of its own.
in_tree() (
	cd "$1" && shift && set -e && "$@"
)

# memcheck_totals LOG...: "allocs frees bytes bytes-at-exit blocks-at-exit" summed over the logs of one run.
memcheck_totals() {
	awk '{ gsub(",", "") }
		/in use at exit:/ { bytes_left += $6; blocks_left += $9 }
		/total heap usage:/ { allocs += $5; frees += $7; bytes += $9; seen = 1 }
		END { if (seen) print allocs, frees, bytes, bytes_left, blocks_left }' "$@"
}

# memlint_totals PROFILE...: the same from profiles.
memlint_totals() {
	local profile
	for profile in "$@"; do
		"$memlint" stat --json "$profile"
	done | jq -rs 'map(.totals) | [map(.alloc_count), map(.free_count), map(.alloc_bytes), map(.live_bytes), map(.live_count)]
		| map(add) | join(" ")'
}

# What memcheck counts in a program before memlint can: start-up of the library, the loading of the runtime. Same five numbers.
startup_totals() {
	local how=$1 dir=$trees/startup
	mkdir -p "$dir"
	# A unit without an allocation has no bootstrap; what memlint counts of this one is taken off again. It stays
	# alive: memlint frees what libc keeps to the end only where something is left to tell. With threads, neither
	# of the two frees that.
	cat >"$dir/empty.c" <<-C
		#ifdef __cplusplus
		#include <iostream>
		#endif
		#include <pthread.h>
		#include <stdlib.h>
		#include <unistd.h>
		static void *nothing(void *p) { pause(); return p; }
		int main(void)
		{
			pthread_t threads[$threads + 1];
			void *volatile p = malloc(8);

			for (int i = 0; i < $threads; i++)
				pthread_create(&threads[i], NULL, nothing, NULL);
			return 0;
		}
	C
	if [ "$language" = c++ ]; then
		"${CXX:-g++}" -x c++ -w -pthread -fplugin="$plugin" "$dir/empty.c" -o "$dir/empty"
	else
		"${CC:-gcc}" -w -pthread -fplugin="$plugin" "$dir/empty.c" -o "$dir/empty"
	fi
	if [ "$how" = traced ]; then
		MEMLINT=1 MEMLINT_OUTPUT="$dir/empty.memlint" valgrind --run-libc-freeres=no --log-file="$dir/log" "$dir/empty"
	else
		valgrind --log-file="$dir/log" "$dir/empty"
		MEMLINT=1 MEMLINT_OUTPUT="$dir/empty.memlint" "$dir/empty"
	fi
	minus "$(memcheck_totals "$dir/log")" "$(memlint_totals "$dir/empty.memlint")"
}

# minus "A B C" "a b c": field by field.
minus() {
	paste -d ' ' <(tr ' ' '\n' <<<"$1") <(tr ' ' '\n' <<<"$2") | awk '{ printf "%s%d", sep, $1 - $2; sep = " " }'
}

# The instructions that one run costs, all of its processes together.
instructions() {
	local tree=$1 log=$1/callgrind.log
	rm -f "$log".*
	in_tree "$tree" workload valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file="$log.%p" >/dev/null 2>&1
	cat "$log".* | awk '/Collected :/ { sum += $4 } END { print sum }'
}
