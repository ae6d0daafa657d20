// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The change itself. An allocator's call becomes a call of its stub with the site as last argument. A call of a wrapper or a library
 * function gets its site announced in the thread's memlint_v1_caller before, and taken back after.
 */
#include "gcc/compat.h"

#include "instrument.h"

/* @old as a call of the stub, maybe with one argument more; keeps result, place, exception region and memory operands. */
static void replace_call(gcall *old, memlint_allocator allocator, tree site)
{
	tree function = stub_declaration(allocator, old, site != NULL_TREE);
	gimple_stmt_iterator gsi = gsi_for_stmt(old);
	auto_vec<tree> arguments;

	for (unsigned i = 0; i < gimple_call_num_args(old); i++)
		arguments.safe_push(gimple_call_arg(old, i));
	if (site)
		arguments.safe_push(site);
	gcall *call = gimple_build_call_vec(function, arguments);

	gimple_call_set_fntype(call, stub_call_type(allocator));
	gimple_call_set_lhs(call, gimple_call_lhs(old));
	gimple_set_location(call, gimple_location(old));
	gimple_call_set_nothrow(call, gimple_call_nothrow_p(old));
	gimple_call_set_from_new_or_delete(call, gimple_call_from_new_or_delete(old));
	if (gimple_vdef(old)) {
		gimple_set_vdef(call, gimple_vdef(old));
		if (TREE_CODE(gimple_vdef(old)) == SSA_NAME)
			SSA_NAME_DEF_STMT(gimple_vdef(old)) = call;
	}
	gimple_set_vuse(call, gimple_vuse(old));
	gsi_replace(&gsi, call, true);
	update_stmt(call);
}

/* @store comes between @call and what came before in the order of memory: so the graph of that order need not be made anew. */
static void store_before(gcall *call, gassign *store)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(call);
	tree before = gimple_vuse(call);

	if (before && TREE_CODE(before) == SSA_NAME) {
		gimple_set_vuse(store, before);
		gimple_set_vdef(store, make_ssa_name(gimple_vop(cfun), store));
		gimple_set_vuse(call, gimple_vdef(store));
	}
	gsi_insert_before(&gsi, store, GSI_SAME_STMT);
	update_stmt(call);
}

/* The same between @call and what comes after. */
static void store_after(gcall *call, gassign *store)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(call);
	tree before = gimple_vdef(call);

	if (before && TREE_CODE(before) == SSA_NAME) {
		tree after = make_ssa_name(gimple_vop(cfun), store);
		imm_use_iterator iterator;
		use_operand_p use;
		gimple *statement;

		FOR_EACH_IMM_USE_STMT (statement, iterator, before) {
			FOR_EACH_IMM_USE_ON_STMT (use, iterator)
				SET_USE(use, after);
			update_stmt(statement);
		}
		SSA_NAME_OCCURS_IN_ABNORMAL_PHI(after) = SSA_NAME_OCCURS_IN_ABNORMAL_PHI(before);
		gimple_set_vuse(store, before);
		gimple_set_vdef(store, after);
	}
	gsi_insert_after(&gsi, store, GSI_SAME_STMT);
}

void insert_after_call(gcall *call, gimple *statement)
{
	if (!stmt_ends_bb_p(call)) {
		gimple_stmt_iterator gsi = gsi_for_stmt(call);

		gsi_insert_after(&gsi, statement, GSI_SAME_STMT);
		return;
	}
	edge next = find_fallthru_edge(gimple_bb(call)->succs);

	if (next)
		gsi_insert_on_edge_immediate(next, statement);
}

static gassign *announce(tree value, location_t location)
{
	gassign *store = gimple_build_assign(caller_variable(), value);

	gimple_set_location(store, location);
	return store;
}

/* A handler that a thrown exception reaches must not see what was announced. */
static void clear_in_handlers(gcall *call)
{
	edge e;
	edge_iterator ei;

	FOR_EACH_EDGE (e, ei, gimple_bb(call)->succs) {
		if (!(e->flags & EDGE_EH))
			continue;
		gimple_stmt_iterator gsi = gsi_after_labels(e->dest);
		gimple *first = gsi_end_p(gsi) ? nullptr : gsi_stmt(gsi);

		if (first && gimple_assign_single_p(first) && gimple_assign_lhs(first) == caller_variable())
			continue;
		gsi_insert_before(&gsi, announce(null_pointer_node, gimple_location(call)), GSI_SAME_STMT);
	}
}

