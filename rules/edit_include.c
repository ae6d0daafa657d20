// SPDX-License-Identifier: MIT
/* Where the #include of a standard header goes: among its like, in their order. */
#include "rules/edit_include.h"
#include "rules/edit_text.h"

#include "analyzer/base/vec.h"

#include <string.h>

struct include {
	uint32_t begin, end; /* its line, with what ends it */
	uint32_t name, size; /* what stands between the brackets */
	bool angle;
};

struct includes {
	VEC(struct include) list;
	uint32_t code;  /* the first line that is code */
	uint32_t depth; /* of #if around the next line; the guard around the whole file is none */
	bool guarded;   /* the first directive is #ifndef, the second #define */
	uint32_t directives;
};

/* ---- the lines of a file up to its code ---- */

static uint32_t line_end(const char *text, uint32_t at)
{
	at += (uint32_t)strcspn(text + at, "\n");
	while (at && text[at] && text[at - 1] == '\\')
		at += 1 + (uint32_t)strcspn(text + at + 1, "\n");
	return at + (text[at] == '\n');
}

static bool is_directive(const char *word, const char *name)
{
	return !strncmp(word, name, strlen(name)) && !strchr("abcdefghijklmnopqrstuvwxyz_", word[strlen(name)]);
}

/* `<name>` or `"name"` at @at. */
static bool read_include(const char *text, uint32_t at, struct include *include)
{
	at += (uint32_t)strspn(text + at, " \t");
	if (text[at] != '<' && text[at] != '"')
		return false;
	include->angle = text[at] == '<';
	include->name = at + 1;
	include->size = (uint32_t)strcspn(text + at + 1, include->angle ? ">\n" : "\"\n");
	return text[include->name + include->size] != '\n';
}

/* A line that begins with #, at @hash. */
static void read_directive(struct includes *includes, const char *text, uint32_t begin, uint32_t hash, uint32_t end)
{
	const char *word = text + hash + 1 + strspn(text + hash + 1, " \t");
	struct include include = {.begin = begin, .end = end};

	includes->directives++;
	if (!strncmp(word, "if", 2)) {
		if (includes->directives == 1 && is_directive(word, "ifndef"))
			includes->guarded = true;
		else
			includes->depth++;
	} else if (is_directive(word, "endif")) {
		includes->depth -= includes->depth > 0;
	} else if (is_directive(word, "include") && !includes->depth &&
	           read_include(text, (uint32_t)(word + 7 - text), &include)) {
		vec_push(&includes->list, include);
	}
	if (includes->directives == 2 && includes->guarded && !is_directive(word, "define")) {
		includes->guarded = false;
		includes->depth++;
	}
}

static void read_includes(struct includes *includes, const char *text)
{
	uint32_t at = 0;

	*includes = (struct includes){0};
	while (text[at]) {
		const uint32_t begin = at;

		at += (uint32_t)strspn(text + at, " \t\r");
		if (text[at] == '#') {
			const uint32_t end = line_end(text, at);

			read_directive(includes, text, begin, at, end);
			at = end;
			includes->code = end;
		} else if (text[at] == '\n') {
			at++;
		} else if (edit_skip_comment(text, at) != at) {
			at = edit_skip_comment(text, at);
			at += text[at] == '\n';
		} else {
			includes->code = begin;
			break;
		}
	}
}

/* ---- does it have it already? ---- */

