# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# cppcheck: the program with its own tests.
package=cppcheck
database=obj
own_database=1
cplusplus=1
fixes_only=1

configure() {
	cmake -S . -B obj -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DCMAKE_BUILD_TYPE=None -DBUILD_TESTS=ON -DBUILD_GUI=OFF
}

compile() {
	cmake --build obj -j "$jobs" --target testrunner cppcheck
}

own_tests() {
	(cd obj/bin && timeout 1200 ./testrunner -q 2>&1) | sed 's/[0-9.]*s$//'
}
