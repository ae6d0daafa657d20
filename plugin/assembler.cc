// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The assembler text that an instrumented unit adds to its object: a stub and a slot per allocator used, the
 * announced site, the bootstrap. Everything is in COMDAT groups, so a program holds it once, and behind .ifndef, since
 * with -flto the texts of many units meet in one assembler file.
 */
#include "gcc/compat.h"

#include "instrument.h"

#include "bootstrap_text.h"

static tree stubs[MEMLINT_ALLOCATOR_COUNT];
static tree call_types[MEMLINT_ALLOCATOR_COUNT];
static tree caller, line_stub, line_slot;

#define LINE_STUB "memlint_v1_line"

/* The optimisers pair operator new with delete by their symbols, leading underscores aside: the stubs of _Znwm and _ZdlPv
 * keep that by having one more. */
static std::string stub_name(memlint_allocator allocator)
{
	const std::string symbol = allocator_row_of(allocator).symbol;

	if (symbol.compare(0, 11, "memlint_v1_") == 0)
		return symbol;
	return symbol.compare(0, 2, "_Z") == 0 ? "_" + symbol : "memlint_v1_" + symbol;
}

/* The type of a call with one argument more. */
static tree type_with_site(const gcall *call, bool with_site)
{
	std::vector<tree> arguments;

	for (unsigned i = 0; i < gimple_call_num_args(call); i++)
		arguments.push_back(TYPE_MAIN_VARIANT(TREE_TYPE(gimple_call_arg(call, i))));
	if (with_site)
		arguments.push_back(const_ptr_type_node);
	return build_function_type_array(gimple_call_return_type(call), int(arguments.size()), arguments.data());
}

static tree declare_stub(memlint_allocator allocator, tree type)
{
	tree stub = build_fn_decl(stub_name(allocator).c_str(), type);

	SET_DECL_ASSEMBLER_NAME(stub, get_identifier(stub_name(allocator).c_str()));
	DECL_VISIBILITY(stub) = VISIBILITY_HIDDEN;
	DECL_VISIBILITY_SPECIFIED(stub) = 1;
	TREE_NOTHROW(stub) = 0;
	DECL_CONTEXT(stub) = NULL_TREE;
	return stub;
}

/* GCC's own attribute for functions that release their argument and return it anew; its use-after-free warning needs it,
 * since it knows realloc itself by its exact type only. */
static tree reallocates(tree name, unsigned argument)
{
	tree number = build_tree_list(NULL_TREE, build_int_cst(integer_type_node, argument));

	return build_tree_list(get_identifier("*dealloc"), tree_cons(NULL_TREE, name, number));
}

#if GCCPLUGIN_VERSION < 12000
/* GCC 11 demangles the names of an operator new and a delete that do not belong together, and falls over one that is not mangled.
 * So the stub has the original's name for GCC, and its own only in the code; a link-time optimiser sees no code yet. */
static void rename_in_code(tree stub, tree original)
{
	if (flag_lto || !(DECL_IS_OPERATOR_NEW_P(original) || DECL_IS_OPERATOR_DELETE_P(original)))
		return;
	rtx symbol = gen_rtx_SYMBOL_REF(Pmode, IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(stub)));

	SET_SYMBOL_REF_DECL(symbol, stub);
	SYMBOL_REF_FLAGS(symbol) = SYMBOL_FLAG_FUNCTION | SYMBOL_FLAG_LOCAL;
	SET_DECL_ASSEMBLER_NAME(stub, DECL_ASSEMBLER_NAME(original));
	SET_DECL_RTL(stub, gen_rtx_MEM(FUNCTION_MODE, symbol));
}
#endif

tree stub_declaration(memlint_allocator allocator, const gcall *call, bool with_site)
{
	tree &stub = stubs[allocator];
	tree original = gimple_call_fndecl(call);

	if (stub)
		return stub;
	call_types[allocator] =
		build_type_attribute_variant(type_with_site(call, with_site), TYPE_ATTRIBUTES(TREE_TYPE(original)));
	stub = declare_stub(allocator, call_types[allocator]);
	/* What the optimisers and the warnings know of the original they go on knowing of its stub, by its name too. */
	DECL_NAME(stub) = DECL_NAME(original);
	if (with_site && allocator_row_of(allocator).old)
		DECL_ATTRIBUTES(stub) = reallocates(DECL_NAME(original), allocator_row_of(allocator).old);
	TREE_NOTHROW(stub) = TREE_NOTHROW(original);
	DECL_IS_MALLOC(stub) = DECL_IS_MALLOC(original);
	DECL_IS_REPLACEABLE_OPERATOR(stub) = DECL_IS_REPLACEABLE_OPERATOR(original);
	if (DECL_IS_OPERATOR_NEW_P(original))
		DECL_SET_IS_OPERATOR_NEW(stub, true);
	if (DECL_IS_OPERATOR_DELETE_P(original))
		DECL_SET_IS_OPERATOR_DELETE(stub, true);
	if (fndecl_built_in_p(original, BUILT_IN_NORMAL))
		set_decl_built_in_function(stub, BUILT_IN_NORMAL, unsigned(DECL_FUNCTION_CODE(original)));
#if GCCPLUGIN_VERSION < 12000
	/* GCC 11 holds a call against its own declaration: it must see there, too, that the call has an argument too many,
	 * or it makes malloc(n) of realloc(NULL, n), and calloc of malloc and memset, without the site. */
	TREE_TYPE(stub) = TREE_TYPE(original);
	rename_in_code(stub, original);
#endif
	return stub;
}

