// SPDX-License-Identifier: MIT
/* Moves a release up to behind the last use. */
#include "rules/edit_text.h"
#include "rules/late_free.h"

#include <string.h>

static const char title[] = "free it right after its last use";

static bool is_whole_line(const struct ast_file *file, const struct ast_node *statement)
{
	return file->text[edit_whole_statement(file, statement).end - 1] == '\n';
}

/* Why the text does not allow the edit; NULL when it does. */
static const char *obstacle(const struct ast_file *file, const struct ast_node *last, const struct ast_node *release,
                            const struct late_gap *gap)
{
	if (last->flags & AST_MACRO || last->range.file != release->range.file)
		return "a macro is in the way";
	for (uint32_t i = 0; i < gap->nmoved; i++) {
		const struct ast_node *one = gap->moved[i];

		if (one->flags & AST_MACRO || one->range.file != release->range.file)
			return "a macro is in the way";
		if (!one->parent || one->parent->kind != AST_COMPOUND)
			return "a release is part of a larger statement";
		if (one->parent->flags & AST_MACRO || !is_whole_line(file, one))
			return "other code stands on its line";
	}
	return is_whole_line(file, last) ? NULL : "other code stands on its line";
}

/* Deletes a release; where one statement stays of two in an if, its braces go if the author leaves them out. */
static void delete_release(struct rule_collect *run, const struct ast_file *file, const struct ast_node *release,
                           struct rule_found *found)
{
	struct ast_range braces[2];

	if (edit_braces_of(run->unit, release, rule_function(run)->body, braces)) {
		rule_found_edit(found, braces[0], "");
		rule_found_edit(found, braces[1], "");
	}
	rule_found_edit(found, edit_whole_statement(file, release), "");
}

void late_fix(struct rule_collect *run, const struct late_gap *gap, bool proved, struct rule_found *found)
{
	const struct ast_node *last = gap->block->children[gap->last], *release = gap->block->children[gap->release];
	const struct ast_file *file = ast_file_of(run->unit, release->range);
	struct ast_range behind;
	const char *text, *why;

	if (!found || !file || !file->text)
		return;
	why = obstacle(file, last, release, gap);
	if (why) {
		rule_found_fix(found, FIX_SUGGESTION, title, why);
		return;
	}
	behind = edit_whole_statement(file, last);
	text = ast_text(run->unit, release->range, &run->scratch);
	behind.begin = behind.end;
	/* An empty line that went with the last use stays behind it. */
	if (behind.end > 1 && file->text[behind.end - 2] == '\n')
		behind.begin = --behind.end;
	text = arena_printf(&run->scratch, "%s%s;\n", edit_indentation(file, release, &run->scratch), text);
	rule_found_edit(found, behind, text);
	for (uint32_t i = 0; i < gap->nmoved; i++)
		delete_release(run, file, gap->moved[i], found);
	rule_found_fix(found, proved ? FIX_SAFE : FIX_UNSAFE, title,
	               proved ? "" : "other names lead to the block, or its release is more than free()");
}
