// SPDX-License-Identifier: MIT
/* Takes the heap graph: stops the program, copies it, lets it go on, walks the copy. */
#include "runtime/graph.h"

#include "runtime/graph_inner.h"
#include "runtime/objects.h"
#include "runtime/shadow.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	BUFFER = 1 << 20,    /* first size of lists: they do not move while mappings are read */
	PATIENCE_S = 60,     /* a walker that takes longer is given up */
	WALKER_FAILED = 100, /* exit status; below: an errno value */
};

uint32_t rt_graph_reasons;

static struct {
	int pid; /* of the process that writes a graph; 0 none */
	int said;
} walker;

static int add_tls(struct dl_phdr_info *info, size_t size, void *context)
{
	struct rt_graph *graph = context;
	const uint32_t module = rt_module_of((uintptr_t)info->dlpi_phdr);

	for (size_t i = 0; size >= sizeof *info && info->dlpi_tls_data && i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_TLS && graph->ntls < GRAPH_TLS)
			graph->tls[graph->ntls++] = (struct graph_tls){.module = module == UINT32_MAX ? 0 : module + 1,
			                                               .start = (uintptr_t)info->dlpi_tls_data,
			                                               .size = info->dlpi_phdr[i].p_memsz};
	return 0;
}

/* The runtime's own data, where it is a library of its own. */
static struct graph_range own_data(void)
{
	struct rt_object object;

	if (rt_object_of(&rt, &object) < 0 || rt_object_contains(&object, (const void *)getauxval(AT_PHDR)))
		return (struct graph_range){0};
	return (struct graph_range){object.base, object.end};
}

struct rt_graph *rt_graph_prepare(const struct rt_context *context)
{
	struct rt_graph *graph = rt_map(sizeof *graph);

	if (!graph)
		return NULL;
	graph->context = *context;
	graph->pagemap = -1;
	graph->tp = (uintptr_t)__builtin_thread_pointer();
	graph->own = own_data();
	dl_iterate_phdr(add_tls, graph);
	pages_push(&graph->threads, BUFFER);
	pages_push(&graph->maps, BUFFER);
	pages_push(&graph->excluded, BUFFER);
	if (graph->threads.failed || graph->maps.failed || graph->excluded.failed) {
		rt_graph_release(graph);
		return NULL;
	}
	pages_clear(&graph->threads);
	pages_clear(&graph->maps);
	pages_clear(&graph->excluded);
	return graph;
}

void rt_graph_freeze(struct rt_graph *graph)
{
	const struct rt_context *context = &graph->context;
	struct graph_thread *self = pages_push(&graph->threads, sizeof *self);

	*self = (struct graph_thread){.tid = gettid(), .known = 1, .tp = graph->tp, .sp = context->rsp};
	self->registers[3] = context->rbx;
	self->registers[6] = context->rbp;
	self->registers[12] = context->r12;
	self->registers[13] = context->r13;
	self->registers[14] = context->r14;
	self->registers[15] = context->r15;
	graph->frozen_ns = rt_monotonic_ns();
	graph_stop(graph);
}

/* The id of the profile's row of thread names that @thread is counted under; 0 if none. */
static uint32_t name_of(struct rt_graph *graph, const struct graph_thread *thread)
{
	char *path = graph->text, digits[24], name[17] = "";
	int fd;

	strcpy(path, "/proc/");
	strcat(path, rt_decimal((uint64_t)rt.pid, digits));
	strcat(path, "/task/");
	strcat(path, rt_decimal((uint64_t)thread->tid, digits));
	strcat(path, "/comm");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	const ssize_t n = read(fd, name, sizeof name - 1);

	close(fd);
	name[n > 0 ? n - 1 : 0] = 0;
	return rt_thread_id_of(thread->tid == rt.pid, name);
}

static void edges_of(struct rt_graph *graph, uintptr_t start, uintptr_t end, void *context)
{
	const uint32_t from = *(const uint32_t *)context;
	const uintptr_t address = graph_nodes(graph)[from].address;

	for (const uintptr_t *word = (const uintptr_t *)start; word < (const uintptr_t *)end; word++) {
		const uint32_t to = graph_find(graph, *word);

		if (to == GRAPH_NONE)
			continue;
		const struct profile_edge edge = {.from = from,
		                                  .to = to,
		                                  .offset = (uintptr_t)word - address,
		                                  .interior = *word - graph_nodes(graph)[to].address,
		                                  .as_start = graph_is_as_start(graph, graph_nodes(graph) + to, *word)};

		profile_graph_put_edge(graph->out, &edge);
	}
}

