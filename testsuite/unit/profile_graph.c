// SPDX-License-Identifier: MIT
/* The heap's graph, made by hand: what types say of pointers, what is reached, what keeps what. */
#include "analyzer/profile/graph.h"
#include "analyzer/profile/graph_shapes.h"
#include "analyzer/profile/graph_walk.h"
#include "runtime/snapshot/crc32c.h"
#include "snapshot_sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODE = 1, CHARS, POINTERS, ANY, HEADER, VECTOR, NUMBERS, VOIDS, MAP_NODE, HASH_NODE, NTRACES };

static const char node_layout[] = "struct node\t48\t8\tstruct\n"
                                  "0\t64\tnext\tstruct node\tp\t0\n"
                                  "64\t128\tchildren\tstruct node\tap\t2\n"
                                  "192\t64\tstamp\tlong unsigned int\t\t0\n"
                                  "256\t64\tdata\tvoid\tp\t0\n"
                                  "320\t32\tkey\tint\t\t0\n";
static const char header_layout[] = "struct header\t16\t8\tstruct\n"
                                    "0\t64\tlength\tlong unsigned int\t\t0\n"
                                    "64\t64\tas_node\tstruct node\tup\t0\n"
                                    "64\t64\tas_number\tlong unsigned int\tu\t0\n"
                                    "128\t0\titems\tstruct node\tmap\t0\n";
static const char owner_layout[] = "Owner\t64\t8\tclass\n"
                                   "0\t64\t_vptr.Owner\t__vtbl_ptr_type\tvp\t0\n"
                                   "64\t192\torders\tstd::vector<Order>\tr\t0\n"
                                   "256\t128\tparent\tstd::weak_ptr<Owner>\tr\t0\n"
                                   "384\t128\tinner\tInner\tr\t0\n";
static const char inner_layout[] = "Inner\t16\t8\tclass\n"
                                   "0\t64\tbits\tlong unsigned int\t\t0\n"
                                   "64\t64\tlink\tOwner\tp\t0\n";

static const char map_node_layout[] =
        "std::_Rb_tree_node<std::pair<const std::__cxx11::basic_string<char>, Owner*> >\t72\t8\tclass\n"
        "0\t256\t\tstd::_Rb_tree_node_base\tsr\t0\n"
        "256\t320\t_M_storage\t__gnu_cxx::__aligned_membuf<std::pair<const std::__cxx11::basic_string<char>, Owner*> "
        ">\tr\t0\n";
static const char hash_node_layout[] = "std::__detail::_Hash_node<std::pair<const int, Inner>, false>\t32\t8\tclass\n"
                                       "0\t64\t\tstd::__detail::_Hash_node_base\tsr\t0\n"
                                       "64\t192\t_M_storage\t__gnu_cxx::__aligned_buffer<std::pair<const int, Inner> "
                                       ">\tr\t0\n";

static struct memlint_snapshot *snapshot;
static struct graph graph;
static struct arena arena;

static void add_type(const char *name, uint32_t size, uint64_t layout)
{
	const uint32_t frame = snapshot_add_frame(
	        snapshot->tables,
	        &(struct snapshot_frame){
	                .file = name, .line = 1, .type = name, .element_size = size, .layout = layout});

	snapshot_add_trace(snapshot->tables, &frame, 1, 0, 1);
}

static void setup(void)
{
	snapshot = snapshot_new();
	snapshot_add_layout(snapshot->tables, 11, node_layout);
	snapshot_add_layout(snapshot->tables, 12, header_layout);
	snapshot_add_layout(snapshot->tables, 13, owner_layout);
	snapshot_add_layout(snapshot->tables, 14, inner_layout);
	snapshot_add_layout(snapshot->tables, 15, map_node_layout);
	snapshot_add_layout(snapshot->tables, 16, hash_node_layout);
	add_type("struct node", 48, 11);
	add_type("char[]", 1, 0);
	add_type("struct node *[]", 8, 0);
	add_type("", 0, 0);
	add_type("struct header", 16, 12);
	add_type("Owner", 64, 13);
	add_type("double[]", 8, 0);
	add_type("void *[]", 8, 0);
	add_type("std::_Rb_tree_node<std::pair<const std::__cxx11::basic_string<char>, Owner*> >[]", 72, 15);
	add_type("std::__detail::_Hash_node<std::pair<const int, Inner>, false>[]", 32, 16);
	graph_init(&graph, snapshot->tables);
	arena_init(&arena);
}

