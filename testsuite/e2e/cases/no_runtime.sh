# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Without the runtime: silent while dormant, one clear line when asked to trace, the program unchanged.
cp "$build"/lib/memlint*.so .
plugin=$PWD/memlint.so
compile program "$here/cases/leaks.c" -O2
status=0
./program >out 2>err || status=$?
{ [ $status = 3 ] && [ ! -s err ]; } || fail "dormant: status $status, $(cat err)"
status=0
MEMLINT=1 ./program >out 2>err || status=$?
[ $status = 3 ] || fail "status $status"
one_line err
grep -q 'libmemlint.so' err || fail "the message does not name the runtime: $(cat err)"

# MEMLINT_RUNTIME says where it is; what is not one is refused.
MEMLINT=1 MEMLINT_RUNTIME=$(readlink -f "$build/lib/libmemlint.so.0") MEMLINT_OUTPUT=$PWD/run.memlint ./program 2>err || true
[ -e run.memlint ] || fail "MEMLINT_RUNTIME is not looked at: $(cat err)"
echo "not a library" >libmemlint.so.0
status=0
MEMLINT=1 ./program >out 2>err || status=$?
[ $status = 3 ] || fail "a broken runtime: status $status"
one_line err
