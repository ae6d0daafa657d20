/* SPDX-License-Identifier: MIT */
#ifndef CONFIG_H
#define CONFIG_H

struct option {
	char *key;
	char *value;
	struct option *next;
};

struct config {
	struct option *options;
	unsigned count;
};

struct config *config_parse(const char *text);
const char *config_get(const struct config *config, const char *key);
void config_free(struct config *config);

#endif
