// SPDX-License-Identifier: MIT
/* Copies on the heap that are only read: wholes for unnecessary-copy, parts for slice-copy. */
#include "rules/copy_c.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *copy_text(struct rule_collect *run, const struct ast_node *node)
{
	enum { LONGEST = 40 };
	char *text = arena_strdup(&run->scratch, ast_text(run->unit, node->range, &run->scratch)), *to = text;

	for (const char *from = text; *from; from++) {
		if (!isspace((unsigned char)*from))
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = 0;
	if (to - text > LONGEST)
		snprintf(text + LONGEST - 4, 5, " ...");
	return text;
}

void heap_copy_notes(struct rule_collect *run, const struct heap_copy *copy, struct rule_found *found)
{
	const struct flow_owner *owner = copy->owner;
	bool released = false;

	(void)run;
	if (copy->fill)
		rule_found_note(found, copy->fill->range, "copied here");
	rule_found_note(found, copy->last->node->range, "last read here");
	for (uint32_t i = 0; i < owner->nuses; i++) {
		if (owner->uses[i].kind != FLOW_USE_RELEASE)
			continue;
		if (!released)
			rule_found_note(found, owner->uses[i].node->range, "freed here");
		released = true;
	}
	if (!released)
		rule_found_note(found, copy->call->range, "and never freed");
}

/* `p + n`, `&p[n]`, `p->text + n`: not the beginning of what it points into. */
static bool is_part(const struct ast_node *source)
{
	const struct ast_node *place;

	if (source->kind == AST_BINARY)
		return source->op == AST_OP_ADD || source->op == AST_OP_SUB;
	if (source->kind != AST_UNARY || source->op != AST_OP_ADDRESS)
		return false;
	place = source->children[0];
	return place->kind == AST_SUBSCRIPT && copy_is_bytes(place->type);
}

/* Part of something: it begins within, or a counted piece of a string was given an end of its own. */
static bool is_slice(const struct heap_copy *copy)
{
	return copy->length && (copy->ended || is_part(copy->source));
}

/* How many bytes a copy takes, as far as the call says. */
static const char *size_text(struct rule_collect *run, const struct heap_copy *copy)
{
	int64_t bytes;

	if (!copy->length)
		return arena_printf(&run->scratch, "strlen + 1 bytes");
	if (ast_constant(copy->length, &bytes))
		return arena_printf(&run->scratch, "%lld bytes", (long long)bytes);
	return arena_printf(&run->scratch, "%s bytes", copy_text(run, copy->length));
}

static void report(struct rule_collect *run, const struct heap_copy *copy)
{
	const char *what = is_slice(copy) ? "a part of a buffer" : "a copy";
	const char *name = copy->owner->name;
	struct rule_found *found;

	if (is_slice(copy))
		found = rule_found(run, copy->call->range, name, "'%s' copies %s, '%s' (%s), that is only read", name,
		                   what, copy_text(run, copy->source), size_text(run, copy));
	else
		found = rule_found(run, copy->call->range, name,
		                   "'%s' is %s of '%s' (%s on the heap) that is only read", name, what,
		                   copy_text(run, copy->source), size_text(run, copy));
	rule_found_require(found, copy->owner->conditions, copy->owner->nconditions);
	heap_copy_notes(run, copy, found);
	heap_copy_fix(run, copy, found);
	rule_found_send(found);
}

static void look(struct rule_collect *run, bool slices)
{
	uint32_t count;
	const struct flow_owner *owners;

	if (run->unit->broken)
		return;
	owners = rule_owners(run, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct heap_copy copy;

		vec_clear(&run->conditions);
		if (heap_copy_find(run, &owners[i], &copy) && is_slice(&copy) == slices &&
		    heap_copy_is_bounded(&copy) && heap_copy_is_stable(run, &copy))
			report(run, &copy);
	}
}

void unnecessary_copy_c(struct rule_collect *run)
{
	look(run, false);
}

void slice_copy_c(struct rule_collect *run)
{
	look(run, true);
}
