/* SPDX-License-Identifier: MIT */
#include "config.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

static struct option *option_new(const char *key, const char *value)
{
	struct option *option = xzalloc(sizeof(*option)); /* bytes: 4*24; count: 4; type: struct option */

	option->key = xstrdup(key);     /* bytes: sum([5, 5, 8, 5]); count: 4; type: char[] */
	option->value = xstrdup(value); /* bytes: sum([10, 5, 3, 10]); count: 4; type: char[] */
	return option;
}

struct config *config_parse(const char *text)
{
	struct config *config = xzalloc(sizeof(*config)); /* bytes: 16; count: 1; type: struct config */
	char *copy = xstrdup(text);                       /* bytes: 53; count: 1; type: char[] */
	char *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *equals = strchr(line, '=');

		if (!equals)
			continue;
		*equals = '\0';
		struct option *option = option_new(line, equals + 1);
		option->next = config->options;
		config->options = option;
		config->count++;
	}
	free(copy);
	return config;
}

const char *config_get(const struct config *config, const char *key)
{
	for (const struct option *option = config->options; option; option = option->next)
		if (!strcmp(option->key, key))
			return option->value;
	return NULL;
}

void config_free(struct config *config)
{
	for (struct option *option = config->options, *next; option; option = next) {
		next = option->next;
		free(option->key);
		free(option->value);
		free(option);
	}
	free(config);
}
