// SPDX-License-Identifier: MIT
/* Frames without a site, looked up with elfutils. */
#include "analyzer/profile/symbols.h"

#include "analyzer/profile/modules.h"
#include "memlint/abi.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_INLINED = 64 };

/* What stands at one foreign frame: indices of frames, innermost first; none: it stays as it is. */
struct expansion {
	uint32_t first, n; /* in the list of indices */
};

struct symboliser {
	struct snapshot_tables *tables;
	struct pages_buffer expansions; /* struct expansion[], by frame */
	struct pages_buffer indices;    /* uint32_t[] */
	struct pages_buffer modules;    /* struct module_file[], by module */
	struct pages_buffer sources;    /* uint32_t[mask + 1]: a site in each source file, hashed by its path; 0 none */
	uint32_t mask;
};

static struct module_file *module_of(struct symboliser *symboliser, uint32_t index)
{
	struct module_file *opened = (struct module_file *)(void *)symboliser->modules.data + index;

	if (!opened->dwfl && index)
		module_file_open(opened, snapshot_modules(symboliser->tables) + index);
	return opened;
}

/* The slot of the source file with the interned @path. */
static uint32_t *source_slot(struct symboliser *symboliser, const char *path)
{
	const struct snapshot_frame *frames = snapshot_frames(symboliser->tables);
	uint32_t *slots = (uint32_t *)(void *)symboliser->sources.data;
	uint32_t at = (uint32_t)(((uintptr_t)path * 0x9e3779b97f4a7c15u) >> 32) & symboliser->mask;

	while (slots[at] && frames[slots[at]].path != path)
		at = (at + 1) & symboliser->mask;
	return slots + at;
}

static void find_sources(struct symboliser *symboliser, uint32_t nframes)
{
	uint32_t nslots = 1024;

	while (nslots < nframes * 2)
		nslots *= 2;
	if (!pages_push(&symboliser->sources, nslots * sizeof nslots))
		return;
	symboliser->mask = nslots - 1;
	for (uint32_t i = 1; i < nframes; i++)
		if (!snapshot_frames(symboliser->tables)[i].foreign)
			*source_slot(symboliser, snapshot_frames(symboliser->tables)[i].path) = i;
}

/* A frame with a source line is then as good as a site, and is named by the same file name as the sites are. */
static void push_frame(struct symboliser *symboliser, const struct snapshot_frame *frame)
{
	struct snapshot_tables *tables = symboliser->tables;
	uint32_t *index = pages_push(&symboliser->indices, sizeof *index);
	struct snapshot_frame found = *frame;

	if (!index)
		return;
	if (found.file[0] && found.line) {
		found.foreign = 0;
		found.address = 0;
		found.module = 0;
	}
	*index = snapshot_add_frame(tables, &found);
	struct snapshot_frame *added = (struct snapshot_frame *)(void *)tables->frames.data + *index;
	const uint32_t same = symboliser->mask ? *source_slot(symboliser, added->path) : 0;

	if (same && added->file[0]) {
		added->file = snapshot_frames(tables)[same].file;
		added->directory = snapshot_frames(tables)[same].directory;
	}
}

static const char *die_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));

	return name ? name : "";
}

/* Where an inlined function was called. */
static void move_to_call(struct snapshot_frame *frame, Dwarf_Die *inlined, Dwarf_Die *unit)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file = 0, line = 0;
	Dwarf_Files *files;
	size_t nfiles;

	dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file);
	dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line);
	frame->line = (uint32_t)line;
	frame->file = "";
	if (dwarf_getsrcfiles(unit, &files, &nfiles) == 0 && file < nfiles) {
		const char *name = dwarf_filesrc(files, (size_t)file, NULL, NULL);

		frame->file = name ? name : "";
	}
}

/* Pushes a frame for each inlined function at @address, then the one that contains them; 0 if the debug information says nothing. */
static int push_scopes(struct symboliser *symboliser, Dwfl_Module *module, Dwarf_Addr address,
                       struct snapshot_frame frame)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(module, address, &bias), *innermost = NULL, *scopes = NULL;
	/* Beyond an inlined function the first list goes on where that was defined, the second where it was inlined. */
	const int found = unit ? dwarf_getscopes(unit, address - bias, &innermost) : 0;
	const int n = found > 0 ? dwarf_getscopes_die(innermost, &scopes) : 0;
	int pushed = 0, done = 0;

	for (int i = 0; i < n && !done && pushed < MAX_INLINED; i++) {
		const int tag = dwarf_tag(scopes + i);

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		frame.function = die_name(scopes + i);
		push_frame(symboliser, &frame);
		pushed++;
		done = tag == DW_TAG_subprogram;
		if (!done)
			move_to_call(&frame, scopes + i, unit);
	}
	free(innermost);
	free(scopes);
	return pushed;
}

