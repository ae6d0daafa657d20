/* SPDX-License-Identifier: MIT */
/* Rows of types as JSON, for `memlint types` and the page of `memlint html`. */
#ifndef MEMLINT_TYPES_VIEW_H
#define MEMLINT_TYPES_VIEW_H

#include "analyzer/cli/memlint_json.h"

/* json_row() of a group by type, with element_size, live_elements, padding_bytes, peak_elements, peak_padding_bytes, slack_bytes
 * and, where it is known, layout. */
json_t *json_type_row(const struct snapshot_groups *groups, const struct snapshot_group *group);

#endif
