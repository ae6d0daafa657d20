/* SPDX-License-Identifier: MIT */
/* Traces as profiles and snapshots show them: sites with their texts, addresses with their modules. */
#ifndef MEMLINT_DESCRIBE_H
#define MEMLINT_DESCRIBE_H

#include "runtime/snapshot/snapshot.h"
#include "runtime/trace.h"

/* The frames of a trace, innermost first: sites by id, then addresses. */
struct rt_described {
	uint32_t sites[2]; /* inner site and author; nsites of them */
	uint32_t nsites;
	uintptr_t address; /* of code without sites; 0 none */
	const uintptr_t *frames;
	uint32_t nframes;
	uint32_t has_call; /* 1: the first of them is where the innermost site's own call returns to */
	uint32_t author;   /* index of the frame that is "the line" */
	uint32_t total;
	uint32_t thread;
};

struct rt_described rt_describe_trace(uint32_t id);
/* Frames in all: at least 1. */
uint32_t rt_described_nframe(const struct rt_described *trace);
/* What is known of site @id; texts live as long as the runtime. */
struct snapshot_frame rt_describe_site(uint32_t id);
/* Where @address lies: module index + 1 (0 none) and the offset from its load bias. */
uint32_t rt_describe_address(uintptr_t address, uint64_t *offset);
/* Sums as profiles have them. */
struct snapshot_counts rt_describe_counts(const struct rt_totals *sum);
/* This process. Texts live as long as the runtime. */
const struct snapshot_program *rt_describe_program(void);
void rt_describe_init(void);

#endif
