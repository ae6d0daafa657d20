// SPDX-License-Identifier: MIT
/* links: what lambdas and std::bind() keep. */
#include "rules/links_collect.h"

#include <ctype.h>
#include <string.h>

static const struct ast_var *local_named(const struct link_reader *reader, const char *name, size_t length)
{
	const struct ast_function *function = reader->body;

	for (uint32_t i = 0; i < function->nparams + function->nlocals; i++) {
		const struct ast_var *var =
		        i < function->nparams ? function->params[i] : function->locals[i - function->nparams];

		if (var && strlen(var->decl.name) == length && strncmp(var->decl.name, name, length) == 0)
			return var;
	}
	return NULL;
}

/* `[s = std::move(self)]`: the tree has no initialiser; its last word before the end is what is captured. */
static uint32_t capture_by_text(struct link_reader *reader, const char *text)
{
	const size_t length = strcspn(text, ",]");
	struct ast_node fake = {.kind = AST_REF};
	size_t begin = 0, end = length;

	if (memmem(text, length, "shared_from_this", 16))
		return memmem(text, length, "->", 2) ? LINK_NONE : link_object(reader, LINK_SELF, 0, 0);
	while (end && !isalnum((unsigned char)text[end - 1]) && text[end - 1] != '_')
		end--;
	begin = end;
	while (begin && (isalnum((unsigned char)text[begin - 1]) || text[begin - 1] == '_'))
		begin--;
	const struct ast_var *var = local_named(reader, text + begin, end - begin);

	fake.u.decl = var ? &var->decl : NULL;
	return var ? link_eval(reader, &fake) : LINK_NONE;
}

static void capture(struct link_reader *reader, uint32_t holder, const struct ast_node *node)
{
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	uint32_t value;

	if (!file || !file->text || node->range.end >= file->size || !link_is_shared(node->type))
		return;
	const char *text = file->text + node->range.end;

	text += strspn(text, " \t\n");
	value = *text == '=' ? capture_by_text(reader, text) : link_eval(reader, node);
	if (node->range.begin && file->text[node->range.begin - 1] != '&')
		link_add_event(reader, LINK_CAPTURE, holder, 0, value, node);
}

struct default_capture {
	struct link_reader *reader;
	uint32_t holder;
	const struct ast_node *lambda;
};

static bool visit_captured(struct ast_node *node, void *context)
{
	struct default_capture *default_capture = context;
	const struct ast_var *var = node->kind == AST_REF ? (const struct ast_var *)node->u.decl : NULL;

	if (!var || var->decl.kind != AST_DECL_VAR || (!var->local && !var->parameter))
		return true;
	if (var->decl.range.begin >= default_capture->lambda->range.begin &&
	    var->decl.range.begin < default_capture->lambda->range.end)
		return true;
	if (link_is_shared(node->type))
		link_add_event(default_capture->reader, LINK_CAPTURE, default_capture->holder, 0,
		               link_eval(default_capture->reader, node), default_capture->lambda);
	return true;
}

void link_take_lambda(struct link_reader *reader, const struct ast_node *node)
{
	const uint32_t holder = link_eval(reader, node);
	const struct ast_file *file = ast_file_of(reader->unit, node->range);

	for (uint32_t i = 0; i + 1 < node->nchildren; i++)
		capture(reader, holder, node->children[i]);
	if (file && file->text && node->range.begin + 2 < file->size &&
	    strncmp(file->text + node->range.begin, "[=", 2) == 0 && node->nchildren) {
		struct default_capture context = {reader, holder, node};

		ast_walk_kinds(node->children[node->nchildren - 1], AST_HAS(AST_REF), visit_captured, &context);
	}
}

void link_take_bind(struct link_reader *reader, const struct ast_node *call)
{
	for (uint32_t i = 1; i < link_call_arguments(call); i++) {
		const struct ast_node *argument = link_call_argument(call, i);

		if (link_is_shared(argument->type))
			link_add_event(reader, LINK_CAPTURE, link_eval(reader, call), 0, link_eval(reader, argument),
			               call);
	}
}
