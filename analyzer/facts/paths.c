// SPDX-License-Identifier: MIT
/* Paths and what their suffixes say. */
#include "analyzer/facts/commands.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool has_suffix(const char *name, const char *const *suffixes, size_t count)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && dot != name && dot[-1] != '/' && i < count; i++)
		if (!strcmp(dot + 1, suffixes[i]))
			return true;
	return false;
}

bool is_cplusplus_name(const char *name)
{
	static const char *const suffixes[] = {"cc", "cpp", "cxx", "c++", "C", "CPP", "cp",
	                                       "hh", "hpp", "hxx", "h++", "H", "tcc", "ipp"};

	return has_suffix(name, suffixes, sizeof suffixes / sizeof *suffixes);
}

bool is_source_name(const char *name, bool headers)
{
	static const char *const sources[] = {"c", "cc", "cpp", "cxx", "c++", "C", "CPP", "cp"};
	static const char *const others[] = {"h", "hh", "hpp", "hxx", "h++", "H", "tcc", "ipp", "inc", "inl"};

	return has_suffix(name, sources, sizeof sources / sizeof *sources) ||
	       (headers && has_suffix(name, others, sizeof others / sizeof *others));
}

/* "a/./b/../c" -> "a/c", in place. */
static void tidy(char *path)
{
	char *out = path;

	for (const char *in = path; *in;) {
		if (in[0] == '/' && (in[1] == '/' || (in[1] == '.' && (in[2] == '/' || !in[2])))) {
			in += in[1] == '/' ? 1 : 2;
		} else if (in[0] == '/' && in[1] == '.' && in[2] == '.' && (in[3] == '/' || !in[3])) {
			in += 3;
			while (out > path && *--out != '/')
				continue;
		} else {
			*out++ = *in++;
		}
	}
	if (out == path)
		*out++ = '/';
	*out = 0;
}

const char *absolute_path(struct arena *arena, const char *directory, const char *path)
{
	char *joined = *path == '/' ? arena_strdup(arena, path) : arena_printf(arena, "%s/%s", directory, path);
	char real[PATH_MAX];

	if (realpath(joined, real))
		return arena_strdup(arena, real);
	tidy(joined);
	return joined;
}
