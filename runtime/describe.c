// SPDX-License-Identifier: MIT
/* From ids to places, types and modules. */
#include "runtime/describe.h"

#include "runtime/objects.h"

#include <fcntl.h>
#include <gnu/libc-version.h>
#include <string.h>
#include <unistd.h>

static int is_custom(uint32_t site)
{
	const struct rt_unit *row = rt_unit_of(site);

	return row && row->custom_type;
}

/* Whether the first frame, if it @is one of a call, is known. */
static void take_call(struct rt_described *described, int is)
{
	described->has_call = is && described->frames[0];
	if (is && !described->has_call) {
		described->frames++;
		described->nframes--;
	}
}

struct rt_described rt_describe_trace(uint32_t id)
{
	const struct rt_trace trace = rt_trace_get(id);
	const uint32_t author = (uint32_t)(trace.key >> 32), inner = (uint32_t)trace.key;
	struct rt_described described = {.frames = trace.frames, .nframes = trace.nframes, .thread = trace.thread};

	if (trace.key & RT_KEY_ADDRESS) {
		described.address = (uintptr_t)(trace.key & ~RT_KEY_ADDRESS);
	} else {
		if (inner != RT_KEY_FOREIGN)
			described.sites[described.nsites++] = inner;
		if (author)
			described.sites[described.nsites++] = author;
		described.author = described.nsites - 1;
		/* A tracked object's type has no place; the address of the call has. */
		if (described.nsites == 1 && trace.nframes && is_custom(inner))
			described.author = 1;
	}
	take_call(&described, trace.nframes && rt_key_has_site(trace.key) && (author || !is_custom(inner)));
	described.total = trace.total > rt_described_nframe(&described) ? trace.total : rt_described_nframe(&described);
	return described;
}

uint32_t rt_described_nframe(const struct rt_described *trace)
{
	return trace->nsites + (trace->address != 0 || !trace->nsites) + trace->nframes;
}

static const char *text_of(const struct rt_unpacked *unpacked, uint32_t offset)
{
	return offset < unpacked->strings_size ? unpacked->strings + offset : "";
}

struct snapshot_frame rt_describe_site(uint32_t id)
{
	const struct rt_unit *row = rt_unit_of(id);
	const struct memlint_unit *unit = row ? row->unit : NULL;
	struct snapshot_frame frame = {.file = "", .directory = "", .function = "", .macro = "", .type = ""};

	if (row && row->custom_type) {
		frame.type = row->custom_type;
		frame.allocator = MEMLINT_ALLOCATOR_TRACK;
		frame.flags = MEMLINT_SITE_TYPE_CERTAIN;
	}
	if (!unit)
		return frame;
	const struct rt_unpacked *unpacked = rt_unit_unpack(row);

	if (!unpacked)
		return frame;
	const struct rt_place *site = unpacked->places + (id - row->first);

	frame.file = text_of(unpacked, site->file);
	frame.directory = unpacked->directory ? unpacked->directory : "";
	frame.function = text_of(unpacked, site->function);
	frame.macro = text_of(unpacked, site->macro);
	frame.line = site->line;
	frame.column = site->column;
	frame.flags = site->flags;
	frame.allocator = site->allocator;
	if (site->type && site->type <= unit->ntypes) {
		const struct rt_type *type = unpacked->types + site->type - 1;

		frame.type = !type->layout ? text_of(unpacked, type->name) : type->text ? type->text : "";
		frame.element_size = type->size <= UINT32_MAX ? (uint32_t)type->size : 0;
		frame.layout = type->layout;
	}
	return frame;
}

uint32_t rt_describe_address(uintptr_t address, uint64_t *offset)
{
	const uint32_t module = rt_module_of(address);

	*offset = module == UINT32_MAX ? address : address - rt_module_at(module)->bias;
	return module + 1;
}

