// SPDX-License-Identifier: MIT
/*
 * strong-cycle: objects that own each other are never freed.
 *
 * Why:    reference counts free an object when nobody holds it. Two that hold each other hold on for good: a parent with
 *         shared_ptr to its children and each child with shared_ptr back is a leak that no tool calls one before exit.
 * Bad:    struct child { std::shared_ptr<parent> up; };   struct parent { std::vector<std::shared_ptr<child>> children; };
 * Good:   struct child { std::weak_ptr<parent> up; };     and up.lock() where it is used
 * C++:    a lambda or std::bind() owns what it captures by value: also itself, as *f = [f] { … } of a shared_ptr<function>.
 * C:      the same with g_object_ref(), kref_get(), *_ref() or a counter of one's own: the link back borrows, and is cleared
 *         when the parent is freed.
 * Fix:    the link back becomes a weak_ptr and its uses get .lock(), unsafe because a use may now find nothing. In C, and for
 *         lambdas, which capture their owner, the better shape is shown.
 * Limits: types alone prove nothing: there must be stores, seen through calls, that close the circle of objects. Silent
 *         where anything other than a finaliser lets go of a link on the way; taking out single elements of a container
 *         makes it strict. Needs the whole program, but for types of one source file.
 */
#include "rules/strong_cycle.h"

#include <strings.h>

enum { NOTES = 10 };

struct cycle_report {
	struct rule_program *run;
	struct link_state *state;
};

struct link_state *link_state_of(struct rule_program *run)
{
	return run->links;
}

static void merge(struct rule_program *run, struct unpacker *facts)
{
	if (!run->links) {
		run->links = arena_new(run->arena, struct link_state);
		run->links->arena = run->arena;
	}
	link_unpack(run->links, facts);
}

/* ---- which link is the one back ---- */

static bool names_way_back(const char *name)
{
	static const char *const words[] = {"parent", "owner", "prev",      "back",    "outer",  "self",
	                                    "root",   "host",  "container", "manager", "server", "upper"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcasestr(name, words[i]))
			return true;
	}
	return false;
}

static uint32_t back_link(const struct link_state *state, const struct cycle_found *found)
{
	uint32_t best = 0;
	int best_score = -1;

	for (uint32_t i = 0; i < found->nedges; i++) {
		const struct link_edge *edge = &found->edges[i];
		const struct link_field *field = link_find_field(state, edge->field);
		int score = edge->field ? 0 : 8;

		if (field) {
			const char *target = strncmp(field->target_name, "struct ", 7) == 0 ? field->target_name + 7
			                                                                    : field->target_name;

			score += names_way_back(field->name) ? 4 : 0;
			score += strcmp(field->name, target) == 0 ? 1 : 0; /* session, of type session */
			score += field->container ? 0 : 2;
			score += field->hold == LINK_HOLD_SHARED || edge->counted ? 1 : 0;
		}
		if (score >= best_score) {
			best = i;
			best_score = score;
		}
	}
	return best;
}

/* ---- words ---- */

static const char *record_name(const struct link_state *state, uint64_t key)
{
	const struct link_record *record = link_find_record(state, key);
	const char *name = record ? record->printed : "?";

	return strncmp(name, "struct ", 7) == 0 ? name + 7 : name;
}

static const char *link_text(const struct cycle_report *report, const struct link_edge *edge)
{
	const struct link_field *field = link_find_field(report->state, edge->field);

	if (!field)
		return "what it captures";
	return arena_printf(report->run->arena, "%s::%s%s", record_name(report->state, field->record), field->name,
	                    field->container ? "[]" : "");
}

/* Begins behind the link back and ends with it and where it leads. */
static const char *path_text(const struct cycle_report *report, const struct cycle_found *found, uint32_t back)
{
	const char *text = "", *first = NULL;

	for (uint32_t i = 0; i < found->nedges; i++) {
		const struct link_edge *edge = &found->edges[(back + 1 + i) % found->nedges];
		const struct link_field *field = link_find_field(report->state, edge->field);

		if (!first && field)
			first = record_name(report->state, field->record);
		text = arena_printf(report->run->arena, "%s%s%s", text, i ? " -> " : "",
		                    edge->field ? link_text(report, edge) : "[captured]");
	}
	return arena_printf(report->run->arena, "%s -> %s", text, first ? first : "?");
}

