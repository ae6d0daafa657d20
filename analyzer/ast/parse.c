// SPDX-License-Identifier: MIT
/* One translation unit through libclang and into the arena. */
#include "analyzer/ast/parse.h"

#include "analyzer/ast/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct ast_parser {
	CXIndex index;
	const char *resource_argument;
	struct arena arena;
};

struct ast_parser *ast_parser_new(const char *resource_dir)
{
	struct ast_parser *parser = calloc(1, sizeof *parser);

	if (!parser)
		diag_die("out of memory: the parser could not be set up");
	parser->index = clang_createIndex(0, 0);
	if (!parser->index)
		diag_die("libclang could not be started");
	parser->resource_argument = arena_printf(&parser->arena, "-resource-dir=%s", resource_dir);
	return parser;
}

void ast_parser_free(struct ast_parser *parser)
{
	if (!parser)
		return;
	clang_disposeIndex(parser->index);
	arena_clear(&parser->arena);
	free(parser);
}

const char *ast_result_text(enum ast_result result)
{
	switch (result) {
	case AST_PARSED:
		return "parsed";
	case AST_NO_FILE:
		return "the file cannot be read";
	case AST_BAD_COMMAND:
		return "its compile command cannot be used";
	default:
		return "libclang could not parse it";
	}
}

/* ---- diagnostics ---- */

static bool wanted(enum CXDiagnosticSeverity severity, bool warnings)
{
	return severity >= CXDiagnostic_Error || (warnings && severity == CXDiagnostic_Warning);
}

static struct ast_diagnostic copy_diagnostic(struct build *b, CXDiagnostic from)
{
	const enum CXDiagnosticSeverity severity = clang_getDiagnosticSeverity(from);
	const struct build_place place = build_place(b, clang_getDiagnosticLocation(from));
	struct ast_diagnostic to = {0};

	to.text = build_string(b, clang_getDiagnosticSpelling(from));
	to.error = severity >= CXDiagnostic_Error;
	to.fatal = severity == CXDiagnostic_Fatal;
	to.line = place.line;
	to.column = place.column;
	if (place.file)
		to.range = (struct ast_range){place.file->ast.index, place.offset, place.offset};
	return to;
}

static void copy_diagnostics(struct build *b, bool warnings)
{
	const unsigned count = clang_getNumDiagnostics(b->tu);
	struct ast_unit *unit = b->unit;

	unit->diagnostics = arena_array(b->arena, count, struct ast_diagnostic);
	for (unsigned i = 0; i < count; i++) {
		CXDiagnostic diagnostic = clang_getDiagnostic(b->tu, i);

		if (wanted(clang_getDiagnosticSeverity(diagnostic), warnings)) {
			unit->diagnostics[unit->ndiagnostics] = copy_diagnostic(b, diagnostic);
			unit->broken |= unit->diagnostics[unit->ndiagnostics++].error;
		}
		clang_disposeDiagnostic(diagnostic);
	}
}

/* ---- the unit ---- */

static void on_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
	(void)stack;
	(void)depth;
	build_file(data, file);
}

static int by_place(const struct ast_decl *a, const struct ast_decl *b)
{
	if (a->name_range.file != b->name_range.file)
		return a->name_range.file < b->name_range.file ? -1 : 1;
	if (a->name_range.begin != b->name_range.begin)
		return a->name_range.begin < b->name_range.begin ? -1 : 1;
	return strcmp(a->usr, b->usr);
}

static int compare_decls(const void *a, const void *b)
{
	/* Every declaration begins with its struct ast_decl. */
	return by_place(*(const struct ast_decl *const *)a, *(const struct ast_decl *const *)b);
}

static void mark_broken_bodies(struct build *b)
{
	struct ast_unit *unit = b->unit;

	for (uint32_t i = 0; i < unit->ndiagnostics; i++) {
		const struct ast_diagnostic *diagnostic = &unit->diagnostics[i];

		for (uint32_t j = 0; diagnostic->error && j < unit->nfunctions; j++) {
			struct ast_function *function = unit->functions[j];
			const struct ast_range *range = &function->decl.range;

			if (range->file == diagnostic->range.file && range->begin <= diagnostic->range.begin &&
			    diagnostic->range.begin < range->end)
				function->flags |= AST_FUNCTION_BROKEN;
		}
	}
}

