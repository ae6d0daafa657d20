#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The language server with a real client, a headless Neovim: lsp.sh memlint-analyze
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LSP_SERVER=$(realpath "$1")
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"

# Without a client: what is no request must end it with one status and no crash.
answer() { # TEXT: what the server says to it, its status after
	printf '%b' "$1" | timeout 20 "$LSP_SERVER" --lsp 2>/dev/null || echo "status $?"
}
message() { # JSON
	printf 'Content-Length: %d\\r\\n\\r\\n%s' "${#1}" "$1"
}
[ "$(answer '')" = "status 2" ] || { echo "failed: end of input without shutdown is an error" >&2; exit 1; }
[ "$(answer 'Content-Length: 99999999999\r\n\r\n{}')" = "status 2" ] || { echo "failed: an impossible length" >&2; exit 1; }
[ "$(answer 'Content-Length: 3\r\n\r\n{{{')" = "status 2" ] || { echo "failed: no JSON" >&2; exit 1; }
answer "$(message '{"jsonrpc":"2.0","id":1,"method":"textDocument/hover"}')" | grep -q -- -32002 ||
	{ echo "failed: a request before initialize must be refused" >&2; exit 1; }
answer "$(message '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}')$(message '{"jsonrpc":"2.0","id":2,"method":"no/such"}')" |
	grep -q -- -32601 || { echo "failed: an unknown method must be refused" >&2; exit 1; }

if ! command -v nvim >/dev/null; then
	echo "skipped: needs neovim" >&2
	exit 77
fi
printf '#include <stdlib.h>\n\nstruct sample {\n\tchar a;\n\tdouble b;\n\tchar c;\n};\n\nstruct sample all[20];\n' >"$work/sample.c"
export LSP_SERVER LSP_FILE=$work/sample.c LSP_ROOT=$work HOME=$work XDG_STATE_HOME=$work XDG_CACHE_HOME=$work
timeout 120 nvim --headless -n -u NONE -c "luafile $here/lsp.lua" </dev/null
echo "the language server works with $(nvim --version | head -1)"
