# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# fmt: the library with its tests.
package=fmtlib
database=obj
own_database=1
cplusplus=1
fixes_only=1

configure() {
	cmake -S . -B obj -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DCMAKE_BUILD_TYPE=None -DFMT_DOC=OFF -DFMT_FUZZ=OFF
}

compile() {
	cmake --build obj -j "$jobs"
}

own_tests() {
	(cd obj && timeout 600 ctest 2>&1) | sed -n 's/ *[0-9.]* sec.*//; /Test *#/p; /tests passed/p'
}