static void teardown(void)
{
	graph_release(&graph);
	snapshot_free(snapshot);
	arena_clear(&arena);
}

/* A block of @size bytes behind the last one; its number. */
static uint32_t block(uint32_t trace, uint64_t size)
{
	const uint32_t n = graph_nblocks(&graph);
	const uint64_t address =
	        n ? vec_last(&graph.blocks).address + ((vec_last(&graph.blocks).size + 31) & ~15ull) : 4096;

	ck_assert(graph_add_block(&graph, address, size, size, trace, n + 1));
	return n;
}

static void link_at(uint32_t from, uint64_t offset, uint32_t to)
{
	ck_assert(graph_add_edge(&graph, from, offset, to, 0));
}

static void hold(uint32_t to)
{
	ck_assert(graph_add_root(&graph, PROFILE_ROOT_GLOBAL, 0, 0, to, 0));
}

static const char *field(uint32_t from, uint32_t word)
{
	return graph_field(&graph, from, word, false, &arena);
}

START_TEST(a_word_is_what_its_field_says)
{
	const uint32_t node = block(NODE, 48);

	graph_finish(&graph);
	ck_assert_str_eq(field(node, 0), "next");
	ck_assert_int_eq(graph_kind_of(&graph, node, 0), GRAPH_TYPED);
	ck_assert_str_eq(field(node, 2), "children[1]");
	ck_assert_int_eq(graph_kind_of(&graph, node, 2), GRAPH_TYPED);
	ck_assert_str_eq(graph_field(&graph, node, 2, true, &arena), "children[]");
	ck_assert_int_eq(graph_kind_of(&graph, node, 3), GRAPH_NO_POINTER);
	ck_assert_str_eq(field(node, 4), "data");
	ck_assert_int_eq(graph_kind_of(&graph, node, 4), GRAPH_CONSERVATIVE);
	ck_assert_int_eq(graph_kind_of(&graph, node, 5), GRAPH_NO_POINTER);
	ck_assert_str_eq(graph_type_name(&graph, node), "struct node");
}
END_TEST

START_TEST(arrays_have_an_index_before_the_field)
{
	const uint32_t nodes = block(NODE, 480), pointers = block(POINTERS, 80), chars = block(CHARS, 80);
	const uint32_t numbers = block(NUMBERS, 80), voids = block(VOIDS, 16), any = block(ANY, 80);

	graph_finish(&graph);
	ck_assert_str_eq(field(nodes, 12), "[2].next");
	ck_assert_str_eq(graph_field(&graph, nodes, 12, true, &arena), "[].next");
	ck_assert_int_eq(graph_kind_of(&graph, nodes, 12), GRAPH_TYPED);
	ck_assert_int_eq(graph_kind_of(&graph, nodes, 15), GRAPH_NO_POINTER);
	ck_assert_str_eq(field(pointers, 3), "[3]");
	ck_assert_int_eq(graph_kind_of(&graph, pointers, 3), GRAPH_TYPED);
	ck_assert_str_eq(field(chars, 3), "+24");
	ck_assert_int_eq(graph_kind_of(&graph, chars, 3), GRAPH_CONSERVATIVE);
	ck_assert_int_eq(graph_kind_of(&graph, numbers, 3), GRAPH_NO_POINTER);
	ck_assert_str_eq(field(voids, 1), "[1]");
	ck_assert_int_eq(graph_kind_of(&graph, voids, 1), GRAPH_CONSERVATIVE);
	ck_assert_str_eq(field(any, 1), "+8");
	ck_assert_int_eq(graph_kind_of(&graph, any, 1), GRAPH_CONSERVATIVE);
}
END_TEST

START_TEST(unions_are_conservative_and_open_arrays_go_on)
{
	const uint32_t header = block(HEADER, 16 + 5 * 8);

	graph_finish(&graph);
	ck_assert_int_eq(graph_kind_of(&graph, header, 0), GRAPH_NO_POINTER);
	ck_assert_str_eq(field(header, 1), "as_node");
	ck_assert_int_eq(graph_kind_of(&graph, header, 1), GRAPH_CONSERVATIVE);
	ck_assert_str_eq(field(header, 4), "items[2]");
	ck_assert_int_eq(graph_kind_of(&graph, header, 4), GRAPH_TYPED);
}
END_TEST

