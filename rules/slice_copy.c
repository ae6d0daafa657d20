// SPDX-License-Identifier: MIT
/*
 * slice-copy: a part of a buffer is copied and then only read.
 *
 * Why:    a pointer and a length name the part as well as a copy does, without an allocation.
 * Bad:    char *key = malloc(n); memcpy(key, line + at, n); found = memcmp(key, want, n) == 0; free(key);
 *         if (line.substr(at, 40) == header) ...          std::string rest = line.substr(at); count += rest.size();
 *         std::vector<int> part(all.begin() + at, all.end()); for (int value : part) sum += value;
 * Good:   found = memcmp(line + at, want, n) == 0;
 *         if (line.compare(at, 40, header) == 0) ...      std::string_view rest = std::string_view(line).substr(at); ...
 * Fix:    the part's own address is used instead of the copy. Safe: nothing changes the buffer before the last read, and
 *         no reader goes by a zero behind the part. Where only printf's %s does, a precision is suggested: %.*s.
 * Limits: silent where the part gets a zero behind it that somebody may rely on (strlen, %s, atoi, fopen ...), is written
 *         to, or outlives the buffer. Parts of at most 15 characters are no allocation in a std::string: strict.
 */
#include "rules/copy_c.h"
#include "rules/unnecessary_copy_cxx.h"

static void function(struct rule_collect *run)
{
	slice_copy_c(run);
	vec_clear(&run->conditions);
	slice_copy_cxx_function(run);
}

const struct rule_ops rule_slice_copy = {.measure = MEASURE_COPIES, .function = function};
