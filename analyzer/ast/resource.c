// SPDX-License-Identifier: MIT
/* Finding the compiler's own headers, which libclang's package does not bring along, and proving that they work. */
#define _GNU_SOURCE /* dladdr */
#include "analyzer/ast/parse.h"

#include <clang-c/Index.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIRECTORY = 4096 };

const char *ast_compiler_version(void)
{
	static char text[64];
	CXString version;
	const char *number;

	if (*text)
		return text;
	version = clang_getClangVersion();
	number = clang_getCString(version) ? strstr(clang_getCString(version), "version ") : NULL;
	snprintf(text, sizeof text, "libclang %.*s", number ? (int)strcspn(number + 8, " ") : 1,
	         number ? number + 8 : "?");
	clang_disposeString(version);
	return text;
}

static bool has_stddef(const char *directory)
{
	char path[DIRECTORY + 32];

	return *directory && snprintf(path, sizeof path, "%s/include/stddef.h", directory) < (int)sizeof path &&
	       !access(path, R_OK);
}

/* "Debian clang version 19.1.7 (3~deb12u1)": 19 */
static int major_version(void)
{
	CXString version = clang_getClangVersion();
	const char *text = clang_getCString(version);
	const char *word = text ? strstr(text, "version ") : NULL;
	const int major = word ? atoi(word + 8) : 0;

	clang_disposeString(version);
	return major;
}

static bool beside_library(char directory[DIRECTORY])
{
	static const char *const patterns[] = {"%s/clang/%d", "%s/../lib/clang/%d", "%s/../lib64/clang/%d",
	                                       "%s/llvm-19/lib/clang/%d", "%s/../llvm-19/lib/clang/%d"};
	char real[PATH_MAX];
	Dl_info info;

	if (!dladdr((void *)(uintptr_t)clang_getClangVersion, &info) || !info.dli_fname ||
	    !realpath(info.dli_fname, real) || !strrchr(real, '/'))
		return false;
	*strrchr(real, '/') = 0;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		char candidate[DIRECTORY];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		const int length = snprintf(candidate, sizeof candidate, patterns[i], real, major_version());
#pragma GCC diagnostic pop
		if (length > 0 && length < (int)sizeof candidate && has_stddef(candidate)) {
			memcpy(directory, candidate, (size_t)length + 1);
			return true;
		}
	}
	return false;
}

static bool ask_clang(char directory[DIRECTORY])
{
	char command[128];
	const int major = major_version();
	FILE *pipe;
	bool got;

	snprintf(command, sizeof command,
	         "clang-%d -print-resource-dir 2>/dev/null || clang -print-resource-dir 2>/dev/null", major);
	pipe = popen(command, "r");
	if (!pipe)
		return false;
	got = fgets(directory, DIRECTORY, pipe) != NULL;
	pclose(pipe);
	if (!got)
		return false;
	directory[strcspn(directory, "\n")] = 0;
	return has_stddef(directory);
}

/* Parses a unit that includes <stddef.h>: no error, and size_t is there. */
static bool probe(const char *directory)
{
	static const char text[] = "#include <stddef.h>\nsize_t memlint_probe = sizeof(ptrdiff_t);\n";
	static const char *const arguments[] = {"-std=c11", "/memlint-probe.c"};
	const struct ast_overlay overlay = {"/memlint-probe.c", text, sizeof text - 1};
	const struct ast_command command = {.directory = "/",
	                                    .file = "/memlint-probe.c",
	                                    .arguments = arguments,
	                                    .narguments = 2,
	                                    .overlays = &overlay,
	                                    .noverlays = 1};
	struct ast_parser *parser = ast_parser_new(directory);
	struct ast_unit *unit = NULL;
	const bool works = ast_parse(parser, &command, &unit) == AST_PARSED && !unit->broken && unit->nglobals == 1;

	ast_unit_free(unit);
	ast_parser_free(parser);
	return works;
}

enum status ast_find_resource_dir(const char *wanted, char directory[DIRECTORY])
{
	static const char *const places =
	        "the path known at build time, beside libclang, and what clang -print-resource-dir says";

	if (wanted) {
		if (!has_stddef(wanted))
			return diag_error("--resource-dir %s: no include/stddef.h in it; give the directory that "
			                  "'clang -print-resource-dir' prints",
			                  wanted);
		snprintf(directory, DIRECTORY, "%s", wanted);
	} else if (has_stddef(MEMLINT_RESOURCE_DIR)) {
		snprintf(directory, DIRECTORY, "%s", MEMLINT_RESOURCE_DIR);
	} else if (!beside_library(directory) && !ask_clang(directory)) {
		return diag_error("the compiler's own headers (stddef.h …) were not found: looked at %s; install "
		                  "libclang-common-%d-dev or give --resource-dir",
		                  places, major_version());
	}
	if (!probe(directory))
		return diag_error(
		        "%s: its stddef.h does not go with this %s; give the right directory with --resource-dir",
		        directory, ast_compiler_version());
	return STATUS_OK;
}