#define KEEP(name)                                                                                         \
	do {                                                                                               \
		unit->name = arena_memdup(b->arena, b->name.items, b->name.count * sizeof *b->name.items); \
		unit->n##name = (uint32_t)b->name.count;                                                   \
		if (b->name.count)                                                                         \
			qsort(unit->name, b->name.count, sizeof *unit->name, compare_decls);               \
	} while (0)

static void keep_lists(struct build *b)
{
	struct ast_unit *unit = b->unit;

	KEEP(records);
	KEEP(enums);
	KEEP(functions);
	KEEP(globals);
	unit->static_asserts = arena_memdup(b->arena, b->asserts.items, b->asserts.count * sizeof *b->asserts.items);
	unit->nstatic_asserts = (uint32_t)b->asserts.count;
	for (uint32_t i = 0; i < unit->nfunctions; i++)
		if (unit->functions[i]->uses > unit->functions[i]->calls)
			unit->functions[i]->flags |= AST_FUNCTION_ADDRESS_TAKEN;
	unit->nfiles = (uint32_t)b->file_list.count;
	unit->files = arena_array(b->arena, unit->nfiles, struct ast_file *);
	for (uint32_t i = 1; i < unit->nfiles; i++) {
		struct build_file *file = b->file_list.items[i];
		struct hash_stream stream;
		struct hash128 hash;

		hash_stream_init(&stream);
		hash_stream_bytes(&stream, file->raw ? file->raw : "", file->ast.size);
		hash = hash_stream_end(&stream);
		file->ast.hash[0] = hash.low;
		file->ast.hash[1] = hash.high;
		unit->files[i] = &file->ast;
	}
}

static void release(struct build *b)
{
	hash_map_release(&b->files);
	hash_map_release(&b->decls);
	hash_map_release(&b->types);
	hash_map_release(&b->decayed);
	vec_release(&b->file_list);
	vec_release(&b->records);
	vec_release(&b->enums);
	vec_release(&b->functions);
	vec_release(&b->globals);
	vec_release(&b->asserts);
	vec_release(&b->pending);
	vec_release(&b->prototypes);
	vec_release(&b->frames);
	vec_release(&b->nodes);
	vec_release(&b->locals);
}

/* libclang does not tell a unit's language: the last -x does, or the file's suffix. */
static bool is_cplusplus(const struct ast_command *command)
{
	static const char *const suffixes[] = {"cc", "cpp", "cxx", "c++", "C", "CPP", "cp",   "ii",
	                                       "hh", "hpp", "hxx", "h++", "H", "tcc", "cppm", "ixx"};
	const char *suffix = strrchr(command->file, '.'), *language = NULL;

	for (uint32_t i = 0; i < command->narguments; i++) {
		const char *argument = command->arguments[i];

		if (!strncmp(argument, "-x", 2))
			language = argument[2]                   ? argument + 2
			           : i + 1 < command->narguments ? command->arguments[i + 1]
			                                         : language;
	}
	if (language && strcmp(language, "none"))
		return strstr(language, "c++") != NULL;
	for (size_t i = 0; suffix && i < sizeof suffixes / sizeof *suffixes; i++)
		if (!strcmp(suffix + 1, suffixes[i]))
			return true;
	return false;
}

/* The year that -std names; draft names count as what they became. */
static uint32_t standard_of(const struct ast_command *command)
{
	static const struct {
		const char *name;
		uint32_t year;
	} known[] = {{"98", 1998}, {"03", 2003}, {"0x", 2011}, {"11", 2011}, {"1y", 2014}, {"14", 2014}, {"1z", 2017},
	             {"17", 2017}, {"2a", 2020}, {"20", 2020}, {"2b", 2023}, {"23", 2023}, {"2c", 2026}, {"26", 2026}};
	uint32_t year = 2017; /* clang's own */

	for (uint32_t i = 0; i < command->narguments; i++) {
		const char *argument = command->arguments[i] + (command->arguments[i][0] == '-');
		const char *plus =
		        strncmp(argument, "std=", 4) && strncmp(argument, "-std=", 5) ? NULL : strstr(argument, "++");

		for (size_t j = 0; plus && j < sizeof known / sizeof *known; j++)
			if (!strcmp(plus + 2, known[j].name))
				year = known[j].year;
	}
	return year;
}

