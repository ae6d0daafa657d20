// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The plugin's rooms and what they offer each other. GCC's headers come first, through gcc/compat.h.
 *
 * A translation unit is instrumented by one pass (pass.cc) in these steps:
 *   flow.cc       which functions are allocation wrappers; signature.cc what they look like from outside
 *   calls.cc      what each call is: an allocation, a release, a wrapper's or library's call, or nothing
 *   types.cc      which type an allocation makes; names.cc names it, layout.cc writes a record's layout
 *   places.cc     where a call stands
 *   unit.cc       the table of sites that goes into the object; data.cc makes variables of bytes, coded.cc shortens texts
 *   rewrite.cc    the calls are changed
 *   defer.cc      announcements to functions that were not inlined go to late.cc
 *   late.cc       most announcements come in when the code is finished
 *   lines.cc      functions marked for it tell when control comes to another line
 *   assembler.cc  the stubs and the bootstrap are added
 */
#ifndef MEMLINT_PLUGIN_INSTRUMENT_H
#define MEMLINT_PLUGIN_INSTRUMENT_H

#include "memlint/abi.h"

/* ---- options.cc: -fplugin-arg-memlint-KEY[=VALUE] ---- */

/* A user's own allocator. Argument numbers count from 1; 0 means there is none. */
struct user_allocator {
	std::string name;
	unsigned size = 0;
	unsigned count = 0;
	unsigned pool = 0;   /* the pool that the block belongs to */
	std::string release; /* gives one block back */
	std::string reset;   /* gives all blocks of the pool back, its first argument */
};

struct plugin_options {
	std::vector<user_allocator> allocators;
	std::set<std::string> wrappers;	   /* taken for wrappers whatever their code says */
	std::set<std::string> no_wrappers; /* never taken for wrappers */
	std::vector<std::string> profiles; /* globs: functions whose lines are profiled */
	bool frames = false;		   /* keep frame pointers, for tracebacks of more than one frame */
	bool verbose = false;		   /* a note for every site */
};

extern plugin_options options;

/* Reads the arguments for the plugin of that name; false after an error message for each that is wrong. */
bool options_parse(const char *plugin_name);

/* The command line names no other plugin. */
bool is_only_plugin();

/* Letters, digits and what else a symbol may have. */
bool is_identifier(const std::string &name);

/* The folder that the plugin lies in, with its last slash; "" if it cannot be told. */
std::string own_folder();

/* ---- config.cc ---- */

/* Adds what .memlint.yaml says, looked for upwards from the unit's main file; an error message for what is wrong in it. */
void read_config_file();

/* ---- calls.cc ---- */

enum call_kind {
	CALL_OTHER,
	CALL_ALLOCATOR,	     /* of allocators.def, goes through its stub with the site */
	CALL_RELEASE,	     /* of allocators.def, goes through its stub */
	CALL_WRAPPER,	     /* may allocate for its caller: the site is announced before */
	CALL_LIBRARY,	     /* the same; and may run other code of this program, so what was announced is restored */
	CALL_TRACKED,	     /* of memlint_track(): gets the site as its last argument */
	CALL_USER_ALLOCATOR, /* told to the runtime after the call */
	CALL_USER_RELEASE,   /* told to the runtime before the call */
	CALL_USER_RESET,     /* the same; all blocks of a pool go */
};

struct call_class {
	call_kind kind = CALL_OTHER;
	memlint_allocator allocator = MEMLINT_ALLOCATOR_NONE;
	unsigned size = 0;  /* 1-based argument that holds the size; 0 unknown */
	unsigned count = 0; /* 1-based argument that multiplies it; 0 none */
	unsigned pool = 0;  /* 1-based argument that is the pool of a user's allocator; 0 none */
	unsigned block = 0; /* 1-based argument that a user's release takes; 0 the last pointer */
};

/* One row of allocators.def. */
struct allocator_row {
	const char *symbol;
	unsigned nargs, size, count, old;
	bool releases;
};

const allocator_row &allocator_row_of(memlint_allocator allocator);

/* The entry of allocators.def that @call reaches in another object; NONE if it reaches none. */
memlint_allocator call_allocator(const gcall *call);

call_class classify_call(const gcall *call);

/* By its declaration, the function that @call reaches allocates what its caller asks for. */
bool is_declared_wrapper(const gcall *call);

