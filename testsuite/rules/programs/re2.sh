# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# RE2 with the tests that its recipe names.
# shellcheck source=/dev/null
. "$corpus/recipes/re2.sh"
cplusplus=1
fixes_only=1

configure() {
	prepare
}

compile() {
	local targets='' suite
	for suite in $re2_tests; do targets="$targets obj/test/${suite}_test"; done
	# shellcheck disable=SC2086
	make -j "$jobs" CXX="$CXX" CXXFLAGS="$CXXFLAGS" $targets
}
