/* SPDX-License-Identifier: MIT */
/*
 * Refs, a string list and a commit message, in git's manner.
 * style: C, wrappers three deep over units, ALLOC_GROW, strbuf
 */
#include "wrapper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ref {
	unsigned char id[20];
	unsigned is_symbolic : 1;
	struct ref *next;
	char name[];
};

struct string_list_item {
	char *string;
	void *util;
};

struct string_list {
	struct string_list_item *items;
	size_t nr, alloc;
};

static struct ref *ref_new(const char *name)
{
	size_t length = strlen(name);
	struct ref *ref = xcalloc(1, sizeof(*ref) + length + 1); /* bytes: 12*(32+18); count: 12; type: struct ref */

	memcpy(ref->name, name, length + 1);
	return ref;
}

static struct string_list_item *append(struct string_list *list, const char *text)
{
	/* bytes: 16*(24+60); count: 2; type: struct string_list_item[] */
	ALLOC_GROW(list->items, list->nr + 1, list->alloc);
	list->items[list->nr].string = xstrdup(text); /* bytes: 30*9; count: 30; type: char[] */
	list->items[list->nr].util = NULL;
	return &list->items[list->nr++];
}

static char *message(const struct string_list *list)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_addstr(&sb, "subject\n\n"); /* or: grow */
	for (size_t i = 0; i < 10; i++)
		strbuf_addf(&sb, "- item %s\n", list->items[i].string); /* or: grow */
	return strbuf_detach(&sb);
}

int main(void)
{
	struct string_list list = {0};
	struct ref *refs = NULL;
	char *text, *names[3], *blob;
	int ok;

	for (int i = 0; i < 30; i++) {
		char item[16];

		snprintf(item, sizeof(item), "item-%03d", i);
		append(&list, item)->util = refs;
	}
	for (int i = 0; i < 12; i++) {
		struct ref *ref = ref_new("refs/heads/branch");

		ref->next = refs;
		refs = ref;
	}
	text = message(&list);
	blob = xmemdupz("a blob of bytes", 15); /* bytes: 16; count: 1 */
	for (int i = 0; i < 3; i++)
		names[i] = xstrfmt("name-%d", i); /* or: grow */
	ok = strlen(text) == 9 + 10 * 16 && !strcmp(names[2], "name-2") && blob[15] == 0;
	for (int i = 0; i < 3; i++)
		free(names[i]);
	free(blob);
	free(text);
	for (struct ref *next; refs; refs = next) {
		next = refs->next;
		free(refs);
	}
	for (size_t i = 0; i < list.nr; i++)
		free(list.items[i].string);
	free(list.items);
	return ok ? 0 : 1;
}
