# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# tmux: its source package has no tests; a session driven through the command language takes their place.
# shellcheck source=/dev/null
. "$corpus/recipes/tmux.sh"

configure() {
	./configure
}

compile() {
	make -j "$jobs" tmux
}
