/* SPDX-License-Identifier: MIT */
/* A small JSON-like tree whose memory comes from the caller's functions. */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>

struct json_hooks {
	void *(*allocate)(size_t size);
	void *(*resize)(void *block, size_t size);
	void (*release)(void *block);
};

struct json {
	struct json *next, *child;
	char *text;
	double number;
};

void json_set_hooks(const struct json_hooks *hooks);
struct json *json_array(void);
struct json *json_number(double number);
struct json *json_string(const char *text);
void json_push(struct json *array, struct json *item);
char *json_print(const struct json *json);
void json_free(struct json *json);
void json_free_text(char *text);

#endif
