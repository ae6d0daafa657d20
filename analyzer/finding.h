/* SPDX-License-Identifier: MIT */
/*
 * What a rule has to say, whether it was read from source or measured in a profile: the one model behind every
 * output format, the baseline, the language server and the fixes.
 *
 * Everything a finding points to lives in the arena of its struct findings.
 */
#ifndef MEMLINT_FINDING_H
#define MEMLINT_FINDING_H

#include "analyzer/base/arena.h"
#include "analyzer/base/pack.h"

#include <stdbool.h>

/* Half open; lines and columns from 1, columns in bytes. */
struct place {
	const char *path; /* real and absolute */
	uint32_t line, column;
	uint32_t end_line, end_column; /* both 0 when only the beginning is known */
};

enum finding_level {
	LEVEL_DEFAULT, /* worth reading on a fresh project */
	LEVEL_STRICT,  /* noisier */
	LEVEL_ALL,     /* true, and of no use to most: with --all only */
};

enum fix_class {
	FIX_SAFE,       /* proved: behaviour and visible ABI stay the same in the seen program; --fix applies it */
	FIX_UNSAFE,     /* a good edit that a person must confirm; --unsafe-fixes applies it */
	FIX_SUGGESTION, /* text only */
};

/* Bytes [begin, end) of a file become `text`; begin == end inserts. */
struct edit {
	const char *path; /* real and absolute */
	uint32_t begin, end;
	const char *text;
};

struct fix {
	enum fix_class class;
	const char *title;        /* "reorder the fields of struct dict" */
	const char *reason;       /* why it is not safe; "" when it is */
	const struct edit *edits; /* sorted by path and begin, not overlapping; none for a suggestion */
	uint32_t nedits;
};

struct finding_note {
	struct place place; /* path NULL: a note without a place */
	const char *text;
	bool allocates; /* the blocks that the finding is about are made on this line */
};

struct finding {
	uint16_t code;
	const char *rule; /* "struct-padding" */
	enum finding_level level;
	struct place place;
	uint32_t scope_end_line; /* last line of what it is about (a record's closing brace); 0: that of the place */
	const char *message;     /* one line, with the bytes: "'struct s' can shrink: 40 -> 32 bytes" */
	const char *details;     /* lines that follow, ended by '\n' each: layouts; "" when none */
	const char *identity;    /* what it is about, without lines: "struct dict"; part of the fingerprint */
	const struct finding_note *notes;
	uint32_t nnotes;
	const struct fix *fix;  /* NULL when none */
	int64_t bytes_saved;    /* per object; 0 when not known */
	int64_t measured_bytes; /* of the measured run, what it would save: see rule.h; -1 not measured */
	uint64_t fingerprint;   /* stable when lines move; set by findings_finish() */
};

/* The findings of a run. */
struct findings {
	struct arena arena;
	struct finding *items;
	size_t count, capacity;
	const char *root; /* real path that relative ones start from, no slash at the end; "" none */
};

/* @root is copied; NULL gives absolute paths everywhere. */
void findings_init(struct findings *findings, const char *root);
void findings_release(struct findings *findings);

/* A copy of *finding; what it points to must already live in findings->arena or longer. */
void findings_add(struct findings *findings, const struct finding *finding);

/* Below 0 when @a comes before @b: by place and rule. */
int finding_compare(const struct finding *a, const struct finding *b);

/* Sorts by place and rule, drops repetitions, numbers what is alike and sets fingerprints. Idempotent. */
void findings_finish(struct findings *findings);

/* What place_pack() and fix_pack() wrote; path NULL where it was "", NULL where there is no fix. Strings in @arena. */
void place_pack(struct packer *out, const struct place *place);
struct place place_unpack(struct unpacker *in, struct arena *arena);
const struct fix *fix_unpack(struct unpacker *in, struct arena *arena);

/* Finished findings as bytes, and back into *findings, which is empty; false, and nothing taken, if the bytes are not right. */
void findings_pack(const struct findings *findings, struct packer *out);
bool findings_unpack(struct findings *findings, struct unpacker *in);

/* @path relative to the root where it is below it, else @path itself. Points into @path. */
const char *findings_relative(const struct findings *findings, const char *path);

#endif
