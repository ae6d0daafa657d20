// SPDX-License-Identifier: MIT
/* The table of rules, from rules.def. */
#include "analyzer/rule.h"
#include "rules/names.h"
#include "rules/pages.h"

#include <stdlib.h>
#include <string.h>

#define RULE(code, stem, level, brief) extern const struct rule_ops rule_##stem;
#include "rules/rules.def"
#undef RULE

/* The user's name comes from the page, which opens with it. */
#define RULE(code, stem, level, brief) {code, RULE_NAME_##stem, LEVEL_##level, brief, &rule_##stem},
static const struct rule table[] = {
#include "rules/rules.def"
};
#undef RULE

enum { COUNT = sizeof table / sizeof *table };

const struct rule *rules_all(size_t *count)
{
	*count = COUNT;
	return table;
}

const struct rule *rules_find(const char *name)
{
	char *end;
	const unsigned long code = strtoul(name, &end, 10);

	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(table[i].name, name) == 0 || (*name && !*end && table[i].code == code))
			return &table[i];
	}
	return NULL;
}

const char *rules_page(const struct rule *rule)
{
	for (size_t i = 0; rules_pages[i].name; i++) {
		if (strcmp(rules_pages[i].name, rule->name) == 0)
			return rules_pages[i].text;
	}
	return "";
}
