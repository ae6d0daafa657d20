# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: MIT
# heaptrack_print on our export: the sums it makes of the events are those of the profile.
command -v heaptrack_print >/dev/null || skip "needs heaptrack"
compile churn "$here/churn.c" -O1
"$memlint" run -q -o churn.memlint ./churn || fail "run"
"$memlint" export -t heaptrack -o churn.heaptrack churn.memlint || fail "export"
heaptrack_print -f churn.heaptrack >seen 2>err || fail "heaptrack_print does not read it: $(cat err)"
grep -q 'failed\|out of bounds' seen err && fail "heaptrack_print complains: $(cat seen err)"
# A thousand is 1000 there.
sees() {
	grep -qF -- "$1" seen || fail "heaptrack does not say '$1': $(cat seen)"
}
total() {
	jq -r ".totals.$1" stat.json
}
thousands() {
	awk -v n="$1" 'BEGIN { if (n < 1000) print n "B"; else printf "%.2fK\n", n / 1000 }'
}
"$memlint" stat --json churn.memlint >stat.json
sees "calls to allocation functions: $(total alloc_count) "
sees "temporary memory allocations: $(jq '[.rows[].temporary_count] | add' stat.json) "
sees "peak heap memory consumption: $(thousands "$(total peak_bytes)")"
sees "total memory leaked: $(thousands "$(total live_bytes)")"
sees "100 calls to allocation functions with $(thousands 14950) peak consumption from"
sees "50 temporary allocations of 50 allocations in total (100.00%) from"
sees "at $here/churn.c:10"
