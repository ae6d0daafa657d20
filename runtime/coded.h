/* SPDX-License-Identifier: MIT */
/* Texts as objects carry them, coded (abi.h). */
#ifndef MEMLINT_RT_CODED_H
#define MEMLINT_RT_CODED_H

#include <stddef.h>

/* The bytes that @size coded ones at @coded stand for. What is cut short at the end stands for nothing. */
size_t rt_coded_length(const char *coded, size_t size);
/* Writes them to @text, which has room for so many. A distance beyond the start, which no plugin writes, yields zero bytes. */
void rt_coded_read(const char *coded, size_t size, char *text);

#endif
