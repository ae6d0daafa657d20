/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_hooks hooks = {malloc, realloc, free};

void json_set_hooks(const struct json_hooks *ours)
{
	hooks = *ours;
}

static struct json *item_new(void)
{
	/* bytes: 2*(1+20+5)*32; count: 2*26; type: struct json */
	struct json *item = hooks.allocate(sizeof(struct json));

	if (item)
		memset(item, 0, sizeof(*item));
	return item;
}

struct json *json_array(void)
{
	return item_new();
}

struct json *json_number(double number)
{
	struct json *item = item_new();

	item->number = number;
	return item;
}

struct json *json_string(const char *text)
{
	struct json *item = item_new();
	size_t size = strlen(text) + 1;

	item->text = hooks.allocate(size); /* bytes: 2*5*6; count: 10; type: char[] */
	memcpy(item->text, text, size);
	return item;
}

void json_push(struct json *array, struct json *item)
{
	struct json **end = &array->child;

	while (*end)
		end = &(*end)->next;
	*end = item;
}

char *json_print(const struct json *json)
{
	size_t room = 32, used = 0;
	char *text = hooks.allocate(room); /* bytes: 2*32; count: 2; type: char[] */

	text[0] = '\0';
	for (const struct json *item = json->child; item; item = item->next) {
		if (room - used < 32) {
			room *= 2;
			text = hooks.resize(text, room); /* bytes: 2*(64+128); count: 4; type: char[] */
		}
		used += (size_t)snprintf(text + used, room - used, item->text ? "\"%s\"," : "%.0s%g,",
		                         item->text ? item->text : "", item->number);
	}
	return text;
}

void json_free(struct json *json)
{
	while (json) {
		struct json *next = json->next;

		json_free(json->child);
		hooks.release(json->text);
		hooks.release(json);
		json = next;
	}
}

void json_free_text(char *text)
{
	hooks.release(text);
}
