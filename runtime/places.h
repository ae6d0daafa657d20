/* SPDX-License-Identifier: MIT */
/* Allocation sites' places and types: packed in the program (abi.h), unpacked here. */
#ifndef MEMLINT_RT_PLACES_H
#define MEMLINT_RT_PLACES_H

#include <stdint.h>

/* Of one site; strings are offsets in the unit's, type is an index in its types from 1. 0: unknown or none. */
struct rt_place {
	uint32_t line, column, file, function, type, macro;
	uint8_t allocator; /* enum memlint_allocator */
	uint8_t flags;     /* MEMLINT_SITE_* */
};

/* Reads the place at @at into *place, which holds the one before it (at first zeros); what follows, NULL if it is cut short. */
const unsigned char *rt_place_next(struct rt_place *place, const unsigned char *at, const unsigned char *end);

struct rt_type {
	uint32_t name;    /* offset in the unit's strings; with a layout: whether it is an array */
	uint64_t size;    /* bytes of one element; 0 unknown */
	uint64_t layout;  /* what its packed layout is known by; 0 none */
	const char *text; /* with a layout: its name, once somebody has asked that; NULL not known */
};

/* The same for a type, which does not depend on the one before. */
const unsigned char *rt_type_next(struct rt_type *type, const unsigned char *at, const unsigned char *end);

#endif
