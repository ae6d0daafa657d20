# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# An unknown option of the plugin and a compiler it was not built for are clear errors.
echo 'int main(void) { return 0; }' >main.c
if "$CC" -fplugin="$plugin" -fplugin-arg-memlint-no-such-option=1 main.c -o main 2>err; then
	fail "an unknown option is accepted"
fi
grep -q 'no-such-option' err || fail "the message does not name the option: $(cat err)"
[ "$(grep -c memlint err)" -le 2 ] || fail "too many lines: $(cat err)"

# A GCC without its memlint-<major>.so beside the shim.
mkdir other
cp "$plugin" other/memlint.so
if "$CC" -fplugin=other/memlint.so main.c -o main 2>err; then
	fail "it loads without the plugin proper"
fi
grep -q 'memlint' err || fail "no message: $(cat err)"
grep -q "$("$CC" -dumpversion)" err || fail "the message does not name this compiler's version: $(cat err)"

# A second memlint on the command line counts nothing twice.
compile twice "$here/cases/leaks.c" -O2 -fplugin="$plugin"
run_traced run.memlint ./twice || true
[ "$(totals run.memlint)" = "12 5 386 336 7" ] || fail "loaded twice: $(totals run.memlint)"