/* Up to @end or the next block inside this one; what follows is looked at next. */
static uintptr_t put_part(struct rt_graph *graph, uint32_t from, uint32_t *inner, uintptr_t at, uintptr_t end)
{
	const struct graph_node *nodes = graph_nodes(graph);
	const size_t n = graph->outer ? graph_nnodes(graph) : 0;

	while (*inner < n && graph_end(nodes + *inner) <= at)
		++*inner;
	if (*inner >= n || nodes[*inner].address >= end) {
		graph_each_run(graph, at, end, edges_of, &from);
		return end;
	}
	if (nodes[*inner].address > at)
		graph_each_run(graph, at, nodes[*inner].address, edges_of, &from);
	return graph_end(nodes + *inner);
}

/* A block's words but for those of blocks inside it, and for parts that the program made unreadable: a block may span
 * several mappings. */
static void put_edges_of(struct rt_graph *graph, uint32_t from, size_t *hint)
{
	const struct graph_node *node = graph_nodes(graph) + from;
	const uintptr_t end = graph_end(node);
	uint32_t inner = from + 1;
	uintptr_t at = node->address;
	const struct graph_map *map = graph_map_of(graph, at, hint);

	for (size_t next = *hint; at < end && next < graph_nmaps(graph); map = graph_map_of(graph, at, &next))
		if (map)
			at = put_part(graph, from, &inner, at, map->end < end ? map->end : end);
		else
			at = graph_maps(graph)[next].start;
}

static void put_blocks(struct rt_graph *graph)
{
	const struct graph_node *nodes = graph_nodes(graph);

	for (size_t i = 0; i < graph_nnodes(graph); i++) {
		const uint64_t slack = nodes[i].slack & ~(uint32_t)GRAPH_TRACKED;
		const struct profile_block block = {.address = nodes[i].address,
		                                    .size = nodes[i].size,
		                                    .usable = nodes[i].size + slack,
		                                    .trace = nodes[i].trace};

		profile_graph_put_block(graph->out, &block);
	}
}

static void put_edges(struct rt_graph *graph)
{
	size_t hint = 0;

	for (uint32_t i = 0; i < graph_nnodes(graph); i++)
		put_edges_of(graph, i, &hint);
}

static int put_kind(struct rt_graph *graph, enum profile_chunk type, void (*put)(struct rt_graph *))
{
	graph->out->type = type;
	profile_graph_begin(graph->out);
	put(graph);
	return profile_graph_end(graph->out);
}

static void put_all_roots(struct rt_graph *graph)
{
	graph_exclude_heaps(graph);
	graph_exclude_stacks(graph);
	graph_sort(graph->excluded.data, graph->excluded.size / sizeof(struct graph_range), sizeof(struct graph_range));
	graph_put_roots(graph);
}

static void find_libc(struct rt_graph *graph)
{
	const uint32_t module = rt_module_of((uintptr_t)rt_real.free);

	if (!rt.glibc || module == UINT32_MAX)
		return;
	graph->libc_base = rt_module_at(module)->base;
	graph->libc_end = graph->libc_base + rt_module_at(module)->size;
}

/* All of it, from the memory as it is now. 0 or an errno value. */
static int walk(struct rt_graph *graph, struct profile_writer *writer, uint64_t sequence, uint64_t paused_ns)
{
	struct profile_graph_writer out = {.writer = writer, .sequence = sequence};
	int error;

	if (graph_read_maps(graph) < 0)
		return errno ? errno : EIO;
	find_libc(graph);
	graph_exclude(graph, graph->own.start, graph->own.end);
	for (size_t i = 0; i < graph_nthreads(graph); i++)
		graph_threads(graph)[i].id = name_of(graph, graph_threads(graph) + i);
	if (graph_collect(graph) < 0)
		return ENOMEM;
	graph->out = &out;
	out.flags = graph->blind ? 0 : PROFILE_GRAPH_FROZEN;
	error = put_kind(graph, PROFILE_BLOCKS, put_blocks);
	if (!error)
		error = put_kind(graph, PROFILE_EDGES, put_edges);
	out.head[0] = paused_ns;
	out.head[1] = rt_monotonic_ns() - graph->frozen_ns;
	out.head[2] = graph_nthreads(graph);
	out.head[3] = graph->blind;
	if (!error)
		error = put_kind(graph, PROFILE_ROOTS, put_all_roots);
	return error ? error : graph->excluded.failed ? ENOMEM : 0;
}

