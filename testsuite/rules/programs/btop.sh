# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# btop: it has no tests of its own; what it says without a terminal takes their place.
package=btop
cplusplus=1
fixes_only=1

configure() {
	:
}

compile() {
	make -j "$jobs" CXX="$CXX" OPTFLAGS="$CXXFLAGS" ADDFLAGS= QUIET=true
}

own_tests() {
	./bin/btop --version 2>&1
	./bin/btop --help 2>&1
	./bin/btop --nothing 2>&1
}

memcheck() {
	"$@" ./bin/btop --help
}
