# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# jq: all of its test scripts but the manual's, which needs Ruby, and the one that reads its options from a terminal.
# shellcheck source=/dev/null
. "$corpus/recipes/jq.sh"

configure() {
	autoreconf -fi
	./configure --disable-maintainer-mode --disable-docs --disable-shared --with-oniguruma=/usr
}

compile() {
	make -j "$jobs"
}

own_tests() {
	local suite
	for suite in jqtest onigtest base64test utf8test shtest optionaltest; do
		echo "$suite"
		NO_VALGRIND=1 timeout 300 "tests/$suite" >tests.log 2>&1 && echo passed || echo failed
		sed -n '/tests passed/p; /^\*\*\*/p' tests.log
	done
}

memcheck() {
	echo '[range(50)] | map(. * 2)' >.memlint-program.jq
	"$@" ./jq -n -f .memlint-program.jq
}
