// SPDX-License-Identifier: MIT
/* Compile commands made fit for libclang: it parses, and must neither write anything nor stumble over what only links. */
#include "analyzer/facts/commands.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESPONSE_DEPTH = 8, RESPONSE_MAX = 16 << 20 };

struct words {
	const char **items;
	size_t count, capacity;
};

void command_split(struct arena *arena, const char *text, const char ***words, uint32_t *count)
{
	struct words list = {0};
	char *word = arena_alloc(arena, strlen(text) + 1);

	while (*text) {
		char quote = 0;
		size_t length = 0;
		bool any = false;

		while (isspace((unsigned char)*text))
			text++;
		for (; *text && (quote || !isspace((unsigned char)*text)); text++) {
			any = true;
			if (quote ? *text == quote : *text == '"' || *text == '\'') {
				quote = quote ? 0 : *text;
				continue;
			}
			if (*text == '\\' && quote != '\'' && text[1] && (!quote || strchr("\"\\$`", text[1])))
				text++;
			word[length++] = *text;
		}
		if (any)
			vec_push(&list, arena_strndup(arena, word, length));
	}
	*count = (uint32_t)list.count;
	*words = arena_memdup(arena, list.items, list.count * sizeof *list.items);
	vec_release(&list);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_launcher(const char *word)
{
	static const char *const names[] = {"ccache",    "distcc",  "sccache", "icecc", "gomacc", "buildcache",
	                                    "fastcache", "libtool", "nice",    "env",   "time",   "pump"};
	const char *name = base_name(word);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* Dropped with the argument that follows. */
static bool takes_value(const char *word)
{
	static const char *const names[] = {"-o",
	                                    "-MF",
	                                    "-MT",
	                                    "-MQ",
	                                    "-MJ",
	                                    "-aux-info",
	                                    "-dumpdir",
	                                    "-dumpbase",
	                                    "-dumpbase-ext",
	                                    "-Xlinker",
	                                    "--serialize-diagnostics",
	                                    "-T",
	                                    "-u",
	                                    "-z",
	                                    "-index-store-path",
	                                    "-Xassembler",
	                                    "-include-pch",
	                                    "--param",
	                                    "-wrapper",
	                                    "-L",
	                                    "-l"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(word, names[i]))
			return true;
	return false;
}

/* Kept with the argument that follows. */
static bool keeps_value(const char *word)
{
	static const char *const names[] = {
	        "-I",         "-D",         "-U",       "-include",     "-imacros",           "-isystem",
	        "-idirafter", "-iquote",    "-iprefix", "-iwithprefix", "-iwithprefixbefore", "-isysroot",
	        "-x",         "-arch",      "-target",  "--sysroot",    "-Xpreprocessor",     "-F",
	        "-A",         "-iframework"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(word, names[i]))
			return true;
	return false;
}

static bool is_dropped(const char *word)
{
	static const char *const exact[] = {
	        "-c",        "-S",   "-E",      "-shared",       "-static",      "-static-libgcc", "-static-libstdc++",
	        "-rdynamic", "-pie", "-no-pie", "-nostdlib",     "-s",           "-save-temps",    "-pedantic-errors",
	        "-pipe",     "-###", "-v",      "-ftime-report", "-Winvalid-pch"};
	static const char *const prefixes[] = {"-M",
	                                       "-o",
	                                       "-Wl,",
	                                       "-Wa,",
	                                       "-Wp,-M",
	                                       "-l",
	                                       "-L",
	                                       "-fplugin",
	                                       "-save-temps=",
	                                       "-Werror",
	                                       "-flto",
	                                       "-fprofile",
	                                       "-ftest-coverage",
	                                       "--coverage",
	                                       "-fdump-",
	                                       "-fdiagnostics",
	                                       "-fmodule",
	                                       "-specs=",
	                                       "-gsplit",
	                                       "-gz",
	                                       "-B",
	                                       "-fuse-ld",
	                                       "-dump",
	                                       "-emit-",
	                                       "-fsanitize",
	                                       "-fcoverage",
	                                       "-fno-diagnostics",
	                                       "-fself-test",
	                                       "--param",
	                                       "-fcolor-diagnostics",
	                                       "-fpch",
	                                       "-fcompare-debug",
	                                       "-fstack-usage",
	                                       "-fcallgraph-info"};

	for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
		if (!strcmp(word, exact[i]))
			return true;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (!strncmp(word, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

/* Flags of GCC that clang refuses; others are found out by trying, see worker.c. */
static bool is_gcc_only(const char *word)
{
	static const char *const prefixes[] = {"-fconserve-stack",
	                                       "-fno-var-tracking",
	                                       "-fvar-tracking",
	                                       "-fno-ipa",
	                                       "-fipa-",
	                                       "-fallow-store-data-races",
	                                       "-fno-allow-store",
	                                       "-fstack-clash",
	                                       "-mpreferred-stack-boundary",
	                                       "-mindirect-branch",
	                                       "-mfunction-return",
	                                       "-fno-tree-",
	                                       "-ftree-",
	                                       "-fno-code-hoisting",
	                                       "-falign-",
	                                       "-fgcse",
	                                       "-fno-gcse",
	                                       "-fno-reorder",
	                                       "-fmerge-constants",
	                                       "-fmin-function",
	                                       "-mrecord-mcount",
	                                       "-fno-inline-functions-called-once",
	                                       "-fconcepts",
	                                       "-fanalyzer",
	                                       "-fno-analyzer",
	                                       "-mno-fp-ret-in-387",
	                                       "-mskip-rax-setup",
	                                       "-fmerge-all-constants",
	                                       "-fno-semantic",
	                                       "-fgnu-tm",
	                                       "-fcondition-coverage",
	                                       "-fharden",
	                                       "-fzero-init-padding"};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (!strncmp(word, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static char *read_response(struct arena *arena, const char *path)
{
	FILE *stream = fopen(path, "r");
	size_t used = 0, capacity = 4096;
	char *text;

	if (!stream)
		return NULL;
	text = malloc(capacity + 1);
	while (text && used < RESPONSE_MAX) {
		const size_t got = fread(text + used, 1, capacity - used, stream);

		used += got;
		if (!got)
			break;
		if (used == capacity)
			text = realloc(text, (capacity *= 2) + 1);
	}
	fclose(stream);
	if (!text)
		diag_die("out of memory: %s could not be read", path);
	char *copy = arena_strndup(arena, text, used);

	free(text);
	return copy;
}

static void expand(struct arena *arena, const char *directory, const char *word, unsigned depth, struct words *out)
{
	const char **words;
	char *text;
	uint32_t count;

	if (*word != '@' || depth > RESPONSE_DEPTH ||
	    !(text = read_response(arena, absolute_path(arena, directory, word + 1)))) {
		vec_push(out, word);
		return;
	}
	command_split(arena, text, &words, &count);
	for (uint32_t i = 0; i < count; i++)
		expand(arena, directory, words[i], depth + 1, out);
}

/* The compiler's own name, behind any launchers; libtool has options of its own. */
static uint32_t skip_compiler(const struct words *words, bool *cplusplus)
{
	uint32_t at = 0;
	const char *name;

	while (at < words->count && is_launcher(words->items[at])) {
		at++;
		while (at < words->count && (words->items[at][0] == '-' || strchr(words->items[at], '=')))
			at++;
	}
	if (at >= words->count || words->items[at][0] == '-')
		return at;
	name = base_name(words->items[at]);
	*cplusplus = strstr(name, "g++") || strstr(name, "c++") || strstr(name, "clang++");
	return at + 1;
}

struct unit_command command_clean(struct arena *arena, const char *directory, const char *file,
                                  const char *const *words, uint32_t count)
{
	struct words all = {0}, kept = {0};
	struct unit_command command = {.directory = directory, .file = file};
	bool cplusplus = false, language = false;
	uint32_t first;

	for (uint32_t i = 0; i < count; i++)
		expand(arena, directory, words[i], 0, &all);
	first = skip_compiler(&all, &cplusplus);
	for (size_t i = first; i < all.count; i++) {
		const char *word = all.items[i];

		if (takes_value(word)) {
			i++;
		} else if (!strcmp(word, "-Xclang") || is_dropped(word) || is_gcc_only(word)) {
			i += !strcmp(word, "-Xclang");
		} else if (*word == '-' && word[1]) {
			language |= !strncmp(word, "-x", 2);
			vec_push(&kept, word);
			if (keeps_value(word) && i + 1 < all.count)
				vec_push(&kept, all.items[++i]);
		} /* anything else is an input: the file itself, or another unit's */
	}
	if (cplusplus && !language && !is_cplusplus_name(file)) {
		vec_push(&kept, "-x");
		vec_push(&kept, "c++");
	}
	vec_push(&kept, file);
	command.narguments = (uint32_t)kept.count;
	command.arguments = arena_memdup(arena, kept.items, kept.count * sizeof *kept.items);
	vec_release(&all);
	vec_release(&kept);
	return command;
}
