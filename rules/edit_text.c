// SPDX-License-Identifier: MIT
/* Places of statements in the text. */
#include "rules/edit_text.h"

#include <string.h>

/* Past a comment behind a statement, when the comment ends on the same line. */
static uint32_t skip_comment(const char *text, uint32_t at)
{
	const char *close;

	if (text[at] == '/' && text[at + 1] == '/')
		return at + (uint32_t)strcspn(text + at, "\n");
	if (text[at] != '/' || text[at + 1] != '*')
		return at;
	close = strstr(text + at, "*/");
	if (close && !memchr(text + at, '\n', (size_t)(close - (text + at))))
		at = (uint32_t)(close + 2 - text);
	return at + (uint32_t)strspn(text + at, " \t");
}

struct ast_range edit_whole_statement(const struct ast_file *file, const struct ast_node *statement)
{
	struct ast_range range = statement->range;
	const char *text = file->text;
	uint32_t begin = range.begin, end = range.end;

	if (text[end - 1] != '}' && text[end - 1] != ';') {
		end += (uint32_t)strspn(text + end, " \t\n");
		end = text[end] == ';' ? end + 1 : range.end;
		range.end = end;
	}
	while (begin && (text[begin - 1] == ' ' || text[begin - 1] == '\t'))
		begin--;
	end += (uint32_t)strspn(text + end, " \t");
	end = skip_comment(text, end);
	if ((begin && text[begin - 1] != '\n') || (text[end] != '\n' && text[end]))
		return range;
	range.begin = begin;
	range.end = end + (text[end] == '\n');
	/* Of two empty lines that meet, one goes; and one that a block would begin with. */
	if (begin > 1 && (text[begin - 2] == '\n' || text[begin - 2] == '{') && text[range.end] == '\n')
		range.end++;
	return range;
}

const char *edit_indentation(const struct ast_file *file, const struct ast_node *statement, struct arena *arena)
{
	uint32_t begin = statement->range.begin;

	while (begin && (file->text[begin - 1] == ' ' || file->text[begin - 1] == '\t'))
		begin--;
	return arena_strndup(arena, file->text + begin, statement->range.begin - begin);
}

const struct ast_node *edit_statement_of(const struct ast_node *node)
{
	while (node->parent && node->parent->kind != AST_COMPOUND)
		node = node->parent;
	return node->parent ? node : NULL;
}
