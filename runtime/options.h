/* SPDX-License-Identifier: MIT */
/* The environment variables that steer the runtime. */
#ifndef MEMLINT_OPTIONS_H
#define MEMLINT_OPTIONS_H

#include <stdint.h>

struct rt_options {
	int trace;            /* MEMLINT: start at once and write a profile */
	int nframe;           /* MEMLINT_NFRAME: 1 … MEMLINT_NFRAME_MAX */
	const char *output;   /* MEMLINT_OUTPUT: file name with %p, %e, %% */
	uint64_t interval_ns; /* MEMLINT_INTERVAL: 0 none */
	int signal;           /* MEMLINT_SIGNAL: 0 none */
	int follow_fork;      /* MEMLINT_FOLLOW_FORK */
	uint32_t graph;       /* MEMLINT_GRAPH: bits by enum profile_reason */
};

/* Reads the environment. A value that is wrong is told on stderr, one line each, and the default stands. The texts are
 * the environment's own. */
struct rt_options rt_options_read(void);

/* The parts, for tests. Each returns 0, or -1 and leaves *@out alone. */
int rt_parse_flag(const char *text, int *out);
int rt_parse_nframe(const char *text, int *out);
int rt_parse_interval(const char *text, uint64_t *out); /* "5", "0.5", "10ms", "5s", "2m", "1h" */
int rt_parse_signal(const char *text, int *out);        /* "USR1", "SIGUSR1", "10" */
int rt_parse_graph(const char *text, uint32_t *out);    /* "1", "exit,signal": bits by enum profile_reason */
int rt_parse_output(const char *text, const char **out);

/* @pattern with pid and program name filled in, in @path[@capacity]; -1 if it does not fit. */
int rt_expand_output(const char *pattern, int pid, const char *program, char *path, unsigned long capacity);

#endif