START_TEST(records_of_cplusplus_are_looked_into)
{
	const uint32_t owner = block(VECTOR, 64);

	graph_finish(&graph);
	ck_assert_int_eq(graph_kind_of(&graph, owner, 0), GRAPH_NO_POINTER);
	ck_assert_str_eq(field(owner, 1), "orders");
	ck_assert_int_eq(graph_kind_of(&graph, owner, 1), GRAPH_TYPED);
	ck_assert_int_eq(graph_kind_of(&graph, owner, 2), GRAPH_NO_POINTER);   /* the vector's end */
	ck_assert_int_eq(graph_kind_of(&graph, owner, 4), GRAPH_NO_POINTER);   /* weak */
	ck_assert_int_eq(graph_kind_of(&graph, owner, 6), GRAPH_CONSERVATIVE); /* maybe a uintptr_t */
	ck_assert_str_eq(field(owner, 5), "parent(weak control block)");
	ck_assert_str_eq(field(owner, 7), "inner.link");
	ck_assert_int_eq(graph_kind_of(&graph, owner, 7), GRAPH_TYPED);
}
END_TEST

START_TEST(values_in_library_nodes_are_looked_into)
{
	const uint32_t tree = block(MAP_NODE, 72), hash = block(HASH_NODE, 32);

	graph_finish(&graph);
	ck_assert_int_eq(graph_kind_of(&graph, tree, 0), GRAPH_NO_POINTER);
	ck_assert_str_eq(field(tree, 2), GRAPH_NODES);
	ck_assert_int_eq(graph_kind_of(&graph, tree, 2), GRAPH_TYPED);
	ck_assert_str_eq(field(tree, 4), "first");
	ck_assert_int_eq(graph_kind_of(&graph, tree, 4), GRAPH_TYPED);
	ck_assert_int_eq(graph_kind_of(&graph, tree, 5), GRAPH_NO_POINTER); /* the string's length */
	ck_assert_str_eq(field(tree, 8), "second");
	ck_assert_int_eq(graph_kind_of(&graph, tree, 8), GRAPH_TYPED);
	ck_assert_str_eq(field(hash, 0), GRAPH_NODES);
	ck_assert_int_eq(graph_kind_of(&graph, hash, 1), GRAPH_NO_POINTER);
	ck_assert_str_eq(field(hash, 3), "second.link");
	ck_assert_int_eq(graph_kind_of(&graph, hash, 3), GRAPH_TYPED);
	ck_assert_str_eq(graph_holder_name(graph_type_of(&graph, tree), "first"),
	                 "std::_Rb_tree_node<std::pair<const std::string, Owner*>>");
}
END_TEST

START_TEST(blocks_are_found_by_any_address_in_them)
{
	const uint32_t a = block(ANY, 40), empty = block(ANY, 0), b = block(ANY, 8);
	const struct graph_block *blocks = graph.blocks.items;

	ck_assert_uint_eq(graph_find(&graph, blocks[a].address), a);
	ck_assert_uint_eq(graph_find(&graph, blocks[a].address + 39), a);
	ck_assert_uint_eq(graph_find(&graph, blocks[a].address + 40), GRAPH_NONE);
	ck_assert_uint_eq(graph_find(&graph, blocks[empty].address), empty);
	ck_assert_uint_eq(graph_find(&graph, blocks[b].address + 7), b);
	ck_assert_uint_eq(graph_find(&graph, 0), GRAPH_NONE);
	ck_assert_uint_eq(graph_find(&graph, UINT64_MAX), GRAPH_NONE);
}
END_TEST

START_TEST(objects_of_a_pool_are_found_and_not_counted_twice)
{
	ck_assert(graph_add_block(&graph, 4096, 1000, 1000, 0, 1));
	ck_assert(graph_add_block(&graph, 4096, 48, 48, NODE, 2));
	ck_assert(graph_add_block(&graph, 4196, 48, 48, NODE, 3));
	ck_assert(!graph_add_block(&graph, 4200, 48, 48, NODE, 3)); /* overlaps */
	ck_assert(!graph_add_block(&graph, 5090, 48, 48, NODE, 3)); /* sticks out */
	ck_assert(graph_add_block(&graph, 5096, 48, 48, NODE, 4));
	graph_finish(&graph);
	ck_assert_uint_eq(graph_find(&graph, 4096), 1);
	ck_assert_uint_eq(graph_find(&graph, 4150), 0);
	ck_assert_uint_eq(graph_find(&graph, 4200), 2);
	ck_assert_uint_eq(graph_find(&graph, 4300), 0);
	ck_assert_uint_eq(graph_find(&graph, 5096), 3);
	ck_assert_uint_eq(graph.blocks.items[0].own, 904);
}
END_TEST

