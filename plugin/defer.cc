// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Announcements to functions of the same unit. A callee that is inlined must find its caller's site announced, so marks stand around
 * the call as long as GCC inlines, and what is a call after that announces late (late.cc). The marks are calls that give out
 * nothing: the inliner counts them for nothing, and they stand in no order with memory. Stores there, which GCC may not move,
 * make functions longer in its eyes, other functions are inlined then, and the whole program becomes another.
 *
 * Which sites may be announced at each point is followed through the function's blocks. A site whose calls can all announce it
 * themselves, and which is taken back with nothing in its place, needs no statement.
 */
#include "gcc/compat.h"

#include "instrument.h"

#include "internal-fn.h"

static tree table;

static gcall *make_mark(tree value, location_t location)
{
	/* The second argument tells it from the program's own. */
	gcall *mark = gimple_build_call_internal(IFN_LAUNDER, 2, value, integer_one_node);

	gimple_set_location(mark, location);
	return mark;
}

void defer_announcement(gcall *call, tree variable, tree site)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(call);
	const location_t location = gimple_location(call);

	table = variable;
	caller_variable();
	gsi_insert_before(&gsi, make_mark(site, location), GSI_SAME_STMT);
	gsi_insert_after(&gsi, make_mark(null_pointer_node, location), GSI_SAME_STMT);
}

/* What may be announced: bytes from the table's start, or one of these. */
enum { NO_SITE = 0, ANY_SITE = 1 };
typedef std::set<unsigned> site_set;

struct deferral {
	std::vector<site_set> entered;	      /* what may be announced where a block begins, by its index */
	std::map<const_tree, site_set> saved; /* and where a value was read */
	site_set kept;			      /* sites whose statements stay */
	std::map<std::pair<tree, unsigned>, tree> declarations; /* copies of a call may be made one again */
	std::vector<basic_block> pending;
	std::vector<gimple *> stores, loads; /* not needed any more */
};

/* ---- what a statement does ---- */

static bool is_mark(const gimple *statement)
{
	return gimple_call_internal_p(statement, IFN_LAUNDER) && gimple_call_num_args(statement) == 2;
}

static bool is_store(const gimple *statement)
{
	return is_mark(statement) ||
	       (gimple_assign_single_p(statement) && gimple_assign_lhs(statement) == caller_variable());
}

static tree stored_value(const gimple *store)
{
	return is_mark(store) ? gimple_call_arg(store, 0) : gimple_assign_rhs1(store);
}

static bool is_load(const gimple *statement)
{
	return gimple_assign_single_p(statement) && gimple_assign_rhs1(statement) == caller_variable();
}

/* The site that @value is the address of; ANY_SITE if of none. */
static unsigned site_of(tree value)
{
	poly_int64 bytes;
	tree base = get_addr_base_and_unit_offset(TREE_OPERAND(value, 0), &bytes);

	if (base && TREE_CODE(base) == MEM_REF && TREE_CODE(TREE_OPERAND(base, 0)) == ADDR_EXPR) {
		bytes += mem_ref_offset(base).force_shwi();
		base = TREE_OPERAND(TREE_OPERAND(base, 0), 0);
	}
	return base == table && bytes.is_constant() ? unsigned(bytes.to_constant()) : unsigned(ANY_SITE);
}

static site_set stored_by(const gimple *store, deferral *state)
{
	tree value = stored_value(store);
	const auto saved = state->saved.find(value);

	if (saved != state->saved.end())
		return saved->second;
	if (integer_zerop(value))
		return {NO_SITE};
	return {TREE_CODE(value) == ADDR_EXPR ? site_of(value) : unsigned(ANY_SITE)};
}

/* Whether what is announced matters to the callee: it, or what it hands the announcement on to, allocates for its caller. */
static bool is_heard(const gcall *call)
{
	tree function = gimple_call_fndecl(call);
	const cgraph_node *node = function ? cgraph_node::get(function) : nullptr;

	if (gimple_call_internal_p(call))
		return false;
	if (!function)
		return calls_wrapper_signature(call);
	if (is_stub(function))
		return true;
	if (node && node->definition)
		return is_wrapper(DECL_ORIGIN(function)) || is_library_code(DECL_ORIGIN(function));
	const call_kind kind = classify_call(call).kind;

	return kind == CALL_WRAPPER || kind == CALL_LIBRARY || kind == CALL_ALLOCATOR;
}

/* ---- what may be announced where ---- */

static void keep(const site_set &sites, deferral *state)
{
	state->kept.insert(sites.upper_bound(ANY_SITE), sites.end());
}

/* @load is where one of @sites is read, to be put back later and for nothing else, or they stay. */
static void follow_load(gimple *load, const site_set &sites, deferral *state)
{
	tree value = gimple_assign_lhs(load);
	imm_use_iterator iterator;
	use_operand_p use;

	if (TREE_CODE(value) != SSA_NAME) {
		keep(sites, state);
		return;
	}
	site_set &saved = state->saved[value];
	const size_t known = saved.size();

	saved.insert(sites.begin(), sites.end());
	FOR_EACH_IMM_USE_FAST (use, iterator, value) {
		if (is_gimple_debug(USE_STMT(use)))
			continue;
		if (!is_store(USE_STMT(use)))
			saved.insert(ANY_SITE);
		if (saved.size() != known)
			state->pending.push_back(gimple_bb(USE_STMT(use)));
	}
	if (saved.size() > 1)
		keep(saved, state);
}