/* Whether code of @function is not its caller's author's: a library's header, or a constructor or assignment that the
 * compiler made. Its allocations are its caller's. */
bool is_library_code(const_tree function);

/* ---- pools.cc: users' own allocators, by attribute memlint_pool or by option ---- */

/* To be called from plugin_init(). */
void register_pool_attribute(const char *plugin_name);

/* Whether @function is one; fills in what its calls are. */
bool classify_pool_call(tree function, call_class *what);

/* The block that @call returns, or the pool or block that it takes, is told to the runtime. */
void tell_pool_call(gcall *call, const call_class &what, tree site);

/* A callee's name as the linker sees it. */
const char *symbol_name(tree function);

/* Whether a library's function allocates, or runs a wrapper of the unit's: by the unit's call graph, and for what
 * it does not define by the declaration. */
bool library_function_may_allocate(tree function);

/* ---- signature.cc ---- */

/* Could the function be an allocation wrapper, by its result and parameters? Both sides of a call between units decide by
 * this alone: the unit that defines it, and the one that calls it. */
bool defines_wrapper_signature(tree function);
bool calls_wrapper_signature(const gcall *call);

/* The same for int f(char **result, const char *format, ...) and its va_list sister. */
bool has_asprintf_signature(const_tree function_type);

bool is_character(const_tree type);

/* ---- flow.cc ---- */

/* Finds the unit's wrappers: call before classify_call(). */
void find_wrappers();

/* @function returns an allocation whose size its caller chose. */
bool is_wrapper(tree function);

/* The argument of @call that it returns, as memcpy and its like do; NULL_TREE if none. */
tree returned_argument(const gcall *call);

/* @call, in a wrapper, makes the block that the wrapper returns. */
bool is_wrapped_call(const gcall *call);

/* Whether other calls of the current function may come before the wrapped @call and leave another site announced. */
bool may_follow_announcing_call(gcall *call);


/* ---- types.cc ---- */

struct block_type {
	tree type = NULL_TREE; /* main variant of the element's type; NULL_TREE unknown */
	bool array = false;
	bool certain = false;
};

/* The type that the result of @call is used as. */
block_type infer_block_type(const gcall *call, const call_class &what);

/* ---- texts.cc ---- */

/* What the library function that @call calls allocates for it, an array; NULL_TREE unknown. */
tree library_block_type(const gcall *call);

/* ---- names.cc ---- */

/* As the language writes it: struct dictEntry in C, Node<int> in C++. */
std::string type_name(tree type);
/* Ns::C<T>::f, without parameters. */
std::string function_name(tree function);
/* Size of a type, 0 unknown. */
uint64_t type_bytes(const_tree type);
/* describe_layout() of @type, also after the front end's knowledge is gone. */
std::string type_layout(tree type);

/* To be called before GCC drops the front end's knowledge. */
void remember_names();

/* ---- layout.cc ---- */

/* The text that abi.h describes; "" if @type is incomplete or varies in size. */
std::string describe_layout(tree type);

/* Has the layout of record @type put in the object, and those of the records in it; its hash, 0 if it has no complete layout. */
uint64_t note_layout(tree type);

/* Each record type with a name that stands in @record by value: base, member, or element of an array. */
void each_part(tree record, void (*visit)(tree part));

/* Has @text put among those that units share; what it is known by there. */
uint64_t share_text(const std::string &text);

extern std::set<std::string> shared_texts;

/* ---- places.cc ---- */

/* Notes where the calls of @function stand, whose body is still the front end's tree. */
void note_places(tree function);

/* Where a call of the current function stands for its author. Calls must be asked for in the order of the code. */
location_t call_location(gcall *call);

/* The outermost macro whose expansion @location lies in; NULL if none. */
const char *macro_of(location_t location);

/* ---- data.cc ---- */

/* A variable of the unit with the content @bytes in section @section, 8-byte aligned and not yet finalized. */
tree make_bytes_variable(const char *name, const std::string &bytes, const char *section);

/* ---- coded.cc ---- */

/* @text as abi.h codes it. */
std::string coded_text(const std::string &text);

/* ---- unit.cc ---- */

/* The table of sites of this unit. */
/* Where a site stands; strings by their offsets. */
struct site_place {
	uint32_t line = 0, column = 0, file = 0, function = 0, type = 0, macro = 0;
	unsigned allocator = 0, flags = 0;
};

