# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# git: commands and library, without translations, curl and Tcl.
package=git
options=(NO_GETTEXT=1 NO_TCLTK=1 NO_CURL=1 NO_EXPAT=1 NO_PERL=1 NO_PYTHON=1 NO_OPENSSL=1)

configure() {
	:
}

compile() {
	make -j "$jobs" "${options[@]}" CFLAGS="$CFLAGS" all
}

own_tests() {
	local suite
	for suite in t0000-basic t1300-config t3200-branch t4013-diff-various t5510-fetch t7600-merge; do
		(cd t && timeout 300 sh "./$suite.sh" 2>&1) | sed -n '/^not ok/p; /^# passed/p'
	done
}
