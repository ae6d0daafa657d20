// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Announcements that appear in the code only when it is finished. GCC works on an instruction of its own through two hundred passes, and a
 * site needs three: more than all else that the plugin does. So such a call gets a declaration of its callee of its own, which stands
 * for the site: what GCC does to the call, twins of it included, keeps the site, and calls of different sites are never taken for
 * the same. Where the callee may be inlined that begins after inlining (defer.cc). After the last pass that moves code the callee has its
 * own name again, and the instructions are put in.
 *
 * That does where nothing has to live across the call, no exception passes it, it is no tail call, and r11 is free, as it is at every
 * direct call that may go through a linkage table.
 */
#include "gcc/compat.h"

#include "instrument.h"

#include "rtl.h"

#include "emit-rtl.h"

#include "insn-config.h"

#include "recog.h"

#include "regs.h"

#include "function-abi.h"

#include "insn-constants.h"

#include "tm_p.h"

#include <unordered_map>

struct late_call {
	tree callee;  /* the original */
	unsigned site; /* offset in the unit's table */
};

static std::unordered_map<unsigned, late_call> late_calls; /* by the UID of the declaration that stands for the site */
static tree table;
static bool (*ok_for_sibcall)(tree, tree);

static const late_call *find_late_call(const_tree function)
{
	const auto found = function ? late_calls.find(DECL_UID(function)) : late_calls.end();

	return found != late_calls.end() ? &found->second : nullptr;
}

/* What was announced is taken back behind the call. */
static bool is_ok_for_sibcall(tree function, tree call)
{
	return !find_late_call(function) && ok_for_sibcall(function, call);
}

/* Calls name their callee, and the thread's variables lie at fixed distances. */
static bool is_plain_code()
{
	if (!flag_plt || flag_force_indirect_call || (ix86_cmodel != CM_SMALL && ix86_cmodel != CM_SMALL_PIC))
		return false;
	return !flag_lto && !flag_shlib && !flag_exceptions && !flag_non_call_exceptions && TARGET_TLS_DIRECT_SEG_REFS;
}

bool is_inlinable(const gcall *call)
{
	tree function = gimple_call_fndecl(call);
	const cgraph_node *node = function ? cgraph_node::get(function) : nullptr;

	return function && (!DECL_EXTERNAL(function) || (node && (node->definition || node->alias)));
}

bool can_announce_late(const gcall *call)
{
	tree function = gimple_call_fndecl(call);

	if (!function || !is_plain_code() || stmt_ends_bb_p(const_cast<gcall *>(call)))
		return false;
	if (fndecl_built_in_p(function) && !is_stub(function))
		return false;
	return !lookup_attribute("weakref", DECL_ATTRIBUTES(function)) && !lookup_attribute("noplt", DECL_ATTRIBUTES(function)) &&
	       !lookup_attribute("no_caller_saved_registers", TYPE_ATTRIBUTES(TREE_TYPE(function)));
}

/* What was an argument before GCC made a clone without it is known by the clone's declaration: debuggers show it. */
static void copy_debug_arguments(tree from, tree to)
{
	vec<tree, va_gc> **arguments = decl_debug_args_lookup(from);

	if (!arguments)
		return;
	vec<tree, va_gc> *list = *arguments;

	DECL_HAS_DEBUG_ARGS_P(to) = 0;
	*decl_debug_args_insert(to) = list;
}

tree declare_late(tree callee, tree variable, unsigned offset)
{
	symtab_node *node = symtab_node::get(callee);
	tree own = copy_node(callee);

	/* What GCC found out about a function of the unit it finds by the call graph's node; the body is the original's alone. */
	if (node && node->definition)
		own->decl_with_vis.symtab_node = node;
	DECL_STRUCT_FUNCTION(own) = NULL;
	DECL_INITIAL(own) = NULL_TREE;
	copy_debug_arguments(callee, own);
	SET_DECL_RTL(own, NULL);
	DECL_IGNORED_P(own) = 1;
	/* Symbols are held against each other by where their texts lie. */
	rtx symbol = XEXP(DECL_RTL(own), 0);

	XSTR(symbol, 0) = ggc_strdup(XSTR(symbol, 0));
	late_calls[DECL_UID(own)] = {callee, offset};
	caller_variable();
	table = variable;
	if (!ok_for_sibcall) {
		ok_for_sibcall = targetm.function_ok_for_sibcall;
		targetm.function_ok_for_sibcall = is_ok_for_sibcall;
	}
	return own;
}

void announce_late(gcall *call, tree declaration)
{
	gimple_call_set_fndecl(call, declaration);
	update_stmt(call);
}

/* memlint_v1_caller as an operand. */
static rtx caller_place()
{
	rtx symbol = XEXP(DECL_RTL(caller_variable()), 0);
	rtx place = gen_rtx_MEM(Pmode, gen_rtx_CONST(Pmode, gen_rtx_UNSPEC(Pmode, gen_rtvec(1, symbol), UNSPEC_NTPOFF)));

	set_mem_addr_space(place, DEFAULT_TLS_SEG_REG);
	MEM_VOLATILE_P(place) = 1;
	return place;
}

