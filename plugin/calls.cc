// SPDX-License-Identifier: GPL-3.0-or-later
/* What a call is: an allocation, a release, a call that may allocate for its caller, or nothing of ours. */
#include "gcc/compat.h"

#include "instrument.h"

#include <algorithm>
#include <unordered_map>

enum { ALLOC, ZALLOC, REALLOC, ALIGNED, STORED, STRING, FREE, TRACK, UNTRACK };

static const allocator_row allocator_rows[] = {
	{"", 0, 0, 0, 0, false},
#define ALLOCATOR(id, symbol, verb, nargs, size, count, old, release) {symbol, nargs, size, count, old, verb == FREE},
#include "memlint/allocators.def"
};

static const char *const library_functions[] = {
#define LIBRARY(symbol) symbol,
#include "memlint/allocators.def"
};

/* The C library's own headers: of what they declare, only the functions of allocators.def allocate for their caller. */
static const char *const libc_headers[] = {
	"aio.h",       "aliases.h",  "alloca.h",    "ar.h",	  "argp.h",	 "argz.h",	"assert.h",   "byteswap.h",
	"complex.h",   "cpio.h",     "crypt.h",	    "ctype.h",	  "dirent.h",	 "dlfcn.h",	"elf.h",      "endian.h",
	"envz.h",      "err.h",	     "errno.h",	    "error.h",	  "execinfo.h",	 "fcntl.h",	"fenv.h",     "fmtmsg.h",
	"fnmatch.h",   "fstab.h",    "fts.h",	    "ftw.h",	  "getopt.h",	 "glob.h",	"grp.h",      "gshadow.h",
	"iconv.h",     "ifaddrs.h",  "inttypes.h",  "langinfo.h", "libgen.h",	 "libintl.h",	"limits.h",   "link.h",
	"locale.h",    "malloc.h",   "math.h",	    "mcheck.h",	  "memory.h",	 "mntent.h",	"monetary.h", "mqueue.h",
	"netdb.h",     "nl_types.h", "nss.h",	    "obstack.h",  "poll.h",	 "printf.h",	"proc_service.h",
	"pthread.h",   "pty.h",	     "pwd.h",	    "regex.h",	  "regexp.h",	 "resolv.h",	"sched.h",    "search.h",
	"semaphore.h", "setjmp.h",   "sgtty.h",	    "shadow.h",	  "signal.h",	 "spawn.h",	"stdc-predef.h",
	"stdint.h",    "stdio.h",    "stdio_ext.h", "stdlib.h",	  "string.h",	 "strings.h",	"stropts.h",  "stdatomic.h",
	"stddef.h",    "stdarg.h",   "syscall.h",   "sysexits.h", "syslog.h",	 "tar.h",	"termio.h",   "termios.h",
	"tgmath.h",    "thread_db.h", "threads.h",  "time.h",	  "ttyent.h",	 "uchar.h",	"ucontext.h", "ulimit.h",
	"unistd.h",    "utime.h",    "utmp.h",	    "utmpx.h",	  "values.h",	 "wait.h",	"wchar.h",    "wctype.h",
	"wordexp.h",
};

const allocator_row &allocator_row_of(memlint_allocator allocator)
{
	return allocator_rows[allocator];
}

const char *symbol_name(tree function)
{
	const char *name = IDENTIFIER_POINTER(DECL_ASSEMBLER_NAME(function));

	return *name == '*' ? name + 1 : name;
}

/* Whether calls of @function leave the unit, or may be sent through a stub all the same: operator new and delete
 * may be replaced by the program, and their stubs reach the replacement. */
static bool reaches_an_allocator(tree function, const char *name)
{
	const cgraph_node *node = cgraph_node::get(function);

	if (!TREE_PUBLIC(function))
		return false;
	return !node || !node->definition || DECL_EXTERNAL(function) || !strncmp(name, "_Zn", 3) || !strncmp(name, "_Zd", 3);
}

/* Arguments travel in plain registers to the stub: numbers and pointers as wide as a word at most. */
static bool has_plain_arguments(const gcall *call)
{
	for (unsigned i = 0; i < gimple_call_num_args(call); i++) {
		const_tree type = TREE_TYPE(gimple_call_arg(call, i));

		if (!INTEGRAL_TYPE_P(type) && !POINTER_TYPE_P(type))
			return false;
		if (TYPE_PRECISION(type) > BITS_PER_WORD)
			return false;
	}
	return true;
}

