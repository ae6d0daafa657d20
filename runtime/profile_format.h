/* SPDX-License-Identifier: MIT */
/*
 * The profile file (*.memlint): append-only, checksummed chunks after a short preface.
 *
 * preface   16 bytes: MEMLINT_PROFILE_MAGIC (12 bytes), then the format's version as u32.
 * chunk     struct profile_chunk_header, then stored_size bytes of payload.
 * A reader takes chunks until one is cut short or fails its checksum: what stands before is whole.
 * It skips chunk types it does not know. The version changes only when old readers would misread.
 *
 * Fixed fields are little endian. Payload fields are `v` unsigned LEB128, `s` a string id as v, `u64` 8 bytes, `[n]` n
 * bytes. Ids are given out by the writer in increasing order and defined before use. A program may end between
 * any two bytes, so each snapshot is one chunk and everything it refers to comes earlier in the file.
 */
#ifndef MEMLINT_PROFILE_FORMAT_H
#define MEMLINT_PROFILE_FORMAT_H

#include <stdint.h>

#define MEMLINT_PROFILE_MAGIC "\211memlint\r\n\032\n" /* 12 bytes; shows text-mode damage as PNG's does */
#define MEMLINT_PROFILE_MAGIC_SIZE 12
#define MEMLINT_PROFILE_VERSION 1u
#define PROFILE_CHUNK_MAGIC 0x4b434c4du /* "MLCK" */

enum profile_codec {
	PROFILE_CODEC_NONE = 0,
	PROFILE_CODEC_ZSTD = 1, /* payload is one zstd frame of raw_size bytes */
};

struct profile_chunk_header {
	uint32_t magic;
	uint16_t type;        /* enum profile_chunk */
	uint16_t codec;       /* enum profile_codec */
	uint32_t raw_size;    /* bytes of payload, decompressed */
	uint32_t stored_size; /* bytes of payload in the file */
	uint32_t payload_crc; /* CRC-32C (Castagnoli) of the stored bytes */
	uint32_t header_crc;  /* CRC-32C of the 20 bytes before */
};