static void announce(rtx_insn *call, unsigned offset)
{
	const location_t location = INSN_LOCATION(call);
	rtx site = plus_constant(Pmode, XEXP(DECL_RTL(table), 0), offset);

	if (flag_pic) {
		rtx scratch = gen_rtx_REG(Pmode, R11_REG);

		emit_insn_before_setloc(gen_rtx_SET(scratch, site), call, location);
		site = scratch;
	}
	emit_insn_before_setloc(gen_rtx_SET(caller_place(), site), call, location);
}

/* The late call that @insn is; its callee has its own name then. */
static const late_call *take_late_call(rtx_insn *insn)
{
	rtx call = CALL_P(insn) ? get_call_rtx_from(insn) : NULL_RTX;
	rtx symbol = call ? XEXP(XEXP(call, 0), 0) : NULL_RTX;
	const late_call *late = symbol && GET_CODE(symbol) == SYMBOL_REF ? find_late_call(SYMBOL_REF_DECL(symbol)) : nullptr;

	if (!late)
		return nullptr;
	XEXP(XEXP(call, 0), 0) = XEXP(DECL_RTL(late->callee), 0);
	if (rtx note = find_reg_note(insn, REG_CALL_DECL, NULL_RTX))
		XEXP(note, 0) = XEXP(DECL_RTL(late->callee), 0);
	return late;
}

/* A stub only jumps through its slot. A call can do that itself, and saves the jump; jumps that must go through a thunk or
 * a register stay as they are. */
static void skip_stub(rtx_insn *insn)
{
	rtx call = get_call_rtx_from(insn);
	rtx symbol = XEXP(XEXP(call, 0), 0);

	if (GET_CODE(symbol) != SYMBOL_REF || !is_any_stub(SYMBOL_REF_DECL(symbol)) || TARGET_INDIRECT_BRANCH_REGISTER ||
	    (ix86_cmodel != CM_SMALL && ix86_cmodel != CM_SMALL_PIC))
		return;
	const std::string name = std::string(XSTR(symbol, 0)) + STUB_SLOT;
	rtx slot = gen_rtx_SYMBOL_REF(Pmode, ggc_strdup(name.c_str()));

	SYMBOL_REF_FLAGS(slot) = SYMBOL_FLAG_LOCAL;
	validate_change(insn, &XEXP(XEXP(call, 0), 0), gen_rtx_MEM(Pmode, slot), false);
}

/* Whether what was announced must have been taken back before @insn: all but plain instructions of one block. */
static bool ends_announcement(const rtx_insn *insn)
{
	if (NOTE_P(insn))
		return NOTE_INSN_BASIC_BLOCK_P(insn);
	return !DEBUG_INSN_P(insn) && (!NONJUMP_INSN_P(insn) || volatile_refs_p(PATTERN(insn)));
}

/* `and' with 0 is three bytes shorter than a move of it, and the flags are nobody's behind a call. */
static void take_back(rtx_insn *call)
{
	if (!call)
		return;
	rtx place = caller_place();
	rtx none = gen_rtx_SET(place, gen_rtx_AND(Pmode, place, const0_rtx));
	rtx flags = gen_rtx_CLOBBER(VOIDmode, gen_rtx_REG(CCmode, FLAGS_REG));

	emit_insn_after_setloc(gen_rtx_PARALLEL(VOIDmode, gen_rtvec(2, none, flags)), call, INSN_LOCATION(call));
}

/* A function that leaves r11 alone calls none that GCC does not know to do so: it allocates nothing. */
static bool may_allocate(const rtx_insn *call)
{
	return insn_callee_abi(call).clobbers_full_reg_p(R11_REG);
}

/* Of two announcements in a row the second alone takes the first one back. */
static void announce_function()
{
	rtx_insn *announced = nullptr; /* the call whose site still is */

	for (rtx_insn *insn = get_insns(); insn; insn = NEXT_INSN(insn)) {
		const late_call *late = take_late_call(insn);

		if (late && may_allocate(insn)) {
			announce(insn, late->site);
			announced = insn;
		} else if (announced && ends_announcement(insn)) {
			take_back(announced);
			announced = nullptr;
		}
		if (CALL_P(insn))
			skip_stub(insn);
	}
	take_back(announced);
}

namespace
{

const pass_data late_pass_data = {
	RTL_PASS, "memlint_late", OPTGROUP_NONE, TV_NONE, 0, 0, 0, 0, 0,
};

class late_pass : public rtl_opt_pass
{
      public:
	explicit late_pass(gcc::context *context) : rtl_opt_pass(late_pass_data, context)
	{
	}

	bool gate(function *) final override
	{
		return !late_calls.empty() || has_stubs();
	}

	unsigned execute(function *) final override
	{
		announce_function();
		return 0;
	}
};

} // namespace

opt_pass *make_late_pass()
{
	return new late_pass(g);
}
