/* SPDX-License-Identifier: MIT */
/*
 * The contract between objects compiled with the plugin and the runtime.
 *
 * An instrumented unit carries three kinds of data, none of which needs a dynamic relocation
 * (an idle program neither dirties nor relocates them):
 *   memlint_units   one `struct memlint_unit` per translation unit: its allocation sites, the types
 *                   they allocate and their strings, all addressed by offsets from the unit;
 *   memlint_types   texts that units share, equal ones merged by the linker: the layout of each record type, packed, and the
 *                   compiler's working directory. Units know them by FNV-1a, 64 bits, of the text, or 1 where that is 0;
 *   memlint_slots   one `struct memlint_slot` per allocator used, in a COMDAT group: the function
 *                   that the allocator's stub jumps to, libc's own until a runtime changes it.
 * A COMDAT bootstrap describes them to the runtime in a `struct memlint_module`, once per loaded object.
 *
 * Versioning: MEMLINT_ABI changes when any layout or meaning here does. The runtime refuses
 * other versions with a message; the program then runs as a plain one.
 * This header is C11 and C++17; it includes nothing but stdint.h and stddef.h.
 */
#ifndef MEMLINT_ABI_H
#define MEMLINT_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MEMLINT_ABI 4u
#define MEMLINT_UNIT_MAGIC 0x554c4d01u	/* "\1MLU" read as little endian */

#define MEMLINT_UNITS_SECTION "memlint_units"
#define MEMLINT_TYPES_SECTION "memlint_types"
#define MEMLINT_SLOTS_SECTION "memlint_slots"

/* Which allocator a site calls or a slot serves: the entries of allocators.def, from 1. */
enum memlint_allocator {
	MEMLINT_ALLOCATOR_NONE,
#define ALLOCATOR(id, symbol, verb, nargs, size, count, old, release) MEMLINT_ALLOCATOR_##id,
#include "allocators.def"
	MEMLINT_ALLOCATOR_COUNT
};

/* memlint_slot.allocator of slots that serve no allocator. */
enum {
	/* void (struct memlint_line_table *, uint32_t event, const void *activation), the line profiler's hook; NULL at first:
	 * its callers look before they call. */
	MEMLINT_SLOT_LINE = 0x1000,
};

/* memlint_site.flags */
enum {
	/* The call stands in an allocation wrapper: the site in `memlint_v1_caller`, when there is one,
	 * is the author's line; this one only says where in the wrapper and which type. */
	MEMLINT_SITE_WRAPPER = 1u << 0,
	/* Not an allocation call: a call to a library function or wrapper whose allocations count here. */
	MEMLINT_SITE_CALLER = 1u << 1,
	/* The type was stated in the source (sizeof, new T, element type), not inferred from the uses. */
	MEMLINT_SITE_TYPE_CERTAIN = 1u << 2,
};

/*
 * One allocation site: a call in the author's source. Its address is what stubs get; all else about it stands packed in the unit's
 * places. In a writable section.
 */
struct memlint_site {
	uint32_t id; /* 0; the runtime writes its own number here when the module attaches */
};

/*
 * What is announced of a site MEMLINT_SITE_CALLER, which needs no memory of its own: an address that no other has. The one at @index of
 * the unit's places has the unit's start and these bytes; the unit is larger than any of them.
 */
#define MEMLINT_CALLER_OFFSET(index) (4u * ((index) + 1u))

/*
 * The places, one for each site, in order; numbers are LEB128 below 2^32:
 *   byte of MEMLINT_SITE_* and MEMLINT_PLACE_* bits, byte of enum memlint_allocator unless the bits say MEMLINT_SITE_CALLER,
 *   difference to the line before (of the first: to 0) as zigzag, which is 2n, or 2(-n)-1 if negative; column,
 *   if the bits say so: file, function (difference to the one before, as zigzag), type, macro.
 * Lines and columns (bytes) count from 1, 0 is unknown. File, function (the enclosing one, as a person writes it: f, Ns::C<T>::f) and
 * macro (the outermost whose expansion the call came from) are offsets in the unit's strings; type is an index in the unit's
 * types, from 1. Without its bit, file and function are those of the place before, type is unknown, macro none.
 */
enum {
	MEMLINT_SITE_FLAGS = 7u,
	MEMLINT_PLACE_SAME_TYPE = 1u << 3, /* the type of the place before */
	MEMLINT_PLACE_FILE = 1u << 4,
	MEMLINT_PLACE_FUNCTION = 1u << 5,
	MEMLINT_PLACE_TYPE = 1u << 6,
	MEMLINT_PLACE_MACRO = 1u << 7,
};

/*
 * The types that sites of this unit allocate, packed; numbers are LEB128 below 2^32:
 *   of a record with a layout: 0, or 1 for an array of them, and 8 bytes, little endian, that its layout in memlint_types is known by;
 *   of any other type: its name as the language writes it (char, int[]), an offset in the unit's strings, which is above 1,
 *   and the bytes of one element (0 unknown or above 2^32).
 */

/*
 * A translation unit's table. Behind it follow a struct memlint_site for each site but those MEMLINT_SITE_CALLER, in the order of the
 * places, and at the offsets given, from the unit's start, types, places and strings.
 */
struct memlint_unit {
	uint32_t magic;	 /* MEMLINT_UNIT_MAGIC */
	uint32_t abi;	 /* MEMLINT_ABI */
	uint32_t size;	 /* of all of it in bytes, a multiple of 8; the next unit follows, maybe after zero bytes */
	uint32_t nsites; /* of all kinds */
	uint32_t ntypes;
	uint32_t types;	  /* offset of the types, which end where the places begin */
	uint32_t places;  /* offset of the places, which end where the strings begin */
	uint32_t strings; /* offset of the strings, each ended by a zero byte, the first two empty, coded; they end with the unit */
	uint64_t directory; /* what the compiler's working directory, for relative names, is known by in memlint_types */
};

