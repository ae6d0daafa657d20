# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# redis: a server with threads and timers; zmalloc over libc's malloc.
package=redis
wrappers='zmalloc\.c:.*'
own_clock=1 # what it allocates depends on the clock: both counters must watch one and the same run
threads=3  # of background work

prepare() {
	# Debian's package takes lzf from the system; the tree's own build does not look for it.
	:
}

compile() {
	local flags=$CFLAGS
	# Its makefile adds flags of its own; OPTIMIZATION is where it takes the level from.
	quietly make -j "$jobs" MALLOC=libc BUILD_TLS=no CC="$CC" OPTIMIZATION="$flags" REDIS_CFLAGS= REDIS_LDFLAGS= \
		AR=gcc-ar RANLIB=gcc-ranlib
}

redis_port() {
	echo $((20000 + $$ % 20000))
}

# redis_session REQUESTS PREFIX...: a server under PREFIX, asked a bounded number of things, then shut down.
redis_session() {
	local requests=$1 port server tries=0
	port=$(redis_port)
	shift
	"$@" src/redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --daemonize no --hz 10 >server.log 2>&1 &
	server=$!
	until src/redis-cli -p "$port" ping >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ $tries -gt 300 ] || ! kill -0 $server 2>/dev/null; then
			echo "redis-server did not come up" >&2
			return 1
		fi
		sleep 0.2
	done
	src/redis-benchmark -p "$port" -q -n "$requests" -c 8 -P 16 -t set,get,lpush,hset,sadd,zadd -d 64 >benchmark.log 2>&1
	src/redis-cli -p "$port" shutdown nosave >/dev/null 2>&1 || true
	wait $server
}

workload() {
	redis_session 2000 "$@"
}

large_workload() {
	redis_session 100000 "$@"
}

own_tests() {
	local suite suites=()
	for suite in type/hash type/list type/string sort scan multi; do
		suites+=(--single "unit/$suite")
	done
	timeout 600 ./runtest --clients "$jobs" --baseport $((21000 + $$ % 10000)) "${suites[@]}" 2>&1 |
		tr -d '\033' | sed -n 's/^.*\(All tests passed\).*/\1/p; s/^.*\[exception\].*/exception/p; s/^.*\(\[err\]\)/\1/p'
}
