// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The line profiler's part in the program: a function marked for it tells the runtime when it is entered and left, and when control
 * comes to another line of it.
 *
 * It takes two steps. In the front end's tree the body becomes that of a try-finally, so that it is left through one place on every way,
 * exceptions included; and jumps, which have no statement of their own later on, are marked. Marks are asm statements, which every
 * stage between leaves alone. In SSA form, before anything is inlined, marks and changes of line become hooks:
 *     if (memlint_v1_line.slot) memlint_v1_line(&table, event, &activation);
 */
#include "gcc/compat.h"

#include "instrument.h"

#include <fnmatch.h>

static const char mark_entered[] = "memlint: entered", mark_line[] = "memlint: line", mark_left[] = "memlint: left";
static bool marked_any;

/* ---- which functions ---- */

static tree handle_attribute(tree *node, tree name, tree, int, bool *no_add)
{
	if (TREE_CODE(*node) == FUNCTION_DECL)
		return NULL_TREE;
	warning(OPT_Wattributes, "%qE attribute applies to functions only", name);
	*no_add = true;
	return NULL_TREE;
}

static const attribute_spec specification = {
	"memlint_profile", 0, 0, true, false, false, false, handle_attribute, nullptr,
};

static void register_attributes(void *, void *)
{
	register_attribute(&specification);
}

void register_line_attribute(const char *plugin_name)
{
	register_callback(plugin_name, PLUGIN_ATTRIBUTES, register_attributes, nullptr);
}

static bool is_named(tree function)
{
	if (options.profiles.empty())
		return false;
	const std::string name = function_name(function);
	const char *plain = DECL_NAME(function) ? IDENTIFIER_POINTER(DECL_NAME(function)) : "";

	for (const std::string &pattern : options.profiles)
		if (!fnmatch(pattern.c_str(), name.c_str(), 0) || !fnmatch(pattern.c_str(), plain, 0))
			return true;
	return false;
}

static bool is_wanted(tree function)
{
	const location_t location = DECL_SOURCE_LOCATION(function);

	if (lookup_attribute("memlint_profile", DECL_ATTRIBUTES(function)))
		return true;
	return is_named(function) && !DECL_ARTIFICIAL(function) && !in_system_header_at(location) &&
	       !lookup_attribute("naked", DECL_ATTRIBUTES(function)) &&
	       !lookup_attribute("no_instrument_function", DECL_ATTRIBUTES(function));
}

/* ---- marks in the front end's tree ---- */

static tree make_mark(const char *text, location_t location)
{
	tree mark = build5_loc(location, ASM_EXPR, void_type_node, build_string(int(strlen(text)), text), NULL_TREE, NULL_TREE,
			       NULL_TREE, NULL_TREE);

	ASM_VOLATILE_P(mark) = 1;
	TREE_SIDE_EFFECTS(mark) = 1;
	return mark;
}

/* Jumps become edges of the graph, and where those stand differs with the level of optimisation. */
static tree mark_jump(tree *node, int *walk_subtrees, void *)
{
	const tree_code code = TREE_CODE(*node);

	if (TYPE_P(*node) || DECL_P(*node))
		*walk_subtrees = 0;
	if ((code != BREAK_STMT && code != CONTINUE_STMT && code != GOTO_EXPR && code != RETURN_EXPR) ||
	    EXPR_LOCATION(*node) <= BUILTINS_LOCATION)
		return NULL_TREE;
	tree both = alloc_stmt_list();

	append_to_statement_list_force(make_mark(mark_line, EXPR_LOCATION(*node)), &both);
	append_to_statement_list_force(*node, &both);
	TREE_SIDE_EFFECTS(both) = 1;
	*node = both;
	*walk_subtrees = 0;
	return NULL_TREE;
}

void mark_lines(tree function)
{
	tree *body = &DECL_SAVED_TREE(function);

	if (!is_wanted(function) || !*body)
		return;
	walk_tree_without_duplicates(body, mark_jump, nullptr);
	tree whole = build2(TRY_FINALLY_EXPR, void_type_node, *body, make_mark(mark_left, UNKNOWN_LOCATION));

	TREE_SIDE_EFFECTS(whole) = 1;
	*body = alloc_stmt_list();
	TREE_SIDE_EFFECTS(*body) = 1;
	append_to_statement_list_force(make_mark(mark_entered, UNKNOWN_LOCATION), body);
	append_to_statement_list_force(whole, body);
	marked_any = true;
}

bool has_marked_lines()
{
	return marked_any;
}

/* ---- lines of statements ---- */

static bool is_mark(gimple *statement, const char *text)
{
	const gasm *mark = dyn_cast<gasm *>(statement);

	return mark && !strcmp(gimple_asm_string(mark), text);
}

static bool is_any_mark(gimple *statement)
{
	return is_mark(statement, mark_entered) || is_mark(statement, mark_line) || is_mark(statement, mark_left);
}

/* A hook to be put in before @statement. */
struct planned_hook {
	gimple *statement;
	uint32_t event;
};

