// SPDX-License-Identifier: MIT
/*
 * Stops the other threads for a moment, as a debugger does, and reads their registers.
 *
 * The kernel lets no thread trace another of its own process, so a helper process does it that shares our memory: it has a
 * stack of its own, calls the kernel and nothing else. Where it may not (another debugger is there, a sandbox) the threads run on,
 * and their stacks are taken whole.
 */
#include "runtime/graph_inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	HELPER_STACK = 128 << 10,
	PASSES = 10,   /* looks for threads that were born meanwhile */
	STOP_MS = 200, /* for all of it: what sleeps in the kernel that long stays blind */
	HOLD_MS = 1 << 30,
};

enum helper_state { HELPER_WAITS, HELPER_WORKS, HELPER_HOLDS, HELPER_LETS_GO };

struct graph_stop {
	struct rt_graph *graph;
	int helper, pid; /* processes */
	uint32_t state;  /* enum helper_state */
	uint64_t deadline_ns;
	char path[48];
	char names[4096] __attribute__((aligned(8)));
	char stack[HELPER_STACK] __attribute__((aligned(16)));
};

static void set_state(struct graph_stop *stop, uint32_t state)
{
	__atomic_store_n(&stop->state, state, __ATOMIC_RELEASE);
	syscall(SYS_futex, &stop->state, FUTEX_WAKE, 8, NULL, NULL, 0);
}

/* Waits until the state is @state or a later one; -1 after @ms without it, or when the other one is gone. */
static int await(struct graph_stop *stop, uint32_t state, unsigned ms)
{
	const struct timespec tick = {.tv_nsec = 10 * 1000000};
	uint32_t now;

	for (unsigned waited = 0; (now = __atomic_load_n(&stop->state, __ATOMIC_ACQUIRE)) < state; waited += 10) {
		if (waited > ms)
			return -1;
		syscall(SYS_futex, &stop->state, FUTEX_WAIT, now, &tick, NULL, 0);
	}
	return 0;
}

static void copy_registers(struct graph_thread *thread, const struct user_regs_struct *from)
{
	const uintptr_t registers[GRAPH_REGISTERS] = {from->rax, from->rdx, from->rcx, from->rbx, from->rsi, from->rdi,
	                                              from->rbp, 0,         from->r8,  from->r9,  from->r10, from->r11,
	                                              from->r12, from->r13, from->r14, from->r15};

	memcpy(thread->registers, registers, sizeof registers);
	thread->sp = from->rsp;
	thread->tp = from->fs_base;
	thread->known = 1;
}

/* Until the thread has stopped: its wait status, 0 when it takes too long, -1 when it is gone. */
static int wait_for_stop(const struct graph_stop *stop, int tid)
{
	const struct timespec tick = {.tv_nsec = 50000};
	int status, waited;

	while (!(waited = wait4(tid, &status, __WALL | WNOHANG, NULL)) && rt_monotonic_ns() < stop->deadline_ns)
		nanosleep(&tick, NULL);
	if (!waited)
		return 0;
	return waited == tid && WIFSTOPPED(status) ? status : -1;
}

/* -1: the thread is gone. */
static int seize(const struct graph_stop *stop, struct graph_thread *thread)
{
	struct user_regs_struct registers;
	int status;

	if (ptrace(PTRACE_SEIZE, thread->tid, NULL, NULL) < 0)
		return errno == ESRCH ? -1 : 0;
	if (ptrace(PTRACE_INTERRUPT, thread->tid, NULL, NULL) < 0)
		return 0;
	status = wait_for_stop(stop, thread->tid);
	if (status <= 0)
		return status;
	/* A signal that was just being delivered is delivered later; a stop of the program's own stays one. */
	if (status >> 16 != PTRACE_EVENT_STOP)
		thread->signal = WSTOPSIG(status);
	if (ptrace(PTRACE_GETREGS, thread->tid, NULL, &registers) == 0)
		copy_registers(thread, &registers);
	return 0;
}

/* Calls that return EINTR after a stop although no signal came. */
static int is_cut_short(unsigned long long call)
{
	return call == SYS_epoll_wait || call == SYS_epoll_pwait || call == SYS_epoll_pwait2 || call == SYS_semop ||
	       call == SYS_semtimedop || call == SYS_rt_sigtimedwait || call == SYS_io_getevents;
}

/* A call that only our stop cut short begins again, so that the program does not notice; with a signal of its own under
 * way it is left as it is. */
