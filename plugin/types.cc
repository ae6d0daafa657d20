// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The type of what an allocation makes: the pointer types that its result flows into are candidates, and the size, where
 * it is a constant, has the last word.
 */
#include "gcc/compat.h"

#include "instrument.h"

enum {
	WEIGHT_CONSTRUCTOR = 100,
	WEIGHT_ASSIGNED = 60,
	WEIGHT_STORED = 50,
	WEIGHT_RETURNED = 40,
	WEIGHT_ACCESSED = 35,
	WEIGHT_MEMBER = 30,
	WEIGHT_PASSED = 20,
};

struct type_search {
	std::map<tree, int> weights; /* main variant of the pointee -> weight */
	std::set<tree> seen;
	unsigned steps = 0;
	bool may_have_cookie = false, has_cookie = false; /* the objects stand behind their number */
};

enum { COOKIE = 8 };

static bool integer_eq(const_tree value, uint64_t number)
{
	return tree_fits_uhwi_p(value) && tree_to_uhwi(value) == number;
}

static void note_pointer(tree type, int weight, type_search *search)
{
	if (!type || !POINTER_TYPE_P(type))
		return;
	tree pointee = TYPE_MAIN_VARIANT(TREE_TYPE(type));

	if (VOID_TYPE_P(pointee) || FUNC_OR_METHOD_TYPE_P(pointee))
		return;
	int &known = search->weights[pointee];

	known = MAX(known, weight);
}

static void note_uses(tree value, type_search *search);

static void note_call_use(const gcall *call, tree value, type_search *search)
{
	tree function = gimple_call_fndecl(call);
	const_tree link = function ? TYPE_ARG_TYPES(TREE_TYPE(function)) : NULL_TREE;

	if (returned_argument(call) == value && gimple_call_lhs(call)) {
		note_pointer(TREE_TYPE(gimple_call_lhs(call)), WEIGHT_ASSIGNED, search);
		note_uses(gimple_call_lhs(call), search);
	}
	for (unsigned i = 0; i < gimple_call_num_args(call); i++) {
		if (gimple_call_arg(call, i) == value && link) {
			const bool constructor = i == 0 && DECL_CXX_CONSTRUCTOR_P(function);

			note_pointer(TREE_VALUE(link), constructor ? WEIGHT_CONSTRUCTOR : WEIGHT_PASSED, search);
		}
		link = link ? TREE_CHAIN(link) : link;
	}
}

/* &value->member with nothing before the member: how unions of object types, and C's inheritance, are told apart. */
static bool is_first_member_of(tree address, tree value)
{
	poly_int64 offset;
	tree base = get_addr_base_and_unit_offset(TREE_OPERAND(address, 0), &offset);

	return base && TREE_CODE(base) == MEM_REF && TREE_OPERAND(base, 0) == value && known_eq(offset, 0);
}

/* The record that is accessed where @value points. */
static void note_access(tree place, tree value, type_search *search)
{
	tree base = get_base_address(place);

	if (base && TREE_CODE(base) == MEM_REF && TREE_OPERAND(base, 0) == value && integer_zerop(TREE_OPERAND(base, 1)) &&
	    RECORD_OR_UNION_TYPE_P(TREE_TYPE(base)))
		note_pointer(build_pointer_type(TREE_TYPE(base)), WEIGHT_ACCESSED, search);
}

/* The objects of new T[n] begin behind their number, where they have destructors. */
static bool is_behind_cookie(const gassign *assign, tree value, type_search *search)
{
	if (!search->may_have_cookie || gimple_assign_rhs_code(assign) != POINTER_PLUS_EXPR ||
	    gimple_assign_rhs1(assign) != value || !integer_eq(gimple_assign_rhs2(assign), COOKIE))
		return false;
	search->has_cookie = true;
	return true;
}