/* What the lists say of a function's name. */
struct listed_name {
	unsigned allocator; /* 0: none */
	bool is_library;
};

static listed_name look_up(const char *name)
{
	static std::map<std::string, listed_name> lists;

	if (lists.empty()) {
		for (unsigned i = 1; i < MEMLINT_ALLOCATOR_COUNT; i++)
			lists[allocator_rows[i].symbol].allocator = i;
		for (const char *listed : library_functions)
			lists[listed].is_library = true;
	}
	const auto found = lists.find(name);

	return found == lists.end() ? listed_name() : found->second;
}

/* A unit calls few functions many times; GCC keeps one identifier for each name. */
static listed_name listed_name_of(tree function)
{
	static std::unordered_map<tree, listed_name> known;
	tree identifier = DECL_ASSEMBLER_NAME(function);
	const auto found = known.find(identifier);

	return found != known.end() ? found->second : known[identifier] = look_up(symbol_name(function));
}

memlint_allocator call_allocator(const gcall *call)
{
	tree function = gimple_call_fndecl(call);

	if (!function || gimple_call_internal_p(call))
		return MEMLINT_ALLOCATOR_NONE;
	const unsigned listed = listed_name_of(function).allocator;

	if (!listed || gimple_call_num_args(call) != allocator_rows[listed].nargs || !has_plain_arguments(call) ||
	    !reaches_an_allocator(function, symbol_name(function)))
		return MEMLINT_ALLOCATOR_NONE;
	return memlint_allocator(listed);
}

/* Libraries found by -I, as pkg-config gives it, are none of GCC's system headers; they are installed like them. */
static bool is_installed_file(const char *file)
{
	return file && (!strncmp(file, "/usr/include/", 13) || !strncmp(file, "/usr/local/include/", 19) ||
			!strncmp(file, "/usr/lib/", 9) || !strncmp(file, "/opt/", 5));
}

static bool in_library_header(const_tree function)
{
	const location_t location = DECL_SOURCE_LOCATION(function);

	return location > BUILTINS_LOCATION && (in_system_header_at(location) || is_installed_file(LOCATION_FILE(location)));
}

static bool is_made_by_compiler(const_tree function)
{
	const_tree name = DECL_NAME(function);

	return lang_GNU_CXX() && DECL_ARTIFICIAL(function) && name &&
	       (DECL_CXX_CONSTRUCTOR_P(function) || DECL_CXX_DESTRUCTOR_P(function) ||
		!strcmp(IDENTIFIER_POINTER(name), "operator="));
}

bool is_library_code(const_tree function)
{
	return in_library_header(function) || is_made_by_compiler(function);
}

static bool in_libc_header(const_tree function)
{
	const char *file = LOCATION_FILE(DECL_SOURCE_LOCATION(function));
	const char *base = file ? strrchr(file, '/') : nullptr;

	if (!file)
		return true;
	if (strstr(file, "/bits/") || strstr(file, "/sys/") || strstr(file, "/arpa/") || strstr(file, "/net/") ||
	    strstr(file, "/netinet/") || strstr(file, "/asm/") || strstr(file, "/linux/"))
		return !strstr(file, "/c++/");
	base = base ? base + 1 : file;
	for (const char *header : libc_headers)
		if (!strcmp(header, base))
			return true;
	return false;
}

/* C++ library functions that never allocate, by their plain names. */
static bool is_quiet_cxx_name(const_tree function)
{
	static const std::set<std::string> quiet = {
		"size",	    "length",	   "empty",	"data",		"c_str",      "begin",	    "end",	 "rbegin",
		"rend",	    "front",	   "back",	"capacity",	"max_size",   "compare",    "find",	 "rfind",
		"get",	    "operator[]",  "at",	"operator bool", "good",      "fail",	    "eof",	 "bad",
		"clear",    "_M_dispose",  "_M_destroy", "_M_data",	"_M_local_data", "_M_is_local", "pop_back", "swap",
		"lock",	    "unlock",	   "try_lock",	"notify_one",	"notify_all", "_M_release", "use_count", "flush",
		"_M_hook",  "_M_unhook",   "_M_transfer", "_Rb_tree_increment", "_Rb_tree_decrement",
		"_Rb_tree_insert_and_rebalance", "_Rb_tree_rebalance_for_erase", "now", "join", "detach",
	};
	const_tree name = DECL_NAME(function);

	return name && quiet.count(IDENTIFIER_POINTER(name));
}