/* NONE if it is no stub. */
static memlint_allocator stub_allocator(const_tree function)
{
	if (!function || TREE_CODE(function) != FUNCTION_DECL || !DECL_EXTERNAL(function) || DECL_VISIBILITY(function) != VISIBILITY_HIDDEN)
		return MEMLINT_ALLOCATOR_NONE;
	for (unsigned i = 1; i < MEMLINT_ALLOCATOR_COUNT; i++)
		if (stubs[i] == function)
			return memlint_allocator(i);
	return MEMLINT_ALLOCATOR_NONE;
}

bool is_stub(const_tree function)
{
	const memlint_allocator allocator = stub_allocator(function);

	return allocator != MEMLINT_ALLOCATOR_NONE && !allocator_row_of(allocator).releases;
}

bool is_any_stub(const_tree function)
{
	return stub_allocator(function) != MEMLINT_ALLOCATOR_NONE;
}

bool has_stubs()
{
	for (const_tree stub : stubs)
		if (stub)
			return true;
	return false;
}

tree stub_call_type(memlint_allocator allocator)
{
	return call_types[allocator];
}

tree user_stub_declaration(memlint_allocator allocator, tree type)
{
	tree &stub = stubs[allocator];

	if (!stub) {
		stub = declare_stub(allocator, type);
		TREE_NOTHROW(stub) = 1;
	}
	return stub;
}

tree line_stub_declaration()
{
	tree arguments[] = {ptr_type_node, unsigned_type_node, ptr_type_node};

	if (line_stub)
		return line_stub;
	line_stub = build_fn_decl(LINE_STUB, build_function_type_array(void_type_node, 3, arguments));
	DECL_VISIBILITY(line_stub) = VISIBILITY_HIDDEN;
	DECL_VISIBILITY_SPECIFIED(line_stub) = 1;
	/* Nothing of the unit's runs in it. */
	DECL_ATTRIBUTES(line_stub) = build_tree_list(get_identifier("leaf"), NULL_TREE);
	return line_stub;
}

tree line_slot_variable()
{
	if (line_slot)
		return line_slot;
	line_slot = build_decl(UNKNOWN_LOCATION, VAR_DECL, get_identifier(LINE_STUB ".slot"), ptr_type_node);
	DECL_EXTERNAL(line_slot) = 1;
	TREE_PUBLIC(line_slot) = 1;
	TREE_USED(line_slot) = 1;
	DECL_ARTIFICIAL(line_slot) = 1;
	DECL_IGNORED_P(line_slot) = 1;
	DECL_VISIBILITY(line_slot) = VISIBILITY_HIDDEN;
	DECL_VISIBILITY_SPECIFIED(line_slot) = 1;
	return line_slot;
}

tree caller_variable()
{
	if (caller)
		return caller;
	/* Volatile: GCC thinks it knows that malloc reads no variables, so a store before it would be dead. */
	caller = build_decl(UNKNOWN_LOCATION, VAR_DECL, get_identifier("memlint_v1_caller"),
			    build_qualified_type(const_ptr_type_node, TYPE_QUAL_VOLATILE));
	TREE_THIS_VOLATILE(caller) = 1;
	TREE_SIDE_EFFECTS(caller) = 1;
	DECL_EXTERNAL(caller) = 1;
	TREE_PUBLIC(caller) = 1;
	TREE_USED(caller) = 1;
	TREE_ADDRESSABLE(caller) = 1;
	DECL_ARTIFICIAL(caller) = 1;
	DECL_IGNORED_P(caller) = 1;
	/* The program's own definition comes first in the loader's order; a library's is found through its table. */
	set_decl_tls_model(caller, flag_shlib ? TLS_MODEL_INITIAL_EXEC : TLS_MODEL_LOCAL_EXEC);
	return caller;
}

static std::string guarded(const std::string &symbol, const std::string &text)
{
	return ".ifndef " + symbol + "\n" + text + ".endif\n";
}

/* A slot, born with @function in it. */
static std::string slot_text(const std::string &stub, const std::string &function, unsigned serves)
{
	const std::string slot = stub + STUB_SLOT;

	return ".section " MEMLINT_SLOTS_SECTION ",\"awG\",@progbits," + stub + ",comdat\n"
		".balign 8\n.weak " + slot + "\n.hidden " + slot + "\n.type " + slot + ", @object\n.size " + slot + ", 16\n" +
		slot + ":\n.quad " + function + "\n.long " + std::to_string(serves) + ", 0\n";
}

