/* SPDX-License-Identifier: MIT */
/*
 * Work done in forked processes that may crash, hang or eat memory without harm to anything but their own job.
 *
 * Each worker lives for many jobs, runs them on a thread with a stack of 512 MiB (compilers recurse), and is replaced
 * when it dies or overstays the time limit.
 */
#ifndef MEMLINT_FACTS_POOL_H
#define MEMLINT_FACTS_POOL_H

#include "analyzer/base/diag.h"
#include "analyzer/base/pack.h"

#include <stdint.h>

struct pool {
	unsigned nworkers;  /* at least 1 */
	unsigned seconds;   /* a job may take; 0: no limit */
	unsigned megabytes; /* of address space a worker may use; 0: no limit */
	/* In the worker, once: what work() gets as @state. NULL ends the worker, and the run with STATUS_ERROR. */
	void *(*start)(void *context);
	/* In the worker: does job @job and packs its result. */
	void (*work)(void *context, void *state, uint32_t job, struct packer *result);
	/* In the caller's process, in any order of jobs: the result is valid during the call. */
	void (*done)(void *context, uint32_t job, const void *result, size_t size);
	/* Likewise, for a job whose worker died; @why reads "crashed (signal 11)". */
	void (*lost)(void *context, uint32_t job, const char *why);
	void *context;
};

/* Runs jobs[0 … count) and returns when all are done or lost. The caller must have no other threads. */
enum status pool_run(const struct pool *pool, const uint32_t *jobs, size_t count);

#endif
