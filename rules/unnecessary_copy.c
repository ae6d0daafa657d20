// SPDX-License-Identifier: MIT
/*
 * unnecessary-copy: a copy is made and then only read.
 *
 * Why:    the copy costs an allocation, its bytes, and the time to fill and free it, to hold what is there already.
 * Bad:    char *copy = strdup(text); int port = atoi(copy); free(copy);
 *         std::size_t width(std::string name);            for (auto record : records) total += record.size();
 * Good:   int port = atoi(text);
 *         std::size_t width(const std::string &name);     for (const auto &record : records) total += record.size();
 * Fix:    the source is used instead; the releases go, and what tests the copy for NULL. What the language copies becomes
 *         a reference to const (in C a pointer), in every declaration and call. Safe: the source was proved to stay
 *         as it is until the copy is last read, through all calls in between, in all units seen.
 * Limits: silent where the copy is written to, kept by anybody, or given to a function that is not known; where the source
 *         may change, be freed or be a library's own buffer meanwhile; and where a lock is taken or left in between.
 *         By-value parameters: silent where the function's type is not its own to change (virtual, extern "C", its
 *         address is taken). Objects of up to 64 bytes that own nothing, and parameters never used, are strict.
 */
#include "rules/copy_c.h"
#include "rules/unnecessary_copy_cxx.h"

static void function(struct rule_collect *run)
{
	unnecessary_copy_c(run);
	vec_clear(&run->conditions);
	cxx_copy_function(run);
}

const struct rule_ops rule_unnecessary_copy = {
        .measure = MEASURE_COPIES,
        .collect = cxx_params_collect,
        .function = function,
        .merge = cxx_params_merge,
        .report = cxx_params_report,
        .release = cxx_params_release,
};
