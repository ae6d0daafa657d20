// SPDX-License-Identifier: MIT
/* Moves a release up to behind the last use. */
#include "rules/edit_text.h"
#include "rules/late_free.h"

#include <string.h>

void late_fix(struct rule_collect *run, const struct late_gap *gap, bool proved, struct rule_found *found)
{
	const struct ast_node *last = gap->block->children[gap->last], *release = gap->block->children[gap->release];
	const struct ast_file *file = ast_file_of(run->unit, release->range);
	struct ast_range from, behind;
	const char *text;

	if (!found || !file || !file->text)
		return;
	if (release->flags & AST_MACRO || last->flags & AST_MACRO || last->range.file != release->range.file) {
		rule_found_fix(found, FIX_SUGGESTION, "free it right after its last use", "a macro is in the way");
		return;
	}
	from = edit_whole_statement(file, release);
	behind = edit_whole_statement(file, last);
	text = ast_text(run->unit, release->range, &run->scratch);
	if (file->text[from.end - 1] != '\n' || file->text[behind.end - 1] != '\n') {
		rule_found_fix(found, FIX_SUGGESTION, "free it right after its last use",
		               "other code stands on its line");
		return;
	}
	behind.begin = behind.end;
	/* An empty line that went with the last use stays behind it. */
	if (behind.end > 1 && file->text[behind.end - 2] == '\n')
		behind.begin = --behind.end;
	text = arena_printf(&run->scratch, "%s%s;\n", edit_indentation(file, release, &run->scratch), text);
	rule_found_edit(found, behind, text);
	rule_found_edit(found, from, "");
	rule_found_fix(found, proved ? FIX_SAFE : FIX_UNSAFE, "free it right after its last use",
	               proved ? "" : "other names lead to the block, or its release is more than free()");
}
