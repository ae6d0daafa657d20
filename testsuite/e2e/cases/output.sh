# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A profile that cannot be written is one clear line; the program runs as always.
compile program "$here/cases/leaks.c" -O2

try() {
	local output=$1 status=0
	MEMLINT=1 MEMLINT_OUTPUT=$output ./program >out 2>err || status=$?
	[ $status = 3 ] || fail "$output: status $status"
	one_line err
	grep -qF "$output" err || fail "the message does not name $output: $(cat err)"
}

try "$PWD/no/such/folder/run.memlint"
try "$PWD" # a folder
try /dev/full
if [ "$(id -u)" -ne 0 ]; then
	mkdir locked
	chmod a-w locked
	try "$PWD/locked/run.memlint"
fi

# A file-size limit ends writing, not the program.
mkfifo errors
cat errors >limited.err &
status=0
(
	ulimit -f 0
	MEMLINT=1 MEMLINT_OUTPUT=$PWD/limited.memlint ./program 2>errors
) || status=$?
wait
[ $status = 3 ] || fail "under ulimit -f: status $status"
one_line limited.err

# %p and %e, and a name that exists is replaced.
MEMLINT=1 MEMLINT_OUTPUT="$PWD/%e-%p.memlint" ./program || true
files=(program-*.memlint)
[ -s "${files[0]}" ] || fail "no file by the pattern: $(ls)"
echo rubbish >run.memlint
MEMLINT=1 MEMLINT_OUTPUT="$PWD/run.memlint" ./program || true
[ "$(totals run.memlint)" = "12 5 386 336 7" ] || fail "totals: $(totals run.memlint)"
