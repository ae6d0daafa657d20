# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# tmux: a client and a server that forks away, driven through its command language. Debian's package has no tests.
package=tmux
wrappers='xmalloc\.c:.*'
own_clock=1

prepare() {
	:
}

compile() {
	quietly ./configure CC="$CC" CFLAGS="$CFLAGS"
	quietly make -j "$jobs" tmux
}

# tmux_session PREFIX...: a server of its own, windows and panes made, filled, listed and closed.
tmux_session() {
	local socket=memlint-$$ server i
	"$@" ./tmux -L "$socket" -f /dev/null new-session -d -x 100 -y 30 -n first 'cat'
	for i in 1 2 3 4; do
		./tmux -L "$socket" new-window -n "window-$i" 'cat'
		./tmux -L "$socket" split-window -h 'cat'
		./tmux -L "$socket" send-keys -l "text for window $i"
		./tmux -L "$socket" send-keys Enter
	done
	sleep 0.5
	./tmux -L "$socket" list-windows -F '#{window_index} #{window_name} #{window_panes} #{window_width}x#{window_height}'
	./tmux -L "$socket" capture-pane -p -t first
	./tmux -L "$socket" list-panes -s -F '#{window_index}.#{pane_index} #{pane_width}x#{pane_height}'
	./tmux -L "$socket" show-options -g | head -n 20
	server=$(./tmux -L "$socket" display-message -p '#{pid}')
	./tmux -L "$socket" kill-server
	for ((i = 0; i < 100; i++)); do
		kill -0 "$server" 2>/dev/null || return 0
		sleep 0.1
	done
	echo "the server does not end"
}

workload() {
	tmux_session "$@"
}

large_workload() {
	tmux_session "$@"
}

own_tests() {
	tmux_session "$@" 2>&1
}
