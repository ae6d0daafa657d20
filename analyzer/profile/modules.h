/* SPDX-License-Identifier: MIT */
/* The files of a profile's modules, opened with elfutils. */
#ifndef MEMLINT_PROFILE_MODULES_H
#define MEMLINT_PROFILE_MODULES_H

#include "runtime/snapshot/snapshot.h"

#include <elfutils/libdwfl.h>

struct module_file {
	Dwfl *dwfl;
	Dwfl_Module *module; /* NULL: the file is gone, or is not the one that ran */
	Dwarf_Addr bias;     /* of the file's addresses in libdwfl's space */
};

/* Opens the file of @recorded; a file with another build id is not it. Nothing is fetched over a network. Release it in any
 * case. */
void module_file_open(struct module_file *file, const struct snapshot_module *recorded);
void module_file_release(struct module_file *file);

#endif