class line_plan
{
      public:
	line_plan();
	bool make();

	std::vector<planned_hook> hooks;
	std::vector<gimple *> marks; /* all that are there, to be taken out */
	std::set<uint32_t> lines;
	uint32_t first, last;
	const char *file;

      private:
	uint32_t line_of(gimple *statement) const;
	uint32_t line_before(basic_block block) const;
	bool is_left_before(basic_block block) const;
	void find_marks(basic_block block);
	void find_left();
	void plan_block(basic_block block);

	std::map<int, uint32_t> at_end; /* of a block, the line that control is on */
	std::set<int> left;		/* blocks at whose end the function has been left */
};

line_plan::line_plan()
{
	const expanded_location start = expand_location(DECL_SOURCE_LOCATION(current_function_decl));
	const expanded_location end = expand_location(cfun->function_end_locus);

	file = start.file ? start.file : "";
	first = uint32_t(start.line);
	last = end.file && !strcmp(end.file, file) && end.line > start.line ? uint32_t(end.line) : first;
}

/* 0: none of the function's own. */
uint32_t line_plan::line_of(gimple *statement) const
{
	if (is_gimple_debug(statement) || gimple_clobber_p(statement) || gimple_code(statement) == GIMPLE_LABEL ||
	    gimple_code(statement) == GIMPLE_PREDICT || gimple_code(statement) == GIMPLE_NOP ||
	    LOCATION_LOCUS(gimple_location(statement)) <= BUILTINS_LOCATION)
		return 0;
	const expanded_location place = expand_location(gimple_location(statement));

	if (uint32_t(place.line) < first || uint32_t(place.line) > last || !place.file || strcmp(place.file, file))
		return 0;
	return uint32_t(place.line);
}

/* The line that every way into @block comes from; 0 if it is not known or there are several. */
uint32_t line_plan::line_before(basic_block block) const
{
	uint32_t line = 0;
	edge e;
	edge_iterator ei;

	FOR_EACH_EDGE (e, ei, block->preds) {
		const auto found = at_end.find(e->src->index);

		if (found == at_end.end() || (e->flags & EDGE_ABNORMAL) || (line && found->second != line))
			return 0;
		line = found->second;
	}
	return line;
}

bool line_plan::is_left_before(basic_block block) const
{
	edge e;
	edge_iterator ei;

	FOR_EACH_EDGE (e, ei, block->preds)
		if (!left.count(e->src->index))
			return false;
	return EDGE_COUNT(block->preds) > 0;
}

/* Notes the marks in @block, and whether the function is left there. */
void line_plan::find_marks(basic_block block)
{
	for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
		if (!is_any_mark(gsi_stmt(gsi)))
			continue;
		marks.push_back(gsi_stmt(gsi));
		if (is_mark(gsi_stmt(gsi), mark_left))
			left.insert(block->index);
	}
}

/* The way out has a few statements behind the mark: they are no lines any more. */
void line_plan::find_left()
{
	basic_block block;
	size_t before;

	do {
		before = left.size();
		FOR_EACH_BB_FN (block, cfun)
			if (is_left_before(block))
				left.insert(block->index);
	} while (left.size() != before);
}

void line_plan::plan_block(basic_block block)
{
	uint32_t current = line_before(block);

	if (is_left_before(block))
		return;

	for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
		gimple *statement = gsi_stmt(gsi);
		const uint32_t line = line_of(statement);

		if (is_mark(statement, mark_left)) {
			hooks.push_back({statement, MEMLINT_LINE_LEAVE});
			return;
		}
		/* The way back from longjmp leads to the call of setjmp itself: what comes next on the line tells. */
		if (is_gimple_call(statement) && (gimple_call_flags(statement) & ECF_RETURNS_TWICE))
			continue;
		if (line && line != current)
			hooks.push_back({statement, line});
		if (line) {
			lines.insert(line);
			current = line;
		}
	}
	at_end[block->index] = current;
}

bool line_plan::make()
{
	basic_block block;

	lines.insert(first);
	at_end[ENTRY_BLOCK] = 0;
	FOR_EACH_BB_FN (block, cfun)
		find_marks(block);
	if (marks.empty())
		return false;
	find_left();
	FOR_EACH_BB_FN (block, cfun)
		plan_block(block);
	return true;
}

/* ---- the table and the hooks ---- */

