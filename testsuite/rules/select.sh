#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What --select and --ignore leave out is not looked at, and what --timings says adds up: select.sh memlint-analyze RULES-FOLDER
set -euo pipefail

analyze=$(realpath "$1") folder=$2
command -v jq >/dev/null || exit 77
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"
export XDG_CACHE_HOME=$work/cache
mkdir "$work/tree"
for fixture in "$folder"/*/plus.c; do
	name=$(basename "$(dirname "$fixture")")
	cp "$fixture" "$work/tree/$name.c"
done
cat >"$work/tree/comments.c" <<'C'
#include <stdlib.h>
#include <string.h>

struct known { /* memlint: ignore */
	char a;
	double b;
	char c;
};

struct clean { /* memlint: ignore[struct-padding] */
	double b;
};

int look(const char *text)
{
	char *copy = strdup(text); /* memlint: ignore[unnecessary-copy] */
	int n = copy[0];

	free(copy);
	return n;
}
C
cd "$work/tree"

# found NAME ARGUMENT...: the findings, in $work/NAME
found() {
	local name=$1 status=0
	shift
	"$analyze" --no-config --all --format json "$@" . -- -std=gnu11 -D_GNU_SOURCE >"$work/json" 2>"$work/err" || status=$?
	[ "$status" -le 1 ] || complain "$*: ends with $status: $(head -3 "$work/err")"
	jq -S '[.findings[] | {rule, path, line, column, message}]' "$work/json" >"$work/$name"
}

only() { # RULE...: of all findings those of these rules
	jq -S --args '[.[] | select(.rule as $rule | $ARGS.positional | index($rule))]' "$@" <"$work/all"
}

except() { # RULE...
	jq -S --args '[.[] | select(.rule as $rule | $ARGS.positional | index($rule) | not)]' "$@" <"$work/all"
}

same() { # WHAT WANTED
	cmp -s "$2" "$work/got" || complain "$1: $(diff "$2" "$work/got" | head -5)"
}

found all --no-cache
rules=$(jq -r '.[].rule' "$work/all" | sort -u)
[ "$(wc -w <<<"$rules")" -ge 6 ] || complain "too few rules have findings: $rules"
[ "$(jq '[.[] | select(.rule == "unused-suppression")] | length' "$work/all")" = 1 ] ||
	complain "one comment silences nothing: $(only unused-suppression)"
found got
same "with a cache" "$work/all"
for rule in $rules; do
	if [ "$rule" = unused-suppression ]; then
		continue
	fi
	only "$rule" >"$work/wanted"
	found got --no-cache --select "$rule"
	same "--select $rule" "$work/wanted"
	found got --select "$rule"
	same "--select $rule from the cache" "$work/wanted"
	except "$rule" unused-suppression >"$work/wanted"
	found got --no-cache --ignore "$rule,unused-suppression"
	same "--ignore $rule" "$work/wanted"
	found got --ignore "$rule,unused-suppression"
	same "--ignore $rule from the cache" "$work/wanted"
done

# A comment is of use though what it silences was not asked for; one for a rule that was not is nobody's business.
for cache in --no-cache --cache-dir="$work/cache"; do
	found got "$cache" --select unused-suppression
	echo '[]' >"$work/wanted"
	same "--select unused-suppression $cache" "$work/wanted"
	found got "$cache" --ignore unnecessary-copy
	except unnecessary-copy >"$work/wanted"
	same "--ignore unnecessary-copy $cache" "$work/wanted"
	found got "$cache" --ignore struct-padding
	except struct-padding unused-suppression >"$work/wanted"
	same "--ignore struct-padding $cache" "$work/wanted"
done

# timings ARGUMENT...: the four times, then the share or -
timings() {
	local status=0
	"$analyze" --no-config --timings "$@" . -- -std=gnu11 -D_GNU_SOURCE >/dev/null 2>"$work/err" || status=$?
	[ "$status" -le 1 ] || complain "--timings $*: ends with $status"
	sed -n 's/^memlint-analyze: seconds of processor time: \([0-9.]*\) parsing, \([0-9.]*\) copying syntax trees, \([0-9.]*\) rules on units, \([0-9.]*\) rules on the program$/\1 \2 \3 \4/p' "$work/err"
	sed -n 's/^memlint-analyze: rules take \([0-9.]*\) % of what parsing and copying do$/\1/p' "$work/err"
	[ "$(wc -l <"$work/err")" -le 2 ] || complain "--timings $* says more: $(cat "$work/err")"
}

for jobs in 1 2; do
	TIMEFORMAT='%U %S'
	cpu=$({ time times=$(timings --no-cache -j "$jobs") && echo "$times" >"$work/times"; } 2>&1)
	times=$(cat "$work/times")
	tr '\n' ' ' <<<"$times" | awk '{
		parsed = $1 + $2; rules = $3 + $4
		least = 100 * (rules - 0.01) / (parsed + 0.01)
		most = parsed > 0.01 ? 100 * (rules + 0.01) / (parsed - 0.01) : 1e9
		exit !(NF == 5 && $1 > $2 && $5 >= least - 0.1 && $5 <= most + 0.1)
	}' || complain "--timings -j $jobs does not add up: $times"
	awk -v cpu="$cpu" '{ split(cpu, part, " "); sum = $1 + $2 + $3 + $4; if (NR == 1) exit !(sum > 0 && sum <= part[1] + part[2] + 0.03) }' \
		<<<"$times" || complain "--timings -j $jobs: $times is more than $cpu of processor time"
done
timings --cache-dir="$work/timed" >/dev/null
times=$(timings --cache-dir="$work/timed")
if [[ "$times" != "0.00 0.00 0.00 "* ]] || [ "$(wc -l <<<"$times")" != 1 ]; then
	complain "--timings with all from the cache: $times"
fi
exit $failed
