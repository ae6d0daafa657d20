/* SPDX-License-Identifier: MIT */
/*
 * measure [-t SECONDS] FILE [NAME=VALUE...] PROGRAM ARGUMENTS...: runs it and appends "wall-seconds cpu-seconds peak-rss-KiB" of it
 * and what it waited for, and ends as it did; after SECONDS it ends the program with all its children, and its own status is 124. Of
 * a run that fails nothing is appended. The environment is set here, since env(1) would count: a small program's peak is below its.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static pid_t child;
static volatile sig_atomic_t stopped;

/* The program has a process group of its own: what is sent to us is for it as well. */
static void stop(int number)
{
	stopped = number;
	kill(-child, SIGKILL);
}

static void watch(unsigned seconds)
{
	const struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};

	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	alarm(seconds);
}

static int usage(void)
{
	fputs("usage: measure [-t SECONDS] FILE [NAME=VALUE...] PROGRAM [ARGUMENT...]\n", stderr);
	return 2;
}

/* Does not return. */
static void run(char **words)
{
	for (; *words && strchr(*words, '='); words++)
		putenv(*words);
	if (*words) {
		execvp(*words, words);
		fprintf(stderr, "measure: %s: %s\n", *words, strerror(errno));
	}
	_exit(127);
}

int main(int argc, char **argv)
{
	struct timespec start, end;
	unsigned limit = 0;
	struct rusage used;
	int status;
	FILE *file;

	if (argc > 2 && !strcmp(argv[1], "-t")) {
		limit = (unsigned)strtoul(argv[2], NULL, 10);
		if (!limit)
			return usage();
		argv += 2;
		argc -= 2;
	}
	if (argc < 3)
		return usage();
	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (child == 0) {
		setpgid(0, 0);
		run(argv + 2);
	}
	if (child > 0) {
		setpgid(child, child);
		watch(limit);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child) {
		perror("measure");
		return 2;
	}
	if (stopped)
		return stopped == SIGALRM ? 124 : 128 + stopped;
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	file = fopen(argv[1], "a");
	if (!file) {
		fprintf(stderr, "measure: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	fprintf(file, "%.6f %.6f %ld\n",
	        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
	        seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
	if (fclose(file) != 0) {
		fprintf(stderr, "measure: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	return 0;
}
