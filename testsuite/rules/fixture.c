// SPDX-License-Identifier: MIT
/*
 * Runs the rules over fixtures: fixture FILE...
 *
 * What is expected stands on the line: "expect: RULE [part of the message] (class: part of the reason)", the last two being
 * optional; several of them are divided by ";". Silence on all other lines is part of the test.
 * A line "fixture: word..." sets: strict, all, partial, unsafe, broken, and -flags for the compiler.
 * Beside FILE, FILE.fixed holds what it becomes when its fixes are applied; the result must parse, with nothing left to fix.
 */
#include "analyzer/ast/parse.h"
#include "analyzer/base/vec.h"
#include "analyzer/fix/fix.h"
#include "analyzer/out/out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
const char *__lsan_default_suppressions(void);

/* clang gives its trees back as one, and what some of their nodes allocated for themselves with nothing. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libLLVM\nleak:libclang\n";
}
#endif

struct fixture {
	struct arena arena;
	const char *path;
	char *text;
	size_t size;
	bool strict, all, partial, unsafe, broken;
	const char *flags[32];
	uint32_t nflags;
	int failures;
};

struct expectation {
	const char *rule, *message, *class, *reason;
};

static void fail(struct fixture *fixture, uint32_t line, const char *what, const char *detail)
{
	fprintf(stderr, "%s:%u: %s: %s\n", fixture->path, line, what, detail);
	fixture->failures++;
}

static char *slurp(struct arena *arena, const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *text = arena_alloc(arena, 1 << 20);

	if (!file)
		return NULL;
	*size = fread(text, 1, (1 << 20) - 1, file);
	fclose(file);
	return text;
}

static void read_options(struct fixture *fixture)
{
	const char *line = strstr(fixture->text, "fixture: ");
	char *save = NULL;

	if (!line)
		return;
	char *words = arena_strndup(&fixture->arena, line + 9, strcspn(line + 9, "\n*"));

	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		fixture->strict |= strcmp(word, "strict") == 0;
		fixture->all |= strcmp(word, "all") == 0;
		fixture->partial |= strcmp(word, "partial") == 0;
		fixture->unsafe |= strcmp(word, "unsafe") == 0;
		fixture->broken |= strcmp(word, "broken") == 0;
		if (*word == '-' && fixture->nflags < 30)
			fixture->flags[fixture->nflags++] = word;
	}
}

/* Between @open and @close within @text; "" when absent. */
static const char *between(struct arena *arena, const char *text, char open, char close)
{
	const char *begin = strchr(text, open), *end = begin ? strchr(begin, close) : NULL;

	return end ? arena_strndup(arena, begin + 1, (size_t)(end - begin - 1)) : "";
}

static size_t expectations(struct fixture *fixture, const char *line, struct expectation *out, size_t max)
{
	const char *at = strstr(line, "expect: ");
	size_t count = 0;

	while (at && count < max) {
		at += strspn(at, " ;");
		if (strncmp(at, "expect: ", 8) == 0)
			at += 8;
		char *item = arena_strndup(&fixture->arena, at, strcspn(at, ";\n"));
		char *end = strstr(item, " */");

		if (end)
			*end = 0;
		const char *judgement = between(&fixture->arena, item, '(', ')');
		const char *colon = strstr(judgement, ": ");

		out[count].rule = arena_strndup(&fixture->arena, item, strcspn(item, " [("));
		out[count].message = between(&fixture->arena, item, '[', ']');
		out[count].class = arena_strndup(&fixture->arena, judgement, strcspn(judgement, ":"));
		out[count].reason = colon ? colon + 2 : "";
		count++;
		at = strchr(at, ';');
	}
	return count;
}

static const char *class_name(enum fix_class class)
{
	static const char *const names[] = {"safe", "unsafe", "suggestion"};

	return names[class];
}

static bool meets(const struct finding *finding, const struct expectation *expected)
{
	const char *class = finding->fix && finding->fix->nedits ? class_name(finding->fix->class) : "none";

	return strcmp(finding->rule, expected->rule) == 0 && strstr(finding->message, expected->message) &&
	       (!*expected->class || strcmp(class, expected->class) == 0) &&
	       (!*expected->reason || (finding->fix && strstr(finding->fix->reason, expected->reason)));
}

/* Every finding of the line was expected and the reverse. */
static void check_line(struct fixture *fixture, const struct findings *findings, const char *text, uint32_t number)
{
	struct expectation expected[8];
	bool met[8] = {0};
	const size_t count = expectations(fixture, text, expected, 8);

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		size_t e = 0;

		if (finding->place.line != number || strcmp(finding->place.path, fixture->path) != 0)
			continue;
		while (e < count && (met[e] || !meets(finding, &expected[e])))
			e++;
		if (e == count)
			fail(fixture, number, "not expected", finding->message);
		else
			met[e] = true;
		if (e == count && finding->fix)
			fprintf(stderr, "    its fix: %s, %s\n",
			        finding->fix->nedits ? class_name(finding->fix->class) : "none", finding->fix->reason);
	}
	for (size_t e = 0; e < count; e++) {
		if (!met[e])
			fail(fixture, number, "expected and not reported", expected[e].rule);
	}
}

