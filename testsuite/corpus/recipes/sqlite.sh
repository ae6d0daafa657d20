# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# SQLite's amalgamation under its own speed test and a part of its own test suite.
package=sqlite3
wrappers='sqlite3\.c:(sqlite3Mem(Malloc|Realloc|Free|RoundUp|Size)|sqlite3(Db)?(Malloc|Realloc)[A-Za-z0-9]*|sqlite3_(malloc|realloc)(64)?|dbMallocRawFinish|dbReallocFinish|dbMallocRawNN|mallocWithAlarm|sqlite3DbMallocRawNN|sqlite3DbStrN?Dup|pcache1Alloc)'

# The amalgamation and the test program's sources; the 140 MB of documentation stay where they are.
prepare() {
	quietly ./configure --disable-tcl
	quietly make sqlite3.c shell.c
}

compile() {
	# shellcheck disable=SC2086
	$CC $CFLAGS -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -I. sqlite3.c test/speedtest1.c -o speedtest1 -lm
	# shellcheck disable=SC2086
	$CC $CFLAGS -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -I. sqlite3.c shell.c -o sqlite3 -lm
}

workload() {
	rm -f speed.db
	"$@" ./speedtest1 --size 2 --stats speed.db | sed '/[0-9]s$/d'
}

large_workload() {
	rm -f speed.db
	"$@" ./speedtest1 --size 25 speed.db
}

own_tests() {
	rm -f speed.db
	./speedtest1 --size 2 --verify speed.db 2>&1 | sed 's/ *[0-9.]*s$//'
	./sqlite3 :memory: <"$corpus/workloads/shell.sql" 2>&1
}
