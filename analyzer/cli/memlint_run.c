// SPDX-License-Identifier: MIT
/* memlint run: starts a program with the runtime switched on and shows where its memory went. */
#define _GNU_SOURCE
#include "analyzer/cli/memlint_program.h"
#include "analyzer/cli/memlint_stat.h"
#include "config/config_file.h"
#include "runtime/options.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OUTPUT = 1, QUIET, NFRAME, INTERVAL, SIGNAL, GRAPH, NO_FOLLOW, TOP, COLOR };

static const struct cli_option options[] = {
        {OUTPUT, 'o', "output", "FILE", "the profile; %p is the process id, %e the program (default: %e.%p.memlint)"},
        {QUIET, 'q', "quiet", NULL, "do not show the top lines"},
        {NFRAME, 0, "nframe", "N", "frames kept per traceback (default: 1)"},
        {INTERVAL, 0, "interval", "T", "also take a snapshot every T: 500ms, 5s, 2m"},
        {SIGNAL, 0, "signal", "NAME", "also take a snapshot on this signal: USR2"},
        {GRAPH, 0, "graph", "[=WHEN]", "take the heap graph too: exit, signal, interval (default: exit,signal)"},
        {NO_FOLLOW, 0, "no-follow-fork", NULL, "do not record child processes"},
        {TOP, 'n', "top", "N", "show N lines (default: 10; 0 all)"},
        {COLOR, 0, "color", "WHEN", "auto, always or never"},
        {0, 0, NULL, NULL, NULL},
};

struct run {
	const char *output;
	bool quiet;
	uint64_t top;
	enum color_choice color;
	struct timespec started;
};

static volatile sig_atomic_t child;

static void pass_on(int number)
{
	const int saved = errno;

	if (child > 0)
		kill((pid_t)child, number);
	errno = saved;
}

static enum status read_option(struct run *run, const struct cli *cli, int id)
{
	uint64_t number;
	uint32_t graph;
	int signal;

	switch (id) {
	case OUTPUT:
		run->output = cli->value;
		return STATUS_OK;
	case QUIET:
		run->quiet = true;
		return STATUS_OK;
	case NFRAME:
		if (!cli_number(cli, "--nframe", MEMLINT_NFRAME_MAX, &number))
			return STATUS_ERROR;
		if (!number)
			return cli_usage(cli, "--nframe: at least 1");
		setenv("MEMLINT_NFRAME", cli->value, 1);
		return STATUS_OK;
	case INTERVAL:
		if (rt_parse_interval(cli->value, &number) < 0)
			return cli_usage(cli, "--interval: '%s' is not a time as 500ms, 5s or 2m, at least 1ms",
			                 cli->value);
		setenv("MEMLINT_INTERVAL", cli->value, 1);
		return STATUS_OK;
	case SIGNAL:
		if (rt_parse_signal(cli->value, &signal) < 0)
			return cli_usage(cli, "--signal: '%s' is not a signal's name as USR2, or its number",
			                 cli->value);
		setenv("MEMLINT_SIGNAL", cli->value, 1);
		return STATUS_OK;
	case GRAPH:
		if (cli->value && (rt_parse_graph(cli->value, &graph) < 0 || !graph))
			return cli_usage(
			        cli, "--graph: '%s' is none of exit, signal, interval, nor several of them with commas",
			        cli->value);
		setenv("MEMLINT_GRAPH", cli->value ? cli->value : "exit,signal", 1);
		return STATUS_OK;
	case NO_FOLLOW:
		setenv("MEMLINT_FOLLOW_FORK", "0", 1);
		return STATUS_OK;
	case TOP:
		return cli_number(cli, "--top", UINT32_MAX, &run->top) ? STATUS_OK : STATUS_ERROR;
	default:
		if (!color_choice_parse(cli->value, &run->color))
			return cli_usage(cli, "--color: '%s' is none of auto, always, never", cli->value);
		return STATUS_OK;
	}
}

/* Where neither the command line nor the environment says it, the file does. */
static void set_default(const char *variable, const char *value)
{
	if (value)
		setenv(variable, value, 0);
}

static enum status check_defaults(const char *path, const struct config_file_run *file)
{
	uint64_t interval;
	const char *bad = NULL;
	int signal;

