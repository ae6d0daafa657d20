#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Compiles the program of the corpus that is named, in the working directory: what bear watches.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/testsuite/lib/common.sh"
. "$root/testsuite/lib/source.sh"
. "$root/testsuite/rules/programs.sh"

load_program "$1"
compile
