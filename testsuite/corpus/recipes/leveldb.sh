# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# LevelDB, in C++: containers, an arena, a cache, a thread that compacts in the background.
package=leveldb
language=c++
wrappers='.*:operator new.*'
own_clock=1
threads=1

leveldb_tests='c_test arena_test cache_test corruption_test db_test log_test memenv_test recovery_test table_test'

prepare() {
	:
}

compile() {
	local targets=db_bench
	# Its tests are run at one level only.
	if [[ "$CFLAGS" = *-O2 ]]; then targets="$targets $leveldb_tests"; fi
	quietly cmake -S . -B out -DCMAKE_BUILD_TYPE=None -DBUILD_SHARED_LIBS=OFF -DHAVE_TCMALLOC=OFF -DCMAKE_C_FLAGS="$CFLAGS" \
		-DCMAKE_CXX_FLAGS="$CFLAGS" -DCMAKE_AR="$(command -v gcc-ar)" -DCMAKE_RANLIB="$(command -v gcc-ranlib)"
	# shellcheck disable=SC2086
	quietly cmake --build out -j "$jobs" --target $targets
}

bench() {
	local number=$1
	shift
	rm -rf db && mkdir db
	"$@" out/db_bench --num="$number" --write_buffer_size=200000 --db="$PWD/db" \
		--benchmarks=fillseq,fillrandom,overwrite,readrandom,readseq,compact,deleterandom
}

workload() {
	bench 3000 "$@"
}

large_workload() {
	bench 100000 "$@"
}

# What depends on the clock is left out: benchmarks, two tests of threads and random numbers, and one that a compaction in the background
# may come before (on a busy machine one plain run in twelve fails).
own_tests() {
	local suite left_out=DBTest.MultiThreaded:DBTest.Randomized:DBTest.HiddenValuesAreRemoved
	rm -rf tmp && mkdir tmp
	for suite in $leveldb_tests; do
		echo "$suite"
		BENCHMARK_FILTER=none TEST_TMPDIR=$PWD/tmp "out/$suite" --gtest_filter="-$left_out" 2>/dev/null || echo "status $?"
	done | sed -E 's/ \([0-9]+ ms( total)?\)//'
	rm -rf tmp
}
