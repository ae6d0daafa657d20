// SPDX-License-Identifier: MIT
/* Comments that silence findings, and those that silence nothing. */
#include "rules/suppression.h"

#include <stdlib.h>
#include <string.h>

static const char marker[] = "memlint:";

/* A comment opens before @at on its line, outside of quotes. *first: nothing but blanks before it. */
static bool within_comment(const char *text, size_t at, bool *first)
{
	size_t begin = at;
	char quote = 0;

	while (begin && text[begin - 1] != '\n')
		begin--;
	size_t i = begin + strspn(text + begin, " \t");

	*first = text[i] == '/' || text[i] == '*';
	if (text[i] == '*')
		return true; /* a line of a block comment */
	for (; i + 1 < at; i++) {
		if (quote) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == quote)
				quote = 0;
		} else if (text[i] == '"' || text[i] == '\'') {
			quote = text[i];
		} else if (text[i] == '/' && (text[i + 1] == '/' || text[i + 1] == '*')) {
			return true;
		}
	}
	return false;
}

static bool take_word(const char **text, const char *word)
{
	const size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0)
		return false;
	*text += length;
	return true;
}

static bool parse_at(const char *text, size_t at, struct suppression *out, struct arena *arena)
{
	const char *word = text + at + sizeof marker - 1;

	if (!within_comment(text, at, &out->alone))
		return false;
	word += strspn(word, " \t");
	if (take_word(&word, "ignore"))
		out->kind = SUPPRESSION_IGNORE;
	else if (take_word(&word, "off"))
		out->kind = SUPPRESSION_OFF;
	else if (take_word(&word, "on"))
		out->kind = SUPPRESSION_ON;
	else
		return false;
	out->rules = "";
	if (*word == '[') {
		const size_t length = strcspn(word + 1, "]\n");

		if (word[1 + length] != ']')
			return false;
		out->rules = arena_strndup(arena, word + 1, length);
		return true;
	}
	return !*word || strchr(" \t\r\n*:.", *word);
}

bool suppression_parse(const char *text, size_t size, size_t *at, struct suppression *out, size_t *offset,
                       struct arena *arena)
{
	while (*at < size) {
		/* The colon is the rarest character of it. */
		const char *colon = memchr(text + *at, ':', size - *at);
		const size_t length = sizeof marker - 2;

		if (!colon)
			break;
		*at = (size_t)(colon - text) + 1;
		if (*at - 1 < length || memcmp(colon - length, marker, length) != 0)
			continue;
		*offset = *at - 1 - length;
		memset(out, 0, sizeof *out);
		if (parse_at(text, *offset, out, arena))
			return true;
	}
	*at = size;
	return false;
}

static void collect_file(const struct ast_file *file, struct packer *facts, struct arena *scratch)
{
	struct suppression comment;
	size_t at = 0, offset;

	while (suppression_parse(file->text, file->size, &at, &comment, &offset, scratch)) {
		uint32_t line, column;

		ast_line_column(file, (uint32_t)offset, &line, &column);
		pack_string(facts, file->path);
		pack_number(facts, line);
		pack_number(facts, column);
		pack_number(facts, (uint64_t)comment.kind << 1 | comment.alone);
		pack_string(facts, comment.rules);
	}
}

void suppressions_collect(const struct ast_unit *unit, struct packer *facts)
{
	struct arena scratch = {0};

	for (uint32_t i = 1; i < unit->nfiles; i++) {
		if (!unit->files[i]->system && unit->files[i]->text)
			collect_file(unit->files[i], facts, &scratch);
	}
	arena_clear(&scratch);
}

void suppressions_init(struct suppressions *suppressions, struct arena *arena)
{
	memset(suppressions, 0, sizeof *suppressions);
	suppressions->arena = arena;
	intern_init(&suppressions->paths, arena);
}

void suppressions_merge(struct suppressions *suppressions, struct unpacker *facts)
{
	while (!unpack_end(facts)) {
		struct suppression comment = {0};

		comment.path = intern_string(&suppressions->paths, unpack_string(facts, suppressions->arena));
		comment.line = unpack_u32(facts);
		comment.column = unpack_u32(facts);
		const uint32_t bits = unpack_u32(facts);

		comment.kind = (enum suppression_kind)(bits >> 1);
		comment.alone = bits & 1;
		comment.rules = unpack_string(facts, suppressions->arena);
		if (facts->bad || comment.kind > SUPPRESSION_ON)
			break;
		vec_push(&suppressions->items, comment);
	}
}

