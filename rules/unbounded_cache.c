// SPDX-License-Identifier: MIT
/*
 * unbounded-cache: a container that grows as long as the program runs.
 *
 * Why:    a memo, table or list that is only added to is a leak with a name: every request leaves something behind, and
 *         no leak checker sees it, for all of it is reachable.
 * Bad:    static std::unordered_map<std::string, Address> memo; … memo[name] = resolve(name);
 * Good:   if (memo.size() >= 1024) memo.erase(memo.begin()); before it, or a container that has a limit
 * Fix:    for std::map and std::unordered_map the test above, unsafe because which entry goes matters; otherwise the place
 *         where to put the limit is shown.
 * Limits: needs the whole program. Containers: those of the C++ library, GLib, uthash, khash, <search.h>, <sys/queue.h>;
 *         lists and hash chains linked by hand and arrays that are reallocated, through functions that are given them.
 *         Silent where anything that runs while the program serves takes out, empties or tests the size; where only
 *         set-up adds; where keys are constants, enumerators or bytes; where the whole is gone through at the end, as
 *         a result is. Strict: where only the record is known that it is a field of, and not the object; and, without a
 *         main(), static containers that are looked up before they are added to. With --all:
 *         where it is not known which of several programs it is a part of, what lies behind many pointers, and what callers
 *         that are not seen hand in, as a registration does.
 */
#include "rules/unbounded_cache.h"

#include <stdio.h>

enum { NOTES = 6, LIMIT = 1024 };

struct cache_report {
	struct rule_program *run;
	struct link_state *state;
};

/* ---- names ---- */

static const struct link_variable *variable_of(const struct cache_report *report, const struct cache_found *cache)
{
	return cache->place.by_record
	               ? NULL
	               : hash_map_find(&report->state->variables, (const void *)(uintptr_t)(cache->place.root | 1));
}

static const char *name_of(const struct cache_report *report, const struct cache_found *cache)
{
	const struct link_variable *variable = variable_of(report, cache);
	const char *name = variable ? variable->name : "";

	for (uint32_t i = 0; i < cache->place.length; i++) {
		const struct link_field *field = link_find_field(report->state, cache->place.path[i]);

		if (field)
			name = *name ? arena_printf(report->run->arena, "%s.%s", name, field->name) : field->name;
	}
	return name;
}

/* A field of the library's container type, or a field of a record with more in it, is where one looks; else the variable. */
static const struct link_place *declaration(const struct cache_report *report, const struct cache_found *cache,
                                            const char **name)
{
	const struct link_variable *variable = variable_of(report, cache);
	const struct link_field *field =
	        cache->place.length ? link_find_field(report->state, cache->place.path[0]) : NULL;
	const struct link_field *last =
	        field ? link_find_field(report->state, cache->place.path[cache->place.length - 1]) : NULL;
	const bool library = last && strstr(last->type, "std::");

	if (library)
		field = last;
	if (variable && (!field || (!library && !cache->place.of_main && cache->place.length <= 1)) &&
	    *variable->place.path) {
		*name = variable->name;
		return &variable->place;
	}
	*name = field ? field->name : "";
	return field ? &field->place : NULL;
}

static uint64_t entry_bytes(const struct cache_report *report, const struct cache_found *cache)
{
	const struct link_variable *variable = variable_of(report, cache);
	const struct link_record *record =
	        cache->grow->extra & LINK_ARRAY ? NULL : link_find_record(report->state, cache->grow->field);

	if (record)
		return record->size;
	return variable && !cache->place.length ? variable->element : 0;
}

static bool is_header(const char *path)
{
	const char *dot = strrchr(path, '.');

	return !dot || dot[1] == 'h' || dot[1] == 'H';
}

/* ---- the fix ---- */

static const struct link_edit *edit_of(const struct cache_report *report, const struct cache_found *cache)
{
	for (size_t i = 0; i < report->state->edits.count; i++) {
		const struct link_edit *edit = &report->state->edits.items[i];

		if (edit->line == cache->grow->place.line && edit->column == cache->grow->place.column &&
		    strcmp(edit->path, cache->grow->place.path) == 0)
			return edit;
	}
	return NULL;
}

static const struct fix *fix_for(const struct cache_report *report, const struct cache_found *cache,
                                 const struct link_edit *edit)
{
	struct fix *fix = arena_new(report->run->arena, struct fix);
	struct edit *edits;

	fix->class = FIX_SUGGESTION;
	fix->reason = "";
	fix->title = arena_printf(report->run->arena, "limit '%s'", name_of(report, cache));
	if (!edit || cache->sites > 1)
		return fix;
	edits = arena_new(report->run->arena, struct edit);
	*edits = (struct edit){.path = edit->path, .begin = edit->offset, .end = edit->offset};
	edits->text =
	        arena_printf(report->run->arena, "if (%s.size() >= %d)\n%s\t%s.erase(%s.begin());\n%s", edit->container,
	                     LIMIT, edit->indent, edit->container, edit->container, edit->indent);
	fix->edits = edits;
	fix->nedits = 1;
	fix->class = FIX_UNSAFE;
	fix->reason = "which entry may go, and how many are enough, is yours to say";
	return fix;
}

