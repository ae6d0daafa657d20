// SPDX-License-Identifier: MIT
/*
 * Signals that end the program: the profile is finished first, then what would have happened happens.
 *
 * Handlers stand only where nobody has said what is to happen; a program that says so later replaces them. After a fault the handler
 * restores the default and returns: the instruction faults again, and the core dump shows it and not us. A signal that
 * somebody sent is sent again as it was.
 */
#include "runtime/life.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The user's Ctrl-C, a service manager's stop, a reader that went away. */
static const int polite[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

enum { STACK = 128 << 10 };

static void again(int number, siginfo_t *info)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
	/* A positive code is the kernel's own: it comes from the instruction, which is about to be tried again. */
	if (info->si_code <= 0)
		syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), number, info);
}

static void on_polite_signal(int number, siginfo_t *info, void *context)
{
	const int saved = errno;

	(void)context;
	rt_life_ends(RT_END_ABORT, number);
	/* Not from the program's instruction, whoever sent it. */
	info->si_code = info->si_code > 0 ? SI_USER : info->si_code;
	again(number, info);
	errno = saved;
}

static void on_crash(int number, siginfo_t *info, void *context)
{
	const int saved = errno;

	(void)context;
	/* abort() was seen before it raised its signal. */
	if (number != SIGABRT || !rt_life_aborts())
		rt_life_ends(RT_END_CRASH, number);
	again(number, info);
	errno = saved;
}

/* A stack that ran over leaves no room to say so: the main thread gets another, unless the program has one. */
static void make_stack(void)
{
	const size_t page = (size_t)getpagesize();
	stack_t stack;
	char *memory;

	if (sigaltstack(NULL, &stack) < 0 || !(stack.ss_flags & SS_DISABLE))
		return;
	memory = rt_map(STACK + page);
	if (!memory)
		return;
	mprotect(memory, page, PROT_NONE);
	stack = (stack_t){.ss_sp = memory + page, .ss_size = STACK};
	sigaltstack(&stack, NULL);
}

static void install(const int *numbers, size_t n, int except, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART | flags}, before;

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < n; i++)
		if (numbers[i] != except && sigaction(numbers[i], NULL, &before) == 0 &&
		    !(before.sa_flags & SA_SIGINFO) && before.sa_handler == SIG_DFL)
			sigaction(numbers[i], &action, NULL);
}

void rt_crash_init(int except)
{
	install(polite, sizeof polite / sizeof *polite, except, on_polite_signal, 0);
	make_stack();
	install(crashes, sizeof crashes / sizeof *crashes, except, on_crash, SA_ONSTACK);
}