static tree make_table(const line_plan &plan)
{
	static unsigned count;
	memlint_line_table table = {};
	std::string bytes, strings;
	const std::vector<uint32_t> lines(plan.lines.begin(), plan.lines.end());
	const uint32_t strings_at = uint32_t(sizeof(table) + lines.size() * sizeof(uint32_t));
	const auto string = [&](const std::string &text) {
		const uint32_t at = strings_at + uint32_t(strings.size());

		strings.append(text.c_str(), text.size() + 1);
		return at;
	};

	table.first = plan.first;
	table.last = plan.last;
	table.nlines = uint32_t(lines.size());
	table.name = string(function_name(current_function_decl));
	table.file = string(plan.file);
	table.directory = string(get_src_pwd() ? get_src_pwd() : "");
	table.size = strings_at + uint32_t(strings.size());
	bytes.assign(reinterpret_cast<const char *>(&table), sizeof(table));
	bytes.append(reinterpret_cast<const char *>(lines.data()), lines.size() * sizeof(uint32_t));
	tree variable = make_bytes_variable(("memlint_v1_lines." + std::to_string(count++)).c_str(), bytes + strings, nullptr);

	TREE_ADDRESSABLE(variable) = 1;
	varpool_node::finalize_decl(variable);
	return variable;
}

/* A variable of the function's frame, whose address stands for this run of it. */
static tree make_activation()
{
	tree variable = create_tmp_var(char_type_node, "memlint_activation");

	TREE_ADDRESSABLE(variable) = 1;
	DECL_IGNORED_P(variable) = 1;
	return variable;
}

/* The hook as the last thing in @block's first part; what @gsi points at, and all after it, comes in a new block. */
static void insert_hook(gimple_stmt_iterator gsi, gcall *call)
{
	basic_block head = gsi_bb(gsi);
	tree slot = make_ssa_name(ptr_type_node);
	gassign *load = gimple_build_assign(slot, line_slot_variable());
	gcond *test = gimple_build_cond(NE_EXPR, slot, null_pointer_node, NULL_TREE, NULL_TREE);

	if (gsi_end_p(gsi)) {
		gsi_insert_after(&gsi, load, GSI_NEW_STMT);
	} else {
		gsi_insert_before(&gsi, load, GSI_SAME_STMT);
		gsi = gsi_for_stmt(load);
	}
	gsi_insert_after(&gsi, test, GSI_NEW_STMT);
	edge past = split_block(head, test);
	basic_block block = create_empty_bb(head);
	edge to_hook = make_edge(head, block, EDGE_TRUE_VALUE);

	to_hook->probability = profile_probability::very_unlikely();
	block->count = head->count.apply_probability(to_hook->probability);
	past->flags = (past->flags & ~EDGE_FALLTHRU) | EDGE_FALSE_VALUE;
	past->probability = to_hook->probability.invert();
	make_single_succ_edge(block, past->dest, EDGE_FALLTHRU);
	if (current_loops && head->loop_father)
		add_bb_to_loop(block, head->loop_father);
	gsi = gsi_start_bb(block);
	gsi_insert_after(&gsi, call, GSI_NEW_STMT);
}

static void insert_on_entry(gcall *call)
{
	basic_block first = single_succ(ENTRY_BLOCK_PTR_FOR_FN(cfun));

	/* A loop may lead back to the first block. */
	if (!single_pred_p(first))
		first = split_edge(single_succ_edge(ENTRY_BLOCK_PTR_FOR_FN(cfun)));
	insert_hook(gsi_after_labels(first), call);
}

static void remove_marks(const line_plan &plan)
{
	for (gimple *mark : plan.marks) {
		gimple_stmt_iterator gsi = gsi_for_stmt(mark);

		unlink_stmt_vdef(mark);
		gsi_remove(&gsi, true);
		release_defs(mark);
	}
}

/* Whether the current function was a coroutine: what is left of it makes the frame, its body has become functions of other names. */
static bool is_coroutine()
{
	unsigned i;
	tree name;

	FOR_EACH_SSA_NAME (i, name, cfun)
		if (SSA_NAME_IDENTIFIER(name) && !strncmp(IDENTIFIER_POINTER(SSA_NAME_IDENTIFIER(name)), "_Coro_frameptr", 14))
			return true;
	return false;
}

bool instrument_lines()
{
	line_plan plan;

	if (!plan.make())
		return false;
	if (lang_GNU_CXX() && is_coroutine()) {
		if (lookup_attribute("memlint_profile", DECL_ATTRIBUTES(current_function_decl)))
			warning_at(DECL_SOURCE_LOCATION(current_function_decl), OPT_Wattributes,
				   "memlint: coroutine %qD has no line by line table", current_function_decl);
		remove_marks(plan);
		return true;
	}
	tree table = build_fold_addr_expr(make_table(plan));
	tree activation = build_fold_addr_expr(make_activation());
	const auto hook = [&](uint32_t event) {
		gcall *call = gimple_build_call(line_stub_declaration(), 3, table, build_int_cst(unsigned_type_node, event),
						activation);

		gimple_set_location(call, DECL_SOURCE_LOCATION(current_function_decl));
		return call;
	};

	for (const planned_hook &planned : plan.hooks)
		insert_hook(gsi_for_stmt(planned.statement), hook(planned.event));
	remove_marks(plan);
	insert_on_entry(hook(MEMLINT_LINE_ENTER));
	free_dominance_info(CDI_DOMINATORS);
	free_dominance_info(CDI_POST_DOMINATORS);
	return true;
}
