/* SPDX-License-Identifier: MIT */
/* The head comments of the rules' sources, gathered at build time by pages.cmake. */
#ifndef MEMLINT_RULES_PAGES_H
#define MEMLINT_RULES_PAGES_H

struct rule_page {
	const char *name, *text;
};

/* Ends with a NULL name. */
extern const struct rule_page rules_pages[];

#endif
