/* SPDX-License-Identifier: MIT */
/* Names of what lies in a module's data: variables from its symbols, fields of variables from its debug information. */
#ifndef MEMLINT_PROFILE_GLOBALS_H
#define MEMLINT_PROFILE_GLOBALS_H

#include "analyzer/base/arena.h"
#include "runtime/snapshot/snapshot.h"

#include <elfutils/libdwfl.h>
#include <stdbool.h>

struct globals;

/* @tables must outlive it. Files are opened when first asked about. */
struct globals *globals_new(const struct snapshot_tables *tables);
void globals_free(struct globals *globals);

/* "server", the variable that lies @place bytes above the load bias of module @module (index), or that far into its thread-local
 * segment if @is_tls; in C++ without the scope it stands in. NULL: no symbol is there. The name belongs to @globals. */
const char *globals_variable(struct globals *globals, uint32_t module, uint64_t place, bool is_tls);
/* The same with the field, "server.db[0].dict", or "server+16" without debug information, or "libfoo.so+0x4010" without a
 * symbol; in @arena. @any_index: "[]" and "+" for every index and offset, as suits many places at once. */
const char *globals_name(struct globals *globals, uint32_t module, uint64_t place, bool is_tls, bool any_index,
                         struct arena *arena);

/* --- globals_fields.c --- */

/* The type of the variable @name at @start of @module, if debug information tells. */
bool globals_find_type(Dwfl_Module *module, const char *name, uint64_t start, Dwarf_Die *type);
/* ".db[0].dict" for byte @offset of @type, in @arena. */
const char *globals_field(Dwarf_Die type, uint64_t offset, bool any_index, struct arena *arena);

#endif
