# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# RE2, in C++: trees of small nodes, state caches, vectors and maps. The workload is two of its own tests.
package=re2
language=c++
wrappers='.*:operator new.*'

re2_tests='charclass compile filtered_re2 mimics_pcre parse possible_match re2 re2_arg regexp required_prefix search set simplify
	string_generator'

# Debian leaves the tables of characters out; they are made from its own package of them.
prepare() {
	local table
	for table in perl_groups unicode_casefold unicode_groups; do
		rm -f "re2/$table.cc"
		quietly make REBUILD_TABLES=1 "re2/$table.cc"
	done
}

compile() {
	local targets='obj/test/parse_test obj/test/filtered_re2_test' suite
	# Its tests are run at one level only.
	if [[ "$CFLAGS" = *-O2 ]]; then
		for suite in $re2_tests; do targets="$targets obj/test/${suite}_test"; done
	fi
	# shellcheck disable=SC2086
	quietly make -j "$jobs" CXX="$CXX" CXXFLAGS="$CFLAGS" AR=gcc-ar $targets
}

workload() {
	"$@" obj/test/filtered_re2_test
}

large_workload() {
	"$@" obj/test/parse_test
}

own_tests() {
	local suite
	for suite in $re2_tests; do
		echo "$suite"
		"$@" "obj/test/${suite}_test" || echo "status $?"
	done 2>&1 | sed 's/0x[0-9a-f]*//g'
}
