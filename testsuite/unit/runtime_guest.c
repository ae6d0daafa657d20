// SPDX-License-Identifier: MIT
/* A traced program for runtime_process.c: loads the runtime as the bootstrap does, then does what its argument says. */
#include "runtime_module.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct memlint_api *api;
static char **arguments;

__attribute__((constructor)) static void boot(int argc, char **argv)
{
	const char *path = getenv("GUEST_RUNTIME");
	void *handle = path ? dlopen(path, RTLD_LAZY | RTLD_NODELETE) : NULL;
	const struct memlint_api *(*attach)(const struct memlint_module *) = NULL;

	(void)argc;
	arguments = argv;
	if (handle)
		*(void **)&attach = dlsym(handle, "memlint_v1_attach");
	if (attach)
		api = attach(module_describe());
}

/* A hundred blocks of 10 bytes at line 1; 60 are released. Then one of 5000 bytes that comes and goes at line 2. */
static void work(void)
{
	void *blocks[100];

	for (int i = 0; i < 100; i++)
		blocks[i] = module_malloc(10, 0);
	for (int i = 0; i < 60; i++)
		module_free(blocks[i]);
	module_free(module_malloc(5000, 1));
}

static void end_by_return(void)
{
}

static void end_by_exit(void)
{
	exit(3);
}

static void end_by_quick_exit(void)
{
	quick_exit(4);
}

static void end_by_low_exit(void)
{
	_exit(5);
}

static void end_by_abort(void)
{
	signal(SIGABRT, SIG_DFL);
	abort();
}