static void look_up(struct symboliser *symboliser, uint32_t index)
{
	struct snapshot_frame frame = snapshot_frames(symboliser->tables)[index];
	const struct module_file *opened = module_of(symboliser, frame.module);
	const uint32_t first = (uint32_t)(symboliser->indices.size / sizeof(uint32_t));
	struct expansion *expansions;

	if (!opened->module)
		return;
	/* A return address stands behind its call. */
	const Dwarf_Addr address = frame.address + opened->bias - 1;
	Dwfl_Line *line = dwfl_module_getsrc(opened->module, address);
	int number = 0, column = 0;

	if (line) {
		const char *file = dwfl_lineinfo(line, NULL, &number, &column, NULL, NULL);

		frame.file = file ? file : "";
		frame.line = number > 0 ? (uint32_t)number : 0;
		frame.column = column > 0 ? (uint32_t)column : 0;
	}
	if (!push_scopes(symboliser, opened->module, address, frame)) {
		const char *name = dwfl_module_addrname(opened->module, address);

		if (!name && !line)
			return;
		frame.function = name ? name : "";
		push_frame(symboliser, &frame);
	}
	expansions = (struct expansion *)(void *)symboliser->expansions.data;
	expansions[index] = (struct expansion){first, (uint32_t)(symboliser->indices.size / sizeof(uint32_t)) - first};
}

/* The name alone: f of Ns::C<T>::f, as debug information has it. Its length in *@length. */
static const char *plain_name(const char *name, size_t *length)
{
	const char *end = name + strlen(name), *at;

	if (end > name && end[-1] == '>' && !strstr(name, "operator")) {
		int depth = 0;

		do {
			end--;
			depth += *end == '>' ? 1 : *end == '<' ? -1 : 0;
		} while (end > name && depth > 0);
	}
	for (at = end; at > name && at[-1] != ':'; at--)
		continue;
	*length = (size_t)(end - at);
	return at;
}

static int is_same_function(const char *a, const char *b)
{
	size_t size, other;
	const char *x = plain_name(a, &size), *y = plain_name(b, &other);

	return size && size <= other && !strncmp(x, y, size) && (size == other || y[size] == '<' || y[size] == '(');
}

/* Link-time optimisation leaves inlined functions that elfutils does not find: the line is the inlined one's, the name that of the
 * function around it. C++ names differ for other reasons. */
static bool is_around(const char *outer, const char *inner)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	return outer[0] && inner[0] && !outer[strspn(outer, letters)] && !inner[strspn(inner, letters)] &&
	       strcmp(outer, inner) != 0;
}

static uint32_t *frames_of(struct snapshot_tables *tables, const struct snapshot_trace *trace)
{
	return (uint32_t *)(void *)tables->trace_frames.data + trace->first;
}

/* The function of frame @at alone, whose line is another's. */
static void keep_function(struct snapshot_tables *tables, const struct snapshot_trace *trace, uint32_t at)
{
	struct snapshot_frame function = snapshot_frames(tables)[frames_of(tables, trace)[at]];

	function.line = function.column = 0;
	function.file = function.directory = "";
	function.foreign = SNAPSHOT_ADDRESS;
	const uint32_t index = snapshot_add_frame(tables, &function);

	if (index)
		frames_of(tables, trace)[at] = index;
}

static void remove_frame(struct snapshot_tables *tables, struct snapshot_trace *trace, uint32_t at)
{
	uint32_t *frames = frames_of(tables, trace);

	memmove(frames + at, frames + at + 1, (trace->nframe - at - 1) * sizeof *frames);
	trace->nframe--;
	trace->total -= trace->total != 0;
}

/* Where, from @first on, the frame of the author's return address is: on the same line, else in a function of the name. */
static uint32_t find_author(const struct snapshot_tables *tables, const uint32_t *frames, uint32_t first,
                            uint32_t nframe, const struct snapshot_frame *author)
{
	const struct snapshot_frame *all = snapshot_frames(tables);

	for (uint32_t i = first; i < nframe; i++)
		if (all[frames[i]].path == author->path && all[frames[i]].line == author->line)
			return i;
	for (uint32_t i = first; i < nframe; i++)
		if (is_same_function(all[frames[i]].function, author->function))
			return i;
	return nframe;
}

/*
 * The site of the author's call stands before return addresses, since the runtime does not know which of them are a library's or
 * wrappers' of wrappers. The author's own return address tells: what stands before it comes before the author.
 */
static void place_author(struct snapshot_tables *tables, struct snapshot_trace *trace)
{
	uint32_t *frames = frames_of(tables, trace);
	const struct snapshot_frame *all = snapshot_frames(tables);
	const uint32_t own = trace->author, site = frames[own];
	const uint32_t again = find_author(tables, frames, own + 1, trace->nframe, all + site);

	if (!(all[site].flags & MEMLINT_SITE_CALLER) || again == trace->nframe)
		return;
	memmove(frames + own, frames + own + 1, (again - own - 1) * sizeof *frames);
	frames[again - 1] = site;
	if (is_around(all[frames[again]].function, all[site].function))
		keep_function(tables, trace, again);
	else
		remove_frame(tables, trace, again);
	trace->author = again - 1;
}

