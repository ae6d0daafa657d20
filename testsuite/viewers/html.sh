# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: MIT
# The page of memlint html: its data, that it needs nothing else, and what a browser makes of each view.
compile churn "$here/churn.c" -O1
"$memlint" run -q -o churn.memlint ./churn || fail "run"
status=0
"$memlint" html churn.memlint >out 2>err || status=$?
if grep -q 'was built without the page' err; then skip "$(cat err)"; fi
[ $status = 0 ] || fail "html: status $status: $(cat err)"
grep -qx 'page: churn.html' out || fail "html does not say where the page is: $(cat out)"

sed -n 's/.*<script id="profile" type="application\/json">\(.*\)<\/script>/\1/p' churn.html >profile.json
"$memlint" stat --json churn.memlint >stat.json
[ "$(jq '.totals.peak_bytes' profile.json)" = "$(jq .totals.peak_bytes stat.json)" ] || fail "the page has other totals"
[ "$(jq '.lines | length' profile.json)" = "$(jq '.rows | length' stat.json)" ] || fail "the page has other lines"
if grep -oiE '(src|href) *= *["'\'']?https?:[^"'\'' >]*|@import|url\(["'\'']?https?:' churn.html; then fail "the page needs a network"; fi
"$memlint" html -o - churn.memlint | cmp -s - churn.html || fail "html -o -"
"$memlint" html churn.memlint churn.memlint -o both.html >out || fail "html of two"

# A name that would end the script it stands in.
cat >'evil<.c' <<'C'
#include <stdlib.h>
#line 3 "</script><img src=x onerror=document.body.id='pwned'>.c"
void *volatile kept;
int main(void) { kept = malloc(10); return 0; }
C
compile evil 'evil<.c' -O1
"$memlint" run -q -o evil.memlint ./evil || true
"$memlint" html evil.memlint >out || fail "html of evil"
[ "$(grep -c '</script><img' evil.html)" = 0 ] || fail "a file's name is script in the page"

browser=$(command -v chromium || command -v chromium-browser) || { echo "ok: no chromium to look with" && exit 0; }
seen() {
	timeout 100 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$tmp/browser" --virtual-time-budget=4000 \
		--dump-dom "file://$PWD/$1" 2>/dev/null >all
	sed -n '/<header/,/<script id="profile"/p' all >dom
	grep -qF -- "$2" dom || fail "the browser shows no '$2' in $1: $(head -c 2000 dom)"
}
seen churn.html 'make ('
seen churn.html#lines '<td>main</td>'
seen churn.html#timeline '<canvas'
seen churn.html#types '<td>char[]'
seen both.html#lines 'compared with'
for view in flame lines timeline types; do
	seen evil.html#$view evil
	if grep -q 'id="pwned"' all; then fail "a file's name is a part of the page in $view"; fi
done
