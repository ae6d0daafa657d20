#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SARIF output against the official schema, which comes from npm: sarif.sh memlint-analyze FIXTURE DIRECTORY
set -euo pipefail

analyze=$1 fixture=$2 cache=$3
schema=$cache/sarif-2.1.0.json

skip() {
	echo "skipped: $*" >&2
	exit 77
}

/usr/bin/env python3 -c 'import jsonschema' 2>/dev/null || skip "needs python3-jsonschema"
if [ ! -s "$schema" ]; then
	command -v npm >/dev/null || skip "needs npm to fetch the schema"
	mkdir -p "$cache"
	(cd "$cache" && timeout 60 npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 >/dev/null 2>&1) ||
		skip "the schema cannot be fetched"
	tar -xOzf "$cache"/microsoft-jest-sarif-*.tgz package/lib/schemas/sarif-2.1.0-rtm.5.json >"$schema"
fi
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$analyze" --no-cache --no-config --level strict --format sarif "$fixture" >"$out" 2>/dev/null || [ $? -eq 1 ]
python3 - "$schema" "$out" <<'PYTHON'
import json, sys, jsonschema
schema, log = (json.load(open(name)) for name in sys.argv[1:])
errors = list(jsonschema.Draft7Validator(schema).iter_errors(log))
for error in errors[:10]:
    print(list(error.path), error.message[:300], file=sys.stderr)
results = log["runs"][0]["results"]
print(len(results), "results,", sum("fixes" in r for r in results), "with fixes,", len(errors), "errors against the schema")
sys.exit(bool(errors) or not results)
PYTHON
