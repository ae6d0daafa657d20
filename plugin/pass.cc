// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The one pass: over the whole unit, in SSA form, before anything is inlined. So a unit has the same sites at every
 * optimisation level, each with the place that the author wrote, and link-time optimisation sees ordinary code.
 */
#include "gcc/compat.h"

#include "instrument.h"

namespace
{

const pass_data memlint_pass_data = {
	SIMPLE_IPA_PASS, "memlint", OPTGROUP_NONE, TV_NONE, PROP_ssa | PROP_cfg, 0, 0, 0, 0,
};

/* Which calls of @function to change, with their sites. Its body must be the current one. */
void plan_function(tree function, site_table *table, std::vector<planned_call> *plans)
{
	const bool library = is_library_code(function);
	const bool wrapper = is_wrapper(function);
	basic_block block;
	call_class own;
	/* One pool function in another's code does the other's work. */
	const bool pool = classify_pool_call(function, &own);

	FOR_EACH_BB_FN (block, cfun) {
		for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
			gcall *call = dyn_cast<gcall *>(gsi_stmt(gsi));

			if (!call)
				continue;
			const call_class what = classify_call(call);
			const bool announces = what.kind == CALL_WRAPPER || what.kind == CALL_LIBRARY;
			const bool wrapped = library || is_wrapped_call(call);

			if (what.kind == CALL_OTHER || (pool && what.kind >= CALL_USER_ALLOCATOR))
				continue;
			planned_call plan = {call, what, 0, false, false};

			plan.keep = wrapped && !library && may_follow_announcing_call(call);
			/* What was announced to a wrapper stays announced for the wrapper's own call. */
			if (announces && wrapped) {
				plan.what.kind = CALL_OTHER;
				if (plan.keep)
					plans->push_back(plan);
				continue;
			}
			plan.restore = what.kind == CALL_LIBRARY || wrapper || lang_GNU_CXX();
			if (what.kind == CALL_ALLOCATOR || what.kind == CALL_USER_ALLOCATOR || what.kind == CALL_TRACKED ||
			    announces)
				plan.site = table->add(call, function, what.allocator,
						       announces ? MEMLINT_SITE_CALLER : wrapped ? MEMLINT_SITE_WRAPPER : 0,
						       infer_block_type(call, what));
			plans->push_back(plan);
		}
	}
}

/* Functions marked for it tell their changes of line; false if there is none. */
bool profile_lines()
{
	cgraph_node *node;
	bool any = false;

	if (!has_marked_lines())
		return false;
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY(node) {
		if (node->alias || node->thunk || !gimple_has_body_p(node->decl))
			continue;
		push_cfun(DECL_STRUCT_FUNCTION(node->decl));
		if (instrument_lines()) {
			update_ssa(TODO_update_ssa_only_virtuals);
			cgraph_edge::rebuild_edges();
			any = true;
		}
		pop_cfun();
	}
	return any;
}

class memlint_pass : public simple_ipa_opt_pass
{
      public:
	explicit memlint_pass(gcc::context *context) : simple_ipa_opt_pass(memlint_pass_data, context)
	{
	}

	bool gate(function *) final override
	{
		/* Link time sees what the compile steps have done already. */
		return !in_lto_p && !seen_error();
	}

	unsigned execute(function *) final override;
};

unsigned memlint_pass::execute(function *)
{
	std::vector<std::pair<cgraph_node *, std::vector<planned_call>>> functions;
	site_table table;
	cgraph_node *node;

	find_wrappers();
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY(node) {
		std::vector<planned_call> plans;

		if (node->alias || node->thunk || !gimple_has_body_p(node->decl) ||
		    lookup_attribute("no_instrument_function", DECL_ATTRIBUTES(node->decl)))
			continue;
		push_cfun(DECL_STRUCT_FUNCTION(node->decl));
		plan_function(node->decl, &table, &plans);
		pop_cfun();
		if (!plans.empty())
			functions.emplace_back(node, std::move(plans));
	}
	if (!table.empty())
		table.finish();
	for (auto &function : functions) {
		push_cfun(DECL_STRUCT_FUNCTION(function.first->decl));
		rewrite_calls(function.second, table);
		if (need_ssa_update_p(cfun))
			update_ssa(TODO_update_ssa_only_virtuals);
		cgraph_edge::rebuild_edges();
		pop_cfun();
	}
	if (profile_lines() || !functions.empty())
		emit_assembler();
	stop_events();
	return 0;
}

const pass_data names_pass_data = {
	SIMPLE_IPA_PASS, "memlint_names", OPTGROUP_NONE, TV_NONE, 0, 0, 0, 0, 0,
};

class names_pass : public simple_ipa_opt_pass
{
      public:
	explicit names_pass(gcc::context *context) : simple_ipa_opt_pass(names_pass_data, context)
	{
	}

	bool gate(function *) final override
	{
		return !in_lto_p && !seen_error();
	}

	unsigned execute(function *) final override
	{
		remember_names();
		return 0;
	}
};

void insert_pass(const char *plugin_name, opt_pass *pass, const char *place, pass_positioning_ops position)
{
	struct register_pass_info info = {pass, place, 1, position};

	register_callback(plugin_name, PLUGIN_PASS_MANAGER_SETUP, nullptr, &info);
}

} // namespace

void register_pass(const char *plugin_name)
{
	insert_pass(plugin_name, new names_pass(g), "*free_lang_data", PASS_POS_INSERT_BEFORE);
	insert_pass(plugin_name, new memlint_pass(g), "build_ssa_passes", PASS_POS_INSERT_AFTER);
	insert_pass(plugin_name, make_defer_pass(), "ehdisp", PASS_POS_INSERT_BEFORE);
	/* Behind what moves code, before debug information is made of it. */
	insert_pass(plugin_name, make_late_pass(), "alignments", PASS_POS_INSERT_AFTER);
}