START_TEST(what_is_not_in_the_graph_is_refused)
{
	const uint32_t a = block(ANY, 16);

	ck_assert(!graph_add_block(&graph, graph.blocks.items[a].address + 8, 16, 16, 0, 1));
	ck_assert(!graph_add_block(&graph, 1, 8, 8, 0, 1));
	ck_assert(!graph_add_block(&graph, 1 << 20, 8, 8, NTRACES + 1, 1));
	ck_assert(!graph_add_block(&graph, 1 << 20, UINT64_MAX, 8, 0, 1));
	ck_assert(!graph_add_edge(&graph, a, 0, a + 1, 0));
	ck_assert(!graph_add_edge(&graph, a + 1, 0, a, 0));
	ck_assert(!graph_add_edge(&graph, a, 16, a, 0));
	ck_assert(!graph_add_edge(&graph, a, 4, a, 0));
	ck_assert(!graph_add_edge(&graph, UINT64_MAX, 0, a, 0));
	ck_assert(!graph_add_root(&graph, PROFILE_ROOT_STACK, 0, 0, a + 1, 0));
	graph_finish(&graph);
	ck_assert_uint_eq(graph.edges.count, 0);
}
END_TEST

START_TEST(a_deep_size_counts_shared_blocks_and_cycles_once)
{
	const uint32_t a = block(NODE, 48), b = block(NODE, 48), c = block(NODE, 48), text = block(CHARS, 100);
	uint32_t start = a;

	link_at(a, 8, b);
	link_at(a, 16, c);
	link_at(b, 0, c);     /* shared */
	link_at(c, 0, a);     /* a cycle */
	link_at(c, 24, text); /* a number that looks like an address */
	graph_finish(&graph);
	struct graph_reach reach = graph_deep(&graph, &start, 1, NULL);

	ck_assert_uint_eq(reach.blocks, 3);
	ck_assert_uint_eq(reach.bytes, 144);
	ck_assert_uint_eq(reach.conservative_bytes, 0);
}
END_TEST

START_TEST(bytes_reached_conservatively_are_told_apart)
{
	const uint32_t a = block(NODE, 48), b = block(NODE, 48), c = block(CHARS, 100), d = block(ANY, 16);
	uint32_t start = a;

	link_at(a, 32, b); /* void * */
	link_at(b, 0, c);
	link_at(a, 0, d); /* by both ways: by a field */
	link_at(b, 32, d);
	graph_finish(&graph);
	struct graph_reach reach = graph_deep(&graph, &start, 1, NULL);

	ck_assert_uint_eq(reach.blocks, 4);
	ck_assert_uint_eq(reach.bytes, 212);
	ck_assert_uint_eq(reach.conservative_blocks, 2);
	ck_assert_uint_eq(reach.conservative_bytes, 148);
}
END_TEST

START_TEST(a_string_that_points_at_its_own_buffer_holds_nothing)
{
	const uint32_t owner = block(VECTOR, 64);

	ck_assert(graph_add_edge(&graph, owner, 8, owner, 24));
	ck_assert(graph_add_edge(&graph, owner, 56, owner, 0));
	graph_finish(&graph);
	ck_assert_int_eq(graph.edges.items[0].kind, GRAPH_NO_POINTER);
	ck_assert_int_eq(graph.edges.items[1].kind, GRAPH_TYPED); /* but a record that points at itself does */
}
END_TEST