static uint64_t bytes_of(const struct cycle_report *report, const struct cycle_found *found)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < found->nedges; i++) {
		const struct link_field *field = link_find_field(report->state, found->edges[i].field);
		const struct link_record *record = field ? link_find_record(report->state, field->record) : NULL;

		bytes += record ? record->size : 0;
	}
	return bytes;
}

/* Nothing but captures: a function that captured what holds it. */
static bool is_function(const struct cycle_found *found)
{
	for (uint32_t i = 0; i < found->nedges; i++) {
		if (found->edges[i].field)
			return false;
	}
	return true;
}

static struct finding_note note_at(const struct link_place *place, const char *text)
{
	return (struct finding_note){.place = {place->path, place->line, place->column, 0, 0}, .text = text};
}

static uint32_t add_notes(const struct cycle_report *report, const struct cycle_found *found, uint32_t back,
                          struct finding_note *notes)
{
	struct arena *arena = report->run->arena;
	uint32_t count = 0;

	for (uint32_t i = 0; i < found->nedges && count + 2 < NOTES; i++) {
		const struct link_edge *edge = &found->edges[(back + 1 + i) % found->nedges];
		const struct link_field *field = link_find_field(report->state, edge->field);

		if (!edge->field)
			notes[count++] =
			        note_at(&edge->place, i == 0 && is_function(found) ? "stored in what it captures"
			                                                           : "captured by value here");
		else if (!edge->implicit)
			notes[count++] = note_at(&edge->place,
			                         arena_printf(arena, "%s is stored here%s", link_text(report, edge),
			                                      edge->counted ? ", with a reference of its own" : ""));
		else if (field)
			notes[count++] = note_at(&field->place, arena_printf(arena, "%s owns what it leads to",
			                                                     link_text(report, edge)));
	}
	notes[count++] = note_at(&(struct link_place){0},
	                         found->erased ? "single elements are taken out; nothing resets the link back"
	                                       : "nothing in the program lets go of these before the last owner does");
	return count;
}

/* ---- the fix ---- */

static const char *weak_type(const struct cycle_report *report, const struct link_field *field)
{
	static const char shared[] = "std::shared_ptr<";

	if (strncmp(field->type, shared, sizeof shared - 1) == 0)
		return arena_printf(report->run->arena, "std::weak_ptr<%s", field->type + sizeof shared - 1);
	return arena_printf(report->run->arena, "std::weak_ptr<%s>", field->target_name);
}

static int by_place(const void *a, const void *b)
{
	const struct edit *left = a, *right = b;
	const int order = strcmp(left->path, right->path);

	if (order)
		return order;
	return left->begin < right->begin ? -1 : left->begin > right->begin;
}

static bool add_edits(const struct cycle_report *report, const struct link_field *field, struct fix *fix)
{
	const struct link_state *state = report->state;
	struct edit *edits = arena_array(report->run->arena, state->uses.count + 1, struct edit);

	if (!field->type_begin || field->macro || field->container)
		return false;
	edits[fix->nedits++] =
	        (struct edit){field->place.path, field->type_begin, field->type_end, weak_type(report, field)};
	for (size_t i = 0; i < state->uses.count; i++) {
		const struct link_use *use = &state->uses.items[i];

		if (use->field != field->key)
			continue;
		if (use->no_edit)
			return false;
		if (!use->target)
			edits[fix->nedits++] = (struct edit){use->path, use->end, use->end, ".lock()"};
	}
	qsort(edits, fix->nedits, sizeof *edits, by_place);
	fix->edits = edits;
	return true;
}

