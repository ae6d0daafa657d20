// SPDX-License-Identifier: MIT
/* Reads and writes the chunks of a heap graph. */
#include "runtime/snapshot/profile_graph.h"

#include <string.h>

enum { CHUNK_BYTES = 32 << 20 /* a chunk of more is followed by another */ };

void profile_graph_note(struct profile *profile, uint32_t type, size_t chunk, struct profile_cursor *cursor)
{
	struct profile_graph_chunk note = {.type = type, .chunk = chunk, .sequence = profile_take(cursor)};

	if (cursor->bad)
		return;
	struct profile_graph_chunk *entry = pages_push(&profile->graphs, sizeof *entry);

	if (entry)
		*entry = note;
	else
		profile->tables->failed = 1;
}

static size_t nchunks(const struct profile *profile)
{
	return profile->graphs.size / sizeof(struct profile_graph_chunk);
}

static const struct profile_graph_chunk *chunks(const struct profile *profile)
{
	return (const struct profile_graph_chunk *)(const void *)profile->graphs.data;
}

int profile_has_graph(const struct profile *profile, uint64_t sequence)
{
	for (size_t i = 0; i < nchunks(profile); i++)
		if (chunks(profile)[i].sequence == sequence)
			return 1;
	return 0;
}

static void read_blocks(struct profile *profile, struct profile_graph *graph, struct profile_cursor *cursor, uint64_t n)
{
	uint64_t address = 0;

	for (; n && !cursor->bad; n--) {
		struct profile_block block = {.address = address += profile_take(cursor)};

		block.size = profile_take(cursor);
		block.usable = profile_take(cursor);
		block.trace = profile_index_of(&profile->traces, profile_take(cursor));
		block.serial = profile_take(cursor);
		struct profile_block *entry = cursor->bad ? NULL : pages_push(&graph->blocks, sizeof *entry);

		if (!entry)
			return;
		*entry = block;
	}
	cursor->bad |= profile_graph_nblocks(graph) > UINT32_MAX;
}

static void read_edges(struct profile_graph *graph, struct profile_cursor *cursor, uint64_t n)
{
	const uint64_t nblocks = profile_graph_nblocks(graph);
	uint64_t from = 0;

	for (; n && !cursor->bad; n--) {
		from += profile_take(cursor);
		struct profile_edge edge = {.from = (uint32_t)from, .offset = profile_take(cursor)};
		const uint64_t code = profile_take(cursor), to = from + (code >> 1 ^ -(code & 1));

		edge.to = (uint32_t)to;
		const uint64_t inside = profile_take(cursor);

		edge.interior = inside >> 1;
		edge.as_start = inside & 1;
		cursor->bad |= from >= nblocks || to >= nblocks;
		struct profile_edge *entry = cursor->bad ? NULL : pages_push(&graph->edges, sizeof *entry);

		if (!entry)
			return;
		*entry = edge;
	}
}

static uint32_t owner_of(const struct profile *profile, uint64_t kind, uint64_t id)
{
	if (kind == PROFILE_ROOT_GLOBAL || kind == PROFILE_ROOT_TLS)
		return profile_index_of(&profile->modules, id);
	if (kind == PROFILE_ROOT_STACK || kind == PROFILE_ROOT_REGISTER)
		return profile_index_of(&profile->threads, id);
	return 0;
}

static void read_roots(struct profile *profile, struct profile_graph *graph, struct profile_cursor *cursor, uint64_t n)
{
	const uint64_t nblocks = profile_graph_nblocks(graph);

	for (; n && !cursor->bad; n--) {
		const uint64_t kind = profile_take(cursor), owner = profile_take(cursor), place = profile_take(cursor);
		const uint64_t to = profile_take(cursor), inside = profile_take(cursor);

		cursor->bad |= to >= nblocks || kind > UINT32_MAX;
		struct profile_root *entry = cursor->bad ? NULL : pages_push(&graph->roots, sizeof *entry);

		if (!entry)
			return;
		*entry = (struct profile_root){.kind = (uint32_t)kind,
		                               .to = (uint32_t)to,
		                               .owner = owner_of(profile, kind, owner),
		                               .place = place,
		                               .interior = inside >> 1,
		                               .as_start = inside & 1};
	}
}