START_TEST(a_path_is_shortest_and_globals_go_before_stacks)
{
	const uint32_t a = block(NODE, 48), b = block(NODE, 48), c = block(NODE, 48), d = block(NODE, 48),
	               lost = block(NODE, 48);
	struct graph_paths paths;

	link_at(a, 0, b);
	link_at(b, 0, c);
	link_at(a, 8, c);
	link_at(c, 0, d);
	ck_assert(graph_add_root(&graph, PROFILE_ROOT_STACK, 0, 0, d, 0));
	hold(a);
	graph_finish(&graph);
	graph_find_paths(&paths, &graph);
	ck_assert_uint_eq(paths.nreached, 4);
	ck_assert_uint_eq(paths.root[a], 1);
	ck_assert_uint_eq(paths.by[a], GRAPH_NONE);
	ck_assert_uint_eq(graph.edges.items[paths.by[c]].from, a);
	ck_assert_uint_eq(graph.edges.items[paths.by[d]].from, c);
	ck_assert_uint_eq(paths.root[d], 1);
	ck_assert_uint_eq(paths.root[lost], GRAPH_NONE);
	graph_paths_release(&paths);
}
END_TEST

START_TEST(a_diamond_is_kept_by_its_top)
{
	const uint32_t a = block(NODE, 48), b = block(NODE, 48), c = block(NODE, 48), d = block(CHARS, 1000);
	struct graph_dominators dominators;

	hold(a);
	link_at(a, 8, b);
	link_at(a, 16, c);
	link_at(b, 32, d);
	link_at(c, 32, d);
	link_at(d, 0, a); /* back to the top */
	graph_finish(&graph);
	graph_find_dominators(&dominators, &graph);
	ck_assert_uint_eq(dominators.above[a], dominators.top);
	ck_assert_uint_eq(dominators.above[b], a);
	ck_assert_uint_eq(dominators.above[c], a);
	ck_assert_uint_eq(dominators.above[d], a);
	ck_assert_uint_eq(dominators.retained[a], 1144);
	ck_assert_uint_eq(dominators.retained[b], 48);
	ck_assert_uint_eq(dominators.retained[dominators.top], 1144);
	graph_dominators_release(&dominators);
}
END_TEST

START_TEST(what_two_roots_hold_is_kept_by_neither)
{
	const uint32_t a = block(NODE, 48), b = block(NODE, 48), shared = block(CHARS, 100), own = block(CHARS, 10);
	struct graph_dominators dominators;

	hold(a);
	hold(b);
	link_at(a, 32, shared);
	link_at(b, 32, shared);
	link_at(b, 0, own);
	graph_finish(&graph);
	graph_find_dominators(&dominators, &graph);
	ck_assert_uint_eq(dominators.above[shared], dominators.top);
	ck_assert_uint_eq(dominators.retained[a], 48);
	ck_assert_uint_eq(dominators.retained[b], 58);
	graph_dominators_release(&dominators);
}
END_TEST

START_TEST(leaked_blocks_hang_below_a_root_of_their_own_and_take_nothing_away)
{
	const uint32_t live = block(NODE, 48), inner = block(CHARS, 100), lost = block(NODE, 48),
	               below = block(CHARS, 10);
	const uint32_t one = block(NODE, 48), two = block(NODE, 48);
	struct graph_dominators dominators;

	hold(live);
	link_at(live, 32, inner);
	link_at(lost, 32, inner); /* also held by what is lost */
	link_at(lost, 0, below);
	link_at(one, 0, two);
	link_at(two, 0, one); /* a cycle nobody holds */
	graph_finish(&graph);
	graph_find_dominators(&dominators, &graph);
	ck_assert_uint_eq(dominators.above[inner], live);
	ck_assert_uint_eq(dominators.above[lost], dominators.leaked);
	ck_assert_uint_eq(dominators.above[below], lost);
	ck_assert_uint_eq(dominators.above[one], dominators.leaked);
	ck_assert_uint_eq(dominators.above[two], one);
	ck_assert_uint_eq(dominators.retained[dominators.leaked], 154);
	ck_assert_uint_eq(dominators.retained[dominators.top], 302);
	graph_dominators_release(&dominators);
}
END_TEST

/* Whether @avoid cut out leaves @target without a way from the roots: dominance by its definition. */
static bool dominates(uint32_t avoid, uint32_t target, size_t nroots)
{
	const uint32_t n = graph_nblocks(&graph);
	uint32_t stack[64], depth = 0;
	bool seen[64] = {false};

	for (size_t i = 0; i < nroots; i++)
		if (graph.roots.items[i].to != avoid && !seen[graph.roots.items[i].to])
			seen[stack[depth++] = graph.roots.items[i].to] = true;
	while (depth) {
		const uint32_t at = stack[--depth];

		for (uint32_t i = graph.out[at]; i < graph.out[at + 1]; i++)
			if (graph.edges.items[i].to != avoid && !seen[graph.edges.items[i].to])
				seen[stack[depth++] = graph.edges.items[i].to] = true;
	}
	return n && !seen[target];
}