/* What may be announced after @statement, which @sites may be before; notes what must stay. */
static void follow(gimple *statement, site_set *sites, deferral *state)
{
	if (is_store(statement)) {
		const site_set stored = stored_by(statement, state);

		if (stored.count(ANY_SITE))
			keep(*sites, state);
		if (stored.size() > 1)
			keep(stored, state);
		*sites = stored;
	} else if (is_load(statement)) {
		follow_load(statement, *sites, state);
	} else if (*sites->rbegin() <= ANY_SITE) {
		return;
	} else if (gcall *call = dyn_cast<gcall *>(statement)) {
		if (is_heard(call) && (sites->size() > 1 || !can_announce_late(call)))
			keep(*sites, state);
	} else if (gimple_code(statement) == GIMPLE_ASM) {
		keep(*sites, state);
	}
}

static void follow_block(basic_block block, deferral *state)
{
	site_set sites = state->entered[block->index];
	edge e;
	edge_iterator ei;

	for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
		follow(gsi_stmt(gsi), &sites, state);
	FOR_EACH_EDGE (e, ei, block->succs) {
		site_set &next = state->entered[e->dest->index];
		const size_t known = next.size();

		next.insert(sites.begin(), sites.end());
		if (next.size() != known)
			state->pending.push_back(e->dest);
	}
}

static void follow_function(function *function, deferral *state)
{
	basic_block first = single_succ(ENTRY_BLOCK_PTR_FOR_FN(function));

	state->entered.resize(last_basic_block_for_fn(function));
	state->entered[first->index].insert(ANY_SITE);
	state->pending.push_back(first);
	while (!state->pending.empty()) {
		basic_block block = state->pending.back();

		state->pending.pop_back();
		follow_block(block, state);
	}
}

/* ---- the change ---- */

static bool is_deferred(const site_set &sites, const deferral &state)
{
	return sites.size() == 1 && *sites.begin() > ANY_SITE && !state.kept.count(*sites.begin());
}

static bool is_nothing(const site_set &sites)
{
	return sites.size() == 1 && *sites.begin() == NO_SITE;
}

/* Whether nothing is announced where @sites may be, the function's caller's aside. */
static bool are_all_deferred(const site_set &sites, const deferral &state)
{
	for (const unsigned site : sites)
		if (state.kept.count(site))
			return false;
	return true;
}

static void make_store(gimple *old, tree value)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(old);

	if (!is_mark(old)) {
		gimple_assign_set_rhs1(old, value);
		update_stmt(old);
		return;
	}
	gassign *store = gimple_build_assign(caller_variable(), value);

	gimple_set_location(store, gimple_location(old));
	gsi_replace(&gsi, store, false);
	/* Now it has a place in the order of memory. */
	mark_virtual_operands_for_renaming(cfun);
}

/* @store comes where @before may be announced, and makes it @after. */
static void change_store(gimple *store, const site_set &before, const site_set &after, deferral *state)
{
	if (!is_nothing(after) && !is_deferred(after, *state)) {
		if (is_mark(store))
			make_store(store, stored_value(store));
		return;
	}
	if (are_all_deferred(before, *state) && !(is_nothing(after) && before.count(ANY_SITE))) {
		state->stores.push_back(store);
		return;
	}
	make_store(store, null_pointer_node);
}

/* What it reads needs not be put back as it was read. */
static void change_load(gimple *load, deferral *state)
{
	const auto saved = state->saved.find(gimple_assign_lhs(load));

	if (saved != state->saved.end() && (is_nothing(saved->second) || is_deferred(saved->second, *state)))
		state->loads.push_back(load);
}

static void change_call(gcall *call, unsigned site, deferral *state)
{
	tree callee = gimple_call_fndecl(call);
	tree &declaration = state->declarations[{callee, site}];

	if (!declaration)
		declaration = declare_late(callee, table, site);
	announce_late(call, declaration);
}

static void change_block(basic_block block, deferral *state)
{
	site_set sites = state->entered[block->index];

	for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi);) {
		gimple *statement = gsi_stmt(gsi);

		gsi_next(&gsi);
		if (is_store(statement)) {
			const site_set stored = stored_by(statement, state);

			change_store(statement, sites, stored, state);
			sites = stored;
		} else if (is_load(statement)) {
			change_load(statement, state);
		} else if (is_gimple_call(statement) && is_deferred(sites, *state) && is_heard(as_a<gcall *>(statement))) {
			change_call(as_a<gcall *>(statement), *sites.begin(), state);
		}
	}
}

static void defer_function(function *function)
{
	deferral state;
	basic_block block;

	follow_function(function, &state);
	FOR_EACH_BB_FN (block, function)
		change_block(block, &state);
	for (gimple *store : state.stores)
		remove_statement(store);
	for (gimple *load : state.loads)
		remove_statement(load);
	if (need_ssa_update_p(function))
		update_ssa(TODO_update_ssa_only_virtuals);
}

static bool has_announcements(function *function)
{
	basic_block block;

	FOR_EACH_BB_FN (block, function)
		for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
			if (is_store(gsi_stmt(gsi)))
				return true;
	return false;
}

namespace
{

const pass_data defer_pass_data = {
	GIMPLE_PASS, "memlint_defer", OPTGROUP_NONE, TV_NONE, PROP_cfg | PROP_ssa, 0, 0, 0, 0,
};

class defer_pass : public gimple_opt_pass
{
      public:
	explicit defer_pass(gcc::context *context) : gimple_opt_pass(defer_pass_data, context)
	{
	}

	bool gate(function *) final override
	{
		return table != NULL_TREE;
	}

	unsigned execute(function *function) final override
	{
		if (has_announcements(function))
			defer_function(function);
		return 0;
	}
};

} // namespace

opt_pass *make_defer_pass()
{
	return new defer_pass(g);
}
