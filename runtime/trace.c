// SPDX-License-Identifier: MIT
/* Trace rows by id and by key: rows never move, lookups take no lock, insertions do. */
#include "runtime/trace.h"

#include "runtime/rows.h"

#include <string.h>

enum { INDEX_FIRST = 512 };

/* Ids by hash, 0 free. Replaced when it fills; readers may still hold the old one, so that stays. */
struct index {
	uint32_t mask;
	uint32_t ids[];
};

static struct rt_rows rows; /* struct rt_trace, by id */
static struct index *traces;
static uint32_t nrows;

static struct rt_trace *row_of(uint32_t id)
{
	return rt_rows_at(&rows, id, sizeof(struct rt_trace));
}

struct rt_trace rt_trace_get(uint32_t id)
{
	const struct rt_trace *row = id && id <= RT_ID_MAX ? row_of(id) : NULL;

	return row && row->key ? *row : (struct rt_trace){.key = id};
}

static uint32_t hash_key(uint64_t key, uint32_t thread, const uintptr_t *frames, uint32_t nframes)
{
	uint64_t hash = (key + thread * 0x100000001b3u) * 0x9e3779b97f4a7c15u;

	for (uint32_t i = 0; i < nframes; i++)
		hash = ((hash ^ hash >> 29) + frames[i]) * 0xff51afd7ed558ccdu;
	return (uint32_t)(hash >> 32);
}

static int same(const struct rt_trace *row, const struct rt_trace *wanted)
{
	return row->hash == wanted->hash && row->key == wanted->key && row->thread == wanted->thread &&
	       row->nframes == wanted->nframes &&
	       (!row->nframes || !memcmp(row->frames, wanted->frames, row->nframes * sizeof *row->frames));
}

static uint32_t find(const struct index *index, const struct rt_trace *wanted)
{
	for (uint32_t i = wanted->hash; index; i++) {
		const uint32_t id = __atomic_load_n(&index->ids[i & index->mask], __ATOMIC_ACQUIRE);

		if (!id)
			return 0;
		if (same(row_of(id), wanted))
			return id;
	}
	return 0;
}

static void place(struct index *index, uint32_t hash, uint32_t id)
{
	uint32_t i = hash;

	while (index->ids[i & index->mask])
		i++;
	__atomic_store_n(&index->ids[i & index->mask], id, __ATOMIC_RELEASE);
}

static int grow_index(void)
{
	struct index *old = traces;
	const uint32_t size = old ? (old->mask + 1) * 2 : INDEX_FIRST;
	struct index *fresh;

	if (old && nrows < size / 4)
		return 0;
	fresh = rt_keep(sizeof *fresh + size * sizeof *fresh->ids);
	if (!fresh)
		return -1;
	fresh->mask = size - 1;
	for (uint32_t i = 0; old && i <= old->mask; i++)
		if (old->ids[i])
			place(fresh, row_of(old->ids[i])->hash, old->ids[i]);
	__atomic_store_n(&traces, fresh, __ATOMIC_RELEASE);
	return 0;
}

static uint32_t insert(const struct rt_trace *wanted)
{
	const uint32_t id = rt.next_id;
	struct rt_trace *row = id < RT_ID_MAX && grow_index() == 0 ? rt_rows_make(&rows, id, sizeof *row) : NULL;
	const uintptr_t *frames = NULL;

	if (row && wanted->nframes)
		frames = rt_keep_copy(wanted->frames, wanted->nframes * sizeof *frames);
	if (!row || (wanted->nframes && !frames))
		return 0;
	*row = *wanted;
	row->frames = frames;
	place(traces, row->hash, id);
	nrows++;
	RT_STORE(rt.next_id, id + 1);
	return id;
}

uint32_t rt_trace_intern(uint64_t key, uint32_t thread, const uintptr_t *frames, uint32_t nframes, uint32_t total)
{
	const struct rt_trace wanted = {.key = key,
	                                .thread = thread,
	                                .hash = hash_key(key, thread, frames, nframes),
	                                .frames = frames,
	                                .nframes = nframes,
	                                .total = total};
	uint32_t id;

	if (!nframes && !thread && key <= RT_ID_MAX)
		return (uint32_t)key; /* a site's own trace */
	id = find(__atomic_load_n(&traces, __ATOMIC_ACQUIRE), &wanted);
	if (id)
		return id;
	rt_lock(&rt.lock);
	id = find(traces, &wanted);
	if (!id)
		id = insert(&wanted);
	rt_unlock(&rt.lock);
	return id;
}
