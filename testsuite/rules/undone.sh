#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Of several fixes of a file, one that would break it is left out and said, and the others are done: undone.sh ANALYZE
set -euo pipefail

analyze=$1
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"
cd "$work"

# A reference needs an initialiser: decltype(word) makes the second of the three fixes wrong.
cat >words.cc <<'TEXT'
#include <string>
#include <vector>

std::size_t sum(const std::vector<std::string> &words)
{
	std::size_t n = 0;

	for (auto word : words)
		n += word.size();
	return n;
}

std::size_t longest(const std::vector<std::string> &words)
{
	std::size_t most = 0;

	for (auto word : words) {
		decltype(word) other;

		most = word.size() > most ? word.size() : most;
		other = "x";
	}
	return most;
}

class line {
public:
	explicit line(std::string text) : text_(text) {}

private:
	std::string text_;
};
TEXT
sed -e '8s/auto word/const auto \&word/' -e 's/text_(text)/text_(std::move(text))/' -e '1a #include <utility>' words.cc >wanted.cc
cat >compile_commands.json <<TEXT
[{"directory": "$work", "file": "words.cc", "arguments": ["g++", "-std=c++17", "-c", "words.cc"]}]
TEXT
cp words.cc before.cc
status=0
"$analyze" --no-cache --no-config --fix words.cc >found 2>said || status=$?
[ "$status" = 1 ] || complain "it ends with $status, not with 1 for the finding that is left: $(cat said)"
diff -u wanted.cc words.cc >&2 || complain "not all fixes but the wrong one were done"
grep -q "warning: words.cc:17: not done: make 'word' a reference to const: words.cc:19: .*other" said ||
	complain "it is not said what was left out, and the compiler's reason: $(cat said)"
[ "$(grep -c 'not done' said || true)" = 1 ] || complain "more is left out than said: $(cat said)"
grep -q 'fixed 2 findings in 1 file' said || complain "two are not said to be done: $(cat said)"

# The same as a patch.
cp before.cc words.cc
"$analyze" --no-cache --no-config --diff words.cc >change 2>said || true
patch -s -p1 <change || complain "the patch does not apply"
cmp -s words.cc wanted.cc || complain "the patch does something else than --fix"
exit $failed