/* A container of the C++ library that erases by place; adapters do not. */
static bool can_erase(const struct cache_report *report, const struct cache_found *cache)
{
	const struct link_variable *variable = variable_of(report, cache);
	const struct link_field *field =
	        cache->place.length ? link_find_field(report->state, cache->place.path[cache->place.length - 1]) : NULL;
	const char *type = field ? field->type : variable && !cache->place.length ? variable->type : "";

	return strncmp(type, "std::", 5) == 0 && strncmp(type, "std::stack<", 11) != 0 &&
	       strncmp(type, "std::queue<", 11) != 0 && strncmp(type, "std::priority_queue<", 20) != 0;
}

static const char *advice(const struct cache_report *report, const struct cache_found *cache,
                          const struct link_edit *edit)
{
	struct arena *arena = report->run->arena;
	const char *name = name_of(report, cache), *dot = strrchr(name, '.');
	const char *word = dot ? dot + 1 : name;
	const char *function = cache->origin->name;
	const char *container = edit ? edit->container : word;

	if (edit || can_erase(report, cache))
		return arena_printf(
		        arena,
		        "  in %s(), before it grows:\n    if (%s.size() >= %d)\n            %s.erase(%s.begin());\n",
		        function, container, LIMIT, container, container);
	if (cache->grow->extra & LINK_ARRAY)
		return arena_printf(
		        arena,
		        "  in %s(), keep the last %d: store at [count++ %% %d] and free what stood there, instead of\n"
		        "  making '%s' larger\n",
		        function, LIMIT, LIMIT, word);
	return arena_printf(
	        arena, "  in %s(), before it grows:\n    if (%s_entries++ >= %d)\n            %s_drop_oldest();\n%s",
	        function, word, LIMIT, word,
	        cache->memo ? "  with entries in order of their last use, which a look-up renews\n" : "");
}

/* ---- reports ---- */

static struct finding_note note_at(const struct link_place *place, const char *text)
{
	return (struct finding_note){.place = {place->path, place->line, place->column, 0, 0}, .text = text};
}

static uint32_t add_notes(const struct cache_report *report, const struct cache_found *cache,
                          struct finding_note *notes)
{
	struct arena *arena = report->run->arena;
	uint32_t count = 0;

	notes[count++] =
	        note_at(&cache->grow->place, arena_printf(arena, "%s() adds to it here%s", cache->origin->name,
	                                                  cache->memo ? ", after looking for what it adds" : ""));
	notes[0].allocates = true;
	if (cache->origin != cache->grower)
		notes[count++] =
		        note_at(&(struct link_place){0}, arena_printf(arena, "it is given '%s' by %s()",
		                                                      name_of(report, cache), cache->grower->name));
	notes[count++] =
	        note_at(&(struct link_place){0},
	                arena_printf(arena, "%s() does so %s", cache->grower->name,
	                             cache->handed ? "with what it is handed, how often is not known"
	                             : cache->level == LINK_LOOP_SERVER ? "in the program's loop or called back from it"
	                                                                : "as often as there is input"));
	notes[count++] = note_at(&(struct link_place){0},
	                         "nothing that runs meanwhile takes out of it, empties it or tests how much it holds");
	return count;
}

static bool is_static(const struct cache_report *report, const struct cache_found *cache)
{
	const struct link_variable *variable = variable_of(report, cache);

	return variable && variable->internal && !is_header(variable->place.path);
}

/* Which program it is a part of, how often it is handed in, and what lies behind many pointers, cannot be told. */
static enum finding_level level_of(const struct cache_found *cache)
{
	if (cache->vague || cache->handed || cache->place.length > 2)
		return LEVEL_ALL;
	return cache->library || cache->place.by_record ? LEVEL_STRICT : LEVEL_DEFAULT;
}

static void report_cache(const struct cache_found *cache, void *context)
{
	const struct cache_report *report = context;
	struct rule_program *run = report->run;
	const char *word, *name = name_of(report, cache);
	const struct link_place *place = declaration(report, cache, &word);
	const struct link_edit *edit = edit_of(report, cache);
	const uint64_t bytes = entry_bytes(report, cache);
	struct finding_note notes[NOTES];

	if (!place || !*name || (cache->place.by_record && cache->place.length > 1) ||
	    (!run->whole_program && !is_static(report, cache)) ||
	    (cache->library && (!is_static(report, cache) || !cache->memo)))
		return;
	const uint32_t count = add_notes(report, cache, notes);

	findings_add(run->findings,
	             &(struct finding){
	                     .code = run->code,
	                     .rule = "unbounded-cache",
	                     .level = level_of(cache),
	                     .place = {place->path, place->line, place->column, place->line,
	                               place->column + (uint32_t)strlen(word)},
	                     .message = arena_printf(run->arena,
	                                             "'%s' only grows%s: nothing limits it or takes anything out", name,
	                                             bytes ? arena_printf(run->arena, ", %llu bytes an entry and more",
	                                                                  (unsigned long long)bytes)
	                                                   : ""),
	                     .details = advice(report, cache, edit),
	                     .identity = name,
	                     .notes = arena_memdup(run->arena, notes, sizeof notes),
	                     .nnotes = count,
	                     .fix = fix_for(report, cache, edit),
	                     .measured_bytes = -1,
	             });
}

static void report(struct rule_program *run)
{
	struct cache_report context = {run, link_state_of(run)};

	if (context.state)
		cache_solve(context.state, report_cache, &context);
}

const struct rule_ops rule_unbounded_cache = {
        .facts_of = &rule_strong_cycle,
        .measure = MEASURE_PEAK,
        .report = report,
};