static const struct fix *fix_for(const struct cycle_report *report, const struct link_field *field)
{
	struct fix *fix = arena_new(report->run->arena, struct fix);

	fix->class = FIX_SUGGESTION;
	fix->reason = "";
	if (!field) {
		fix->title = "capture a weak_ptr";
		return fix;
	}
	if (field->hold != LINK_HOLD_SHARED) {
		fix->title = arena_printf(report->run->arena, "borrow '%s' instead of owning it", field->name);
		return fix;
	}
	fix->title = arena_printf(report->run->arena, "make '%s' a weak_ptr", field->name);
	if (add_edits(report, field, fix)) {
		fix->class = FIX_UNSAFE;
		fix->reason = "a use may find that the owner is gone";
	} else {
		fix->nedits = 0;
	}
	return fix;
}

static const char *advice(const struct cycle_report *report, const struct cycle_found *found,
                          const struct link_field *field)
{
	struct arena *arena = report->run->arena;

	if (is_function(found))
		return "  capture a weak_ptr to the function, and give the shared_ptr to what calls it next:\n"
		       "    [weak] { if (auto next = weak.lock()) later([next] { (*next)(); }); }\n";
	if (!field)
		return "  capture a weak_ptr, and lock it when the lambda runs:\n"
		       "    [weak = weak_from_this()] { if (auto self = weak.lock()) ... }\n";
	if (field->hold == LINK_HOLD_SHARED)
		return arena_printf(arena, "  %s %s;   and %s.lock() where it is used\n", weak_type(report, field),
		                    field->name, field->name);
	return arena_printf(
	        arena,
	        "  let '%s' borrow: store the pointer without taking a reference, do not give one back in the\n"
	        "  finaliser, and set '%s' to NULL when the %s it points to is freed\n",
	        field->name, field->name, field->target ? record_name(report->state, field->target) : "object");
}

/* ---- reports ---- */

static bool is_header(const char *path)
{
	const char *dot = strrchr(path, '.');

	return !dot || dot[1] == 'h' || dot[1] == 'H' || strcmp(dot, ".inl") == 0;
}

static const char *message_of(const struct cycle_report *report, const struct cycle_found *found,
                              const struct link_field *field, const char *path)
{
	struct arena *arena = report->run->arena;

	if (is_function(found))
		return arena_printf(arena, "the function captures what holds it in %s(): it is never freed",
		                    found->function->name);
	return arena_printf(arena, "%s closes a circle of owners that is never freed, %llu bytes each time: %s",
	                    field ? arena_printf(arena, "'%s'", field->name) : "this capture",
	                    (unsigned long long)bytes_of(report, found), path);
}

static void report_cycle(const struct cycle_found *found, void *context)
{
	const struct cycle_report *report = context;
	struct rule_program *run = report->run;
	const uint32_t back = back_link(report->state, found);
	const struct link_edge *edge = &found->edges[back];
	const struct link_field *field = link_find_field(report->state, edge->field);
	const struct link_place *place = field ? &field->place : &edge->place;
	struct finding_note notes[NOTES];
	const char *path = path_text(report, found, back);
	const uint32_t count = add_notes(report, found, back, notes);

	if (!*place->path || (!run->whole_program && is_header(place->path)))
		return;
	findings_add(run->findings, &(struct finding){
	                                    .code = run->code,
	                                    .rule = "strong-cycle",
	                                    .level = found->erased ? LEVEL_STRICT : LEVEL_DEFAULT,
	                                    .place = {place->path, place->line, place->column, place->line,
	                                              place->column + (field ? field->name_length : 1)},
	                                    .message = message_of(report, found, field, path),
	                                    .details = advice(report, found, field),
	                                    .identity = path,
	                                    .notes = arena_memdup(run->arena, notes, sizeof notes),
	                                    .nnotes = count,
	                                    .fix = fix_for(report, field),
	                                    .measured_bytes = -1,
	                            });
}

static void report(struct rule_program *run)
{
	struct cycle_report context = {run, link_state_of(run)};

	if (context.state)
		cycle_solve(context.state, report_cycle, &context);
}

static void release(struct rule_program *run)
{
	if (run->links)
		link_state_release(run->links);
	run->links = NULL;
}

const struct rule_ops rule_strong_cycle = {
        .measure = MEASURE_LEFT,
        .collect = link_collect,
        .merge = merge,
        .report = report,
        .release = release,
};
