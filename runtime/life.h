/* SPDX-License-Identifier: MIT */
/* The runtime's life: from the first module's attach to the process' end, through forks. */
#ifndef MEMLINT_LIFE_H
#define MEMLINT_LIFE_H

#include "memlint/memlint.h"
#include "runtime/output.h"
#include "runtime/rt.h"

/* How the API is reached; one table. */
extern const struct memlint_api rt_api;

/* Starts, stops, forgets: tracemalloc's meaning. rt_start(): -1 when @nframe is out of range. */
int rt_start(int nframe);
void rt_stop(void);
void rt_clear(void);

/* The process is about to end or to become another program: writes the profile's last snapshot if this process is one
 * that has something to tell. */
void rt_life_ends(enum rt_end how, int status);

/* Whether the program's last sign of life was a call of abort(). */
int rt_life_aborts(void);

/* crash.c */
/* Signals that end the program finish the profile first, @except aside. */
void rt_crash_init(int except);

/* Once, at the first attach: reads the environment, learns the program's own functions, patches loaded objects. */
void rt_life_init(void);
/* After the first module's sites are numbered. */
void rt_life_begin(void);

/* attach.c */
/* Learns real functions; @slots may help where a symbol is not visible. */
void rt_real_init(void);
/* The function a slot of @allocator is to point at, @original being what the linker put there; NULL: leave it. */
void *rt_handler_for(uint32_t allocator, void *original);
/* Points all modules' slots anew: rt.nframe has changed. Under the lock. */
void rt_slots_refresh(void);

/* ticker.c */
/* A thread that takes a snapshot each @interval_ns; it is not counted as one of the program's. */
void rt_ticker_start(uint64_t interval_ns);
void rt_ticker_stop(void);
/* In a forked child, where the parent's ticker does not live. */
void rt_ticker_forked(void);

#endif
