/* SPDX-License-Identifier: MIT */
/* Wrappers three levels deep, arrays that grow by a macro, a string buffer that never holds NULL. */
#ifndef WRAPPER_H
#define WRAPPER_H

#include <stdarg.h>
#include <stddef.h>

extern void (*die_routine)(const char *reason);

void *do_malloc(size_t size, int gentle);
void *xmalloc(size_t size);
void *xmallocz(size_t size);
void *xmemdupz(const void *data, size_t size);
char *xstrdup(const char *text);
void *xrealloc(void *block, size_t size);
void *xcalloc(size_t n, size_t size);
char *xstrfmt(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define alloc_nr(x) (((x) + 16) * 3 / 2)
#define REALLOC_ARRAY(x, alloc) ((x) = xrealloc((x), (alloc) * sizeof(*(x))))
#define ALLOC_GROW(x, nr, alloc)                                                 \
	do {                                                                     \
		if ((nr) > alloc) {                                              \
			alloc = alloc_nr(alloc) < (nr) ? (nr) : alloc_nr(alloc); \
			REALLOC_ARRAY(x, alloc);                                 \
		}                                                                \
	} while (0)

struct strbuf {
	size_t alloc, len;
	char *buf;
};

extern char strbuf_slopbuf[];
#define STRBUF_INIT                  \
	{                            \
		0, 0, strbuf_slopbuf \
	}

void strbuf_grow(struct strbuf *sb, size_t extra);
void strbuf_addstr(struct strbuf *sb, const char *text);
void strbuf_addf(struct strbuf *sb, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *strbuf_detach(struct strbuf *sb);

#endif
