# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# redis: server, client and benchmark with the copies of hiredis, Lua and others that its tree holds.
# shellcheck source=/dev/null
. "$corpus/recipes/redis.sh"

configure() {
	:
}

compile() {
	make -j "$jobs" MALLOC=libc BUILD_TLS=no OPTIMIZATION="$CFLAGS" REDIS_LDFLAGS=
}
