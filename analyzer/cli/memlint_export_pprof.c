// SPDX-License-Identifier: MIT
/* Export for pprof: a protobuf, compressed with gzip. */
#include "analyzer/cli/memlint_export.h"
#include "pprof.pb-c.h"

#include <string.h>
#include <zlib.h>

enum { NVALUES = 4, GZIP_WINDOW = 15 + 16 /* zlib's way to say: with gzip's header */ };

/* What is being put together. All of it lives in the export's arena but the strings. */
struct pprof {
	struct export *export;
	struct arena *arena;
	struct strings strings;
	Pprof__Profile profile;
	int64_t type_label;
};

static int64_t string_id(struct pprof *pprof, const char *text)
{
	struct arena scratch = {0};
	const char *clean = text_clean(&scratch, text);
	const uint32_t id = strings_intern(&pprof->strings, clean, strlen(clean));

	if (id == STRINGS_NONE)
		diag_die("out of memory");
	arena_clear(&scratch);
	return id;
}

static Pprof__ValueType *value_type(struct pprof *pprof, const char *type, const char *unit)
{
	Pprof__ValueType *value = arena_new(pprof->arena, Pprof__ValueType);

	pprof__value_type__init(value);
	value->type = string_id(pprof, type);
	value->unit = string_id(pprof, unit);
	return value;
}

/* Go's heap profiles have these in this order; tools know them by it. */
static void add_sample_types(struct pprof *pprof)
{
	Pprof__Profile *profile = &pprof->profile;

	profile->sample_type = arena_array(pprof->arena, NVALUES, Pprof__ValueType *);
	profile->n_sample_type = NVALUES;
	profile->sample_type[0] = value_type(pprof, "alloc_objects", "count");
	profile->sample_type[1] = value_type(pprof, "alloc_space", "bytes");
	profile->sample_type[2] = value_type(pprof, "inuse_objects", "count");
	profile->sample_type[3] = value_type(pprof, "inuse_space", "bytes");
	profile->period_type = value_type(pprof, "space", "bytes");
	profile->period = 1; /* every allocation */
	profile->default_sample_type =
	        string_id(pprof, pprof->export->metric == METRIC_LIVE_BYTES ? "inuse_space" : "alloc_space");
}

static void add_mapping(struct pprof *pprof)
{
	Pprof__Mapping *mapping = arena_new(pprof->arena, Pprof__Mapping);

	pprof__mapping__init(mapping);
	mapping->id = 1;
	mapping->filename = string_id(pprof, pprof->export->groups.snapshot->tables->program.executable);
	/* Names are there already: pprof need not look for the program. */
	mapping->has_functions = mapping->has_filenames = mapping->has_line_numbers = mapping->has_inline_frames = 1;
	pprof->profile.mapping = arena_array(pprof->arena, 1, Pprof__Mapping *);
	pprof->profile.mapping[0] = mapping;
	pprof->profile.n_mapping = 1;
}

/* What stands for a function: its name, else the place as a name. */
static int64_t function_name(struct pprof *pprof, const struct snapshot_frame *frame)
{
	return string_id(pprof, frame->function[0] ? frame->function : export_frame_name(pprof->export, frame));
}

static void add_location(struct pprof *pprof, uint64_t id, const struct snapshot_frame *frame)
{
	Pprof__Profile *profile = &pprof->profile;
	Pprof__Function *function = arena_new(pprof->arena, Pprof__Function);
	Pprof__Location *location = arena_new(pprof->arena, Pprof__Location);
	Pprof__Line *line = arena_new(pprof->arena, Pprof__Line);

	pprof__function__init(function);
	pprof__location__init(location);
	pprof__line__init(line);
	function->id = location->id = line->function_id = id;
	function->name = function->system_name = function_name(pprof, frame);
	function->filename = string_id(pprof, frame->file);
	line->line = frame->line;
	line->column = frame->column;
	location->mapping_id = 1;
	location->address = frame->address;
	location->line = arena_array(pprof->arena, 1, Pprof__Line *);
	location->line[0] = line;
	location->n_line = 1;
	profile->function[profile->n_function++] = function;
	profile->location[profile->n_location++] = location;
}

