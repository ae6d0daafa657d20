// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * GCC's headers in the order they need, and every difference between its versions (11 to 15) in one place.
 */
#ifndef MEMLINT_PLUGIN_COMPAT_H
#define MEMLINT_PLUGIN_COMPAT_H

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gcc-plugin.h"

#include "plugin-version.h"

#include "tree.h"

#include "c-family/c-common.h"

#include "backend.h"

#include "tree-pass.h"

#include "toplev.h"

#include "gimple.h"

#include "ssa.h"

#include "cfgloop.h"

#include "cgraph.h"

#include "context.h"

#include "diagnostic-core.h"

#include "fold-const.h"

#include "gimple-iterator.h"

#include "gimple-fold.h"

#include "gimplify.h"

#include "gimplify-me.h"

#include "langhooks.h"

#include "memmodel.h"

#include "print-tree.h"

#include "stor-layout.h"

#include "stringpool.h"

#include "attribs.h"

#include "target.h"

#include "tree-cfg.h"

#include "tree-dfa.h"

#include "tree-eh.h"

#include "tree-into-ssa.h"

#include "tree-iterator.h"

#include "tree-ssa-operands.h"

#include "tree-ssanames.h"

#include "varasm.h"

#include "input.h"

#include "opts.h"

#include "options.h"

#if GCCPLUGIN_VERSION < 12000
#include "rtl.h"
#endif

#if GCCPLUGIN_VERSION < 11000
#error "memlint's plugin needs GCC 11 or later"
#endif

/* GCC 14 removed last_stmt(); the last statement of a block, debug statements skipped, NULL if there is none. */
static inline gimple *block_last_statement(basic_block block)
{
	gimple_stmt_iterator last = gsi_last_nondebug_bb(block);
	return gsi_end_p(last) ? nullptr : gsi_stmt(last);
}

#endif
