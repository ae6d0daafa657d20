// SPDX-License-Identifier: MIT
/* Whether readers of a part that was given an end of its own read no further than the part goes. */
#include "rules/copy_c.h"

#include <string.h>

/* Functions that read as many bytes as they are told, or up to a zero before that: which argument says how many. */
static const struct {
	const char *name;
	uint8_t size;
} counting[] = {
        {"memcmp", 2},  {"bcmp", 2},        {"memchr", 2},  {"memrchr", 2}, {"memcpy", 2},  {"mempcpy", 2},
        {"memmove", 2}, {"write", 2},       {"pwrite", 2},  {"send", 2},    {"sendto", 2},  {"strncmp", 2},
        {"strncpy", 2}, {"strncasecmp", 2}, {"strnlen", 1}, {"strndup", 1}, {"strncat", 2},
};

static const struct ast_node *argument(const struct ast_node *call, uint32_t index)
{
	return index + 1 < call->nchildren ? flow_strip_casts(call->children[index + 1]) : NULL;
}

static bool is_same_or_less(const struct ast_node *size, const struct ast_node *length)
{
	int64_t a, b;

	if (ast_constant(size, &a) && ast_constant(length, &b))
		return a >= 0 && a <= b;
	return flow_same_place(size, length);
}

/* True if @size is never above @length, whose parts have not changed since: itself, or the smaller of it and another. */
static bool is_at_most(const struct ast_node *size, const struct ast_node *length)
{
	const struct ast_node *test, *less, *more;

	size = flow_strip_casts(size);
	length = flow_strip_casts(length);
	if (size->kind != AST_CONDITIONAL || size->children[1]->kind == AST_NONE)
		return is_same_or_less(size, length);
	test = flow_strip_casts(size->children[0]);
	if (test->kind != AST_BINARY || test->op < AST_OP_LT || test->op > AST_OP_GE)
		return false;
	less = test->children[test->op == AST_OP_LT || test->op == AST_OP_LE ? 0 : 1];
	more = test->children[less == test->children[0]];
	return flow_same_place(size->children[1], less) && flow_same_place(size->children[2], more) &&
	       (is_same_or_less(less, length) || is_same_or_less(more, length));
}

static bool is_one(const struct ast_node *node)
{
	int64_t value;

	return ast_constant(node, &value) && value == 1;
}

static bool is_counted(const struct heap_copy *copy, const struct flow_use *use)
{
	const struct ast_function *callee = flow_callee(use->node);
	const struct ast_node *size = NULL;

	if (!callee || callee->body)
		return false;
	for (size_t i = 0; i < sizeof counting / sizeof *counting && !size; i++)
		if (!strcmp(callee->decl.name, counting[i].name))
			size = argument(use->node, counting[i].size);
	if (!strcmp(callee->decl.name, "fwrite") && use->node->nchildren == 5) {
		const bool whole = is_one(argument(use->node, 2));

		size = whole || is_one(argument(use->node, 1)) ? argument(use->node, whole ? 1 : 2) : NULL;
	}
	return size && is_at_most(size, copy->length);
}

/* The letter of the conversion that prints argument @wanted, counted behind the format; 0 when it is no plain one. */
static char conversion_of(const char *format, uint32_t wanted)
{
	for (uint32_t n = 0; (format = strchr(format, '%')); format++) {
		bool precise = false;

		format++;
		if (*format == '%')
			continue;
		for (; *format && strchr("-+ #0123456789.*'", *format); format++) {
			precise = precise || *format == '.';
			if (*format == '*' && n++ == wanted)
				return 0;
		}
		format += strspn(format, "hljztLq");
		if (!*format)
			return 0;
		if (n++ == wanted)
			return precise ? 0 : *format;
	}
	return 0;
}

/* printf("%s", part) and its kin: a precision would do for the zero. */
static bool is_formatted(const struct flow_use *use)
{
	const struct ast_function *callee = flow_callee(use->node);
	const struct ast_node *format;

	if (!callee || !callee->nparams || !(callee->flags & AST_FUNCTION_VARIADIC) || use->index < callee->nparams ||
	    (!(callee->flags & AST_FUNCTION_PRINTF) && !strstr(callee->decl.name, "printf")))
		return false;
	format = argument(use->node, callee->nparams - 1);
	return format && format->kind == AST_STRING && format->u.text &&
	       conversion_of(format->u.text, use->index - callee->nparams) == 's';
}

bool heap_copy_is_bounded(struct heap_copy *copy)
{
	for (uint32_t i = 0; copy->ended && i < copy->owner->nuses; i++) {
		const struct flow_use *use = &copy->owner->uses[i];

		if (use->kind == FLOW_USE_TEST || use->kind == FLOW_USE_RELEASE)
			continue;
		if (use->kind != FLOW_USE_ARGUMENT || use->alias || use->node->kind != AST_CALL)
			return false;
		if (is_formatted(use))
			copy->printed = true;
		else if (is_counted(copy, use))
			copy->counted = true;
		else
			return false;
	}
	return true;
}
