// SPDX-License-Identifier: MIT
/* What the tests of the runtime's parts begin with. */
#include "runtime_here.h"

#include "runtime/trace.h"
#include "runtime_module.h"

#include <check.h>

const struct memlint_api *here_api;

/* In place of rt_patch_objects(): what libc allocates for Check is none of the tests' business. */
void __wrap_rt_patch_objects(int force);
void __wrap_rt_patch_objects(int force)
{
	(void)force;
}

void here_begin(void)
{
	here_api = memlint_v1_attach(module_describe());
	ck_assert_ptr_nonnull(here_api);
	ck_assert_int_eq(here_api->start(1), 0);
}

struct rt_totals here_sum(int site)
{
	struct rt_totals sum;

	rt_sum(rt_site_of(module_unit.sites[site].id), &sum);
	return sum;
}

size_t here_current(void)
{
	size_t now;

	here_api->get_traced_memory(&now, NULL);
	return now;
}

size_t here_peak(void)
{
	size_t high;

	here_api->get_traced_memory(NULL, &high);
	return high;
}
