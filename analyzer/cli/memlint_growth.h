/* SPDX-License-Identifier: MIT */
/* Growth over a profile's snapshots, for `memlint growth` and `memlint check --no-growth`. */
#ifndef MEMLINT_GROWTH_VIEW_H
#define MEMLINT_GROWTH_VIEW_H

#include "analyzer/cli/memlint_view.h"
#include "analyzer/profile/growth.h"

/* Follows all snapshots taken while the program ran, by view->key and its filters. STATUS_ERROR after a message, also when
 * there are too few, which @wanted asked for; growth_release() in any case. */
enum status growth_of(struct growth *growth, const struct view *view, struct loaded_profile *loaded,
                      const char *wanted);

#endif