struct snapshot_counts rt_describe_counts(const struct rt_totals *sum)
{
	struct snapshot_counts counts = {.alloc_count = sum->alloc_count,
	                                 .alloc_bytes = sum->alloc_bytes,
	                                 .alloc_usable =
	                                         sum->alloc_bytes + sum->alloc_over - RT_OVER_MIN * sum->alloc_count,
	                                 .free_count = sum->free_count,
	                                 .free_bytes = sum->free_bytes,
	                                 .peak_bytes = sum->peak_bytes,
	                                 .peak_count = sum->peak_count,
	                                 .temporary_count = sum->temporary_count};
	uint64_t live_over;

	/* Threads at work between two of our reads. */
	if ((int64_t)(counts.alloc_count - counts.free_count) < 0)
		counts.free_count = counts.alloc_count;
	if ((int64_t)(counts.alloc_bytes - counts.free_bytes) < 0)
		counts.free_bytes = counts.alloc_bytes;
	if ((int64_t)counts.peak_bytes < 0 || (int64_t)counts.peak_count < 0)
		counts.peak_bytes = counts.peak_count = 0;
	counts.live_usable = counts.alloc_bytes - counts.free_bytes;
	live_over = (uint32_t)((uint32_t)sum->alloc_over - sum->free_over);
	if (live_over > RT_OVER_MIN * (counts.alloc_count - counts.free_count))
		counts.live_usable += live_over - RT_OVER_MIN * (counts.alloc_count - counts.free_count);
	return counts;
}

static struct snapshot_program program;
static const char **arguments;

enum { COMMAND_LINE = 65536, MAX_ARGUMENTS = 1024 };

/* @text's @size bytes are the arguments, a zero byte after each. */
static void keep_arguments(const char *text, size_t size)
{
	const char *kept = rt_keep_copy(text, size + 1);
	const char **words;
	size_t n = 0;

	for (size_t at = 0; at < size && n < MAX_ARGUMENTS; at += strlen(text + at) + 1)
		n++;
	words = rt_keep(n * sizeof *words);
	if (!kept || !words)
		return;
	for (; program.argc < n; kept += strlen(kept) + 1)
		words[program.argc++] = kept;
	arguments = words;
	program.argv = arguments;
}

static void read_arguments(void)
{
	const int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	char *text = fd >= 0 ? rt_map(COMMAND_LINE) : NULL;

	if (text) {
		const ssize_t size = read(fd, text, COMMAND_LINE - 1);

		keep_arguments(text, size > 0 ? (size_t)size : 0);
		rt_unmap(text, COMMAND_LINE);
	}
	if (fd >= 0)
		close(fd);
}

/* "glibc 2.36", or the base name of the library whose malloc it is without "lib" and what follows the first dot. */
static const char *allocator_name(void)
{
	static char name[64];
	struct rt_object object;
	const char *base;

	if (rt.glibc) {
		strcpy(name, "glibc ");
		strncat(name, gnu_get_libc_version(), sizeof name - 8);
		return name;
	}
	if (rt_object_of((void *)(uintptr_t)rt_real.malloc, &object) < 0)
		return rt_static_function ? "program" : "unknown";
	base = strrchr(object.path, '/');
	base = base ? base + 1 : *object.path ? object.path : "program";
	strncpy(name, strncmp(base, "lib", 3) ? base : base + 3, sizeof name - 1);
	name[strcspn(name, ".")] = 0;
	return name;
}

void rt_describe_init(void)
{
	char path[4096];
	const ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

	path[size > 0 ? size : 0] = 0;
	program.executable = rt_keep_text(path);
	program.directory = getcwd(path, sizeof path) ? rt_keep_text(path) : "";
	program.allocator = allocator_name();
	program.runtime = MEMLINT_VERSION;
	program.page_size = (uint64_t)getpagesize();
	read_arguments();
}

const struct snapshot_program *rt_describe_program(void)
{
	program.pid = (uint64_t)getpid();
	program.ppid = (uint64_t)getppid();
	program.nframe = (uint64_t)rt.nframe;
	program.flags = PROFILE_PROGRAM_THREADS | (rt.multi ? 0 : PROFILE_PROGRAM_EXACT_PEAK);
	if (!program.start_ns)
		program.start_ns = rt_unix_ns();
	return &program;
}