class site_table {
      public:
	/* Returns the site's index. */
	unsigned add(gcall *call, tree function, memlint_allocator allocator, unsigned flags,
		     const block_type &type);
	bool empty() const
	{
		return nsites == 0;
	}
	/* After the last add(): makes the variable that holds the table. */
	void finish();
	/* The address of site @index, a GIMPLE invariant. */
	tree address(unsigned index) const;
	/* The same in two parts: the variable that holds the table, and bytes from its start. */
	tree content() const
	{
		return variable;
	}
	unsigned offset(unsigned index) const;

      private:
	uint32_t string(const std::string &text);
	uint32_t type(const block_type &type);

	void append_place(const site_place &place);

	uint32_t nsites = 0;
	std::string places;
	site_place before; /* the last of places */
	std::string types;
	uint32_t ntypes = 0;
	std::string strings = std::string(2, '\0');
	std::map<std::string, uint32_t> string_offsets;
	std::map<std::string, uint32_t> type_indexes;
	tree variable = NULL_TREE;
	std::vector<uint32_t> offsets; /* what sites' addresses are beyond the table's */
	uint32_t sites_end = sizeof(memlint_unit);
};

/* ---- rewrite.cc ---- */

/* A call to change: found first in all functions, changed after the site table is complete. */
struct planned_call {
	gcall *call;
	call_class what;
	unsigned site;
	bool restore; /* put the announced site back after the call, rather than clear it */
	bool keep;    /* announce again before the call what was announced when the function was entered */
};

/* Puts @statement behind @call, on the path where the call returns. */
void insert_after_call(gcall *call, gimple *statement);

/* Takes @statement, which is no call, out of the code and out of the order of memory. */
void remove_statement(gimple *statement);

/* Changes the calls of the current function. */
void rewrite_calls(const std::vector<planned_call> &calls, const site_table &table);

/* ---- late.cc ---- */

/* Whether the site of @call can be announced in finished code, if it is not inlined. */
bool can_announce_late(const gcall *call);

/* Whether GCC may put the callee's body in place of @call. */
bool is_inlinable(const gcall *call);

/* A declaration of @callee that stands for the site at @offset in @table: calls of it announce the site. */
tree declare_late(tree callee, tree table, unsigned offset);

/* Makes @call one of such a @declaration. */
void announce_late(gcall *call, tree declaration);

/* The pass that does it. */
opt_pass *make_late_pass();

/* ---- defer.cc ---- */

/* Marks that @site, an address in @table, is announced for @call, whose callee may be inlined. */
void defer_announcement(gcall *call, tree table, tree site);

/* The pass that makes announcements of the marks, late ones where they can be. */
opt_pass *make_defer_pass();

/* ---- assembler.cc ---- */

/* Whether @function is the stub of an allocator that gets a site; any stub; whether there are any. */
bool is_stub(const_tree function);
bool is_any_stub(const_tree function);
bool has_stubs();

/* A stub's slot has its name and this behind it. */
#define STUB_SLOT ".slot"

/* The stub's declaration for calls like @call; remembers that the stub is needed. */
tree stub_declaration(memlint_allocator allocator, const gcall *call, bool with_site);

/* The function type that calls of the stub have. */
tree stub_call_type(memlint_allocator allocator);

/* The same for the stubs of users' own allocators, of function type @type. */
tree user_stub_declaration(memlint_allocator allocator, tree type);

/* The thread's announced site: __thread const struct memlint_site *memlint_v1_caller. */
tree caller_variable();

/* The line profiler's stub, and its slot, which is NULL while no runtime serves it. */
tree line_stub_declaration();
tree line_slot_variable();

/* Adds the stubs used, and the bootstrap, to the object. */
void emit_assembler();

/* ---- lines.cc ---- */

/* Makes __attribute__((memlint_profile)) known. */
void register_line_attribute(const char *plugin_name);

/* If the lines of @function are to be profiled: marks in its body, still the front end's tree, where jumps stand and where it is left. */
void mark_lines(tree function);

/* Whether any function of the unit was marked. */
bool has_marked_lines();

/* The marks of the current function, and each change of line, become calls of the runtime; false if it has none. */
bool instrument_lines();

/* ---- plugin.cc ---- */

/* The unit is instrumented: from here on GCC need not call this plugin. */
void stop_events();

/* ---- pass.cc ---- */

void register_pass(const char *plugin_name);

#endif
