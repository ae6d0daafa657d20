/* SPDX-License-Identifier: MIT */
/* What can be seen of a program's file before it runs. */
#ifndef MEMLINT_PROGRAM_H
#define MEMLINT_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

struct program_file {
	bool is_elf, is_64, is_x86_64, is_executable;
	bool is_instrumented; /* has a memlint_units section */
	bool is_stripped;     /* no symbol table */
	bool is_static;       /* no dynamic loader */
	bool is_setuid;       /* set-user-ID, set-group-ID or file capabilities: MEMLINT* are ignored */
	bool has_debug_info;
	bool is_script; /* begins with "#!" */
	uint32_t abi;   /* of its first unit; 0 none */
	uint64_t units, sites;
	char interpreter[256]; /* of a script */
};

/* Where execvp() would find @name, into @path; false with errno. */
bool program_find(const char *name, char *path, unsigned capacity);
/* Looks at the file @path; false with errno when it cannot be read. */
bool program_inspect(const char *path, struct program_file *file);

#endif