	if (file->interval && rt_parse_interval(file->interval, &interval) < 0)
		bad = file->interval;
	if (file->signal && rt_parse_signal(file->signal, &signal) < 0)
		bad = file->signal;
	if (file->nframe && (*file->nframe < 1 || *file->nframe > MEMLINT_NFRAME_MAX))
		bad = "nframe";
	return bad ? diag_error("%s:%lu: '%s' is not valid: see 'memlint run --help'", path,
	                        config_file_line_of(path, bad), bad)
	           : STATUS_OK;
}

static enum status take_defaults(struct run *run, const char *path, const struct config_file_run *file)
{
	char nframe[16];

	if (check_defaults(path, file) != STATUS_OK)
		return STATUS_ERROR;
	if (file->nframe) {
		snprintf(nframe, sizeof nframe, "%u", *file->nframe);
		set_default("MEMLINT_NFRAME", nframe);
	}
	set_default("MEMLINT_INTERVAL", file->interval);
	set_default("MEMLINT_SIGNAL", file->signal);
	if (file->follow_fork)
		set_default("MEMLINT_FOLLOW_FORK", *file->follow_fork ? "1" : "0");
	set_default("MEMLINT_OUTPUT", file->output);
	if (file->output)
		run->output = getenv("MEMLINT_OUTPUT");
	return STATUS_OK;
}

/* The `run` section of the .memlint.yaml in the working directory or above. */
static enum status read_defaults(struct run *run)
{
	struct config_complaint complaint;
	enum status status = STATUS_OK;
	char path[PATH_MAX];

	if (!config_file_find(".", path, sizeof path))
		return STATUS_OK;
	struct config_file *file = config_file_read(path, &complaint);

	if (!file && complaint.line)
		return diag_error("%s:%lu: %s", path, complaint.line, complaint.what);
	if (!file)
		return diag_error("%s: %s", path, complaint.what);
	if (file->run)
		status = take_defaults(run, path, file->run);
	config_file_free(file);
	return status;
}

/* Ctrl-C reaches the whole foreground group: the program gets it from the terminal, we only wait. */
static void set_signals(void)
{
	static const int passed[] = {SIGHUP, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH, SIGALRM};
	struct sigaction action = {.sa_handler = SIG_IGN};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
	action.sa_handler = pass_on;
	action.sa_flags = SA_RESTART;
	for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
		sigaction(passed[i], &action, NULL);
}

/* Starts the program; -1 after a message. A pipe that closes on exec tells a failed one from the program's own 127. */
static pid_t start(const char *path, char **argv)
{
	int failure[2], error = 0;
	sigset_t all, before;

	if (pipe2(failure, O_CLOEXEC) < 0) {
		diag_error("cannot start %s: %s", argv[0], strerror(errno));
		return -1;
	}
	/* A signal that comes now waits until there is somebody to pass it to. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	const pid_t pid = fork();

	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execv(path, argv);
		error = errno;
		_exit(write(failure[1], &error, sizeof error) == sizeof error ? 127 : 126);
	}
	child = pid;
	if (pid > 0)
		set_signals();
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(failure[1]);
	if (pid < 0)
		diag_error("cannot start %s: %s", argv[0], strerror(errno));
	const bool failed = pid > 0 && read(failure[0], &error, sizeof error) == sizeof error;

	close(failure[0]);
	if (!failed)
		return pid;
	waitpid(pid, NULL, 0);
	diag_error("cannot run %s: %s", argv[0],
	           error == ENOEXEC ? "not a program (wrong format, or a script without #!)" : strerror(error));
	return -1;
}

/* Waits until the program has ended; its wait status. */
static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

/* @pattern as a glob pattern for the files of process @pid: %p its number, %e anything, the rest literal. */
static char *glob_pattern(struct arena *arena, const char *pattern, pid_t pid)
{
	char *text = arena_alloc(arena, strlen(pattern) * 12 + 1), *out = text;

	for (; *pattern; pattern++) {
		if (pattern[0] == '%' && pattern[1]) {
			pattern++;
			if (*pattern == 'p' && pid)
				out += sprintf(out, "%d", (int)pid);
			else if (*pattern == 'p' || *pattern == 'e')
				*out++ = '*';
			else
				*out++ = *pattern;
		} else {
			if (strchr("*?[]\\", *pattern))
				*out++ = '\\';
			*out++ = *pattern;
		}
	}
	return text;
}

static bool is_new(const char *path, const struct run *run)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return false;
	/* Coarse clocks of file systems may lag behind by a tick. */
	return status.st_mtim.tv_sec + 1 > run->started.tv_sec;
}