/* The last store of what was announced before, and its value: the next announcement may take its place. */
struct last_store {
	gassign *store;
	tree saved;
};

/* Between @store and @call, of one block, nothing runs that might look at what is announced. */
static bool follows_at_once(gassign *store, const gcall *call)
{
	if (!store || gimple_bb(store) != gimple_bb(call))
		return false;
	gimple_stmt_iterator gsi = gsi_for_stmt(store);

	for (gsi_next(&gsi); gsi_stmt(gsi) != call; gsi_next(&gsi)) {
		const gimple *statement = gsi_stmt(gsi);

		if (is_gimple_call(statement) || gimple_code(statement) == GIMPLE_ASM || gimple_has_volatile_ops(statement))
			return false;
	}
	return true;
}

void remove_statement(gimple *statement)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(statement);

	unlink_stmt_vdef(statement);
	gsi_remove(&gsi, true);
	release_defs(statement);
}

/* What is announced before @call, which is put back after it. */
static tree save_announced(gcall *call)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(call);
	tree saved = make_ssa_name(const_ptr_type_node);
	gassign *load = gimple_build_assign(saved, caller_variable());

	gimple_set_location(load, gimple_location(call));
	gimple_set_vuse(load, gimple_vuse(call));
	gsi_insert_before(&gsi, load, GSI_SAME_STMT);
	return saved;
}

static void announce_around(gcall *call, tree site, bool restore, last_store *last)
{
	const location_t location = gimple_location(call);
	tree saved = null_pointer_node;

	if (follows_at_once(last->store, call)) {
		saved = last->saved;
		remove_statement(last->store);
	} else if (restore) {
		saved = save_announced(call);
	}
	store_before(call, announce(site, location));
	*last = {announce(saved, location), saved};
	if (!stmt_ends_bb_p(call)) {
		store_after(call, last->store);
		return;
	}
	clear_in_handlers(call);
	insert_after_call(call, last->store);
}

/* The call itself is what announces, from now on or from when it is sure to stay a call. */
static void announce_by_call(gcall *call, unsigned site, const site_table &table)
{
	/* Nothing that GCC sees refers to the table then. */
	varpool_node::get(table.content())->force_output = 1;
	if (is_inlinable(call))
		defer_announcement(call, table.content(), table.address(site));
	else
		announce_late(call, declare_late(gimple_call_fndecl(call), table.content(), table.offset(site)));
}

/* What was announced when the current function was entered. */
static tree load_on_entry()
{
	basic_block first = single_succ(ENTRY_BLOCK_PTR_FOR_FN(cfun));
	tree entered = make_ssa_name(const_ptr_type_node);
	gimple_stmt_iterator gsi;

	/* A loop may lead back to the first block. */
	if (!single_pred_p(first))
		first = split_edge(single_succ_edge(ENTRY_BLOCK_PTR_FOR_FN(cfun)));
	gsi = gsi_after_labels(first);
	gsi_insert_before(&gsi, gimple_build_assign(entered, caller_variable()), GSI_SAME_STMT);
	return entered;
}

void rewrite_calls(const std::vector<planned_call> &calls, const site_table &table)
{
	tree entered = NULL_TREE;
	last_store last = {};

	for (const planned_call &plan : calls) {
		gcall *call = plan.call;

		if (plan.keep) {
			if (!entered)
				entered = load_on_entry();
			store_before(call, announce(entered, gimple_location(call)));
		}
		switch (plan.what.kind) {
		case CALL_ALLOCATOR:
			replace_call(call, plan.what.allocator, table.address(plan.site));
			break;
		case CALL_RELEASE:
			replace_call(call, plan.what.allocator, NULL_TREE);
			break;
		case CALL_WRAPPER:
		case CALL_LIBRARY:
			if (!plan.restore && can_announce_late(call))
				announce_by_call(call, plan.site, table);
			else
				announce_around(call, table.address(plan.site), plan.restore, &last);
			break;
		case CALL_TRACKED:
			gimple_call_set_arg(call, gimple_call_num_args(call) - 1, table.address(plan.site));
			update_stmt(call);
			break;
		case CALL_USER_ALLOCATOR:
			tell_pool_call(call, plan.what, table.address(plan.site));
			break;
		case CALL_USER_RELEASE:
		case CALL_USER_RESET:
			tell_pool_call(call, plan.what, NULL_TREE);
			break;
		case CALL_OTHER:
			break;
		}
	}
}
