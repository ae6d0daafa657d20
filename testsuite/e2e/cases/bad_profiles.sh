# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What is not a whole profile: one clear line, status 2, never a crash; a truncated one is read as far as it goes.
compile program "$here/cases/leaks.c" -O2
run_traced good.memlint ./program || true

refused() {
	local status=0
	"$memlint" stat "$1" >out 2>err || status=$?
	[ $status = 2 ] || fail "$1: status $status"
	one_line err
	grep -qF "$1" err || fail "$1: the message does not name it: $(cat err)"
}

refused missing.memlint
: >empty.memlint && refused empty.memlint
echo "some text that is no profile" >text.memlint && refused text.memlint
mkdir folder.memlint && refused folder.memlint
head -c 8 good.memlint >short.memlint && refused short.memlint
{
	head -c 12 good.memlint
	printf '\377\377\0\0'
	tail -c +17 good.memlint
} >newer.memlint && refused newer.memlint

size=$(stat -c %s good.memlint)
for ((cut = 17; cut < size; cut += 1 + size / 40)); do
	head -c "$cut" good.memlint >cut.memlint
	status=0
	"$memlint" stat cut.memlint >out 2>err || status=$?
	[ $status -le 2 ] || fail "cut at $cut of $size: status $status"
	[ -s err ] || fail "cut at $cut of $size: not a word about it"
done
for ((at = 16; at < size; at += 1 + size / 40)); do
	{
		head -c "$at" good.memlint
		printf '\125'
		tail -c +$((at + 2)) good.memlint
	} >changed.memlint
	status=0
	"$memlint" stat changed.memlint >out 2>err || status=$?
	[ $status -le 2 ] || fail "byte $at changed: status $status"
done
