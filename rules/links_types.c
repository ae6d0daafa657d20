// SPDX-License-Identifier: MIT
/* links: what a type holds. */
#include "rules/links.h"

#include <string.h>

enum { DEPTH = 6 }; /* of template arguments that are looked into */

static bool library_hold(const char *name, enum link_hold *hold)
{
	static const struct {
		const char *name;
		enum link_hold hold;
	} table[] = {
#define HOLD(name, hold) {name, LINK_HOLD_##hold},
#include "rules/links_models.def"
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcmp(table[i].name, name) == 0) {
			*hold = table[i].hold;
			return true;
		}
	}
	return false;
}

bool link_is_shared(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;
	enum link_hold hold;

	return bare && *bare->template_name && library_hold(bare->template_name, &hold) && hold == LINK_HOLD_SHARED;
}

static enum link_hold hold_of(const struct ast_type *type, const struct ast_record **target, bool *container,
                              unsigned depth);

static enum link_hold smart_pointer(const struct ast_type *type, enum link_hold hold, const struct ast_record **target,
                                    bool *container, unsigned depth)
{
	const struct ast_type *inner = type->nargs ? type->args[0] : NULL;

	if (hold == LINK_HOLD_NOTHING || hold == LINK_HOLD_FUNCTION || !inner)
		return hold;
	inner = ast_bare_type(inner);
	if (inner && *inner->template_name && inner->record && inner->record->decl.flags & AST_SYSTEM) {
		const enum link_hold deeper = hold_of(inner, target, container, depth + 1);

		return deeper;
	}
	*target = ast_record_of(inner);
	return *target ? hold : LINK_HOLD_NOTHING;
}

static enum link_hold elements(const struct ast_type *type, const struct ast_record **target, bool *container,
                               unsigned depth)
{
	enum link_hold best = LINK_HOLD_NOTHING;

	for (uint32_t i = 0; i < type->nargs; i++) {
		const struct ast_record *found = NULL;
		const enum link_hold hold =
		        type->args[i] ? hold_of(type->args[i], &found, container, depth + 1) : LINK_HOLD_NOTHING;

		if (hold > best) {
			best = hold;
			*target = found;
		}
	}
	if (best && strcmp(type->template_name, "std::optional") != 0)
		*container = true;
	return best;
}

static enum link_hold hold_of(const struct ast_type *type, const struct ast_record **target, bool *container,
                              unsigned depth)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;
	enum link_hold hold;

	if (!bare || depth > DEPTH || type->kind == AST_TYPE_REFERENCE)
		return LINK_HOLD_NOTHING;
	if (bare->kind == AST_TYPE_RECORD && *bare->template_name) {
		if (library_hold(bare->template_name, &hold))
			return smart_pointer(bare, hold, target, container, depth);
		if (bare->record && bare->record->decl.flags & AST_SYSTEM)
			return elements(bare, target, container, depth);
	}
	if (bare->kind == AST_TYPE_RECORD && bare->record && !(bare->record->decl.flags & AST_SYSTEM)) {
		*target = bare->record;
		return LINK_HOLD_VALUE;
	}
	if (bare->kind == AST_TYPE_ARRAY || bare->kind == AST_TYPE_INCOMPLETE_ARRAY) {
		*container = true;
		return hold_of(bare->target, target, container, depth + 1);
	}
	if (bare->kind != AST_TYPE_POINTER || !bare->target || bare->target->kind == AST_TYPE_FUNCTION)
		return LINK_HOLD_NOTHING;
	const struct ast_type *pointee = ast_bare_type(bare->target);

	if (pointee && pointee->kind == AST_TYPE_POINTER)
		*container = true;
	*target = ast_record_of(pointee);
	return *target ? LINK_HOLD_RAW : LINK_HOLD_NOTHING;
}

enum link_hold link_hold_of(const struct ast_type *type, const struct ast_record **target, bool *container)
{
	*target = NULL;
	*container = false;
	return hold_of(type, target, container, 0);
}
