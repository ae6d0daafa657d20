/* SPDX-License-Identifier: MIT */
#include "host.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *apply(const char *text)
{
	char *out = strdup(text); /* bytes: 5*12; count: 5; type: char[]; name: upper */

	for (char *at = out; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	return out;
}

static void release(struct filter *filter)
{
	free(filter);
}

struct filter *open_filter(const struct host *host)
{
	struct filter *filter = host->allocate(sizeof(*filter)); /* bytes: 24; count: 1; type: struct filter */

	*filter = (struct filter){"upper", apply, release};
	return filter;
}