/* A location for every frame; its id is the frame's index plus one. */
static void add_locations(struct pprof *pprof)
{
	const struct snapshot_tables *tables = pprof->export->groups.snapshot->tables;
	const size_t n = tables->frames.size / sizeof(struct snapshot_frame);

	pprof->profile.function = arena_array(pprof->arena, n, Pprof__Function *);
	pprof->profile.location = arena_array(pprof->arena, n, Pprof__Location *);
	for (size_t i = 0; i < n; i++)
		add_location(pprof, i + 1, snapshot_frames(tables) + i);
}

static void add_label(struct pprof *pprof, Pprof__Sample *sample, const char *type)
{
	Pprof__Label *label = arena_new(pprof->arena, Pprof__Label);

	if (!type[0])
		return;
	pprof__label__init(label);
	label->key = pprof->type_label;
	label->str = string_id(pprof, type);
	sample->label = arena_array(pprof->arena, 1, Pprof__Label *);
	sample->label[0] = label;
	sample->n_label = 1;
}

static void add_sample(struct pprof *pprof, const struct snapshot_group *group)
{
	const struct snapshot_tables *tables = pprof->export->groups.snapshot->tables;
	const struct snapshot_trace *trace = group->trace;
	Pprof__Sample *sample = arena_new(pprof->arena, Pprof__Sample);

	pprof__sample__init(sample);
	sample->location_id = arena_array(pprof->arena, trace->nframe, uint64_t);
	sample->n_location_id = trace->nframe;
	for (uint32_t i = 0; i < trace->nframe; i++)
		sample->location_id[i] = (uint64_t)(snapshot_frame_of(tables, trace, i) - snapshot_frames(tables)) + 1;
	sample->value = arena_array(pprof->arena, NVALUES, int64_t);
	sample->n_value = NVALUES;
	sample->value[0] = (int64_t)group->stat.alloc_count;
	sample->value[1] = (int64_t)group->stat.alloc_bytes;
	sample->value[2] = (int64_t)group->stat.count;
	sample->value[3] = (int64_t)group->stat.size;
	add_label(pprof, sample, group->main_type);
	pprof->profile.sample[pprof->profile.n_sample++] = sample;
}

static void add_samples(struct pprof *pprof)
{
	const struct snapshot_groups *groups = &pprof->export->groups;

	pprof->type_label = string_id(pprof, "type");
	pprof->profile.sample = arena_array(pprof->arena, groups->n, Pprof__Sample *);
	for (size_t i = 0; i < groups->n; i++)
		add_sample(pprof, groups->order[i]);
}

static void add_strings(struct pprof *pprof)
{
	const uint32_t n = strings_count(&pprof->strings);

	pprof->profile.string_table = arena_array(pprof->arena, n, char *);
	pprof->profile.n_string_table = n;
	for (uint32_t i = 0; i < n; i++)
		pprof->profile.string_table[i] = (char *)(uintptr_t)strings_text(&pprof->strings, i);
}

static enum status write_compressed(struct pprof *pprof)
{
	const size_t size = pprof__profile__get_packed_size(&pprof->profile);
	uint8_t *raw = arena_alloc(pprof->arena, size);
	z_stream stream = {0};

	pprof__profile__pack(&pprof->profile, raw);
	if (size > UINT32_MAX / 2 ||
	    deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return diag_error("a profile of %zu bytes is too large for pprof", size);
	const uLong bound = deflateBound(&stream, (uLong)size);
	uint8_t *packed = arena_alloc(pprof->arena, bound);

	stream.next_in = raw;
	stream.avail_in = (uInt)size;
	stream.next_out = packed;
	stream.avail_out = (uInt)bound;
	const int result = deflate(&stream, Z_FINISH);

	deflateEnd(&stream);
	if (result != Z_STREAM_END)
		return diag_error("cannot compress the profile");
	fwrite(packed, 1, stream.total_out, pprof->export->out);
	return STATUS_OK;
}

enum status export_pprof(struct export *export)
{
	const struct memlint_snapshot *snapshot = export->groups.snapshot;
	struct pprof pprof = {.export = export, .arena = &export->arena};

	pprof__profile__init(&pprof.profile);
	string_id(&pprof, "");
	add_sample_types(&pprof);
	add_mapping(&pprof);
	add_locations(&pprof);
	add_samples(&pprof);
	add_strings(&pprof);
	pprof.profile.time_nanos = (int64_t)snapshot->tables->program.start_ns;
	pprof.profile.duration_nanos = (int64_t)snapshot->time_ns;
	const enum status status = write_compressed(&pprof);

	strings_release(&pprof.strings);
	return status;
}
