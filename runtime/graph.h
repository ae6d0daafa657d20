/* SPDX-License-Identifier: MIT */
/*
 * The heap graph: which live block points at which, and what outside the heap points at them.
 *
 * A helper process (sharing our memory) stops the other threads and reads their registers; a copy of the process (a bare fork that
 * nobody is told of) walks the memory as it stood then and writes the graph, while the program goes on. Nothing is allocated
 * from the program's heap, no signal is sent, no handler of its own runs. All of it under the output's lock.
 */
#ifndef MEMLINT_GRAPH_H
#define MEMLINT_GRAPH_H

#include "runtime/output_file.h"

#include <stddef.h>
#include <stdint.h>

/* Which snapshots carry the graph: bits by enum profile_reason. */
extern uint32_t rt_graph_reasons;
#define RT_GRAPH_BIT(reason) (1u << (reason))

/* The calling thread where it left the program: the registers that a call keeps, and where its stack begins. */
struct rt_context {
	uintptr_t rbx, rbp, r12, r13, r14, r15, rsp;
	uintptr_t hole; /* a word above rsp that nobody wrote; 0 none */
};

#define RT_CONTEXT_HERE(context)                                      \
	__asm__ volatile("mov %%rbx, 0(%0)\n\tmov %%rbp, 8(%0)\n\t"   \
	                 "mov %%r12, 16(%0)\n\tmov %%r13, 24(%0)\n\t" \
	                 "mov %%r14, 32(%0)\n\tmov %%r15, 40(%0)\n\t" \
	                 "mov %%rsp, 48(%0)"                          \
	                 :                                            \
	                 : "r"(context)                               \
	                 : "memory")

/* In a handler of exit(): the context that exit() was called in, so that what its own frames happen to hold keeps
 * nothing alive. Kept for the next graph; undone where exit()'s frame is not found. */
void rt_graph_at_exit(void);
/* That context, or @here. */
const struct rt_context *rt_graph_context(const struct rt_context *here);

/* Before any lock is taken: reads what the loader keeps under a lock of its own. NULL: no memory, no graph. */
struct rt_graph *rt_graph_prepare(const struct rt_context *context);
/* Under the output's lock and rt.lock: from here to rt_graph_release() nothing else of the program runs. */
void rt_graph_freeze(struct rt_graph *graph);
/* Sees to it that the graph of snapshot @sequence is written to @file: by a process of its own, which this one must not
 * write before; or by this thread where there can be none. 0 or an errno value. */
int rt_graph_write(struct rt_graph *graph, struct profile_writer *writer, struct rt_file *file, uint64_t sequence);
/* Lets the program go on. */
void rt_graph_release(struct rt_graph *graph);

/* Under the output's lock: waits for the process that still writes a graph to @file; what it left unfinished is cut off. */
void rt_graph_finish(struct rt_file *file);
/* In a forked child: the parent's writer is none of ours. */
void rt_graph_forked(void);

#endif
