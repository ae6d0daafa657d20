/* SPDX-License-Identifier: MIT */
/* This library's own pages: start-up and snapshots touch many of them, the program's run few. */
#ifndef MEMLINT_TRIM_H
#define MEMLINT_TRIM_H

/* Learns where they are; once. Nothing is ever given back where the code is the program's, or under valgrind. */
void rt_trim_init(void);
/* Start-up begins and ends: what it alone needs of the library's file, and the pages that it brought of libc's, are given back. */
void rt_trim_begin(void);
void rt_trim_end(void);
/* The program has run: what it needed of libc's file and of ours goes, in whose place comes what is needed once at the end. */
void rt_trim_exit(void);
/* Much of our code has run that will not run again soon: the next rt_trim() has something to do. */
void rt_trim_later(void);
/* Gives the pages of our code and constants back to the file they came from; what runs again is mapped again. Leaves alone what a
 * debugger has written into. Takes no lock, allocates nothing, keeps errno. */
void rt_trim(void);

#endif
