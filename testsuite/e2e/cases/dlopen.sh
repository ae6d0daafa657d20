# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The rows of a module that was loaded, used and unloaded stay; a plain program may load an instrumented module.
cat >module.c <<'C'
#include <stdlib.h>
#include <string.h>
void *module_make(int n)
{
	void *block = malloc(100); /* alloc: 3 x 100 */
	return block ? memset(block, n, 100) : NULL;
}
C
cat >main.c <<'C'
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
int main(void)
{
	for (int i = 0; i < 3; i++) {
		void *module = dlopen("./module.so", RTLD_NOW);
		void *(*make)(int) = module ? (void *(*)(int))dlsym(module, "module_make") : NULL;
		if (!make)
			return 1;
		free(make(100));
		if (dlclose(module))
			return 1;
	}
	puts("done");
	return 0;
}
C
compile module.so module.c -O2 -shared -fPIC
compile main main.c -O2
[ "$(./main)" = "done" ] || fail "dormant"
[ "$(run_traced run.memlint ./main)" = "done" ] || fail "traced"
expect_markers module.c run.memlint "loaded three times"

compile_plain plain main.c -O2
[ "$(run_traced other.memlint ./plain)" = "done" ] || fail "plain program, instrumented module"