static void note_use(gimple *use, tree value, type_search *search)
{
	if (gassign *assign = dyn_cast<gassign *>(use)) {
		tree left = gimple_assign_lhs(assign);
		const tree_code code = gimple_assign_rhs_code(assign);

		if (code == ADDR_EXPR && is_first_member_of(gimple_assign_rhs1(assign), value))
			note_pointer(TREE_TYPE(left), WEIGHT_MEMBER, search);

		if (TREE_CODE(left) == SSA_NAME &&
		    (code == SSA_NAME || CONVERT_EXPR_CODE_P(code) || is_behind_cookie(assign, value, search))) {
			note_pointer(TREE_TYPE(left), WEIGHT_ASSIGNED, search);
			note_uses(left, search);
		} else if (gimple_assign_single_p(assign) && gimple_assign_rhs1(assign) == value) {
			note_pointer(TREE_TYPE(left), WEIGHT_STORED, search);
		}
		note_access(left, value, search);
	} else if (gphi *phi = dyn_cast<gphi *>(use)) {
		note_pointer(TREE_TYPE(gimple_phi_result(phi)), WEIGHT_ASSIGNED, search);
		note_uses(gimple_phi_result(phi), search);
	} else if (gcall *call = dyn_cast<gcall *>(use)) {
		if (!gimple_call_internal_p(call))
			note_call_use(call, value, search);
	} else if (is_a<greturn *>(use)) {
		note_pointer(TREE_TYPE(TREE_TYPE(current_function_decl)), WEIGHT_RETURNED, search);
	}
}

static void note_uses(tree value, type_search *search)
{
	imm_use_iterator iterator;
	use_operand_p use;

	if (TREE_CODE(value) != SSA_NAME || !search->seen.insert(value).second || search->steps++ > 200)
		return;
	FOR_EACH_IMM_USE_FAST (use, iterator, value)
		note_use(USE_STMT(use), value, search);
}

static bool constant_argument(const gcall *call, unsigned number, uint64_t *value)
{
	if (!number || number > gimple_call_num_args(call) || !tree_fits_uhwi_p(gimple_call_arg(call, number - 1)))
		return false;
	*value = tree_to_uhwi(gimple_call_arg(call, number - 1));
	return true;
}

/* The constant that a variable size is a multiple of: the 24 of n * 24. 0 if there is none. */
static uint64_t constant_factor(tree size)
{
	for (unsigned step = 0; step < 8 && TREE_CODE(size) == SSA_NAME; step++) {
		const gassign *assign = dyn_cast<gassign *>(SSA_NAME_DEF_STMT(size));

		if (!assign)
			return 0;
		const tree_code code = gimple_assign_rhs_code(assign);

		if (code == MULT_EXPR && tree_fits_uhwi_p(gimple_assign_rhs2(assign)))
			return tree_to_uhwi(gimple_assign_rhs2(assign));
		if (code == LSHIFT_EXPR && tree_fits_uhwi_p(gimple_assign_rhs2(assign)) &&
		    tree_to_uhwi(gimple_assign_rhs2(assign)) < 32)
			return uint64_t(1) << tree_to_uhwi(gimple_assign_rhs2(assign));
		if (!CONVERT_EXPR_CODE_P(code) && code != SSA_NAME)
			return 0;
		size = gimple_assign_rhs1(assign);
	}
	return 0;
}

/* What the call says of its size. */
struct block_size {
	bool known = false;  /* the size is the constant @bytes */
	uint64_t bytes = 0;
	uint64_t factor = 0; /* else a multiple of this, 0 unknown */
};

/* A wrapper's size argument is not known: all its constant numbers may be it. */
struct wrapper_numbers {
	std::set<uint64_t> constants;
	bool variable = false; /* and it takes a number that is not constant */
};

static wrapper_numbers numbers_of_wrapper(const gcall *call)
{
	wrapper_numbers numbers;

	for (unsigned i = 0; i < gimple_call_num_args(call); i++) {
		tree argument = gimple_call_arg(call, i);

		if (!INTEGRAL_TYPE_P(TREE_TYPE(argument)))
			continue;
		if (tree_fits_uhwi_p(argument))
			numbers.constants.insert(tree_to_uhwi(argument));
		else if (const uint64_t factor = constant_factor(argument))
			numbers.constants.insert(factor), numbers.variable = true;
		else
			numbers.variable |= !tree_fits_shwi_p(argument);
	}
	return numbers;
}

/* The size less the number that stands before the objects of an array. */
static void leave_cookie(const gcall *call, const call_class &what, block_size *size)
{
	tree argument = gimple_call_arg(call, what.size - 1);

	if (size->known && size->bytes >= COOKIE) {
		size->bytes -= COOKIE;
		return;
	}
	const gassign *sum = TREE_CODE(argument) == SSA_NAME ? dyn_cast<const gassign *>(SSA_NAME_DEF_STMT(argument)) : nullptr;

	if (sum && gimple_assign_rhs_code(sum) == PLUS_EXPR && integer_eq(gimple_assign_rhs2(sum), COOKIE))
		size->factor = constant_factor(gimple_assign_rhs1(sum));
}