START_TEST(dominators_of_random_graphs_are_those_of_the_definition)
{
	enum { N = 24 };
	struct graph_dominators dominators;
	uint64_t retained;

	srand((unsigned)_i + 1);
	for (uint32_t i = 0; i < N; i++)
		block(POINTERS, 64);
	for (int i = 0; i < 20 + _i % 40; i++)
		graph_add_edge(&graph, (uint64_t)rand() % N, (uint64_t)rand() % 8 * 8, (uint64_t)rand() % N, 0);
	for (int i = 0; i < 1 + _i % 3; i++)
		hold((uint32_t)rand() % N);
	graph_finish(&graph);
	graph_find_dominators(&dominators, &graph);
	for (uint32_t d = 0; d < N; d++) {
		if (dominates(GRAPH_NONE, d, graph.roots.count))
			continue; /* leaked */
		retained = 0;
		for (uint32_t b = 0; b < N; b++)
			if (!dominates(GRAPH_NONE, b, graph.roots.count) &&
			    (b == d || dominates(d, b, graph.roots.count)))
				retained += 64;
		ck_assert_uint_eq(dominators.retained[d], retained);
	}
	ck_assert_uint_eq(dominators.retained[dominators.top], N * 64);
	graph_dominators_release(&dominators);
}
END_TEST

START_TEST(a_long_list_with_owners_takes_no_quadratic_time)
{
	enum { N = 100000 };
	struct graph_dominators dominators;
	struct graph_paths paths;

	for (uint32_t i = 0; i < N; i++)
		block(NODE, 48);
	for (uint32_t i = 0; i < N; i++) {
		if (i + 1 < N)
			link_at(i, 0, i + 1);
		link_at(i, 8, 0);
		link_at(i, 16, i ? i - 1 : 0);
	}
	hold(0);
	hold(N - 1);
	graph_finish(&graph);
	graph_find_dominators(&dominators, &graph);
	graph_find_paths(&paths, &graph);
	ck_assert_uint_eq(dominators.retained[dominators.top], 48ull * N);
	ck_assert_uint_eq(paths.nreached, N);
	graph_dominators_release(&dominators);
	graph_paths_release(&paths);
}
END_TEST

/* --- graphs in files --- */

static struct pages_buffer file_of_graph(void)
{
	struct pages_buffer bytes = {0};
	struct profile_writer writer;

	profile_writer_init(&writer, sample_sink, &bytes);
	snapshot->sequence = 1;
	profile_put_everything(&writer, snapshot);
	struct profile_graph_writer out = {.writer = &writer, .type = PROFILE_BLOCKS, .sequence = 1};

	profile_graph_begin(&out);
	for (uint64_t i = 0; i < 8; i++)
		profile_graph_put_block(&out, &(struct profile_block){.address = 0x1000 + i * 0x100,
		                                                      .size = i == VECTOR ? 64 : 96,
		                                                      .usable = 104,
		                                                      .trace = (uint32_t)i + 1,
		                                                      .serial = i});
	profile_graph_end(&out);
	out.type = PROFILE_EDGES;
	profile_graph_begin(&out);
	for (uint32_t i = 0; i < 24; i++)
		profile_graph_put_edge(&out,
		                       &(struct profile_edge){.from = i / 3, .to = i * 5 % 8, .offset = i % 12 * 8});
	profile_graph_end(&out);
	out.type = PROFILE_ROOTS;
	profile_graph_begin(&out);
	for (uint32_t kind = PROFILE_ROOT_GLOBAL; kind <= PROFILE_ROOT_UNKNOWN; kind++)
		profile_graph_put_root(&out, &(struct profile_root){.kind = kind, .place = 0x10, .to = kind});
	profile_graph_end(&out);
	profile_writer_release(&writer);
	return bytes;
}