enum profile_chunk {
	/* v pid, v ppid, v start (unix time, ns), v nframe, v flags (PROFILE_PROGRAM_*), v page size, s executable,
	 * s working directory, s allocator ("glibc 2.36", "jemalloc"), s runtime version, v argc, s argv[argc] */
	PROFILE_PROGRAM = 1,
	/* v first id (the first ever is 1; 0 is ""), v n, n times: v length, [length] */
	PROFILE_STRINGS = 2,
	/* v n, n times: v id, s path, u64 base address, u64 load bias, v size in memory, v build id length, [length] */
	PROFILE_MODULES = 3,
	/* v n, n times: v id, s file, s directory, v line, v column, s function, s macro, s type, v element size,
	 * u64 layout hash, v allocator, v flags (MEMLINT_SITE_*) */
	PROFILE_SITES = 4,
	/* v n, n times: v id, v author (index of the frame that is "the line"), v total frames, v nframes,
	 * nframes times innermost first: v (site id << 1), or v (module id << 1 | 1) then v offset from load bias
	 * (module 0: absolute) */
	PROFILE_TRACES = 5,
	/* v n, n times: u64 hash, s text: a record type's layout. First line "type\tsize\talign\tkind", kind one of struct union class;
	 * then a line per field in offset order: "offset_in_bits\tsize_in_bits\tname\ttype\tflags\tcount".
	 * flags: p pointer, r record by value, b bit-field, v vptr, s base class, a array (count elements), u union member,
	 * m flexible array member. For p, r, s and a, `type` names the pointee, record or element. Records that stand in
	 * another by value have a text of their own, found by the type's name. */
	PROFILE_LAYOUTS = 6,
	/* v n, n times: v id, s name */
	PROFILE_THREADS = 7,
	/* v sequence (from 1), v reason (enum profile_reason), s name, v time since start (ns), then the program's totals:
	 * v live bytes, v live blocks, v peak bytes, v peak error bytes, v time of peak (ns), v alloc count, v alloc bytes,
	 * v free count, v free bytes, v tracer bytes, v missed frees, v fields per row (9 now; a reader skips more);
	 * v n rows, each: v trace, v thread, then the fields: v alloc count, v alloc bytes, v alloc usable bytes, v free count,
	 * v free bytes, v live usable bytes, v peak bytes, v peak count, v temporary count. Counts since start or clear.
	 * free count above alloc count cannot occur: rows of one trace are summed over threads unless
	 * PROFILE_PROGRAM_THREADS is set; then free is counted on the allocating thread's row. */
	PROFILE_SNAPSHOT = 8,
	/* v n, n times: v time (ns since the one before, the first since start), v live bytes then, v highest since the one before */
	PROFILE_SAMPLES = 9,
	/* v time since start (ns), s name, v live bytes */
	PROFILE_MARK = 10,
	/* v how (0 exit, 1 _exit, 2 abort, 3 exec, 4 stop), v status, v time since start (ns) */
	PROFILE_END = 11,
	/*
	 * The heap graph of a snapshot, in chunks after it: blocks, then edges, then roots. A graph without its last ROOTS
	 * chunk is cut short. A kind may come in several chunks, each complete in itself; all but its last have
	 * PROFILE_GRAPH_MORE. Each begins: v snapshot sequence, v flags (PROFILE_GRAPH_*), v n, then n times:
	 *
	 * v address - previous address (the first: address), v size, v usable, v trace, v serial (0: not known). In order
	 * of address. A node is a block; nodes are numbered from 0 through all chunks. A block may lie inside another
	 * (a pool's object): a word or a pointer belongs to the innermost.
	 */
	PROFILE_BLOCKS = 12,
	/* v from - previous from (the first: from), v offset of the word in `from`, v zigzag(to - from), v inside. Every
	 * aligned word of a block that points into a block is an edge, whatever its type; ordered by from, then offset.
	 * inside: twice the offset in `to` that the word points at, + 1 if such a pointer is as good as one to the start:
	 * behind an array's number of elements or a block's size, or at a base class that has a vtable. */
	PROFILE_EDGES = 13,
	/* v kind (enum profile_root_kind), v owner, v place, v to, v inside (as above). In front of the count of this kind of
	 * chunk stand: v paused (ns the program stood still), v taken (ns until the graph was complete), v threads, v
	 * threads whose registers are not known. */
	PROFILE_ROOTS = 14,
	/* What the lines of functions marked for it did, for the snapshot that follows. v snapshot sequence, v n, n times: s function,
	 * s file, s directory, v first line, v last line, v calls, v calls from within itself, v nlines, nlines times: v line - line
	 * before (the first: - first line), counts; v ncalls (those kept one by one), ncalls times: v number from 1, v thread, v time
	 * since start (ns), v live bytes before, nlines times counts.
	 * counts: v occurrences, v increment (bytes, zigzag), v highest live bytes when the line was left */
	PROFILE_LINES = 15,
};

enum {
	PROFILE_PROGRAM_EXACT_PEAK = 1u << 0, /* one thread only: peak and its rows are exact */
	PROFILE_PROGRAM_THREADS = 1u << 1,    /* rows are kept per thread */
};

enum {
	PROFILE_GRAPH_MORE = 1u << 0,   /* another chunk of this kind follows */
	PROFILE_GRAPH_FROZEN = 1u << 1, /* taken while nothing moved: one thread, or the others stopped */
};

/* Where a pointer into the heap stands when it stands in no block; owner and place. */
enum profile_root_kind {
	PROFILE_ROOT_GLOBAL = 1,   /* data of a module: module id, offset from its load bias */
	PROFILE_ROOT_TLS = 2,      /* a thread's variable: module id (0 not known), offset in its TLS segment */
	PROFILE_ROOT_STACK = 3,    /* thread id (as in PROFILE_THREADS), bytes above its stack pointer */
	PROFILE_ROOT_REGISTER = 4, /* thread id, number of the register in DWARF */
	PROFILE_ROOT_MEMORY = 5,   /* other writable memory: 0, address */
	PROFILE_ROOT_UNKNOWN = 6,  /* a block that was allocated before tracing or by the loader: 0, address */
};

enum profile_reason {
	PROFILE_AT_EXIT = 1,
	PROFILE_BY_CALL = 2,
	PROFILE_BY_SIGNAL = 3,
	PROFILE_BY_INTERVAL = 4,
	PROFILE_AT_FORK = 5,
	PROFILE_AT_EXEC = 6,
	PROFILE_AT_ABORT = 7,
	PROFILE_AT_CRASH = 8, /* by a signal that the program did not catch */
};

#endif
