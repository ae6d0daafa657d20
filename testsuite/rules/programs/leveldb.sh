# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# leveldb: the library with its tests and benchmarks.
package=leveldb
database=obj
own_database=1
cplusplus=1

configure() {
	cmake -S . -B obj -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DLEVELDB_BUILD_BENCHMARKS=OFF -DCMAKE_CXX_STANDARD=17
}

compile() {
	cmake --build obj -j "$jobs"
}

own_tests() {
	(cd obj && timeout 1200 ctest 2>&1) | sed -n 's/ *[0-9.]* sec.*//; /Test *#/p; /tests passed/p'
}
