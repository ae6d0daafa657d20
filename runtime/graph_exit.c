// SPDX-License-Identifier: MIT
/*
 * Where the program's stack ends while exit() runs its handlers.
 *
 * The frames of exit() and of what calls the handlers lie where main()'s frame was, and have words in them that nobody wrote
 * since: pointers of a function that has returned would keep blocks alive. What exit()'s caller had is still there: the
 * frame above, and the registers that were pushed below exit()'s return address.
 */
#include "runtime/graph.h"
#include "runtime/objects.h"
#include "runtime/rt.h"

enum {
	EXIT_SIZE = 64, /* bytes of exit() itself, at most */
	SEARCHED = 256, /* words of frames between us and exit()'s */
	PUSHED = 6,     /* registers that the function it calls pushes first */
};

static struct rt_context at_exit;

/* Not instrumented: looks at frames of others. */
__attribute__((noinline, no_sanitize("address"))) void rt_graph_at_exit(void)
{
	const uintptr_t *word = __builtin_dwarf_cfa();
	uintptr_t function;

	at_exit.rsp = 0;
	if (!rt_graph_reasons || !(function = (uintptr_t)rt_find_function("exit", NULL)))
		return;
	for (int i = 0; i < SEARCHED; i++)
		if (word[i] - function < EXIT_SIZE) {
			at_exit.rsp = (uintptr_t)(word + i - PUSHED);
			/* exit() aligns its stack by a word that it leaves as it was. */
			at_exit.hole = (uintptr_t)(word + i + 1);
			return;
		}
}

const struct rt_context *rt_graph_context(const struct rt_context *here)
{
	return at_exit.rsp > here->rsp && at_exit.rsp - here->rsp < SEARCHED * sizeof(uintptr_t) * 2 ? &at_exit : here;
}
