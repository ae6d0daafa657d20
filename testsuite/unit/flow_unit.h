/* SPDX-License-Identifier: MIT */
/* Units parsed for the tests of analyzer/flow: from text, or from a command line. */
#ifndef MEMLINT_TESTSUITE_FLOW_UNIT_H
#define MEMLINT_TESTSUITE_FLOW_UNIT_H

#include "analyzer/flow/cfg.h"

/* Parses @text as the file `test.c` or `test.cc`; ends the process with a message when that fails or has errors. */
struct ast_unit *flow_parse_text(const char *text, bool cplusplus);

/* Parses @file with @arguments (file not among them); the process ends when that fails, errors are let pass. */
struct ast_unit *flow_parse_file(const char *file, const char *const *arguments, uint32_t narguments);

/* The function of that name which has a body; ends the process when there is none. */
const struct ast_function *flow_find_function(const struct ast_unit *unit, const char *name);

#endif
