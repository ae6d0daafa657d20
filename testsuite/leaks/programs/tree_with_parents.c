// SPDX-License-Identifier: MIT
/* A tree of nodes with arrays of children, each child with its parent; the root was dropped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
	struct node *parent;
	struct node **children;
	size_t nchildren;
	char name[16];
};

static struct node *root;

static struct node *new_node(struct node *parent, int number)
{
	struct node *node = calloc(1, sizeof *node);

	node->parent = parent;
	snprintf(node->name, sizeof node->name, "node %d", number);
	if (parent) {
		parent->children = realloc(parent->children, (parent->nchildren + 1) * sizeof *parent->children);
		parent->children[parent->nchildren++] = node;
	}
	return node;
}

int main(void)
{
	root = new_node(NULL, 0);
	for (int i = 0; i < 3; i++) {
		struct node *child = new_node(root, i);

		for (int k = 0; k < 2; k++)
			new_node(child, k);
	}
	root = NULL;
	return 0;
}