static bool is_destructor_symbol(const char *name)
{
	const size_t length = strlen(name);

	return length > 4 && name[length - 4] == 'D' && ISDIGIT(name[length - 3]) && !strcmp(name + length - 2, "Ev");
}

/* A function that another object defines, declared in a library's header: might it allocate? */
static bool library_function_elsewhere_may_allocate(tree function)
{
	if (listed_name_of(function).is_library)
		return true;
	if (fndecl_built_in_p(function) || TREE_READONLY(function) || DECL_PURE_P(function) || TREE_THIS_VOLATILE(function) ||
	    in_libc_header(function))
		return false;
	return !is_destructor_symbol(symbol_name(function)) && !is_quiet_cxx_name(function);
}

bool library_function_may_allocate(tree function)
{
	static std::map<tree, bool> known;
	const auto found = known.find(function);

	if (found != known.end())
		return found->second;
	cgraph_node *node = cgraph_node::get(function);

	if (node)
		node = node->ultimate_alias_target();
	if (!node || !node->has_gimple_body_p())
		return known[function] = library_function_elsewhere_may_allocate(function);
	bool &answer = known[function];

	answer = false; /* what a recursion sees */
	for (const cgraph_edge *edge = node->callees; edge; edge = edge->next_callee) {
		const gcall *call = edge->call_stmt;
		tree callee = edge->callee->decl;

		if (call && call_allocator(call) != MEMLINT_ALLOCATOR_NONE) {
			if (allocator_rows[call_allocator(call)].releases)
				continue;
			return known[function] = true;
		}
		if (is_library_code(callee) ? library_function_may_allocate(callee) : is_wrapper(callee))
			return known[function] = true;
	}
	return known[function] = false;
}

/* A declaration of a function that another object defines: does its caller choose what it allocates? */
bool is_declared_wrapper(const gcall *call)
{
	tree function = gimple_call_fndecl(call);

	if (!function)
		return false;
	if (lookup_attribute("alloc_size", TYPE_ATTRIBUTES(TREE_TYPE(function))) || DECL_IS_MALLOC(function))
		return true;
	return calls_wrapper_signature(call) || has_asprintf_signature(TREE_TYPE(function));
}

static bool is_called_wrapper(const gcall *call)
{
	tree function = gimple_call_fndecl(call);
	const cgraph_node *node = cgraph_node::get(function);

	if (options.no_wrappers.count(symbol_name(function)))
		return false;
	if (options.wrappers.count(symbol_name(function)))
		return true;
	if (node && node->definition)
		return is_wrapper(function);
	return is_declared_wrapper(call);
}

call_class classify_call(const gcall *call)
{
	call_class what;
	tree function = gimple_call_fndecl(call);

	if (gimple_call_internal_p(call) || gimple_call_noreturn_p(call) || (gimple_call_flags(call) & ECF_RETURNS_TWICE))
		return what;
	if (!function) {
		if (gimple_call_lhs(call) && calls_wrapper_signature(call))
			what.kind = CALL_WRAPPER;
		return what;
	}
	const memlint_allocator allocator = call_allocator(call);

	if (allocator != MEMLINT_ALLOCATOR_NONE) {
		const allocator_row &row = allocator_rows[allocator];
		what = {row.releases ? CALL_RELEASE : CALL_ALLOCATOR, allocator, row.size, row.count, 0, 0};
		return what;
	}
	if (!strcmp(symbol_name(function), "memlint_track_at_") && gimple_call_num_args(call) == 5) {
		what.kind = CALL_TRACKED;
		what.allocator = MEMLINT_ALLOCATOR_TRACK;
		what.size = 2;
		return what;
	}
	if (classify_pool_call(function, &what))
		return what;
	if (is_library_code(function) || listed_name_of(function).is_library) {
		const cgraph_node *node = cgraph_node::get(function);
		const bool own = node && node->definition && !is_library_code(function);

		if (!own && !is_library_code(current_function_decl) && library_function_may_allocate(function))
			what.kind = CALL_LIBRARY;
		return what;
	}
	if (is_called_wrapper(call))
		what.kind = CALL_WRAPPER;
	return what;
}
