/* SPDX-License-Identifier: MIT */
/*
 * A trie with a compact array of children per node, grown one by one; words counted from a text.
 * style: C trie
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct Node Node;

struct Node {
	char letter;
	unsigned char n_children;
	unsigned count;
	Node **children;
};

typedef struct {
	Node *root;
	unsigned nodes;
} Trie;

#define NEW(type) ((type *)xcalloc(1, sizeof(type)))

static void *xcalloc(size_t n, size_t size)
{
	void *block = calloc(n, size);

	if (!block)
		abort();
	return block;
}

static Node *child_of(Trie *trie, Node *node, char letter)
{
	for (unsigned i = 0; i < node->n_children; i++)
		if (node->children[i]->letter == letter)
			return node->children[i];
	/* bytes: 8*(1+2+1+2+1+2+1+1); count: 8; type: Node *[] or struct Node *[] */
	node->children = realloc(node->children, (node->n_children + 1u) * sizeof(Node *));
	/* bytes: 8*16; count: 8; type: Node or struct Node */
	Node *child = NEW(Node);
	child->letter = letter;
	node->children[node->n_children++] = child;
	trie->nodes++;
	return child;
}

static void add(Trie *trie, const char *text)
{
	Node *at = trie->root;

	for (; *text; text++) {
		if (isalpha((unsigned char)*text)) {
			at = child_of(trie, at, *text);
			continue;
		}
		at->count++;
		at = trie->root;
	}
	at->count++;
}

static unsigned total(const Node *node)
{
	unsigned sum = node->count;

	for (unsigned i = 0; i < node->n_children; i++)
		sum += total(node->children[i]);
	return sum;
}

static void node_free(Node *node)
{
	for (unsigned i = 0; i < node->n_children; i++)
		node_free(node->children[i]);
	free(node->children);
	free(node);
}

int main(void)
{
	Trie *trie = NEW(Trie); /* bytes: 16; count: 1; type: Trie */
	int ok;

	trie->root = NEW(Node); /* bytes: 16; count: 1; type: Node or struct Node */
	add(trie, "tea ten to tea inn in tea");
	ok = total(trie->root) == 7;
	node_free(trie->root);
	free(trie);
	return ok ? 0 : 1;
}
