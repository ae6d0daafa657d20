// SPDX-License-Identifier: MIT
/* The heap's graph out of a profile. */
#include "analyzer/profile/graph.h"
#include "runtime/snapshot/profile_graph.h"

static bool add_all(struct graph *graph, const struct profile_graph *read)
{
	bool fine = true;

	for (size_t i = 0; i < profile_graph_nblocks(read) && fine; i++) {
		const struct profile_block *block = profile_graph_blocks(read) + i;

		fine = graph_add_block(graph, block->address, block->size, block->usable, block->trace, block->serial);
	}
	for (size_t i = 0; i < profile_graph_nedges(read) && fine; i++) {
		const struct profile_edge *edge = profile_graph_edges(read) + i;

		fine = graph_add_edge(graph, edge->from, edge->offset, edge->to, edge->interior);
	}
	for (size_t i = 0; i < profile_graph_nroots(read) && fine; i++) {
		const struct profile_root *root = profile_graph_roots(read) + i;

		fine = graph_add_root(graph, root->kind, (uint32_t)root->owner, root->place, root->to, root->interior);
	}
	return fine;
}

enum status graph_load(struct graph *graph, struct loaded_profile *loaded, size_t index)
{
	const struct profile_snapshot *head = profile_snapshots(&loaded->profile) + index;
	struct profile_graph read;
	const int found = profile_graph_read(&loaded->profile, head->sequence, &read);
	enum status status = STATUS_OK;

	if (found < 0)
		status = diag_error("%s: snapshot %zu: %s", loaded->path, index + 1, snapshot_error());
	else if (!found)
		status = diag_error("%s: snapshot %zu has no heap graph: record one with 'memlint run --graph'",
		                    loaded->path, index + 1);
	if (status == STATUS_OK) {
		graph_init(graph, loaded->profile.tables);
		if (add_all(graph, &read)) {
			graph->flags = read.flags;
			graph->paused_ns = read.paused_ns;
			graph->taken_ns = read.taken_ns;
			graph_finish(graph);
		} else {
			status = diag_error("%s: snapshot %zu: the heap graph contradicts itself", loaded->path,
			                    index + 1);
			graph_release(graph);
		}
	}
	if (status == STATUS_OK && !read.complete)
		diag_warn("%s: snapshot %zu: the heap graph is cut short: pointers and roots may be missing",
		          loaded->path, index + 1);
	profile_graph_release(&read);
	return status;
}
