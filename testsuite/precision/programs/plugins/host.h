/* SPDX-License-Identifier: MIT */
/* What a plugin gets from the host, and what it gives back. */
#ifndef HOST_H
#define HOST_H

#include <stddef.h>

struct host {
	void *(*allocate)(size_t size);
};

struct filter {
	const char *name;
	char *(*apply)(const char *text);
	void (*release)(struct filter *filter);
};

typedef struct filter *(*filter_open)(const struct host *host);

#endif
