# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# ninja: the build tool with its unit tests.
package=ninja-build
database=obj
own_database=1
cplusplus=1
fixes_only=1

configure() {
	cmake -S . -B obj -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DCMAKE_BUILD_TYPE=None
}

compile() {
	cmake --build obj -j "$jobs"
}

own_tests() {
	(cd obj && timeout 600 ./ninja_test 2>&1) | tr '\r' '\n' | sed -n '/FAILED/p; /^passed\|tests passed/p'
}

memcheck() {
	"$@" obj/ninja_test --gtest_filter='CLParserTest*'
}
