/* SPDX-License-Identifier: MIT */
/* The timeline: live bytes over time, in a table that thins itself out when it is full. */
#ifndef MEMLINT_SAMPLES_H
#define MEMLINT_SAMPLES_H

#include <stdint.h>

struct rt_sample_row {
	uint64_t time_ns; /* since start */
	uint64_t live, highest;
};

/* The rows so far; how many, or UINT32_MAX while another thread adds one. Unless that, rt_samples_clear() must follow. */
uint32_t rt_samples_take(const struct rt_sample_row **rows);
/* Forgets the first @n. */
void rt_samples_clear(uint32_t n);

#endif
