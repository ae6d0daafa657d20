// SPDX-License-Identifier: MIT
/* The table of output formats, from formats.def. */
#include "analyzer/out/out_internal.h"

#include <string.h>

#define FORMAT(name, brief) {#name, brief, out_##name},
static const struct out_format table[] = {
#include "analyzer/out/formats.def"
};
#undef FORMAT

const struct out_format *out_formats(size_t *count)
{
	*count = sizeof table / sizeof *table;
	return table;
}

const struct out_format *out_format_find(const char *name)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	}
	return NULL;
}
