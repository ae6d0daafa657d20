// SPDX-License-Identifier: MIT
/*
 * Functions labelled by hand with what they may do. A label stands on the line before its function:
 *   effects: parameter=what, …; does=what
 * What is not named must not be there.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct list {
	struct list *next;
	char *name;
	int value;
};

static struct list *head;
static int counter;
static char *saved;

/* effects: */
int add(int a, int b)
{
	return a + b;
}

/* effects: p=reads */
int get(const int *p)
{
	return *p;
}

/* effects: p=writes */
void set(int *p, int value)
{
	*p = value;
}

/* effects: p=reads writes */
void bump(int *p)
{
	++*p;
}

/* effects: does=write */
void count(void)
{
	counter++;
}

/* effects: p=keeps; does=write */
void keep(char *p)
{
	saved = p;
}

/* effects: p=frees */
void drop(char *p)
{
	free(p);
}

/* effects: p=returns; does=shared */
char *same(char *p)
{
	return p;
}

/* effects: p=returns; does=shared */
char *skip_one(char *p)
{
	return p + 1;
}

/* effects: p=reads returns; does=loop shared */
const char *skip_blanks(const char *p)
{
	while (*p == ' ')
		p++;
	return p;
}

/* effects: text=reads; does=loop */
size_t length(const char *text)
{
	return strlen(text);
}

/* effects: text=copied reads; does=alloc loop new */
char *copy(const char *text)
{
	return strdup(text);
}

/* effects: text=copied reads; does=alloc loop new */
char *copy_or_null(const char *text)
{
	char *result;

	if (!text)
		return NULL;
	result = malloc(strlen(text) + 1);
	if (result)
		strcpy(result, text);
	return result;
}

/* effects: does=alloc new io */
void *must_alloc(size_t size)
{
	void *p = malloc(size);

	if (!p)
		abort();
	return p;
}

/* effects: text=reads; does=alloc io loop new */
char *must_copy(const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(must_alloc(n), text, n);
}

/* effects: list=reads reads-inside; does=loop */
int sum(const struct list *list)
{
	int total = 0;

	for (; list; list = list->next)
		total += list->value;
	return total;
}

/* effects: list=reads frees reads-inside frees-inside; does=loop */
void free_list(struct list *list)
{
	while (list) {
		struct list *next = list->next;

		free(list->name);
		free(list);
		list = next;
	}
}

/* effects: list=keeps reads writes; does=write */
void push(struct list *list)
{
	list->next = head;
	head = list;
	counter += list->value;
}

/* effects: list=writes, name=keeps */
void rename_node(struct list *list, char *name)
{
	list->name = name;
}

/* effects: list=reads returns-inside; does=shared */
char *name_of(struct list *list)
{
	return list->name;
}

/* effects: list=reads reads-inside; does=loop */
size_t name_length(struct list *list)
{
	return strlen(name_of(list));
}

/* effects: list=reads frees-inside */
void drop_name(struct list *list)
{
	free(list->name);
}

/* effects: list=reads frees-inside writes */
void clear_name(struct list *list)
{
	free(list->name);
	list->name = NULL;
}

/* effects: list=reads keeps-inside; does=write */
void keep_name(struct list *list)
{
	saved = list->name;
}

/* effects: p=frees */
void drop_through(char *p)
{
	char *q = p;

	drop(q);
}

/* effects: p=keeps; does=write */
void keep_through(char *p)
{
	char *q = same(p);

	keep(q);
}

/* effects: p=writes; does=loop */
void clear(char *p, size_t n)
{
	for (; n; n--)
		*p++ = 0;
}

/* effects: dst=writes, src=reads; does=loop */
void duplicate(char *dst, const char *src, size_t n)
{
	memcpy(dst, src, n);
}

/* effects: dst=writes returns, src=reads; does=loop shared */
char *duplicate2(char *dst, const char *src, size_t n)
{
	return memcpy(dst, src, n);
}

/* effects: text=reads; does=io */
void say(const char *text)
{
	puts(text);
}

/* effects: buffer=writes; does=io wait */
ssize_t fill(int fd, void *buffer, size_t n)
{
	return read(fd, buffer, n);
}

/* effects: ; does=io never callback write bytes */
void die(void)
{
	fputs("gone\n", stderr);
	exit(1);
}

