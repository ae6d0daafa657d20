#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Growing containers in trees that make several programs: daemons.sh memlint-analyze
set -euo pipefail

analyze=$(realpath "$1")
. "$(dirname "${BASH_SOURCE[0]}")/../lib/case.sh"
cd "$work"

# A container that each call of note() makes larger, in a file of its own.
cat >store.c <<'C'
#include <stdlib.h>

struct note {
	struct note *next;
	int value;
};
static struct note *notes;

void note(int value)
{
	struct note *made = malloc(sizeof *made);

	made->value = value;
	made->next = notes;
	notes = made;
}
C

cat >daemon.c <<'C'
#include <poll.h>

void note(int value);
void usage(void);

int main(int argc, char **argv)
{
	struct pollfd in = {.fd = 0, .events = POLLIN};

	(void)argv;
	if (argc > 1)
		usage();
	while (poll(&in, 1, -1) >= 0)
		note(in.revents);
}

void usage(void)
{
}
C

# Serves by a function that a table of another file names.
cat >table.c <<'C'
void note(int value);

static void on_note(int value)
{
	note(value);
}

static void (*const handlers[])(int) = {on_note};

void dispatch(int kind)
{
	handlers[kind](kind);
}
C
cat >tabled.c <<'C'
#include <poll.h>

void dispatch(int kind);

int main(void)
{
	struct pollfd in = {.fd = 0, .events = POLLIN};

	while (poll(&in, 1, -1) >= 0)
		dispatch(0);
}
C

# Serves by a thread that a function of another file starts.
cat >threads.c <<'C'
#include <pthread.h>

void start(void *(*body)(void *))
{
	pthread_t thread;

	pthread_create(&thread, 0, body, 0);
}
C
cat >threaded.c <<'C'
#include <unistd.h>

void start(void *(*body)(void *));
void note(int value);

static void *serve(void *unused)
{
	for (;;) {
		sleep(1);
		note(1);
	}
	return unused;
}

int main(void)
{
	start(serve);
	pause();
}
C

# Calls it once, and has a function of the same name as the daemon's.
cat >tool.c <<'C'
void note(int value);

void usage(void)
{
	note(2);
}

int main(void)
{
	note(1);
	usage();
	return 0;
}
C

# Waits for ever, and has nothing to do with the store.
cat >idle.c <<'C'
#include <unistd.h>

int main(void)
{
	for (;;)
		pause();
}
C

# Takes out of a store of the same shape; another program than the others.
cat >other.c <<'C'
int main(void)
{
	return 0;
}
C

# Makes itself known: no other file names it, but it calls what only the daemon has.
cat >plugin.c <<'C'
void note(int value);
void on_event(void (*handler)(int));

static void on_note(int value)
{
	note(value);
}

__attribute__((constructor)) static void begin(void)
{
	on_event(on_note);
}
C
cat >events.c <<'C'
#include <poll.h>

static void (*handler)(int);

void on_event(void (*function)(int))
{
	handler = function;
}

void serve(void)
{
	struct pollfd in = {.fd = 0, .events = POLLIN};

	while (poll(&in, 1, -1) >= 0)
		handler(in.revents);
}
C
cat >pluggable.c <<'C'
void serve(void);

int main(void)
{
	serve();
}
C

cp pluggable.c second.c

# levels WHAT WANTED FILE...: of the findings of unbounded-cache, with --all
levels() {
	local what=$1 wanted=$2 found
	shift 2
	"$analyze" --no-cache --no-config --select unbounded-cache --all --format json "$@" -- >out 2>err || [ $? = 1 ]
	found=$(jq -r '.findings[] | "\(.file | sub(".*/"; "")):\(.level)"' out | sort | paste -sd ' ')
	if [ "$found" != "$wanted" ]; then
		echo "$what: wanted '$wanted', found '$found'" >&2
		failed=1
	fi
}

levels "one daemon" store.c:default daemon.c store.c
levels "a daemon and a tool" store.c:default daemon.c tool.c store.c
levels "a tool and a daemon" store.c:default tool.c store.c daemon.c
levels "a daemon by a table, and a tool" store.c:default tabled.c table.c tool.c store.c
levels "a daemon by a thread, and a tool" store.c:default threaded.c threads.c tool.c store.c
levels "two tools" "" tool.c other.c store.c
levels "a tool, and a daemon that never adds" "" tool.c idle.c store.c
levels "two daemons" store.c:default daemon.c tabled.c table.c store.c
levels "a daemon with a plugin, and a tool" store.c:default pluggable.c events.c plugin.c other.c store.c
levels "two daemons that may have the plugin" store.c:all pluggable.c events.c plugin.c tool.c store.c second.c
levels "nobody's table" store.c:all tool.c idle.c table.c store.c
exit "$failed"
