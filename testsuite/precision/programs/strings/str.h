/* SPDX-License-Identifier: MIT */
/* Strings with their length in front, as in sds: the pointer is past the header, growing returns the new one. */
#ifndef STR_H
#define STR_H

#include <stddef.h>

typedef char *str;

str str_new_length(const void *text, size_t length);
str str_new(const char *text);
str str_copy(str from);
str str_append(str to, const char *text);
str str_format(str to, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t str_length(const str text);
void str_free(str text);

#define STR_APPEND(to, text) ((to) = str_append((to), (text)))

#endif
