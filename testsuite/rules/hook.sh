#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The hooks under the real pre-commit, on a scratch repository: hook.sh memlint-analyze SOURCE-TREE
set -euo pipefail

analyze=$(realpath "$1") tree=$2
if ! command -v pre-commit >/dev/null || ! command -v git >/dev/null; then
	echo "skipped: needs pre-commit and git" >&2
	exit 77
fi
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"
export HOME=$work PRE_COMMIT_HOME=$work/cache XDG_CACHE_HOME=$work/xdg GIT_CONFIG_NOSYSTEM=1
PATH=$(dirname "$analyze"):$PATH
git config --global user.email nobody@example.org
git config --global user.name nobody
git config --global init.defaultBranch main

fail() {
	echo "failed: $*" >&2
	[ ! -s "$work/out" ] || cat "$work/out" >&2
	exit 1
}

mkdir "$work/hooks" "$work/project"
cp "$tree/.pre-commit-hooks.yaml" "$work/hooks"
git -C "$work/hooks" init -q
git -C "$work/hooks" add .
git -C "$work/hooks" commit -q -m hooks
revision=$(git -C "$work/hooks" rev-parse HEAD)

cd "$work/project"
git init -q

use() { # HOOK
	printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: %s\n' "$work/hooks" "$revision" "$1" >.pre-commit-config.yaml
	git add .pre-commit-config.yaml
}

wasteful() { # NAME
	printf '#include <stdlib.h>\n\nstruct %s {\n\tchar a;\n\tdouble b;\n\tchar c;\n};\n\nstatic struct %s all[20];\n\n' "$1" "$1"
	printf 'double %s_sum(void)\n{\n\treturn all[0].b;\n}\n' "$1"
}

use memlint
wasteful staged >staged.c
wasteful other >other.c
git add staged.c
pre-commit run >"$work/out" 2>&1 && fail "findings in a staged file must stop the commit"
grep -q 'staged.c:3:8: warning: .*24 -> 16 bytes' "$work/out" || fail "the finding is not shown"
grep -q 'other' "$work/out" && fail "a file that is not staged was looked at"

# What is staged counts, not what stands in the folder.
sed -i 's/\tchar a;//' staged.c
git add staged.c
wasteful staged >staged.c
pre-commit run >"$work/out" 2>&1 || fail "the staged text is clean"
wasteful staged | cmp -s - staged.c || fail "the unstaged text was lost"

use memlint-fix
git add staged.c
pre-commit run >"$work/out" 2>&1 && fail "a fix must stop the commit"
grep -q "staged.c:3: fixed: reorder the fields of 'struct staged'" "$work/out" || fail "what was fixed is not shown"
sed -n 4p staged.c | grep -q 'double b' || fail "the fields were not moved"
git add staged.c
pre-commit run >"$work/out" 2>&1 || fail "the fixed file must pass"

# Only what changed since a revision.
git commit -q -m one --no-verify
wasteful late >>staged.c
"$analyze" --no-cache --diff-base HEAD staged.c >"$work/out" 2>&1 && fail "a new record must be reported"
grep -q "'struct late'" "$work/out" || fail "the changed record is not reported"
wasteful early >staged.c
git commit -q -a -m two --no-verify
printf '/* a line more */\n' >>staged.c
"$analyze" --no-cache --diff-base HEAD staged.c >"$work/out" 2>&1 || fail "an old record must not be reported"
"$analyze" --no-cache --diff-base nowhere staged.c >"$work/out" 2>&1 && fail "an unknown revision must be an error"
[ "$(wc -l <"$work/out")" -le 2 ] || fail "an unknown revision must be one line"
echo "hooks work under pre-commit $(pre-commit --version | cut -d' ' -f2)"