static void begin_again(const struct graph_thread *thread)
{
	enum { SYSCALL_LENGTH = 2, PEEK_SHARED = 1 };
	const struct __ptrace_peeksiginfo_args own = {.nr = 1}, shared = {.flags = PEEK_SHARED, .nr = 1};
	struct user_regs_struct registers;
	siginfo_t pending;

	if (!thread->known || thread->signal || ptrace(PTRACE_GETREGS, thread->tid, NULL, &registers) < 0)
		return;
	if ((long)registers.rax != -EINTR || !is_cut_short(registers.orig_rax))
		return;
	if (ptrace(PTRACE_PEEKSIGINFO, thread->tid, &own, &pending) != 0 ||
	    ptrace(PTRACE_PEEKSIGINFO, thread->tid, &shared, &pending) != 0)
		return;
	registers.rip -= SYSCALL_LENGTH;
	registers.rax = registers.orig_rax;
	ptrace(PTRACE_SETREGS, thread->tid, NULL, &registers);
}

static int is_listed(const struct rt_graph *graph, int tid)
{
	for (size_t i = 0; i < graph_nthreads(graph); i++)
		if (graph_threads(graph)[i].tid == tid)
			return 1;
	return 0;
}

/* Seizes the thread if it is a new one; whether it was. */
static int meet(const struct graph_stop *stop, int tid)
{
	struct graph_thread thread = {.tid = tid}, *entry;
	struct rt_graph *graph = stop->graph;

	if (tid <= 0 || is_listed(graph, tid) || seize(stop, &thread) < 0)
		return 0;
	entry = pages_push(&graph->threads, sizeof *entry);
	if (entry)
		*entry = thread;
	graph->blind += !thread.known;
	return 1;
}

static int number(const char *text)
{
	int value = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (*text - '0');
	return *text ? 0 : value;
}

/* Stops the threads that the directory lists now; how many were new, -1 when it cannot be read. */
static int stop_listed(struct graph_stop *stop)
{
	const int fd = open(stop->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int n = fd < 0 ? -1 : 0;
	long size;

	while (fd >= 0 && (size = syscall(SYS_getdents64, fd, stop->names, sizeof stop->names)) > 0)
		for (long at = 0; at < size;) {
			const struct dirent64 *entry = (const void *)(stop->names + at);

			n += meet(stop, number(entry->d_name));
			at += entry->d_reclen;
		}
	if (fd >= 0)
		close(fd);
	return n;
}

static int help(void *argument)
{
	struct graph_stop *stop = argument;
	struct rt_graph *graph = stop->graph;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (await(stop, HELPER_WORKS, HOLD_MS) == 0) {
		for (int pass = 0; pass < PASSES && stop_listed(stop) > 0; pass++)
			;
		set_state(stop, HELPER_HOLDS);
		await(stop, HELPER_LETS_GO, HOLD_MS);
		for (size_t i = 1; i < graph_nthreads(graph); i++) {
			const struct graph_thread *thread = graph_threads(graph) + i;

			begin_again(thread);
			ptrace(PTRACE_DETACH, thread->tid, NULL, (void *)(intptr_t)thread->signal);
		}
	}
	syscall(SYS_exit, 0);
	return 0;
}

static void path_of(struct graph_stop *stop)
{
	char digits[24];

	strcpy(stop->path, "/proc/");
	strcat(stop->path, rt_decimal((uint64_t)stop->pid, digits));
	strcat(stop->path, "/task");
}

void graph_stop(struct rt_graph *graph)
{
	struct graph_stop *stop;

	if (rt_is_one_task())
		return;
	/* Until we know better. */
	graph->blind++;
	stop = rt_map(sizeof *stop);
	if (!stop)
		return;
	stop->graph = graph;
	stop->pid = getpid();
	stop->deadline_ns = rt_monotonic_ns() + STOP_MS * 1000000ull;
	path_of(stop);
	stop->helper =
	        clone(help, stop->stack + sizeof stop->stack, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_UNTRACED, stop);
	if (stop->helper < 0) {
		rt_unmap(stop, sizeof *stop);
		return;
	}
	/* Where the Yama module guards processes from each other. */
	prctl(PR_SET_PTRACER, (unsigned long)stop->helper, 0, 0, 0);
	graph->stop = stop;
	set_state(stop, HELPER_WORKS);
	graph->blind -= await(stop, HELPER_HOLDS, 10 * STOP_MS) == 0;
	prctl(PR_SET_PTRACER, 0, 0, 0, 0);
}

void graph_go(struct rt_graph *graph)
{
	struct graph_stop *stop = graph->stop;

	if (!stop)
		return;
	set_state(stop, HELPER_LETS_GO);
	while (wait4(stop->helper, NULL, __WALL, NULL) < 0 && errno == EINTR)
		;
	graph->stop = NULL;
	rt_unmap(stop, sizeof *stop);
}
