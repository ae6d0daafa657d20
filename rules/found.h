/* SPDX-License-Identifier: MIT */
/* Findings made in a worker and reported if what they assume of other units is so. */
#ifndef MEMLINT_RULES_FOUND_H
#define MEMLINT_RULES_FOUND_H

#include "analyzer/rule.h"

struct found_finding {
	struct finding finding; /* level is the rule's own where has_level is false */
	bool has_level;
	struct flow_condition *conditions;
	uint32_t nconditions;
};

/* One finding as rule_found_send() packed it, in @arena; false when the bytes are bad. */
bool found_unpack(struct unpacker *bytes, struct arena *arena, struct found_finding *found);

/* Where @range stands, as findings' places are packed: path ("" without a file), line, column and the end's. */
void found_pack_place(struct packer *packer, const struct ast_unit *unit, struct ast_range range);

#endif
