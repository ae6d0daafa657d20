/* SPDX-License-Identifier: MIT */
/* This library's own pages: start-up and snapshots touch all of them, the program's run few. */
#ifndef MEMLINT_TRIM_H
#define MEMLINT_TRIM_H

/* Learns where they are; once. Nothing is ever given back where the code is the program's, or under valgrind. */
void rt_trim_init(void);
/* Much of our code has run that will not run again soon: the next rt_trim() has something to do. */
void rt_trim_later(void);
/* Gives the pages of our code and constants back to the file they came from; what runs again is mapped again. Leaves alone what a
 * debugger has written into. Takes no lock, allocates nothing, keeps errno; for one thread at a time. */
void rt_trim(void);

#endif
