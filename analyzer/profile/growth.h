/* SPDX-License-Identifier: MIT */
/* What only grows from snapshot to snapshot: the live blocks of a line or type, followed over a program's run. */
#ifndef MEMLINT_PROFILE_GROWTH_H
#define MEMLINT_PROFILE_GROWTH_H

#include "analyzer/base/hash.h"
#include "analyzer/base/intern.h"
#include "analyzer/base/vec.h"
#include "analyzer/profile/load.h"
#include "runtime/snapshot/group.h"

#include <stdbool.h>

enum { GROWTH_SNAPSHOTS = 3 /* fewer prove nothing */ };

/* A line or type. What it had before it was first seen is nothing. */
struct growth_row {
	const char *key;
	const struct snapshot_frame *frame; /* of the first row met; in the profile's tables */
	const char *type;
	uint64_t *bytes, *counts; /* [capacity] live, by snapshot */
	uint32_t rises, falls;    /* steps in which the live count rose, and fell */
};

struct growth {
	struct arena arena;
	struct intern names;
	struct hash_map known; /* key to index + 1 */
	VEC(struct growth_row) rows;
	VEC(double) seconds; /* since the program's start, of each snapshot taken in */
	size_t capacity;     /* most snapshots */
};

/* Whether a snapshot shows a program at work. At its end programs tidy up: that hides growth and proves nothing. */
bool growth_takes_part(const struct profile_snapshot *head);

/* For at most @capacity snapshots. */
void growth_init(struct growth *growth, size_t capacity);
/* Takes in the next snapshot, grouped and named by one key. The profile's tables must outlive the growth. */
void growth_add(struct growth *growth, const struct snapshot_groups *groups, uint64_t time_ns);
/* Call when all are in. */
void growth_finish(struct growth *growth);
void growth_release(struct growth *growth);

/* Its live count rose in every step. */
bool growth_is_steady(const struct growth *growth, const struct growth_row *row);
/* It never fell, and rose in half of the steps or more, also in the second half of them: what is only set up once does not
 * count. */
bool growth_only_grows(const struct growth *growth, const struct growth_row *row);
/* Bytes a second: the straight line that fits the live bytes best. 0 when no time passed. */
double growth_slope(const struct growth *growth, const struct growth_row *row);

#endif
