# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# For scripts that are one test: a folder that goes when they end, and complaints, which `exit "$failed"` hands on.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

complain() {
	echo "$*" >&2
	failed=1
}
