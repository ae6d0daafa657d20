// SPDX-License-Identifier: MIT
/* From `T x` to `const T &x`, in the style of the file. */
#include "rules/copy_cxx.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

bool copy_sticks_to_type(const struct ast_file *file, char sign)
{
	uint32_t type = 0, name = 0;

	for (uint32_t i = 1; i + 1 < file->size; i++) {
		const char before = file->text[i - 1], after = file->text[i + 1];

		if (file->text[i] != sign)
			continue;
		type += (is_word(before) || before == '>') && after == ' ';
		name += before == ' ' && is_word(after) && i > 1 &&
		        (is_word(file->text[i - 2]) || file->text[i - 2] == '>');
	}
	return type > name;
}

/* True if `const` stands between @begin and @end, outside of template arguments; *odd: something that is no plain type. */
static bool has_const(const char *text, uint32_t begin, uint32_t end, bool *odd)
{
	int depth = 0;
	bool found = false;

	for (uint32_t i = begin; i < end; i++) {
		const char c = text[i];

		if (c == '<' || c == '(')
			depth++;
		if (c == '>' || c == ')')
			depth--;
		*odd = *odd || (!depth && (c == '*' || c == '&' || c == '[' || c == '/' || c == '#' || c == '='));
		if (!depth && c == 'c' && !strncmp(text + i, "const", 5) && !is_word(text[i + 5]) &&
		    (i == begin || !is_word(text[i - 1])))
			found = true;
	}
	return found;
}

bool copy_edit_declaration(const struct ast_unit *unit, struct ast_range whole, struct ast_range name, bool pointer,
                           struct copy_edit edits[2], uint32_t *count)
{
	const struct ast_file *file = ast_file_of(unit, whole);
	const uint32_t type_end = name.file ? name.begin : whole.end;
	uint32_t at = type_end;
	bool odd = false, constant, left;

	*count = 0;
	if (!file || !file->text || file->system || whole.begin >= type_end || type_end > file->size)
		return false;
	constant = has_const(file->text, whole.begin, type_end, &odd);
	if (odd)
		return false;
	if (!constant)
		edits[(*count)++] = (struct copy_edit){{whole.file, whole.begin, whole.begin}, "const "};
	while (at > whole.begin && isspace((unsigned char)file->text[at - 1]))
		at--;
	left = copy_sticks_to_type(file, pointer ? '*' : '&');
	if (!name.file)
		edits[*count] = (struct copy_edit){{whole.file, at, at},
		                                   pointer ? left ? "*" : " *"
		                                   : left  ? "&"
		                                           : " &"};
	else if (left)
		edits[*count] = (struct copy_edit){{whole.file, at, at}, pointer ? "*" : "&"};
	else
		edits[*count] = (struct copy_edit){{whole.file, name.begin, name.begin}, pointer ? "*" : "&"};
	++*count;
	return true;
}
