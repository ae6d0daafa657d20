# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A wrong value of a variable is one clear line that names it; the program runs as always.
compile program "$here/cases/leaks.c" -O2

try() {
	local name=$1 status=0
	shift
	env MEMLINT=1 MEMLINT_OUTPUT="$PWD/run.memlint" "$@" ./program >out 2>err || status=$?
	[ $status = 3 ] || fail "$*: status $status"
	one_line err
	grep -q "$name" err || fail "$*: the message does not name $name: $(cat err)"
}

try MEMLINT MEMLINT=yes
try MEMLINT_NFRAME MEMLINT_NFRAME=0
try MEMLINT_NFRAME MEMLINT_NFRAME=65536
try MEMLINT_NFRAME MEMLINT_NFRAME=many
try MEMLINT_INTERVAL MEMLINT_INTERVAL=5parsecs
try MEMLINT_INTERVAL MEMLINT_INTERVAL=-1
try MEMLINT_SIGNAL MEMLINT_SIGNAL=SIGNONE
try MEMLINT_GRAPH MEMLINT_GRAPH=exit,sometimes
try MEMLINT_FOLLOW_FORK MEMLINT_FOLLOW_FORK=perhaps

# Off, empty and right values are silent.
for setting in MEMLINT=0 MEMLINT= MEMLINT_NFRAME=16 MEMLINT_INTERVAL=100ms MEMLINT_SIGNAL=USR2; do
	status=0
	env MEMLINT=1 MEMLINT_OUTPUT="$PWD/run.memlint" "$setting" ./program >out 2>err || status=$?
	[ $status = 3 ] || fail "$setting: status $status"
	[ ! -s err ] || fail "$setting: $(cat err)"
done
rm -f run.memlint
MEMLINT=0 MEMLINT_OUTPUT="$PWD/run.memlint" ./program || true
[ ! -e run.memlint ] || fail "MEMLINT=0 writes a profile"