/* Finds the profile the process wrote, into the arena; NULL none. *@others: profiles of its children. */
static const char *find_profile(struct arena *arena, const struct run *run, pid_t pid, size_t *others)
{
	const char *found = NULL;
	glob_t files;

	if (glob(glob_pattern(arena, run->output, pid), 0, NULL, &files) == 0) {
		for (size_t i = 0; i < files.gl_pathc; i++)
			if (is_new(files.gl_pathv[i], run))
				found = arena_strdup(arena, files.gl_pathv[i]);
		globfree(&files);
	}
	*others = 0;
	if (glob(glob_pattern(arena, run->output, 0), 0, NULL, &files) == 0) {
		for (size_t i = 0; i < files.gl_pathc; i++)
			*others += is_new(files.gl_pathv[i], run) && (!found || strcmp(found, files.gl_pathv[i]));
		globfree(&files);
	}
	return found;
}

static void explain_nothing(const char *path)
{
	struct program_file file;

	if (!program_inspect(path, &file)) {
		diag_warn("nothing was recorded, and %s cannot be read to say why", path);
	} else if (file.is_script) {
		diag_warn("nothing was recorded: %s is a script, and neither %s nor what it started was built with "
		          "memlint: "
		          "gcc -g -fplugin=memlint.so ...",
		          path, file.interpreter);
	} else if (!file.is_instrumented) {
		diag_warn("nothing was recorded: %s was not built with memlint: gcc -g -fplugin=memlint.so ...", path);
	} else if (file.is_setuid) {
		diag_warn("nothing was recorded: %s is set-user-ID or has capabilities, which ignores MEMLINT; "
		          "run a copy without them",
		          path);
	} else {
		diag_warn("nothing was recorded though %s was built with memlint: 'memlint doctor %s' looks for the "
		          "reason",
		          path, path);
	}
}

static void report(const struct run *run, const char *path, pid_t pid)
{
	struct arena arena = {0};
	size_t others;
	const char *profile = find_profile(&arena, run, pid, &others);

	if (!profile && !others)
		explain_nothing(path);
	if (run->quiet) {
		arena_clear(&arena);
		return;
	}
	if (profile) {
		fprintf(stderr, "\n");
		print_summary(profile, run->top, run->color, stderr);
	}
	if (others)
		fprintf(stderr, "%zu more profile%s by child processes\n", others, others == 1 ? "" : "s");
	arena_clear(&arena);
}

enum status memlint_run(struct cli *cli)
{
	const char *pattern = getenv("MEMLINT_OUTPUT");
	struct run run = {.output = pattern && pattern[0] ? pattern : "%e.%p.memlint", .top = 10};
	char path[PATH_MAX];
	int id;

	cli->stops_at_operand = true;
	if (read_defaults(&run) != STATUS_OK)
		return STATUS_ERROR;
	while ((id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		if (read_option(&run, cli, id) != STATUS_OK)
			return STATUS_ERROR;
	}
	if (!cli->noperands)
		return cli_usage(cli, "no program given");
	if (!program_find(cli->operands[0], path, sizeof path))
		return diag_error("cannot run %s: %s", cli->operands[0], strerror(errno));
	if (rt_parse_output(run.output, &run.output) < 0)
		return cli_usage(cli, "--output: '%s' may have %%p, %%e and %%%% only", run.output);
	setenv("MEMLINT", "1", 1);
	setenv("MEMLINT_OUTPUT", run.output, 1);
	clock_gettime(CLOCK_REALTIME, &run.started);

	const pid_t pid = start(path, (char **)(uintptr_t)cli->operands);

	if (pid < 0)
		return STATUS_ERROR;
	const int ended = wait_for(pid);

	report(&run, path, pid);
	return (enum status)(WIFSIGNALED(ended) ? 128 + WTERMSIG(ended) : WEXITSTATUS(ended));
}