/* Nobody is to wait for an end of file because we hold a copy of its pipe. */
static void close_all_but(int fd)
{
	if (fd > 0)
		syscall(SYS_close_range, 0, fd - 1, 0);
	syscall(SYS_close_range, fd + 1, ~0u, 0);
}

static void walk_and_end(struct rt_graph *graph, struct profile_writer *writer, struct rt_file *file, uint64_t sequence)
{
	const struct rlimit no_core = {0};
	int error;

	rt_self = &rt_busy;
	setrlimit(RLIMIT_CORE, &no_core);
	close_all_but(file->out.fd);
	error = walk(graph, writer, sequence, rt_monotonic_ns() - graph->frozen_ns);
	syscall(SYS_exit_group, error < 0 || error >= WALKER_FAILED ? WALKER_FAILED : error);
}

int rt_graph_write(struct rt_graph *graph, struct profile_writer *writer, struct rt_file *file, uint64_t sequence)
{
	/* A bare clone without an end signal: no handler of the program's runs, wait() does not see it. */
	const long pid = syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);

	if (pid == 0)
		walk_and_end(graph, writer, file, sequence);
	if (pid > 0) {
		walker.pid = (int)pid;
		return 0;
	}
	/* The memory is short, or processes are: the program stands still until we are done. */
	return walk(graph, writer, sequence, 0);
}

void rt_graph_release(struct rt_graph *graph)
{
	if (!graph)
		return;
	graph_go(graph);
	for (uintptr_t i = 0; graph->pages && i < SHADOW_REGIONS; i++)
		if (graph->pages[i])
			rt_unmap(graph->pages[i], ((1u << (SHADOW_REGION_BITS - 12)) + 1) * sizeof(uint32_t));
	rt_unmap(graph->pages, SHADOW_REGIONS * sizeof *graph->pages);
	rt_unmap(graph->outer, graph_nnodes(graph) * sizeof *graph->outer);
	if (graph->pagemap >= 0)
		close(graph->pagemap);
	pages_release(&graph->threads);
	pages_release(&graph->maps);
	pages_release(&graph->nodes);
	pages_release(&graph->excluded);
	rt_unmap(graph, sizeof *graph);
}

/* The walker's status, waited for; one that hangs is ended. */
static int wait_for_walker(void)
{
	struct timespec tick = {.tv_nsec = 200000};
	const uint64_t until = rt_monotonic_ns() + PATIENCE_S * 1000000000ull;
	int status = 0, waited;

	while (!(waited = wait4(walker.pid, &status, __WALL | WNOHANG, NULL)) || (waited < 0 && errno == EINTR)) {
		if (rt_monotonic_ns() > until)
			kill(walker.pid, SIGKILL);
		nanosleep(&tick, NULL);
		if (tick.tv_nsec < 5000000)
			tick.tv_nsec += tick.tv_nsec / 2;
	}
	/* Gone before we looked: a wait for everything took it. */
	return waited < 0 ? 0 : status;
}

void rt_graph_finish(struct rt_file *file)
{
	int status;
	off_t end;

	if (!walker.pid)
		return;
	status = wait_for_walker();
	walker.pid = 0;
	if (status == 0) {
		end = lseek(file->out.fd, 0, SEEK_END);
		if (end > (off_t)file->out.size)
			file->out.size = (uint64_t)end;
		return;
	}
	/* A pipe cannot be cut: its reader stops at what is not whole. */
	if (ftruncate(file->out.fd, (off_t)file->out.size) == 0)
		lseek(file->out.fd, (off_t)file->out.size, SEEK_SET);
	if (!walker.said++)
		rt_say("the heap graph could not be written: ",
		       WIFEXITED(status) && WEXITSTATUS(status) < WALKER_FAILED ? strerrordesc_np(WEXITSTATUS(status))
		                                                                : "its writer failed",
		       "; the rest of the profile is whole", NULL);
}

void rt_graph_forked(void)
{
	walker.pid = 0;
}
