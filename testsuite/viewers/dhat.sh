# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: MIT
# The parser of DHAT's viewer on our export, for each metric.
command -v node >/dev/null || skip "needs node"
for viewer in /usr/libexec/valgrind/dh_view.js /usr/lib/valgrind/dh_view.js; do
	[ ! -r "$viewer" ] || break
done
[ -r "$viewer" ] || skip "needs valgrind's dh_view.js"
compile churn "$here/churn.c" -O1
"$memlint" run -q -o churn.memlint ./churn || fail "run"
"$memlint" stat --json churn.memlint >stat.json
for metric in alloc live peak; do
	"$memlint" export -t dhat -m $metric-bytes -o $metric.json churn.memlint || fail "export $metric"
	node "$here/dhat.mjs" "$viewer" $metric.json >seen || fail "dh_view.js does not read $metric"
	[ "$(jq .bytes seen)" = "$(jq ".totals.${metric}_bytes" stat.json)" ] || fail "$metric: DHAT counts otherwise: $(cat seen)"
	jq -e '.frames | any(test("churn.c:10"))' seen >/dev/null || fail "$metric: no frame of churn.c:11: $(cat seen)"
done
