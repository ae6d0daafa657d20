// SPDX-License-Identifier: MIT
/* Places of statements in the text. */
#include "rules/edit_text.h"

#include <string.h>

uint32_t edit_skip_comment(const char *text, uint32_t at)
{
	const char *close;

	if (text[at] == '/' && text[at + 1] == '/')
		return at + (uint32_t)strcspn(text + at, "\n");
	if (text[at] != '/' || text[at + 1] != '*')
		return at;
	close = strstr(text + at + 2, "*/");
	return close ? (uint32_t)(close + 2 - text) : at;
}

/* Past comments behind a statement that end on the same line. */
static uint32_t skip_on_line(const char *text, uint32_t at)
{
	for (;;) {
		const uint32_t end = edit_skip_comment(text, at);

		if (end == at || memchr(text + at, '\n', end - at))
			return at;
		at = end + (uint32_t)strspn(text + end, " \t");
	}
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
	end = skip_on_line(text, end);
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

/* ---- braces ---- */

static bool is_plain(const struct ast_node *statement)
{
	return ast_is_expr(statement) || statement->kind == AST_RETURN || statement->kind == AST_BREAK ||
	       statement->kind == AST_CONTINUE || statement->kind == AST_GOTO;
}

static bool find_bare_if(struct ast_node *node, void *context)
{
	if (node->kind == AST_IF && node->children[3]->kind != AST_COMPOUND && !(node->flags & AST_MACRO))
		*(bool *)context = true;
	return true;
}

bool edit_braces_of(const struct ast_unit *unit, const struct ast_node *statement, const struct ast_node *body,
                    struct ast_range braces[2])
{
	const struct ast_node *block = statement->parent, *whole = block ? block->parent : NULL;
	const struct ast_file *file = ast_file_of(unit, statement->range);
	uint32_t open, close, begin;
	bool bare = false;

	if (!whole || block->kind != AST_COMPOUND || block->nchildren != 2 || whole->kind != AST_IF ||
	    whole->children[3] != block || whole->children[4]->kind != AST_NONE ||
	    (block->flags | whole->flags) & AST_MACRO || !is_plain(block->children[block->children[0] == statement]))
		return false;
	ast_walk((struct ast_node *)(uintptr_t)body, find_bare_if, &bare);
	open = block->range.begin;
	close = block->range.end - 1;
	begin = close;
	if (!bare || !file || !file->text || file->text[open] != '{' || file->text[close] != '}' ||
	    file->text[open + 1] != '\n' || file->text[close + 1] != '\n' ||
	    memchr(file->text + open, '/', close - open) || memchr(file->text + open, '#', close - open))
		return false;
	while (begin && (file->text[begin - 1] == ' ' || file->text[begin - 1] == '\t'))
		begin--;
	if (!begin || file->text[begin - 1] != '\n')
		return false;
	while (open && (file->text[open - 1] == ' ' || file->text[open - 1] == '\t'))
		open--;
	if (!open || file->text[open - 1] != ')')
		return false;
	braces[0] = (struct ast_range){statement->range.file, open, block->range.begin + 1};
	braces[1] = (struct ast_range){statement->range.file, begin, close + 2};
	return true;
}