static struct ast_unit *copy_unit(CXTranslationUnit tu, const struct ast_command *command)
{
	struct arena arena = {0};
	struct ast_unit *unit = arena_new(&arena, struct ast_unit);
	struct build b = {.unit = unit, .tu = tu};
	CXTargetInfo target = clang_getTranslationUnitTargetInfo(tu);

	unit->arena = arena;
	b.arena = &unit->arena;
	b.names = &unit->names;
	intern_init(b.names, b.arena);
	b.pointer_width = clang_TargetInfo_getPointerWidth(target) / 8;
	clang_TargetInfo_dispose(target);
	unit->directory = intern_string(b.names, command->directory);
	vec_push(&b.file_list, NULL);
	build_file(&b, clang_getFile(tu, command->file));
	if (!b.main_file) {
		CXString name = clang_getTranslationUnitSpelling(tu);

		build_file(&b, clang_getFile(tu, clang_getCString(name)));
		clang_disposeString(name);
	}
	unit->main_path = b.main_file ? b.main_file->ast.path : intern_string(b.names, command->file);
	unit->cplusplus = is_cplusplus(command);
	unit->standard = unit->cplusplus ? standard_of(command) : 0;
	clang_getInclusions(tu, on_inclusion, &b);
	copy_diagnostics(&b, command->warnings);
	build_unit(&b);
	keep_lists(&b);
	mark_broken_bodies(&b);
	release(&b);
	return unit;
}

static enum ast_result result_of(enum CXErrorCode code, const struct ast_command *command)
{
	char path[8192];

	if (*command->file == '/')
		snprintf(path, sizeof path, "%s", command->file);
	else
		snprintf(path, sizeof path, "%s/%s", command->directory, command->file);
	if (access(path, R_OK))
		return AST_NO_FILE;
	return code == CXError_InvalidArguments || code == CXError_ASTReadError ? AST_BAD_COMMAND : AST_FAILED;
}

uint64_t ast_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

enum ast_result ast_parse(struct ast_parser *parser, const struct ast_command *command, struct ast_unit **unit)
{
	VEC(const char *) arguments = {0};
	VEC(struct CXUnsavedFile) unsaved = {0};
	CXTranslationUnit tu = NULL;
	enum CXErrorCode code;
	struct arena scratch = {0};
	const uint64_t begin = ast_clock();
	uint64_t parsed;

	*unit = NULL;
	vec_push(&arguments, "clang");
	vec_push(&arguments, parser->resource_argument);
	vec_push(&arguments, arena_printf(&scratch, "-working-directory=%s", command->directory));
	for (uint32_t i = 0; i < command->narguments; i++)
		vec_push(&arguments, command->arguments[i]);
	if (!command->warnings)
		vec_push(&arguments, "-w");
	vec_push(&arguments, "-fno-spell-checking");
	for (uint32_t i = 0; i < command->noverlays; i++)
		vec_push(&unsaved, (struct CXUnsavedFile){command->overlays[i].path, command->overlays[i].text,
		                                          (unsigned long)command->overlays[i].size});
	code = clang_parseTranslationUnit2FullArgv(parser->index, NULL, arguments.items, (int)arguments.count,
	                                           unsaved.items, (unsigned)unsaved.count, CXTranslationUnit_KeepGoing,
	                                           &tu);
	vec_release(&arguments);
	vec_release(&unsaved);
	arena_clear(&scratch);
	if (code != CXError_Success || !tu)
		return result_of(code, command);
	parsed = ast_clock();
	*unit = copy_unit(tu, command);
	(*unit)->parse_time = parsed - begin;
	(*unit)->tree_time = ast_clock() - parsed;
	clang_disposeTranslationUnit(tu);
	return AST_PARSED;
}