static int compare(const void *left, const void *right)
{
	const struct suppression *a = left, *b = right;
	const int path = strcmp(a->path, b->path);

	if (path)
		return path;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

void suppressions_finish(struct suppressions *suppressions)
{
	struct suppression *items = suppressions->items.items;
	size_t kept = 0;

	if (!suppressions->items.count)
		return;
	qsort(items, suppressions->items.count, sizeof *items, compare);
	for (size_t i = 0; i < suppressions->items.count; i++) {
		if (!kept || compare(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
	}
	suppressions->items.count = kept;
	for (size_t i = 0; i < kept; i++) {
		items[i].last = UINT32_MAX;
		for (size_t j = i + 1; items[i].kind == SUPPRESSION_OFF && j < kept && items[j].path == items[i].path;
		     j++) {
			if (items[j].kind != SUPPRESSION_ON || strcmp(items[j].rules, items[i].rules) != 0)
				continue;
			items[i].last = items[j].line;
			break;
		}
	}
}

static bool names_rule(const char *rules, const char *rule)
{
	const size_t length = strlen(rule);

	if (!*rules)
		return true;
	for (const char *word = rules; *word;) {
		word += strspn(word, ", \t");
		const size_t size = strcspn(word, ", \t");

		if (size == length && strncmp(word, rule, size) == 0)
			return true;
		word += size;
	}
	return false;
}

static bool covers(const struct suppression *comment, uint32_t line)
{
	switch (comment->kind) {
	case SUPPRESSION_IGNORE:
		return line == comment->line || (comment->alone && line == comment->line + 1);
	case SUPPRESSION_OFF:
		return line >= comment->line && line <= comment->last;
	default:
		return false;
	}
}

bool suppressions_match(struct suppressions *suppressions, const struct finding *finding)
{
	bool found = false;

	for (size_t i = 0; i < suppressions->items.count; i++) {
		struct suppression *comment = &suppressions->items.items[i];

		if (!covers(comment, finding->place.line) || !names_rule(comment->rules, finding->rule) ||
		    strcmp(comment->path, finding->place.path) != 0)
			continue;
		comment->used = true;
		found = true;
	}
	return found;
}

bool suppressions_any_for_all(const struct suppressions *suppressions)
{
	for (size_t i = 0; i < suppressions->items.count; i++) {
		if (!*suppressions->items.items[i].rules)
			return true;
	}
	return false;
}

/* True if every rule the comment names ran for its file: else nobody knows what it is for. */
static bool can_judge(const struct suppression *comment, const struct settings *settings)
{
	size_t count;
	const struct rule *rules = rules_all(&count);
	bool known = false;

	for (size_t i = 0; i < count; i++) {
		if (!names_rule(comment->rules, rules[i].name))
			continue;
		known = true;
		if (*comment->rules && !settings_want(settings, rules[i].name, rules[i].level))
			return false;
	}
	return known || *comment->rules;
}

void suppressions_report_unused(const struct suppressions *suppressions, struct rule_program *run)
{
	for (size_t i = 0; i < suppressions->items.count; i++) {
		const struct suppression *comment = &suppressions->items.items[i];
		const struct settings settings = config_settings(run->config, comment->path);

		if (comment->used || comment->kind == SUPPRESSION_ON || !can_judge(comment, &settings))
			continue;
		const struct finding finding = {
		        .code = run->code,
		        .rule = "unused-suppression",
		        .level = LEVEL_DEFAULT,
		        .place = {comment->path, comment->line, comment->column, comment->line,
		                  comment->column + (uint32_t)sizeof marker - 1},
		        .message = *comment->rules ? arena_printf(run->arena, "no finding of '%s' here to silence",
		                                                  comment->rules)
		                                   : "no finding here to silence",
		        .details = "",
		        .identity = comment->rules,
		        .measured_bytes = -1,
		};

		findings_add(run->findings, &finding);
	}
}

void suppressions_release(struct suppressions *suppressions)
{
	vec_release(&suppressions->items);
	intern_release(&suppressions->paths);
}
