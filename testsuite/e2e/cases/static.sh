# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A static program, which has no loader to bring the runtime, behaves as a plain one.
for how in -static -static-pie; do
	for source in allocators.c operators.cc; do
		"$(compiler_of $source)" -g -O2 -fplugin="$plugin" $how "$here/cases/$source" -o program || fail "$how does not link"
		[ "$(./program | tail -n 1 | cut -c 1-4)" ] || fail "$how: no output"
		./program >plain.out 2>plain.err || fail "$how: status $?"
		MEMLINT=1 ./program >traced.out 2>traced.err || fail "$how with MEMLINT=1: status $?"
		cmp plain.out traced.out || fail "$how with MEMLINT=1 prints something else"
	done
done