/* Frame @at is the first that stands at the innermost site's own call: the site says it better, unless it is all that is known
 * of a function that the site's was inlined into. */
static void place_call(struct snapshot_tables *tables, struct snapshot_trace *trace, uint32_t at)
{
	const struct snapshot_frame *all = snapshot_frames(tables), *call = all + frames_of(tables, trace)[at];
	const struct snapshot_frame *site = all + frames_of(tables, trace)[0];

	if (call->line && is_around(call->function, site->function))
		keep_function(tables, trace, at);
	else if (call->line || !call->function[0] || is_same_function(call->function, site->function))
		remove_frame(tables, trace, at);
}

/* Inlined functions and both ends of a wrapper's call are more frames than were asked for; the author's line stays. */
static void cut(const struct snapshot_tables *tables, struct snapshot_trace *trace)
{
	const uint32_t limit = tables->program.nframe > UINT32_MAX ? UINT32_MAX : (uint32_t)tables->program.nframe;

	if (limit > 1 && trace->nframe > limit)
		trace->nframe = limit > trace->author ? limit : trace->author + 1;
}

/* The frames of @trace with every address replaced by what stands there. */
static void rewrite(struct symboliser *symboliser, struct snapshot_trace *trace)
{
	struct snapshot_tables *tables = symboliser->tables;
	const struct expansion *expansions = (const struct expansion *)(const void *)symboliser->expansions.data;
	const uint32_t *indices = (const uint32_t *)(const void *)symboliser->indices.data;
	struct snapshot_trace fresh = *trace;
	uint32_t call = 0; /* where the frames of the innermost site's call begin; 0: it is not known */

	fresh.first = (uint32_t)(tables->trace_frames.size / sizeof(uint32_t));
	fresh.nframe = 0;
	for (uint32_t i = 0; i < trace->nframe; i++) {
		const uint32_t frame = ((const uint32_t *)(const void *)tables->trace_frames.data)[trace->first + i];
		const uint32_t n = expansions[frame].n ? expansions[frame].n : 1;
		uint32_t *copy = pages_push(&tables->trace_frames, n * sizeof *copy);

		if (!copy)
			return;
		if (i == trace->author)
			fresh.author = fresh.nframe;
		if (snapshot_frames(tables)[frame].foreign == SNAPSHOT_CALL && i)
			call = fresh.nframe;
		*copy = frame;
		if (expansions[frame].n)
			memcpy(copy, indices + expansions[frame].first, n * sizeof *copy);
		if (trace->typed == frame)
			fresh.typed = *copy;
		fresh.nframe += n;
	}
	fresh.total += fresh.nframe - trace->nframe;
	if (call)
		place_call(tables, &fresh, call);
	place_author(tables, &fresh);
	cut(tables, &fresh);
	*trace = fresh;
}

static void symbolise_all(struct symboliser *symboliser, uint32_t nframes)
{
	struct snapshot_tables *tables = symboliser->tables;
	const size_t ntraces = tables->traces.size / sizeof(struct snapshot_trace);

	for (uint32_t i = 1; i < nframes; i++)
		if (snapshot_frames(tables)[i].foreign)
			look_up(symboliser, i);
	if (symboliser->indices.failed)
		return;
	for (size_t i = 1; i < ntraces; i++)
		rewrite(symboliser, (struct snapshot_trace *)(void *)tables->traces.data + i);
}

void symbolise(struct snapshot_tables *tables)
{
	struct symboliser symboliser = {.tables = tables};
	const uint32_t nframes = (uint32_t)(tables->frames.size / sizeof(struct snapshot_frame));
	const size_t nmodules = snapshot_nmodules(tables);
	uint32_t foreign = 0;

	for (uint32_t i = 1; i < nframes; i++)
		foreign += snapshot_frames(tables)[i].foreign;
	if (!foreign)
		return;
	if (pages_push(&symboliser.expansions, nframes * sizeof(struct expansion)) &&
	    pages_push(&symboliser.modules, nmodules * sizeof(struct module_file))) {
		find_sources(&symboliser, nframes);
		symbolise_all(&symboliser, nframes);
	}
	for (size_t i = 0; i < symboliser.modules.size / sizeof(struct module_file); i++)
		module_file_release((struct module_file *)(void *)symboliser.modules.data + i);
	pages_release(&symboliser.expansions);
	pages_release(&symboliser.indices);
	pages_release(&symboliser.modules);
	pages_release(&symboliser.sources);
}
