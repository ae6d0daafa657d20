/* SPDX-License-Identifier: MIT */
/*
 * A library's replaceable memory methods with size headers and limits, in SQLite's manner.
 * style: C, table of memory methods, headers in front
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct mem_methods {
	void *(*alloc)(int size);
	void (*release)(void *block);
	void *(*resize)(void *block, int size);
	int (*size)(void *block);
	int (*init)(void *data);
	void *data;
};

static int64_t in_use, highwater;

static void *mem_malloc(int size)
{
	int64_t *block = malloc((size_t)size + 8);

	if (block) {
		block[0] = size;
		block++;
	}
	return block;
}

static void mem_free(void *block)
{
	free((int64_t *)block - 1);
}

static int mem_size(void *block)
{
	return block ? (int)((int64_t *)block)[-1] : 0;
}

static void *mem_realloc(void *block, int size)
{
	int64_t *raw = realloc((int64_t *)block - 1, (size_t)size + 8);

	if (raw) {
		raw[0] = size;
		raw++;
	}
	return raw;
}

static int mem_init(void *data)
{
	(void)data;
	return 0;
}

static struct mem_methods methods = {mem_malloc, mem_free, mem_realloc, mem_size, mem_init, NULL};

static int round_up(int size)
{
	return (size + 7) & ~7;
}

static void *db_malloc_raw(int size)
{
	void *block;

	if (size <= 0 || size > 1 << 20)
		return NULL;
	block = methods.alloc(round_up(size));
	if (block) {
		in_use += methods.size(block);
		if (in_use > highwater)
			highwater = in_use;
	}
	return block;
}

static void *db_malloc_zero(int size)
{
	void *block = db_malloc_raw(size);

	if (block)
		memset(block, 0, (size_t)size);
	return block;
}

static void db_free(void *block)
{
	if (!block)
		return;
	in_use -= methods.size(block);
	methods.release(block);
}

static void *db_realloc(void *block, int size)
{
	void *grown;

	if (!block)
		return db_malloc_raw(size);
	in_use -= methods.size(block);
	grown = methods.resize(block, round_up(size));
	in_use += methods.size(grown);
	return grown;
}

static char *db_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = db_malloc_raw((int)size);

	return copy ? memcpy(copy, text, size) : NULL;
}

struct column {
	char *name;
	int type;
};

struct table {
	struct column *columns;
	int n;
	char *name;
};

struct page {
	unsigned number;
	unsigned char data[1024];
};

static struct table *table_new(const char *name)
{
	struct table *table = db_malloc_zero(sizeof(*table)); /* bytes: 32; count: 1; type: struct table */

	table->name = db_strdup(name); /* bytes: 16; count: 1; type: char[] */
	return table;
}

static void add_column(struct table *table, const char *name)
{
	/* bytes: 4*8+16*(1+2+3+4); count: 4; type: struct column[] */
	table->columns = db_realloc(table->columns, (table->n + 1) * (int)sizeof(struct column));
	table->columns[table->n].name = db_strdup(name); /* bytes: 4*16; count: 4; type: char[] */
	table->columns[table->n++].type = 1;
}

int main(void)
{
	struct table *table;
	struct page *pages[8];
	unsigned sum = 0;
	int ok;

	if (methods.init(methods.data))
		return 2;
	table = table_new("people");
	add_column(table, "id");
	add_column(table, "name");
	add_column(table, "email");
	add_column(table, "age");
	for (unsigned i = 0; i < 8; i++) {
		pages[i] = db_malloc_raw(sizeof(struct page)); /* bytes: 8*(1032+8); count: 8; type: struct page */
		pages[i]->number = i;
		memset(pages[i]->data, (int)i, sizeof(pages[i]->data));
	}
	for (unsigned i = 0; i < 8; i++) {
		sum += pages[i]->number + pages[i]->data[1023];
		db_free(pages[i]);
	}
	ok = sum == 56 && table->n == 4 && !strcmp(table->columns[2].name, "email");
	for (int i = 0; i < table->n; i++)
		db_free(table->columns[i].name);
	db_free(table->columns);
	db_free(table->name);
	db_free(table);
	return ok && in_use == 0 && highwater > 8000 ? 0 : 1;
}
