# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# sqlite: its own sources, not the amalgamation, as the test program that also holds all of the library.
package=sqlite3

configure() {
	./configure --with-tcl="$(dirname "$(find /usr/lib -name tclConfig.sh -path '*/tcl8.6/*' | head -n 1)")"
	make CFLAGS="$CFLAGS" opcodes.h parse.h
}

compile() {
	make -j "$jobs" USE_AMALGAMATION=0 CFLAGS="$CFLAGS" testfixture
}

# A part of its quick tests: all of them take many minutes.
own_tests() {
	local suite
	for suite in select1 insert update delete join where index trigger1 view collate1 func expr alter attach auth \
		blob cast pager1 wal savepoint vacuum fts3aa fts3ab rtree1 json101 window1 with1 upsert1 vtab1 \
		malloc capi2 bind backup shared incrblob; do
		echo "$suite"
		timeout 120 ./testfixture "test/$suite.test" 2>&1 | sed -n 's/^\([0-9]* errors out of [0-9]* tests\).*/\1/p; /^! /p'
	done
}
