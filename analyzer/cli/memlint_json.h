/* SPDX-License-Identifier: MIT */
/* The JSON that several commands write; docs/man/memlint.1 documents it. */
#ifndef MEMLINT_JSON_H
#define MEMLINT_JSON_H

#include "analyzer/cli/memlint_view.h"

#include <jansson.h>

/* @text as a JSON string; bytes that are not UTF-8 become '?'. */
json_t *json_text(const char *text);
/* A stat row: file line column function type alloc_bytes alloc_count live_bytes live_count peak_bytes usable_bytes
 * temporary_count; for other keys than lineno also "key"; by traceback also "traceback". */
json_t *json_row(const struct snapshot_groups *groups, const struct snapshot_group *group);
json_t *json_program(const struct memlint_snapshot *snapshot);
json_t *json_totals(const struct snapshot_totals *totals);
json_t *json_snapshot(const struct memlint_snapshot *snapshot);

/* Of a whole profile: time_ns, live_bytes, highest_bytes; time_ns, live_bytes, name; number, time_ns, reason, name, totals. */
json_t *json_samples(const struct profile *profile);
json_t *json_marks(const struct profile *profile);
json_t *json_snapshots(const struct profile *profile);

/* An object on stdout: "schema" and the members given (name, value pairs ended by NULL; takes the values over), then an array
 * of items, written as they come: a profile may have a million. */
struct json_stream {
	bool has_items;
};

struct json_stream json_begin(const char *schema, ...) __attribute__((sentinel));
void json_begin_array(struct json_stream *stream, const char *name);
void json_item(struct json_stream *stream, json_t *item); /* takes it over */
void json_end(void);                                      /* of the array and the object */

#endif