/* A function that jumps through a slot; the slot is born with the allocator's own address. */
static std::string stub_text(memlint_allocator allocator)
{
	const std::string name = stub_name(allocator);
	const std::string symbol = allocator_row_of(allocator).symbol;
	const bool user = symbol == name; /* none of libc's */
	std::string text;

	text += ".section .text.memlint_v1,\"axG\",@progbits," + name + ",comdat\n"
		".weak " + name + "\n.hidden " + name + "\n.type " + name + ", @function\n" +
		name + ":\n.cfi_startproc\njmp *" + name + STUB_SLOT "(%rip)\n" +
		(user ? name + ".idle:\nendbr64\nret\n" : "") +
		".cfi_endproc\n.size " + name + ", .-" + name + "\n" +
		slot_text(name, user ? name + ".idle" : symbol, allocator);
	return guarded(name, text);
}

static std::string line_stub_text()
{
	return guarded(LINE_STUB,
		       ".section .text.memlint_v1,\"axG\",@progbits," LINE_STUB ",comdat\n"
		       ".weak " LINE_STUB "\n.hidden " LINE_STUB "\n.type " LINE_STUB ", @function\n" LINE_STUB ":\n"
		       ".cfi_startproc\njmp *" LINE_STUB ".slot(%rip)\n.cfi_endproc\n.size " LINE_STUB ", .-" LINE_STUB "\n" +
		       slot_text(LINE_STUB, "0", MEMLINT_SLOT_LINE));
}

static std::string caller_text()
{
	return guarded("memlint_v1_caller",
		       ".section .tbss.memlint_v1,\"awTG\",@nobits,memlint_v1_caller,comdat\n"
		       ".balign 8\n.weak memlint_v1_caller\n.type memlint_v1_caller, @tls_object\n"
		       ".size memlint_v1_caller, 8\nmemlint_v1_caller:\n.zero 8\n"
		       ".section .text.memlint_v1,\"axG\",@progbits,memlint_v1_caller,comdat\n"
		       ".weak memlint_v1_caller_offset\n.hidden memlint_v1_caller_offset\n"
		       ".type memlint_v1_caller_offset, @function\nmemlint_v1_caller_offset:\n"
		       "movq memlint_v1_caller@gottpoff(%rip), %rax\nret\n"
		       ".size memlint_v1_caller_offset, .-memlint_v1_caller_offset\n");
}

/* "a\b" as the assembler's .string wants it. */
static std::string quoted(const std::string &text)
{
	std::string result;
	char octal[5];

	for (const unsigned char c : text) {
		if (c == '"' || c == '\\' || c < ' ' || c > '~') {
			snprintf(octal, sizeof(octal), "\\%03o", c);
			result += octal;
		} else {
			result += char(c);
		}
	}
	return "\"" + result + "\"";
}

static std::string bootstrap()
{
	std::string text = bootstrap_text;

	text += ".section .rodata.memlint_v1,\"aG\",@progbits,memlint_v1,comdat\n"
		".weak memlint_v1_runtime_path\n.hidden memlint_v1_runtime_path\n"
		".type memlint_v1_runtime_path, @object\n"
		"memlint_v1_runtime_path:\n.string " + quoted(own_folder() + MEMLINT_RUNTIME_NAME) + "\n"
		".size memlint_v1_runtime_path, .-memlint_v1_runtime_path\n"
		".section .init_array.00001,\"awG\",@init_array,memlint_v1,comdat\n"
		".balign 8\n.quad memlint_v1_boot\n"
		".section .fini_array.00001,\"awG\",@fini_array,memlint_v1,comdat\n"
		".balign 8\n.quad memlint_v1_unboot\n";
	return guarded("memlint_v1_boot", text);
}

/* Mergeable strings: the linker keeps one of each. Retained, since nothing refers to them. */
static std::string shared_text()
{
	std::string text;

	if (shared_texts.empty())
		return text;
	text = ".section " MEMLINT_TYPES_SECTION ",\"aMSR\",@progbits,1\n";
	for (const std::string &shared : shared_texts)
		text += ".string " + quoted(MEMLINT_TEXT_START + coded_text(shared)) + "\n";
	return text;
}

void emit_assembler()
{
	std::string text;

	for (unsigned i = 1; i < MEMLINT_ALLOCATOR_COUNT; i++)
		if (stubs[i])
			text += stub_text(memlint_allocator(i));
	if (caller)
		text += caller_text();
	if (line_stub)
		text += line_stub_text();
	text += bootstrap() + shared_text();
	/* The text is AT&T syntax, whatever -masm says, and leaves the current section as it was. */
	text = ".pushsection .text\n.att_syntax prefix\n" + text +
	       (ASSEMBLER_DIALECT ? ".intel_syntax noprefix\n" : "") + ".popsection";
	symtab->finalize_toplevel_asm(build_string(int(text.size() + 1), text.c_str()));
}