static bool mentions(const struct ast_file *file, const char *name)
{
	const size_t length = strlen(name);
	struct include include;

	for (const char *at = file->text; (at = strstr(at, "include")); at += 7)
		if (read_include(file->text, (uint32_t)(at + 7 - file->text), &include) && include.size == length &&
		    !memcmp(file->text + include.name, name, length))
			return true;
	return false;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "a/list.h" for .../list.cc */
static bool is_own_header(const struct ast_file *file, const char *text, const struct include *include)
{
	const char *own = base_name(file->path), *end = text + include->name + include->size;
	const size_t stem = strcspn(own, ".");
	const char *name = end;

	while (name > text + include->name && name[-1] != '/')
		name--;
	return !include->angle && strncmp(own, name, stem) == 0 && name + stem < end && name[stem] == '.';
}

/* The file that an include of @file names; NULL if it is none of the project's. */
static const struct ast_file *included(const struct ast_unit *unit, const char *text, const struct include *include)
{
	for (uint32_t i = 1; i < unit->nfiles; i++) {
		const struct ast_file *file = unit->files[i];
		const size_t length = strlen(file->path);

		if (file->text && length > include->size && file->path[length - include->size - 1] == '/' &&
		    !memcmp(file->path + length - include->size, text + include->name, include->size))
			return file;
	}
	return NULL;
}

static bool has_it(const struct ast_unit *unit, const struct ast_file *file, const struct includes *includes,
                   const char *name)
{
	if (mentions(file, name))
		return true;
	for (size_t i = 0; i < includes->list.count; i++) {
		const struct include *include = &includes->list.items[i];
		const struct ast_file *header =
		        is_own_header(file, file->text, include) ? included(unit, file->text, include) : NULL;

		if (header && mentions(header, name))
			return true;
	}
	return false;
}

/* ---- where it goes ---- */

/* <string>, not <string.h> or <sys/types.h> */
static bool is_standard(const char *text, const struct include *include)
{
	return include->angle && !memchr(text + include->name, '.', include->size) &&
	       !memchr(text + include->name, '/', include->size);
}

static int compare(const char *a, size_t na, const char *b, size_t nb)
{
	const int order = memcmp(a, b, na < nb ? na : nb);

	return order ? order : (na > nb) - (na < nb);
}

/* Lines without a gap between them, from *first on: the next one's first; *score: how much they are like a standard header. */
static size_t next_group(const struct includes *includes, const char *text, size_t first, uint32_t *score)
{
	size_t i = first;

	*score = 0;
	do {
		if (includes->list.items[i].angle)
			*score += is_standard(text, &includes->list.items[i]) ? 1000 : 1;
		i++;
	} while (i < includes->list.count && includes->list.items[i - 1].end == includes->list.items[i].begin);
	return i;
}

/* The neighbour of @name in the group [first, end): in front of it, or behind if *behind. */
static const struct include *neighbour(const struct includes *includes, const char *text, size_t first, size_t end,
                                       const char *name, bool *behind)
{
	const struct include *last = NULL, *greater = NULL;
	bool sorted = true, standard = false;

	for (size_t i = first; i < end; i++)
		standard = standard || is_standard(text, &includes->list.items[i]);
	for (size_t i = first; i < end; i++) {
		const struct include *one = &includes->list.items[i];

		if (!one->angle || (standard && !is_standard(text, one)))
			continue;
		sorted = sorted && (!last || compare(text + last->name, last->size, text + one->name, one->size) <= 0);
		if (!greater && compare(name, strlen(name), text + one->name, one->size) < 0)
			greater = one;
		last = one;
	}
	*behind = !(standard && sorted && greater);
	return *behind ? last : greater;
}

static const struct include *place_of(const struct includes *includes, const char *text, const char *name, bool *behind)
{
	size_t best = 0, best_end = 0, end;
	uint32_t most = 0, score;

	for (size_t i = 0; i < includes->list.count; i = end) {
		end = next_group(includes, text, i, &score);
		if (score > most) {
			most = score;
			best = i;
			best_end = end;
		}
	}
	return most ? neighbour(includes, text, best, best_end, name, behind) : NULL;
}

/* A group of its own, where there are no others in angle brackets. */
static const char *alone(const struct includes *includes, const struct ast_file *file, const char *name,
                         struct arena *arena, uint32_t *at)
{
	const struct include *first = includes->list.count ? &includes->list.items[0] : NULL;
	const bool own = first && is_own_header(file, file->text, first);

	*at = !first ? includes->code : own ? first->end : first->begin;
	const bool before = *at > 1 && (own || (!first && file->text[*at - 2] != '\n'));
	const bool after = file->text[*at] != '\n';

	return arena_printf(arena, "%s#include <%s>\n%s", before ? "\n" : "", name, after ? "\n" : "");
}

const char *edit_include(const struct ast_unit *unit, const struct ast_file *file, const char *name,
                         struct arena *arena, struct ast_range *at)
{
	const struct include *beside;
	const char *result = NULL;
	struct includes includes;
	bool behind = false;

	if (!file->text)
		return NULL;
	read_includes(&includes, file->text);
	beside = place_of(&includes, file->text, name, &behind);
	*at = (struct ast_range){file->index, 0, 0};
	if (has_it(unit, file, &includes, name)) {
		result = NULL;
	} else if (beside) {
		const uint32_t bracket = beside->name - 1, end = beside->name + beside->size + 1;

		at->begin = behind ? beside->end : beside->begin;
		result = arena_printf(arena, "%.*s<%s>%s", (int)(bracket - beside->begin), file->text + beside->begin,
		                      name, file->text[end] == '\r' ? "\r\n" : "\n");
	} else {
		result = alone(&includes, file, name, arena, &at->begin);
	}
	at->end = at->begin;
	vec_release(&includes.list);
	return result;
}
