# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# jq: every block through jv_mem_*, reference-counted values.
package=jq
wrappers='jv_alloc\.c:.*'

prepare() {
	quietly autoreconf -fi
}

compile() {
	quietly ./configure --disable-maintainer-mode --disable-docs --disable-shared --with-oniguruma=/usr \
		CC="$CC" CFLAGS="$CFLAGS" AR=gcc-ar RANLIB=gcc-ranlib
	quietly make -j "$jobs"
}

workload() {
	"$corpus/workloads/records" 2500 >records.json
	"$@" ./jq -c 'group_by(.city) | map({city: .[0].city, n: length, mean: (map(.age) | add / length)})' records.json
}

large_workload() {
	"$corpus/workloads/records" 55000 >records.json
	"$@" ./jq -c 'group_by(.city) | map({city: .[0].city, n: length, mean: (map(.age) | add / length)})' records.json
}

own_tests() {
	local suite
	for suite in jqtest onigtest base64test; do
		NO_VALGRIND=1 tests/$suite
	done 2>&1 | sed -n '/tests passed/p; /^\*\*\*/p'
}
