# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Lua: one realloc-style function pointer for all memory. Its official tests are not in Debian's package.
package=lua5.4
wrappers='lauxlib\.c:l_alloc|lmem\.c:.*'

prepare() {
	rm src/luac.c
	# Debian's package writes this header at build time; it names the folder of binary modules.
	echo '#define DEB_HOST_MULTIARCH "."' >src/lua5.4-deb-multiarch.h
}

compile() {
	local unit
	for unit in src/*.c; do
		# shellcheck disable=SC2086
		echo "$CC $CFLAGS -DLUA_USE_LINUX -c $unit -o ${unit%.c}.o"
	done | xargs -d '\n' -P "$jobs" -I{} sh -c '{}'
	# shellcheck disable=SC2086
	$CC $CFLAGS src/*.o -o lua -lm
}

workload() {
	"$@" ./lua "$corpus/workloads/binary-trees.lua" 10
}

large_workload() {
	"$@" ./lua "$corpus/workloads/binary-trees.lua" 15
}

own_tests() {
	"$@" ./lua "$corpus/workloads/language.lua"
}