/* effects: text=reads; does=io never callback write bytes */
void die_saying(const char *text)
{
	puts(text);
	die();
}

/* effects: ; does=loop never */
void forever(void)
{
	for (;;)
		;
}

/* effects: text=reads; does=io callback write bytes */
int check(const char *text)
{
	if (!text)
		die();
	return text[0];
}

/* effects: function=calls; does=unknown callback alloc io loop write wait bytes */
void call(void (*function)(void))
{
	function();
}

void unknown(char *p);
void unknown_const(const char *p);
int unknown_number(int x);

/* effects: p=reads writes keeps frees; does=unknown callback alloc io loop write wait bytes */
void to_unknown(char *p)
{
	unknown(p);
}

/* effects: p=reads keeps; does=unknown callback alloc io loop write wait bytes */
void to_unknown_const(const char *p)
{
	unknown_const(p);
}

/* effects: p=reads; does=unknown callback alloc io loop write wait bytes */
int to_unknown_number(const int *p)
{
	return unknown_number(*p);
}

/* effects: a=reads, b=reads; does=loop */
int compare(const char *a, const char *b)
{
	return strcmp(a, b);
}

/* effects: a=returns, b=returns; does=shared */
char *either(char *a, char *b, int which)
{
	return which ? a : b;
}

/* effects: out=writes, p=keeps */
void store_through(char **out, char *p)
{
	*out = p;
}

/* effects: out=reads writes; does=alloc */
int make(char **out)
{
	*out = malloc(10);
	return *out != NULL;
}

/* effects: p=reads */
int even(const char *p, int n);

/* effects: p=reads */
int odd(const char *p, int n)
{
	return n ? even(p + 1, n - 1) : *p == 1;
}

/* effects: p=reads */
int even(const char *p, int n)
{
	return n ? odd(p + 1, n - 1) : *p == 0;
}

/* effects: list=reads frees reads-inside frees-inside */
void free_recursive(struct list *list)
{
	if (!list)
		return;
	free_recursive(list->next);
	free(list);
}

/* effects: text=reads; does=loop */
int parse(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	return *end ? -1 : (int)value + (int)strlen(text);
}

/* effects: text=reads writes keeps; does=loop write bytes */
int words(char *text)
{
	int n = 0;

	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		n++;
	return n;
}

/* effects: p=reads writes keeps frees calls reads-inside writes-inside keeps-inside frees-inside calls-inside */
uintptr_t as_number(void *p)
{
	return (uintptr_t)p;
}

/* effects: p=reads frees; does=alloc new */
void *grow(void *p, size_t n)
{
	void *q = realloc(p, n);

	if (!q)
		free(p);
	return q;
}

/* effects: ; does=alloc shared write */
char *cached(void)
{
	static char *value;

	if (!value)
		value = malloc(10);
	return value;
}

struct pair {
	char *left, *right;
};

/* The fields of a local are not told apart. */
/* effects: p=frees keeps, q=frees keeps; does=write */
void by_struct(char *p, char *q)
{
	struct pair pair = {p, q};
	struct pair other;

	other.left = pair.left;
	free(other.left);
	saved = pair.right;
}

/* effects: pair=frees-inside */
void drop_pair(struct pair pair)
{
	free(pair.left);
}

/* effects: p=reads writes */
void swap_bytes(char *p)
{
	char *a = p, *b = p + 1, t = *a;

	*a = *b;
	*b = t;
}

/* effects: text=reads; does=alloc io loop */
void print_copy(const char *text)
{
	char *copy_of = strdup(text);

	if (copy_of)
		puts(copy_of);
	free(copy_of);
}

/* effects: text=reads; does=io */
void report(const char *text)
{
	({ printf("%s\n", text); });
}

static const char *motto = "x";
static int tally;
static char page[100];

struct knob {
	int turned;
};
static struct knob knob;

/* effects: does=io */
void say_motto(void)
{
	puts(motto);
}

/* effects: does=write */
void count_one(void)
{
	tally++;
}

/* effects: does=write bytes loop */
void clear_page(void)
{
	memset(page, 0, sizeof page);
}

/* effects: does=shared */
static struct knob *the_knob(void)
{
	return &knob;
}

/* effects: does=write bytes */
void turn_knob(void)
{
	the_knob()->turned = 1;
}
