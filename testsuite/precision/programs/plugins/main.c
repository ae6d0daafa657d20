/* SPDX-License-Identifier: MIT */
/*
 * A host that opens a plugin compiled by itself, uses its filter, and closes it before the program ends.
 * style: C, dlopen'ed plugin
 * flags: -ldl
 * totals: not compared, the loader's own blocks are before or after the program's
 */
#include "host.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct chain {
	struct filter *filter;
	void *handle;
	char *last;
};

static void *checked(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

int main(void)
{
	const struct host host = {checked};
	struct chain *chain = checked(sizeof(*chain)); /* bytes: 24; count: 1; type: struct chain */
	filter_open open_filter;
	int ok = 1;

	chain->handle = dlopen("./upper.so", RTLD_NOW | RTLD_LOCAL); /* bytes: any */
	if (!chain->handle)
		return 2;
	*(void **)&open_filter = dlsym(chain->handle, "open_filter");
	chain->filter = open_filter(&host);
	for (int i = 0; i < 5; i++) {
		chain->last = chain->filter->apply("lower CASE."); /* or: upper */
		ok = ok && !strcmp(chain->last, "LOWER CASE.");
		free(chain->last);
	}
	chain->filter->release(chain->filter);
	dlclose(chain->handle);
	free(chain);
	return ok ? 0 : 1;
}
