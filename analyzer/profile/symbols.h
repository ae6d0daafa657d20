/* SPDX-License-Identifier: MIT */
/*
 * Gives names to frames that are only addresses in a module, from the module's debug information or symbols.
 *
 * A module whose file is gone or whose build id changed keeps its addresses ("libfoo.so+0x123"). Nothing is fetched
 * over a network.
 */
#ifndef MEMLINT_SYMBOLS_H
#define MEMLINT_SYMBOLS_H

#include "runtime/snapshot/snapshot.h"

/* Fills in function, file and line of the foreign frames of @tables; a frame with inlined calls in it becomes several in
 * every trace. The tables must not be in use elsewhere. */
void symbolise(struct snapshot_tables *tables);

#endif
