/* SPDX-License-Identifier: MIT */
/* A document tree as a small XML library has it: nodes are counted, so that callers may keep subtrees. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct xml_node {
	unsigned refs;
	char tag[12];
	struct xml_node *parent; /* defect: strong-cycle */
	struct xml_node *first_child;
	struct xml_node *next_sibling;
} xml_node;

static xml_node *xml_node_retain(xml_node *n)
{
	if (n)
		n->refs++;
	return n;
}

static void xml_node_release(xml_node *n)
{
	if (!n || --n->refs > 0)
		return;
	for (xml_node *child = n->first_child, *next; child; child = next) {
		next = child->next_sibling;
		xml_node_release(child);
	}
	xml_node_release(n->parent);
	free(n);
}

static xml_node *xml_node_new(const char *tag)
{
	xml_node *n = calloc(1, sizeof *n);

	if (!n)
		exit(1);
	n->refs = 1;
	snprintf(n->tag, sizeof n->tag, "%s", tag);
	return n;
}

static xml_node *xml_node_append(xml_node *parent, const char *tag)
{
	xml_node *child = xml_node_new(tag);

	child->parent = xml_node_retain(parent);
	child->next_sibling = parent->first_child;
	parent->first_child = child;
	return child;
}

static void print(const xml_node *n, int depth)
{
	printf("%*s<%s>\n", depth * 2, "", n->tag);
	for (const xml_node *c = n->first_child; c; c = c->next_sibling)
		print(c, depth + 1);
}

int main(void)
{
	xml_node *root = xml_node_new("html");
	xml_node *body = xml_node_append(root, "body");
	xml_node *kept;

	xml_node_append(body, "p");
	kept = xml_node_retain(xml_node_append(body, "a"));
	print(root, 0);
	printf("%s is in %s\n", kept->tag, kept->parent->tag);
	xml_node_release(kept);
	xml_node_release(root);
	return 0;
}
