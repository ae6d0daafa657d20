# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# libgit2: the library, its examples and its tests, over the system's TLS, SSH and regular expressions.
package=libgit2
database=obj
own_database=1

configure() {
	cmake -S . -B obj -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DUSE_HTTPS=mbedTLS -DUSE_SSH=ON -DUSE_HTTP_PARSER=system \
		-DREGEX_BACKEND=pcre2 -DUSE_NTLMCLIENT=OFF -DBUILD_CLI=OFF -DBUILD_TESTS=OFF -DBUILD_EXAMPLES=ON
}

compile() {
	cmake --build obj -j "$jobs"
}

own_tests() {
	:
}
