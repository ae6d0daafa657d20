// SPDX-License-Identifier: MIT
/*
 * Blocks on the heap and what becomes of them. The label before a function tells of its first allocation:
 *   owner: the local's name; released N; escapes; last use "text"; cost until the release; distance in statements
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *saved;
char *unknown(char *p);
void unknown_done(void);

static int parse(const char *text)
{
	return text[0] == 'x';
}

static void upload(int n)
{
	printf("%d\n", n);
}

static void keep(char *p)
{
	saved = p;
}

static void drop(char *p)
{
	free(p);
}

/* owner: buf; released 1; last "parse(buf)"; cost I/O; distance 2 */
int late(void)
{
	char *buf = malloc(100000);
	int n;

	n = parse(buf);
	upload(n);
	free(buf);
	return n;
}

/* owner: buf; released 1; last "parse(buf)"; cost nothing; distance 1 */
int at_once(void)
{
	char *buf = malloc(100);
	int n = parse(buf);

	free(buf);
	return n;
}

/* owner: buf; released 1; escapes; last "keep(buf)"; cost nothing; distance 1 */
void kept(void)
{
	char *buf = malloc(100);

	keep(buf);
	free(buf);
}

/* owner: buf; released 0; escapes */
char *returned(void)
{
	char *buf = malloc(100);

	buf[0] = 0;
	return buf;
}

/* owner: buf; released 1; last "parse(p)"; cost nothing; distance 1 */
void by_another_name(void)
{
	char *buf = malloc(100), *p = buf;

	parse(p);
	free(buf);
}

/* owner: buf; released 1; last "*dot"; cost I/O; distance 2 */
int interior(const char *text)
{
	char *buf = strdup(text);
	char *dot = strchr(buf, '.');
	int c = *dot;

	upload(c);
	free(buf);
	return c;
}

/* owner: buf; released 1; last "parse(buf)"; cost unknown call; distance 2 */
void before_unknown(void)
{
	char *buf = malloc(100);

	parse(buf);
	unknown_done();
	free(buf);
}

/* owner: buf; released 1; escapes; last "unknown(buf)"; cost nothing; distance 1 */
void to_unknown(void)
{
	char *buf = malloc(100);

	unknown(buf);
	free(buf);
}

/* owner: buf; released 2 */
int on_two_ways(int a)
{
	char *buf = malloc(100);

	if (a) {
		free(buf);
		return 1;
	}
	parse(buf);
	free(buf);
	return 0;
}

/* owner: buf; released 1 */
void last_on_two_ways(int a)
{
	char *buf = malloc(100);

	if (a)
		parse(buf);
	else
		buf[0] = 1;
	free(buf);
}

/* owner: buf; released 1; last "parse(buf)"; cost loop; distance 3 */
int before_loop(int n)
{
	char *buf = malloc(100);
	int total = parse(buf);

	for (int i = 0; i < n; i++)
		total += i;
	free(buf);
	return total;
}

/* owner: buf; released 1; last "parse(buf)"; cost allocation; distance 2 */
char *before_allocation(void)
{
	char *buf = malloc(100), *other;

	parse(buf);
	other = malloc(10);
	free(buf);
	return other;
}

/* owner: buf; released 1; last "parse(buf)"; cost nothing; distance 1 */
void dropped_by_callee(void)
{
	char *buf = malloc(100);

	parse(buf);
	drop(buf);
}

/* owner: ; released 0; escapes */
void address_passed(int fd)
{
	char *buf = malloc(100);
	char **where = &buf;

	read(fd, *where, 10);
	free(buf);
}

/* owner: buf; released 0 */
void leaked(void)
{
	char *buf = malloc(100);

	parse(buf);
}

/* owner: ; released 0 */
void leaked_at_once(void)
{
	parse(malloc(100));
}

struct holder {
	char *p;
};

/* owner: ; released 0; escapes */
void into_record(struct holder *holder)
{
	holder->p = malloc(10);
}

/* owner: buf; released 1; last "parse(buf)"; cost statement; distance 3 */
int plain_between(int a)
{
	char *buf = malloc(100);

	a += parse(buf);
	a *= 2;
	a -= 1;
	free(buf);
	return a;
}

/* owner: buf; released 1; last "parse(&buf[i])"; cost statement; distance 3 */
void last_in_loop(int n)
{
	char *buf = malloc(100);

	for (int i = 0; i < n; i++)
		parse(&buf[i]);
	free(buf);
}

/* owner: buf; released 1; last "parse(buf)"; cost nothing; distance 1 */
void reused(void)
{
	char *buf = malloc(10);

	parse(buf);
	free(buf);
	buf = malloc(20);
	parse(buf);
	free(buf);
}

/* owner: copy; released 1; last "puts(copy)"; cost nothing; distance 1 */
void checked(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return;
	puts(copy);
	free(copy);
}

/* owner: p; released 1; last "puts(p)"; cost nothing; distance 1 */
void grown(size_t n)
{
	char *p = malloc(n);

	puts(p);
	p = realloc(p, 2 * n);
	free(p);
}

/* owner: file; released 1; last "fgetc(file)"; cost I/O; distance 2 */
int stream(const char *path)
{
	FILE *file = fopen(path, "r");
	int c = fgetc(file);

	upload(c);
	fclose(file);
	return c;
}
