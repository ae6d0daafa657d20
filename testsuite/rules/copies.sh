#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# By-value parameters over several units: what is safe, what is not, what is silent, and that fixed programs behave: copies.sh ANALYZE
set -euo pipefail

command -v jq >/dev/null || { echo "jq is not installed"; exit 77; }
analyze=$1
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"
cd "$work"

cat >api.h <<'TEXT'
#pragma once
#include <string>
#include <vector>
std::size_t width(std::string text, int pad = 2);
std::size_t taken(std::string text);
std::size_t hazard(std::string text);
class box {
public:
	void name(std::string name);
	std::size_t measure(std::vector<std::string> lines) const;
	std::string name_;
};
TEXT
cat >a.cc <<'TEXT'
#include "api.h"
void log_line();
std::size_t width(std::string text, int pad) { return text.size() + pad; }
std::size_t taken(std::string text) { return text.size(); }
std::size_t hazard(std::string text) { log_line(); return text.size(); }
void box::name(std::string name) { name_ = name; }
std::size_t box::measure(std::vector<std::string> lines) const
{
	std::size_t n = 0;
	for (auto l : lines)
		n += width(l);
	return n;
}
TEXT
cat >own.h <<'TEXT'
#pragma once
#include <string>
#include <utility>
class own {
public:
	explicit own(std::string name);
	std::string name_;
};
TEXT
cat >own.cc <<'TEXT'
#include "own.h"
own::own(std::string name) : name_(name) {}
TEXT
cat >b.cc <<'TEXT'
#include "api.h"
#include <cstdio>
std::string current = "x";
void log_line() { current += "!"; }
std::size_t (*callback)(std::string) = taken;
int main()
{
	box b;
	b.name("n");
	std::printf("%zu %zu %zu %zu\n", width("abc"), hazard(current), b.measure({"a", "bb"}), callback("z"));
}
TEXT
cat >compile_commands.json <<TEXT
[{"directory": "$work", "file": "a.cc", "arguments": ["g++", "-c", "a.cc"]},
 {"directory": "$work", "file": "b.cc", "arguments": ["g++", "-c", "b.cc"]},
 {"directory": "$work", "file": "own.cc", "arguments": ["g++", "-c", "own.cc"]}]
TEXT

# findings FILE...: line, class and subject of each
findings() {
	"$analyze" --no-cache --no-config --select unnecessary-copy --format json "$@" >found.json 2>errors || [ $? -eq 1 ] || {
		cat errors >&2
		exit 1
	}
	jq -r '.findings[] | "\(.file):\(.line) \(.fix.class // "none") \(.message)"' found.json
}

run() {
	g++ -w a.cc b.cc -o program && ./program
}

before=$(run)
findings . >all
grep -q '^a.cc:3 safe ' all || complain "width: calls pass temporaries and locals only, so its fix is safe"
grep -q '^a.cc:5 unsafe ' all || complain "hazard: what it calls changes what its caller passes, so its fix is not safe"
grep -q '^a.cc:6 safe .*moved' all || complain "box::name: the parameter can be moved"
if grep -q '^a.cc:4 ' all; then complain "taken: its address is taken in another unit, so its type cannot change"; fi
"$analyze" --no-cache --no-config --select unnecessary-copy --fix . >/dev/null 2>errors || [ $? -eq 1 ] || complain "$(cat errors)"
grep -q 'width(const std::string &text, int pad = 2);' api.h || complain "the declaration in the header was not edited"
grep -q 'hazard(std::string text);' api.h || complain "an edit that is not safe was made"
[ "$(run)" = "$before" ] || complain "the program behaves otherwise when fixed"
[ "$(head -3 a.cc)" = "#include <utility>

#include \"api.h\"" ] || complain "std::move came without its header: $(head -3 a.cc)"
grep -q 'std::move' own.cc || complain "own: the parameter can be moved"
if grep -q utility own.cc; then complain "own.h has <utility>, so own.cc needs none"; fi
"$analyze" --no-cache --no-config --select unnecessary-copy --fix --unsafe-fixes . >/dev/null 2>errors || [ $? -eq 1 ] || complain "$(cat errors)"
[ "$(run)" != "$before" ] || complain "the unsafe fix was safe after all: this test proves nothing"
exit $failed
