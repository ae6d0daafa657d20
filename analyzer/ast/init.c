// SPDX-License-Identifier: MIT
/* What each element of an initialiser list initialises. */
#include "analyzer/ast/ast.h"

/* Where the walk over a list stands: the object the next positional element goes to. */
struct init_walk {
	const struct ast_type *type; /* of the list, bare */
	const struct ast_record *record;
	uint32_t next; /* field or element */
	bool lost;     /* braces left out, or a designator too deep to follow */
	bool deep;     /* … the latter: what follows goes on inside */
	bool elided;
};

static bool is_array(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_INCOMPLETE_ARRAY);
}

static bool begin_walk(const struct ast_node *list, struct init_walk *walk)
{
	const struct ast_type *type = list->type ? ast_bare_type(list->type) : NULL;

	*walk = (struct init_walk){.type = type};
	if (!type)
		return false;
	if (is_array(type) || type->kind == AST_TYPE_VECTOR)
		return true;
	walk->record = type->kind == AST_TYPE_RECORD ? type->record : NULL;
	return walk->record && !walk->record->nbases && walk->record->nfields;
}

/* Unnamed bit-fields are no members; anonymous records are. */
static const struct ast_field *field_from(const struct ast_record *record, uint32_t *index)
{
	while (*index < record->nfields && (record->fields[*index]->decl.flags & AST_UNNAMED) &&
	       !(record->fields[*index]->flags & AST_FIELD_ANONYMOUS))
		++*index;
	return *index < record->nfields ? record->fields[*index] : NULL;
}

/* The member of @record through which @field, perhaps inside an anonymous one, is reached. */
static const struct ast_field *direct_member(const struct ast_record *record, const struct ast_field *field)
{
	for (uint32_t i = 0; i < record->nfields; i++) {
		const struct ast_field *member = record->fields[i];

		if (member == field)
			return member;
		if ((member->flags & AST_FIELD_ANONYMOUS) && member->decl.type && member->decl.type->record &&
		    direct_member(member->decl.type->record, field))
			return member;
	}
	return NULL;
}

static bool is_aggregate(const struct ast_type *type)
{
	return type && (is_array(type) || type->kind == AST_TYPE_RECORD);
}

/* An aggregate given without braces, by its first member's value. */
static bool elides(const struct ast_node *value, const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	if (!is_aggregate(bare) || value->kind == AST_INIT_LIST)
		return false;
	if (is_array(bare))
		return value->kind != AST_STRING && value->kind != AST_COMPOUND_LITERAL;
	return !value->type || ast_bare_type(value->type) != bare;
}

static bool step_designated(struct init_walk *walk, const struct ast_node *child, const struct ast_field **field,
                            const struct ast_type **type)
{
	const struct ast_node *designator = child->children[0];
	const struct ast_field *named;

	if (!walk->record) {
		int64_t index;

		if (designator->kind != AST_INDEX_DESIGNATOR || !ast_constant(designator->children[0], &index) ||
		    index < 0)
			return false;
		walk->next = (uint32_t)index + 1;
		*type = walk->type->target;
		walk->lost = child->nchildren > 2;
		return child->nchildren == 2;
	}
	named = designator->kind == AST_FIELD_DESIGNATOR ? (const struct ast_field *)designator->u.decl : NULL;
	if (!named || !(*field = direct_member(walk->record, named)))
		return false;
	walk->next = (*field)->index + 1;
	walk->lost = child->nchildren > 2 || *field != named;
	*type = child->nchildren == 2 ? named->decl.type : NULL;
	*field = named;
	return true;
}

static bool step(struct init_walk *walk, const struct ast_node *child, const struct ast_field **field,
                 const struct ast_type **type)
{
	*field = NULL;
	*type = NULL;
	if (child->kind == AST_DESIGNATED) {
		walk->lost = false;
		walk->deep = child->nchildren > 2;
		if (child->nchildren >= 2 && step_designated(walk, child, field, type))
			return true;
		walk->lost = true;
		return false;
	}
	if (walk->lost) {
		walk->elided |= walk->deep;
		return false;
	}
	if (!walk->record) {
		*type = walk->type->target;
		walk->next++;
	} else {
		*field = field_from(walk->record, &walk->next);
		walk->lost = !*field;
		if (!*field)
			return false;
		*type = (*field)->decl.type;
		walk->next++;
		walk->lost = walk->record->kind == AST_UNION;
	}
	if (elides(child, *type)) {
		walk->elided = walk->lost = true;
		return false;
	}
	return true;
}

bool ast_init_target(const struct ast_node *list, uint32_t index, const struct ast_field **field,
                     const struct ast_type **type)
{
	const struct ast_field *at_field = NULL;
	const struct ast_type *at_type = NULL;
	struct init_walk walk;
	bool known = false;

	if (index >= list->nchildren || !begin_walk(list, &walk))
		return false;
	if (!walk.record) {
		/* Long tables: every element of an array has the same type. */
		at_type = list->children[index]->kind == AST_DESIGNATED && list->children[index]->nchildren > 2
		                  ? NULL
		                  : walk.type->target;
		known = at_type && !elides(list->children[index], at_type);
	}
	for (uint32_t i = 0; walk.record && i <= index; i++)
		known = step(&walk, list->children[i], &at_field, &at_type);
	if (field)
		*field = at_field;
	if (type)
		*type = at_type;
	return known;
}

bool ast_init_elides(const struct ast_node *list)
{
	const struct ast_field *field;
	const struct ast_type *type;
	struct init_walk walk;

	if (!begin_walk(list, &walk))
		return false;
	for (uint32_t i = 0; i < list->nchildren && !walk.elided; i++)
		step(&walk, list->children[i], &field, &type);
	return walk.elided;
}