/* Loads the graph in @bytes and asks everything of it; whether there was one. */
static bool survive(const struct pages_buffer *bytes)
{
	struct loaded_profile loaded = {.path = "x", .profile = {.data = bytes->data, .size = bytes->size}};
	struct graph_dominators dominators;
	struct graph_shapes shapes;
	struct graph_paths paths;
	struct graph read;
	bool found = false;

	if (profile_read(&loaded.profile) == 0 && profile_nsnapshots(&loaded.profile) &&
	    graph_load(&read, &loaded, 0) == STATUS_OK) {
		struct globals *globals = globals_new(loaded.profile.tables);

		graph_find_paths(&paths, &read);
		graph_find_shapes(&shapes, &read, &paths, globals);
		graph_find_dominators(&dominators, &read);
		for (uint32_t i = 0; i < graph_nblocks(&read); i++) {
			graph_deep(&read, &i, 1, NULL);
			for (uint32_t word = 0; word < 13; word++)
				graph_field(&read, i, word, word % 2, &arena);
		}
		arena_clear(&arena);
		graph_dominators_release(&dominators);
		graph_shapes_release(&shapes);
		graph_paths_release(&paths);
		globals_free(globals);
		graph_release(&read);
		found = true;
	}
	profile_release(&loaded.profile);
	return found;
}

static void seal(struct pages_buffer *bytes)
{
	struct profile_chunk_header header;

	for (size_t at = 16; bytes->size - at >= sizeof header; at += sizeof header + header.stored_size) {
		memcpy(&header, bytes->data + at, sizeof header);
		if (header.stored_size > bytes->size - at - sizeof header)
			return;
		header.payload_crc = crc32c(bytes->data + at + sizeof header, header.stored_size);
		header.header_crc = crc32c(&header, offsetof(struct profile_chunk_header, header_crc));
		memcpy(bytes->data + at, &header, sizeof header);
	}
}

START_TEST(a_graph_comes_back_from_a_file)
{
	struct pages_buffer bytes = file_of_graph();

	ck_assert(survive(&bytes));
	pages_release(&bytes);
}
END_TEST

START_TEST(wrong_numbers_behind_right_checksums_are_survived)
{
	struct pages_buffer bytes = file_of_graph(), copy = {0};
	uint64_t state = 88172645463325252u + (uint64_t)_i;
	unsigned found = 0;

	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
	pages_push(&copy, bytes.size);
	for (int round = 0; round < 500; round++) {
		memcpy(copy.data, bytes.data, bytes.size);
		for (int change = 0; change < 1 + round % 4; change++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			copy.data[16 + state % (bytes.size - 16)] = (uint8_t)(state >> 32);
		}
		seal(&copy);
		found += survive(&copy);
	}
	ck_assert_uint_gt(found, 0);
	pages_release(&bytes);
	pages_release(&copy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("graph");
	TCase *tests = tcase_create("graph");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_word_is_what_its_field_says);
	tcase_add_test(tests, arrays_have_an_index_before_the_field);
	tcase_add_test(tests, unions_are_conservative_and_open_arrays_go_on);
	tcase_add_test(tests, records_of_cplusplus_are_looked_into);
	tcase_add_test(tests, values_in_library_nodes_are_looked_into);
	tcase_add_test(tests, blocks_are_found_by_any_address_in_them);
	tcase_add_test(tests, objects_of_a_pool_are_found_and_not_counted_twice);
	tcase_add_test(tests, what_is_not_in_the_graph_is_refused);
	tcase_add_test(tests, a_deep_size_counts_shared_blocks_and_cycles_once);
	tcase_add_test(tests, bytes_reached_conservatively_are_told_apart);
	tcase_add_test(tests, a_string_that_points_at_its_own_buffer_holds_nothing);
	tcase_add_test(tests, a_path_is_shortest_and_globals_go_before_stacks);
	tcase_add_test(tests, a_diamond_is_kept_by_its_top);
	tcase_add_test(tests, what_two_roots_hold_is_kept_by_neither);
	tcase_add_test(tests, leaked_blocks_hang_below_a_root_of_their_own_and_take_nothing_away);
	tcase_add_loop_test(tests, dominators_of_random_graphs_are_those_of_the_definition, 0, 200);
	tcase_add_test(tests, a_graph_comes_back_from_a_file);
	tcase_add_loop_test(tests, wrong_numbers_behind_right_checksums_are_survived, 0, 8);
	tcase_add_test(tests, a_long_list_with_owners_takes_no_quadratic_time);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