static void end_by_exec(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void exec_that_fails(void)
{
	execl("/nonexistent", "nonexistent", (char *)NULL);
	module_free(module_malloc(70, 2));
}

static void print(void)
{
	printf("%s\n", "hello");
}

static void fork_and_count(void)
{
	const pid_t child = fork();

	if (!child) {
		module_malloc(333, 3);
		exit(0);
	}
	waitpid(child, NULL, 0);
	module_malloc(444, 4);
}

static void fork_to_exec(void)
{
	const pid_t child = fork();

	if (!child)
		execl("/bin/true", "true", (char *)NULL);
	waitpid(child, NULL, 0);
}

static void vfork_child(void)
{
	const pid_t child = vfork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	module_malloc(444, 4);
}

static void close_everything(void)
{
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	/* Another file takes the number that the profile's descriptor had. */
	for (int fd = open("/dev/null", O_RDONLY | O_CLOEXEC); fd >= 0 && fd < 200; fd = dup(fd))
		;
	if (chdir("/"))
		abort();
}

static void take_signal(void)
{
	raise(SIGUSR2);
	module_free(module_malloc(70, 2));
}

static void die_after_a_signal(void)
{
	raise(SIGUSR2);
	raise(SIGKILL);
}

static void be_told_to_end(void)
{
	raise(SIGTERM);
}

static void sleep_a_little(void)
{
	usleep(250000);
}

static void *in_thread(void *name)
{
	prctl(PR_SET_NAME, name);
	return module_malloc(77, 5);
}

static void *just_allocate(void *unused)
{
	(void)unused;
	return module_malloc(88, 6);
}

static void threads(void)
{
	pthread_t a, b;
	void *left;

	pthread_create(&a, NULL, in_thread, (void *)(uintptr_t) "worker");
	pthread_join(a, &left);
	module_free(left);
	pthread_create(&b, NULL, just_allocate, NULL);
	pthread_join(b, NULL);
}

static pthread_key_t late_key;

static void allocate_late(void *value)
{
	/* Round after round, as long as libc calls. */
	module_free(module_malloc(9, 7));
	pthread_setspecific(late_key, value);
}

static void *with_late_destructor(void *unused)
{
	(void)unused;
	pthread_setspecific(late_key, module_malloc(1, 8));
	return NULL;
}

static void late_destructors(void)
{
	pthread_t thread;

	pthread_key_create(&late_key, allocate_late);
	pthread_create(&thread, NULL, with_late_destructor, NULL);
	pthread_join(thread, NULL);
}

static void library_calls(void)
{
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	module_caller = module_announced(&module_unit, MODULE_CALLER);
	file = fopen("/proc/self/comm", "r");
	while (file && getline(&line, &size, file) > 0)
		;
	module_caller = NULL;
	fclose(file);
	free(line);
}

static void mark(void)
{
	api->mark("half way");
}

static void little_memory(void)
{
	const struct rlimit limit = {300u << 20, 300u << 20};

	setrlimit(RLIMIT_AS, &limit);
	work();
	/* Regions of the address space that have no leaf yet and cannot get one. */
	for (int i = 0; i < 40; i++)
		module_malloc(5u << 20, 2);
}

static void fill_the_disk(void)
{
	/* More rows than the limit leaves room for; the program must not die of SIGXFSZ. */
	raise(SIGUSR2);
}

struct link {
	struct link *next;
	char room[24];
};

static struct link *kept, *chain;
static char *volatile middle;
static __thread void *own_kept;
static int gate[2];

/* Its block is nowhere but in a register or on its stack; a call that is interrupted ends the program. */
static void *wait_with_a_block(void *unused)
{
	struct epoll_event event;
	void *block = module_malloc(555, 4);
	const int set = epoll_create1(0);

	(void)unused;
	own_kept = module_malloc(556, 4);
	event.events = EPOLLIN;
	if (epoll_ctl(set, EPOLL_CTL_ADD, gate[0], &event) < 0 || epoll_wait(set, &event, 1, -1) != 1)
		_exit(91);
	module_free(own_kept);
	return block;
}

/* Three linked blocks that a global holds, two that only hold each other, one that only its middle is known of; and a
 * thread that sleeps in the kernel while the graph is taken. */
static void show_graph(void)
{
	struct link *a = module_malloc(sizeof *a, 3), *b = module_malloc(sizeof *b, 3);
	pthread_t thread;

	for (int i = 0; i < 3; i++) {
		struct link *link = module_malloc(sizeof *link, 2);

		link->next = kept;
		kept = link;
	}
	/* Small and large ones by turns, each holding the one before. */
	for (int i = 0; i < 20; i++) {
		struct link *link = module_malloc(i % 2 ? 2048 : 48, 4);

		link->next = chain;
		chain = link;
	}
	a->next = b;
	b->next = a;
	middle = (char *)module_malloc(100, 5) + 50;
	if (pipe(gate) || pthread_create(&thread, NULL, wait_with_a_block, NULL))
		_exit(92);
	poll(NULL, 0, 100);
	a = b = NULL;
	if (api->take_graph("here") < 0)
		_exit(93);
	if (write(gate[1], "!", 1) != 1)
		_exit(94);
	pthread_join(thread, NULL);
}

static int children_ended;

static void count_child(int number)
{
	(void)number;
	children_ended++;
}

/* The process that writes the graph is none of the program's: no signal, nothing to wait for, no open end of its pipes. */
static void graph_unnoticed(void)
{
	int ends[2];
	char byte;

	signal(SIGCHLD, count_child);
	errno = EXDEV;
	if (pipe(ends) || api->take_graph("") < 0 || errno != EXDEV)
		_exit(93);
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 0)
		_exit(94);
	for (int i = 0; i < 20; i++)
		poll(NULL, 0, 10);
	if (children_ended || waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
		_exit(96);
}

/* From here on no process can be made, but for root, who becomes nobody. */
static void make_no_process(void)
{
	const struct rlimit none = {0};

	if ((!getuid() && setresuid(65534, 65534, 65534)) || setrlimit(RLIMIT_NPROC, &none))
		_exit(95);
}

static const struct {
	const char *name;
	void (*run)(void);
} modes[] = {
        {"return", end_by_return},
        {"exit", end_by_exit},
        {"quick_exit", end_by_quick_exit},
        {"_exit", end_by_low_exit},
        {"abort", end_by_abort},
        {"exec", end_by_exec},
        {"exec-fails", exec_that_fails},
        {"print", print},
        {"fork", fork_and_count},
        {"fork-exec", fork_to_exec},
        {"vfork", vfork_child},
        {"close", close_everything},
        {"signal", take_signal},
        {"kill", die_after_a_signal},
        {"term", be_told_to_end},
        {"sleep", sleep_a_little},
        {"threads", threads},
        {"late", late_destructors},
        {"library", library_calls},
        {"mark", mark},
        {"little-memory", little_memory},
        {"disk", fill_the_disk},
        {"graph", show_graph},
        {"no-fork", make_no_process},
        {"unnoticed", graph_unnoticed},
};

int main(int argc, char **argv)
{
	if (argc < 2 || !arguments)
		return 99;
	work();
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(modes[i].name, argv[1])) {
			modes[i].run();
			return 0;
		}
	return 99;
}
