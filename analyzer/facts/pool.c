// SPDX-License-Identifier: MIT
/* Forked workers, a pipe each way, and a clock. */
#define _GNU_SOURCE /* pipe2 */
#include "analyzer/facts/pool.h"

#include "analyzer/base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STACK_BYTES = 512 << 20, WORKERS_MAX = 256, JOB_NONE = -1 };

/* What a worker sends first, before any result: it is ready. */
static const uint64_t READY = 0x6d656d6c696e7401u;

struct worker {
	pid_t pid; /* 0: not running */
	int jobs, results;
	int64_t job; /* index into the list of jobs, or JOB_NONE */
	double deadline;
	bool ready;
	VEC(unsigned char) answer;
};

struct run {
	const struct pool *pool;
	const uint32_t *jobs;
	size_t count, next, finished;
	struct worker *workers;
	unsigned nworkers;
	bool failed;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- in the worker ---- */

struct child {
	const struct pool *pool;
	int jobs, results;
};

static bool read_all(int fd, void *bytes, size_t size)
{
	char *at = bytes;

	while (size) {
		const ssize_t got = read(fd, at, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

static bool write_all(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size) {
		const ssize_t put = write(fd, at, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		size -= (size_t)put;
	}
	return true;
}

static void *child_main(void *argument)
{
	const struct child *child = argument;
	const struct pool *pool = child->pool;
	void *state = pool->start(pool->context);
	struct packer result = {0};
	uint32_t job;

	if (!state || !write_all(child->results, &READY, sizeof READY))
		_exit(STATUS_ERROR);
	while (read_all(child->jobs, &job, sizeof job)) {
		uint64_t size;

		result.size = 0;
		pool->work(pool->context, state, job, &result);
		size = result.size;
		if (!write_all(child->results, &size, sizeof size) ||
		    !write_all(child->results, result.bytes, result.size))
			break;
	}
	_exit(STATUS_OK);
}

static void limit_memory(unsigned megabytes)
{
#ifndef __SANITIZE_ADDRESS__ /* whose shadow takes terabytes of address space */
	const struct rlimit limit = {(rlim_t)megabytes << 20, (rlim_t)megabytes << 20};

	if (megabytes)
		setrlimit(RLIMIT_AS, &limit);
#else
	(void)megabytes;
#endif
}

static void run_child(const struct pool *pool, int jobs, int results)
{
	struct child child = {pool, jobs, results};
	const struct rlimit no_core = {0, 0};
	pthread_attr_t attributes;
	pthread_t thread;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CORE, &no_core);
	limit_memory(pool->megabytes);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	error = pthread_create(&thread, &attributes, child_main, &child);
	if (error)
		diag_die("a worker could not start its thread: %s", strerror(error));
	pthread_join(thread, NULL);
	_exit(STATUS_ERROR);
}

/* ---- in the caller's process ---- */

static bool start_worker(struct run *run, struct worker *worker)
{
	int jobs[2], results[2];

	if (pipe2(jobs, O_CLOEXEC))
		return false;
	if (pipe2(results, O_CLOEXEC)) {
		close(jobs[0]);
		close(jobs[1]);
		return false;
	}
	fflush(NULL);
	worker->pid = fork();
	if (worker->pid == 0) {
		for (unsigned i = 0; i < run->nworkers; i++)
			if (run->workers[i].pid > 0 && &run->workers[i] != worker) {
				close(run->workers[i].jobs);
				close(run->workers[i].results);
			}
		close(jobs[1]);
		close(results[0]);
		run_child(run->pool, jobs[0], results[1]);
	}
	close(jobs[0]);
	close(results[1]);
	if (worker->pid < 0) {
		worker->pid = 0;
		close(jobs[1]);
		close(results[0]);
		return false;
	}
	worker->jobs = jobs[1];
	worker->results = results[0];
	fcntl(worker->results, F_SETFL, O_NONBLOCK);
	worker->job = JOB_NONE;
	worker->ready = false;
	worker->deadline = run->pool->seconds ? now() + run->pool->seconds : 0;
	vec_clear(&worker->answer);
	return true;
}

/* Ends what is left of the process; its status for the message. */
static int reap(struct worker *worker, bool kill_it)
{
	int status = 0;

	if (!worker->pid)
		return 0;
	close(worker->jobs);
	if (kill_it)
		kill(worker->pid, SIGKILL);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	close(worker->results);
	worker->pid = 0;
	return status;
}

static void lose(struct run *run, struct worker *worker, bool overdue)
{
	const int64_t job = worker->job;
	const int status = reap(worker, overdue);
	char why[128];

	if (overdue)
		snprintf(why, sizeof why, "took more than %u seconds", run->pool->seconds);
	else if (WIFSIGNALED(status))
		snprintf(why, sizeof why, "crashed the parser (signal %d)", WTERMSIG(status));
	else
		snprintf(why, sizeof why, "ended the parser (status %d)", WEXITSTATUS(status));
	if (job == JOB_NONE) {
		run->failed = true; /* it never got ready: the next one would not either */
		return;
	}
	run->finished++;
	run->pool->lost(run->pool->context, run->jobs[job], why);
}

static void give_job(struct run *run, struct worker *worker)
{
	if (run->next == run->count) {
		reap(worker, false);
		return;
	}
	worker->job = (int64_t)run->next++;
	worker->deadline = run->pool->seconds ? now() + run->pool->seconds : 0;
	/* A worker that died just now is noticed when it is read from. */
	write_all(worker->jobs, &run->jobs[worker->job], sizeof run->jobs[0]);
}

static void take_answer(struct run *run, struct worker *worker)
{
	uint64_t size;

	if (worker->answer.count < sizeof size)
		return;
	memcpy(&size, worker->answer.items, sizeof size);
	if (!worker->ready) {
		worker->ready = size == READY;
		vec_clear(&worker->answer);
		give_job(run, worker);
		return;
	}
	if (worker->answer.count - sizeof size < size)
		return;
	run->finished++;
	run->pool->done(run->pool->context, run->jobs[worker->job], worker->answer.items + sizeof size, (size_t)size);
	vec_clear(&worker->answer);
	worker->job = JOB_NONE;
	give_job(run, worker);
}

static void listen_to(struct run *run, struct worker *worker)
{
	for (;;) {
		ssize_t got;

		vec_reserve(&worker->answer, worker->answer.count + 65536);
		got = read(worker->results, worker->answer.items + worker->answer.count,
		           worker->answer.capacity - worker->answer.count);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			break;
		if (got <= 0) {
			lose(run, worker, false);
			return;
		}
		worker->answer.count += (size_t)got;
	}
	take_answer(run, worker);
}

static void wait_for_news(struct run *run, struct pollfd *polled)
{
	int timeout = -1;
	const double before = now();

	for (unsigned i = 0; i < run->nworkers; i++) {
		const struct worker *worker = &run->workers[i];

		polled[i] = (struct pollfd){.fd = worker->pid ? worker->results : -1, .events = POLLIN};
		if (worker->pid && worker->deadline > 0) {
			const double left = (worker->deadline - before) * 1000;
			const int wait = left < 0 ? 0 : left > 1e6 ? 1000000 : (int)left + 1;

			timeout = timeout < 0 || wait < timeout ? wait : timeout;
		}
	}
	if (poll(polled, run->nworkers, timeout) < 0 && errno != EINTR)
		BUG("poll: %s", strerror(errno));
}

static void serve(struct run *run)
{
	struct pollfd *polled = calloc(run->nworkers, sizeof *polled);

	if (!polled)
		diag_die("out of memory: %u workers could not be watched", run->nworkers);
	while (run->finished < run->count && !run->failed) {
		bool any = false;

		wait_for_news(run, polled);
		for (unsigned i = 0; i < run->nworkers && !run->failed; i++) {
			struct worker *worker = &run->workers[i];

			if (worker->pid && (polled[i].revents & (POLLIN | POLLHUP)))
				listen_to(run, worker);
			if (worker->pid && worker->deadline > 0 && now() > worker->deadline && worker->job != JOB_NONE)
				lose(run, worker, true);
			if (!worker->pid && run->next < run->count && !run->failed && !start_worker(run, worker))
				run->failed = true;
			any |= worker->pid != 0;
		}
		if (!any)
			break;
	}
	free(polled);
}

enum status pool_run(const struct pool *pool, const uint32_t *jobs, size_t count)
{
	struct run run = {.pool = pool, .jobs = jobs, .count = count};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;

	run.nworkers = pool->nworkers < count ? pool->nworkers : (unsigned)count;
	if (run.nworkers > WORKERS_MAX)
		run.nworkers = WORKERS_MAX;
	if (!count)
		return STATUS_OK;
	run.workers = calloc(run.nworkers, sizeof *run.workers);
	if (!run.workers)
		diag_die("out of memory: %u workers could not be set up", run.nworkers);
	sigaction(SIGPIPE, &ignore, &old);
	for (unsigned i = 0; i < run.nworkers && !run.failed; i++)
		if (!start_worker(&run, &run.workers[i])) {
			diag_error("a worker could not be started: %s", strerror(errno));
			run.failed = i == 0;
			break;
		}
	serve(&run);
	for (unsigned i = 0; i < run.nworkers; i++) {
		reap(&run.workers[i], true);
		vec_release(&run.workers[i].answer);
	}
	free(run.workers);
	sigaction(SIGPIPE, &old, NULL);
	return run.failed || run.finished < run.count ? STATUS_ERROR : STATUS_OK;
}