static block_size size_of_block(const gcall *call, const call_class &what)
{
	block_size size;
	uint64_t count = 1;

	if (!what.size || what.size > gimple_call_num_args(call))
		return size;
	size.known = constant_argument(call, what.size, &size.bytes);
	if (!size.known) {
		size.factor = constant_factor(gimple_call_arg(call, what.size - 1));
	} else if (what.count && !constant_argument(call, what.count, &count)) {
		size.known = false;
		size.factor = size.bytes;
	} else {
		size.bytes *= count;
	}
	return size;
}

/* A candidate's weight once its size is held against the block's; negative if they cannot belong together. */
static int weigh(tree type, int weight, const block_size &size, const wrapper_numbers *wrapper)
{
	const uint64_t bytes = type_bytes(type);
	const bool character = TREE_CODE(type) == INTEGER_TYPE && TYPE_PRECISION(type) == BITS_PER_UNIT;

	if (!bytes)
		return RECORD_OR_UNION_TYPE_P(type) ? weight - 15 : -1;
	if (character)
		return weight - 15;
	if (wrapper)
		return wrapper->constants.count(bytes) ? weight + 60 : weight;
	if (size.known && size.bytes < bytes)
		return -1;
	if (size.known && size.bytes % bytes == 0)
		return weight + 40 + (size.bytes == bytes ? 20 : 0);
	if (!size.known && size.factor && size.factor % bytes == 0)
		return weight + 40 + (size.factor == bytes ? 20 : 0);
	return weight;
}

/* operator new[], a class's own too. */
static bool makes_array(const gcall *call)
{
	tree function = gimple_call_fndecl(call);

	return function && DECL_IS_OPERATOR_NEW_P(function) &&
	       (!strncmp(symbol_name(function), "_Zna", 4) || strstr(symbol_name(function), "naEm"));
}

block_type infer_block_type(const gcall *call, const call_class &what)
{
	block_type block;
	tree result = gimple_call_lhs(call);
	type_search search;
	int best = 0;

	const bool wrapper = what.kind == CALL_WRAPPER || (what.kind == CALL_LIBRARY && is_declared_wrapper(call));

	if (what.kind == CALL_LIBRARY && !wrapper) {
		block.type = library_block_type(call);
		block.array = block.type != NULL_TREE;
		return block;
	}
	if (what.allocator && !allocator_row_of(what.allocator).size && what.kind == CALL_ALLOCATOR) {
		block.type = char_type_node;
		block.array = true;
		return block;
	}
	if (what.allocator == MEMLINT_ALLOCATOR_POSIX_MEMALIGN && TREE_CODE(gimple_call_arg(call, 0)) == ADDR_EXPR)
		note_pointer(TREE_TYPE(TREE_OPERAND(gimple_call_arg(call, 0), 0)), WEIGHT_ASSIGNED, &search);
	search.may_have_cookie = makes_array(call);
	if (result) {
		note_pointer(TREE_TYPE(result), WEIGHT_ASSIGNED, &search);
		note_uses(result, &search);
	}
	block_size size = size_of_block(call, what);

	if (search.has_cookie && what.size)
		leave_cookie(call, what, &size);
	const wrapper_numbers numbers = wrapper ? numbers_of_wrapper(call) : wrapper_numbers();

	for (const auto &candidate : search.weights) {
		const int weight = weigh(candidate.first, candidate.second, size, wrapper ? &numbers : nullptr);

		if (weight > best || (weight == best && block.type && TYPE_UID(candidate.first) < TYPE_UID(block.type))) {
			best = weight;
			block.type = candidate.first;
		}
	}
	if (!block.type)
		return block;
	const uint64_t bytes = type_bytes(block.type);
	const bool one = wrapper ? numbers.constants.count(bytes) && !numbers.variable : size.known && size.bytes == bytes;

	if (search.has_cookie) {
		block.array = true;
		return block;
	}
	block.certain = one && what.kind == CALL_ALLOCATOR;
	if (!RECORD_OR_UNION_TYPE_P(block.type))
		block.array = !one || (wrapper && bytes == 1);
	else if (wrapper)
		block.array = numbers.constants.count(bytes) && numbers.variable;
	else
		block.array = bytes && ((size.known && size.bytes > bytes && size.bytes % bytes == 0) ||
					(!size.known && size.factor == bytes));
	return block;
}