/*
 * Texts in memlint_types, and a unit's strings as one, are coded; what is said of them elsewhere is of what the code stands for.
 *   bytes from MEMLINT_TEXT_PIECES on   a piece of text each, of text_pieces.def
 *   MEMLINT_TEXT_COPIED(byte) is not 0  so many bytes of the text once more, from as far back as the next byte says, 1 to 255; they may
 *                                       be written only meanwhile
 *   MEMLINT_TEXT_ESCAPE                 the next byte
 *   other bytes                         themselves
 * A unit's strings end with a zero byte that stands for itself, more of which may follow; coded texts have none before their end.
 * In memlint_types MEMLINT_TEXT_START, which is no distance, stands before each: linkers keep no text that another one ends with.
 */
#define MEMLINT_TEXT_START '\177'
enum { MEMLINT_TEXT_ESCAPE = 1, MEMLINT_TEXT_PIECES = 128, MEMLINT_TEXT_COPY_MIN = 3, MEMLINT_TEXT_COPY_MAX = 30 };
#define MEMLINT_TEXT_COPIED(byte) \
	((byte) < 2 || (byte) == '\t' || (byte) == '\n' || (byte) > 31 ? 0u : (byte) < '\t' ? (byte) + 1u : (byte) - 1u)

/*
 * A record type's layout in memlint_types is a text ended by a zero byte, packed because it stands in every object; what it
 * says, the profile has at length (profile_format.h). Newlines stand between lines. Numbers are decimal, sizes and offsets bits.
 *   record   type TAB [u | c] bytes [/ alignment]    u union, c class; no alignment: 8
 *   field    name [place] [|] kind                   | member of a union
 *   place    @ offset ;                              none: where the field before ends, or begins if both are members of a union
 *            /                                       at the multiple of 64 bits after the field before
 *   kind     * type                                  pointer
 *            - letter                                pointer to a type of layout_types.def
 *            ^                                       pointer to the virtual table
 *            = scalar                                letter of layout_types.def, or size, space, type
 *            : width scalar-without-size             bit-field: letter, or space, type
 *            { size space type                       record by value
 *            < size space type                       base class
 *            [ count kind                            array of pointers, scalars or records
 *            ~ kind                                  array without a size, the last member
 *   type     as the language writes it, but . for "struct ", ! for "union ", % for "enum ", ' and a letter of layout_types.def;
 *            empty for "(unnamed)"; & for the record itself
 * Fields stand in offset order, without empty ones; those of records without a type name stand in place of the record, as member
 * or member.field.
 */

/* What an allocator's stub jumps to: `jmp *function(%rip)`. */
struct memlint_slot {
	void *function;	    /* at first the allocator of the same name, as the linker resolved it */
	uint32_t allocator; /* enum memlint_allocator */
	uint32_t reserved;
};

/*
 * A function whose lines are profiled. Its code tells the slot MEMLINT_SLOT_LINE each event: the line that control has come to, or one
 * of the two below. `activation` is the address of a variable in the function's frame, one for each time it is entered.
 */
struct memlint_line_table {
	uint32_t id;	/* 0; the runtime writes its own number here */
	uint32_t size;	/* of all of it in bytes */
	uint32_t first, last; /* lines of the function in its file */
	uint32_t nlines;      /* of them have code: a uint32_t each, ascending, follows; the first is `first` */
	uint32_t name, file, directory; /* strings, as bytes from the table's start: function, file, compiler's working directory */
};

/* Events beside line numbers. */
#define MEMLINT_LINE_ENTER 0u
#define MEMLINT_LINE_LEAVE 0xffffffffu

/* One loaded object (program or shared library) with instrumented units in it. */
struct memlint_module {
	uint32_t abi;
	uint32_t size; /* sizeof of this struct, for growth at its end */
	struct memlint_slot *slots, *slots_end;
	struct memlint_unit *units, *units_end;
	const char *types, *types_end; /* coded texts, a zero byte behind each */
	/* Distance of this module's `memlint_v1_caller` from the thread pointer; 0 if the module has none. */
	ptrdiff_t caller_offset;
	const char *runtime_path; /* where the runtime was looked for */
};

/*
 * Exported by libmemlint.so, found by name. attach: takes over the module's slots, numbers its sites; returns the API
 * table or NULL after a message on stderr when it cannot serve the module. detach: the module is being unloaded; its
 * rows stay. Both may be called from a constructor or destructor under the loader's lock.
 */
struct memlint_api;
const struct memlint_api *memlint_v1_attach(const struct memlint_module *module);
void memlint_v1_detach(const struct memlint_module *module);

/*
 * The site of the call through which this thread entered a wrapper or a library function, MEMLINT_CALLER_OFFSET; NULL outside. One variable
 * per process where the linker can (default visibility, weak); where it cannot, attach points the module's TPOFF
 * relocation at the first module's variable.
 *     extern __thread const struct memlint_site *memlint_v1_caller;
 *
 * Emitted hidden in every instrumented module by the bootstrap: the API when the runtime is attached;
 * when it is not, loads it if @force, else NULL. memlint.h uses it through a weak reference.
 *     const struct memlint_api *memlint_v1_load(int force);
 */

#ifdef __cplusplus
}
#endif
#endif