static void read_chunk(struct profile *profile, struct profile_graph *graph, uint32_t type,
                       struct profile_cursor *cursor)
{
	profile_take(cursor);
	const uint64_t flags = profile_take(cursor);

	if (type == PROFILE_ROOTS) {
		graph->flags = flags;
		graph->paused_ns = profile_take(cursor);
		graph->taken_ns = profile_take(cursor);
		graph->threads = profile_take(cursor);
		graph->blind = profile_take(cursor);
	}
	const uint64_t n = profile_take(cursor);

	if (type == PROFILE_BLOCKS)
		read_blocks(profile, graph, cursor, n);
	else if (type == PROFILE_EDGES)
		read_edges(graph, cursor, n);
	else
		read_roots(profile, graph, cursor, n);
	graph->complete |= type == PROFILE_ROOTS && !(flags & PROFILE_GRAPH_MORE);
}

int profile_graph_read(struct profile *profile, uint64_t sequence, struct profile_graph *graph)
{
	int found = 0;

	*graph = (struct profile_graph){0};
	for (size_t i = 0; i < nchunks(profile); i++) {
		const struct profile_graph_chunk *part = chunks(profile) + i;
		struct profile_cursor cursor;

		if (part->sequence != sequence)
			continue;
		found = 1;
		if (profile_open_again(profile, part->chunk, &cursor) < 0)
			cursor.bad = 1;
		else
			read_chunk(profile, graph, part->type, &cursor);
		if (cursor.bad) {
			snapshot_set_error("the snapshot's heap graph is malformed", NULL);
			return -1;
		}
	}
	if (graph->blocks.failed || graph->edges.failed || graph->roots.failed) {
		snapshot_set_error("out of memory", NULL);
		return -1;
	}
	return found;
}

void profile_graph_release(struct profile_graph *graph)
{
	pages_release(&graph->blocks);
	pages_release(&graph->edges);
	pages_release(&graph->roots);
}

void profile_graph_begin(struct profile_graph_writer *out)
{
	profile_begin(out->writer, out->type);
	profile_put(out->writer, out->sequence);
	out->flags_at = out->writer->payload.size;
	profile_put(out->writer, out->flags);
	for (size_t i = 0; out->type == PROFILE_ROOTS && i < sizeof out->head / sizeof *out->head; i++)
		profile_put(out->writer, out->head[i]);
	profile_put_count(out->writer);
	out->previous = 0;
}

/* An item is about to be put. */
static void make_room(struct profile_graph_writer *out)
{
	struct pages_buffer *payload = &out->writer->payload;

	if (payload->size > (out->limit ? out->limit : CHUNK_BYTES) && !payload->failed) {
		payload->data[out->flags_at] |= PROFILE_GRAPH_MORE;
		profile_graph_end(out);
		profile_graph_begin(out);
	}
	profile_item(out->writer);
}

void profile_graph_put_block(struct profile_graph_writer *out, const struct profile_block *block)
{
	make_room(out);
	profile_put(out->writer, block->address - out->previous);
	profile_put(out->writer, block->size);
	profile_put(out->writer, block->usable);
	profile_put(out->writer, block->trace);
	profile_put(out->writer, block->serial);
	out->previous = block->address;
}

void profile_graph_put_edge(struct profile_graph_writer *out, const struct profile_edge *edge)
{
	const uint64_t distance = (uint64_t)edge->to - edge->from;

	make_room(out);
	profile_put(out->writer, edge->from - out->previous);
	profile_put(out->writer, edge->offset);
	profile_put(out->writer, distance << 1 ^ -(distance >> 63));
	profile_put(out->writer, edge->interior << 1 | edge->as_start);
	out->previous = edge->from;
}

void profile_graph_put_root(struct profile_graph_writer *out, const struct profile_root *root)
{
	make_room(out);
	profile_put(out->writer, root->kind);
	profile_put(out->writer, root->owner);
	profile_put(out->writer, root->place);
	profile_put(out->writer, root->to);
	profile_put(out->writer, root->interior << 1 | root->as_start);
}

int profile_graph_end(struct profile_graph_writer *out)
{
	const int error = profile_end(out->writer);

	if (!out->error)
		out->error = error;
	return out->error;
}
