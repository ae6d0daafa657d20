// SPDX-License-Identifier: MIT
/* The last error of each thread, as text. */
#include "runtime/snapshot/snapshot.h"

#include <stdarg.h>
#include <string.h>

enum { ERROR_SIZE = 512 };

/* On the heap it would be the program's; as a TLS array it would cost every program static TLS space. Errors are rare:
 * the threads share it, a reader may see a later failure's text but never outside of it. */
static char last_error[ERROR_SIZE];

const char *snapshot_error(void)
{
	return last_error;
}

void snapshot_set_error(const char *text, ...)
{
	size_t length = 0;
	va_list more;

	va_start(more, text);
	for (; text; text = va_arg(more, const char *)) {
		size_t size = strlen(text);

		if (size > ERROR_SIZE - 1 - length)
			size = ERROR_SIZE - 1 - length;
		memcpy(last_error + length, text, size);
		length += size;
	}
	va_end(more);
	last_error[length] = 0;
}
