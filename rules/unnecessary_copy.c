// SPDX-License-Identifier: MIT
/*
 * unnecessary-copy: a copy is made and then only read.
 *
 * Why:    the copy costs an allocation, its bytes, and the time to fill and free it, to hold what is there already.
 * Bad:    char *copy = strdup(text); int port = atoi(copy); free(copy);
 * Good:   int port = atoi(text);
 * Fix:    the source is used instead; the releases go, and what tests the copy for NULL. Safe: the source was proved to stay
 *         as it is until the copy is last read, through all calls in between, in all units seen.
 * Limits: silent where the copy is written to, kept by anybody, or given to a function that is not known; where the source
 *         may change, be freed or be a library's own buffer meanwhile; and where a lock is taken or left in between.
 */
#include "rules/copy_c.h"

static void function(struct rule_collect *run)
{
	unnecessary_copy_c(run);
}

const struct rule_ops rule_unnecessary_copy = {.function = function};