static void check_findings(struct fixture *fixture, const struct findings *findings)
{
	uint32_t number = 1;

	for (const char *at = fixture->text; *at; number++) {
		const size_t length = strcspn(at, "\n");

		check_line(fixture, findings, arena_strndup(&fixture->arena, at, length), number);
		at += length + (at[length] == '\n');
	}
}

/* Findings of the fixture's file with @text as its content. False when it does not parse. */
static bool analyse(struct fixture *fixture, struct ast_parser *parser, const char *text, size_t size,
                    struct findings *findings)
{
	const struct ast_overlay overlay = {fixture->path, text, size};
	struct ast_command command = {.directory = "/",
	                              .file = fixture->path,
	                              .arguments = fixture->flags,
	                              .overlays = &overlay,
	                              .noverlays = 1,
	                              .narguments = fixture->nflags + 1};
	struct ast_unit *unit = NULL;
	struct packer blob = {0};
	struct config config;

	fixture->flags[fixture->nflags] = fixture->path;
	if (ast_parse(parser, &command, &unit) != AST_PARSED) {
		fail(fixture, 1, "cannot be parsed", "");
		return false;
	}
	const bool broken = unit->broken;

	if (broken && !fixture->broken)
		fail(fixture, unit->ndiagnostics ? unit->diagnostics[0].line : 0, "broken",
		     unit->ndiagnostics ? unit->diagnostics[0].text : "");
	config_init(&config, "/");
	if (fixture->strict)
		config_override(&config, "level", "strict");
	if (fixture->all)
		config_override(&config, "all", "");
	struct rules_run *run = rules_run_new(&config, findings);

	rules_collect(unit, RULES_ALL, &blob);
	if (!rules_add_unit(run, blob.bytes, blob.size))
		fail(fixture, 1, "facts cannot be read back", "");
	rules_finish(run, !fixture->partial);
	rules_run_free(run);
	config_release(&config);
	pack_release(&blob);
	ast_unit_free(unit);
	return !broken;
}

static void show_difference(const char *path, const char *text, size_t size)
{
	char command[4400];

	snprintf(command, sizeof command, "diff -u '%s' - >&2", path);
	FILE *diff = popen(command, "w");

	if (diff) {
		fwrite(text, 1, size, diff);
		pclose(diff);
	}
}

/* Applies what can be applied, compares with FILE.fixed and looks at the result again. */
static void check_fixes(struct fixture *fixture, struct ast_parser *parser, const struct findings *findings)
{
	const char *path = arena_printf(&fixture->arena, "%s.fixed", fixture->path);
	struct edit edits[256];
	size_t count = 0, size = fixture->size, wanted_size = 0, left = 0;
	const char *wanted = slurp(&fixture->arena, path, &wanted_size);

	for (size_t i = 0; i < findings->count; i++) {
		const struct fix *fix = findings->items[i].fix;

		for (uint32_t e = 0; fix && e < fix->nedits && count < 256; e++) {
			if (fix->class == FIX_SAFE || fixture->unsafe)
				edits[count++] = fix->edits[e];
		}
	}
	/* Fixtures are of one file and its fixes are apart; initialisers come after their types. */
	count = fix_join_edits(edits, count);
	char *text = fix_edit_text(fixture->text, fixture->size, edits, count, &size);

	if (!text) {
		fail(fixture, 1, "edits overlap", "");
		return;
	}
	if (wanted && (size != wanted_size || memcmp(text, wanted, size) != 0)) {
		fail(fixture, 1, "fixed otherwise than in", path);
		show_difference(path, text, size);
	} else if (!wanted && count && getenv("MEMLINT_WRITE_FIXED")) {
		FILE *file = fopen(path, "wb");

		fwrite(text, 1, size, file);
		fclose(file);
	}
	struct findings again;

	findings_init(&again, NULL);
	if (count && !analyse(fixture, parser, text, size, &again))
		fail(fixture, 1, "does not parse when fixed", "");
	for (size_t i = 0; i < again.count; i++) {
		const struct fix *fix = again.items[i].fix;

		left += fix && fix->nedits && (fix->class == FIX_SAFE || fixture->unsafe);
	}
	if (left)
		fail(fixture, 1, "a second run would fix again", again.items[0].message);
	findings_release(&again);
	free(text);
}

static int run(struct ast_parser *parser, const char *name)
{
	struct fixture fixture = {0};
	struct findings findings;
	char real[4096];

	fixture.path = realpath(name, real) ? real : name;
	fixture.text = slurp(&fixture.arena, fixture.path, &fixture.size);
	if (!fixture.text) {
		fprintf(stderr, "%s: cannot be read\n", name);
		return 1;
	}
	read_options(&fixture);
	findings_init(&findings, NULL);
	analyse(&fixture, parser, fixture.text, fixture.size, &findings);
	check_findings(&fixture, &findings);
	if (!fixture.broken)
		check_fixes(&fixture, parser, &findings);
	findings_release(&findings);
	arena_clear(&fixture.arena);
	return fixture.failures;
}

int main(int argc, char **argv)
{
	char resources[4096];
	int failures = 0;

	diag_set_program("fixture");
	if (argc < 2 || ast_find_resource_dir(NULL, resources) != STATUS_OK)
		return 2;
	struct ast_parser *parser = ast_parser_new(resources);

	for (int i = 1; i < argc; i++)
		failures += run(parser, argv[i]);
	ast_parser_free(parser);
	return failures != 0;
}
