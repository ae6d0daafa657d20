// SPDX-License-Identifier: MIT
/* memlint doctor: which compilers, plugin and runtime are here, whether they fit, and what is wrong with a program. */
#define _GNU_SOURCE
#include "analyzer/base/table.h"
#include "analyzer/cli/memlint_cli.h"
#include "analyzer/cli/memlint_program.h"
#include "memlint/abi.h"
#include "memlint/memlint.h"
#include "runtime/options.h"
#include "runtime/profile_format.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLOR = 1, OLDEST_GCC = 9, NEWEST_GCC = 20 };

static const struct cli_option options[] = {
        {COLOR, 0, "color", "WHEN", "auto, always or never"},
        {0, 0, NULL, NULL, NULL},
};

enum verdict { GOOD, NOTE, BAD };

struct doctor {
	struct terminal terminal;
	struct arena arena;
	char libdir[PATH_MAX]; /* where memlint.so stands; "" not found */
	size_t nbad;
	size_t nserved; /* compilers */
};

static void say(struct doctor *doctor, enum verdict verdict, const char *what, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

static void say(struct doctor *doctor, enum verdict verdict, const char *what, const char *format, ...)
{
	static const char *const marks[] = {"ok", "note", "bad"};
	static const enum style styles[] = {STYLE_GREEN, STYLE_YELLOW, STYLE_RED};
	char text[2048];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	printf("%s%-5s%s %-12s %s\n", terminal_style(&doctor->terminal, styles[verdict]), marks[verdict],
	       terminal_style(&doctor->terminal, STYLE_PLAIN), what, text_clean(&doctor->arena, text));
	doctor->nbad += verdict == BAD;
}

static bool exists(const char *directory, const char *name)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof path, "%s/%s", directory, name) < (int)sizeof path && access(path, R_OK) == 0;
}

/* The directory of this program's file, "" unknown. */
static void own_directory(char *path, size_t capacity)
{
	const ssize_t n = readlink("/proc/self/exe", path, capacity - 1);
	char *slash;

	path[n > 0 ? n : 0] = 0;
	slash = strrchr(path, '/');
	if (slash)
		*slash = 0;
}

static void find_plugin(struct doctor *doctor)
{
	static const char *const places[] = {"../lib", ("../" MEMLINT_LIBDIR), "../lib/x86_64-linux-gnu"};
	char own[PATH_MAX], path[PATH_MAX * 2];

	own_directory(own, sizeof own);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		snprintf(path, sizeof path, "%s/%s", own, places[i]);
		if (exists(path, "memlint.so") && realpath(path, doctor->libdir)) {
			say(doctor, GOOD, "plugin", "%s/memlint.so", doctor->libdir);
			return;
		}
	}
	say(doctor, BAD, "plugin",
	    "memlint.so is not where this memlint was installed (beside %s): install memlint again", own);
}

static void check_runtime(struct doctor *doctor)
{
	char path[PATH_MAX + 32];
	const char *named = getenv("MEMLINT_RUNTIME");

	if (named && named[0]) {
		snprintf(path, sizeof path, "%s", named);
		say(doctor, NOTE, "runtime", "MEMLINT_RUNTIME names another one: %s", named);
	} else if (!doctor->libdir[0]) {
		return;
	} else {
		snprintf(path, sizeof path, "%s/libmemlint.so.0", doctor->libdir);
	}
	if (access(path, R_OK) < 0) {
		say(doctor, BAD, "runtime", "%s cannot be read: %s; install memlint again", path, strerror(errno));
		return;
	}
	void *runtime = dlopen(path, RTLD_LAZY | RTLD_LOCAL);

	if (!runtime)
		say(doctor, BAD, "runtime", "%s cannot be loaded: %s", path, dlerror());
	else if (!dlsym(runtime, "memlint_v1_attach"))
		say(doctor, BAD, "runtime", "%s is no memlint runtime of ABI %u", path, MEMLINT_ABI);
	else
		say(doctor, GOOD, "runtime", "%s, ABI %u", path, MEMLINT_ABI);
}

/* First line of what `@program @option` prints; false when it cannot be run. */
static bool ask(const char *program, const char *option, char *answer, size_t capacity)
{
	char command[PATH_MAX + 64];

	snprintf(command, sizeof command, "'%s' %s 2>/dev/null", program, option);
	FILE *pipe = strchr(program, '\'') ? NULL : popen(command, "re");
	const bool got = pipe && fgets(answer, (int)capacity, pipe);

	if (pipe && pclose(pipe) != 0)
		return false;
	if (got)
		answer[strcspn(answer, "\n")] = 0;
	return got;
}

/* Does a bare dlopen("memlint.so") find ours? */
static bool is_on_loader_path(void)
{
	static const char *const places[] = {
	        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib", "/lib64", "/usr/lib64"};
	const char *list = getenv("LD_LIBRARY_PATH");
	char directory[PATH_MAX];

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (exists(places[i], "memlint.so"))
			return true;
	while (list && *list) {
		const size_t length = strcspn(list, ":;");

		snprintf(directory, sizeof directory, "%.*s", (int)length, list);
		if (length && exists(directory, "memlint.so"))
			return true;
		list += length + (list[length] != 0);
	}
	return false;
}

static void check_compiler(struct doctor *doctor, const char *name)
{
	char path[PATH_MAX], version[64], plugins[PATH_MAX], module[32];

	if (!program_find(name, path, sizeof path) || !ask(path, "-dumpfullversion", version, sizeof version) ||
	    !ask(path, "-print-file-name=plugin", plugins, sizeof plugins))
		return;
	const int major = atoi(version);

	if (major < OLDEST_GCC || major > 99)
		return;
	snprintf(module, sizeof module, "memlint-%d.so", major);
	if (!doctor->libdir[0] || !exists(doctor->libdir, module)) {
		say(doctor, NOTE, name, "%s is not served: %s was not built (it needs gcc-%d-plugin-dev)", version,
		    module, major);
		return;
	}
	doctor->nserved++;
	if (is_on_loader_path())
		say(doctor, GOOD, name, "%s: -fplugin=memlint.so", version);
	else if (exists(plugins, "memlint.so"))
		say(doctor, GOOD, name, "%s: -fplugin=memlint", version);
	else
		say(doctor, GOOD, name, "%s: -fplugin=%s/memlint.so (not installed where the short name is found)",
		    version, doctor->libdir);
}

static void check_compilers(struct doctor *doctor)
{
	char name[16];

	check_compiler(doctor, "gcc");
	for (int major = OLDEST_GCC; major <= NEWEST_GCC; major++) {
		snprintf(name, sizeof name, "gcc-%d", major);
		check_compiler(doctor, name);
	}
	if (!doctor->nserved)
		say(doctor, BAD, "gcc", "no compiler here is served: memlint was built for %s", MEMLINT_COMPILERS);
}

static void check_variable(struct doctor *doctor, const char *name, bool is_valid, const char *allowed)
{
	const char *value = getenv(name);

	if (!value || !*value)
		return;
	if (is_valid)
		say(doctor, NOTE, "environment", "%s=%s is set", name, value);
	else
		say(doctor, BAD, "environment", "%s=%s is not valid: %s", name, value, allowed);
}

static const char *value_of(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

static void check_environment(struct doctor *doctor)
{
	const char *path;
	uint64_t ns;
	uint32_t graph;
	int number;

	check_variable(doctor, "MEMLINT", rt_parse_flag(value_of("MEMLINT"), &number) == 0, "1 or 0");
	check_variable(doctor, "MEMLINT_NFRAME", rt_parse_nframe(value_of("MEMLINT_NFRAME"), &number) == 0,
	               "a number from 1 to 65535");
	check_variable(doctor, "MEMLINT_OUTPUT", rt_parse_output(value_of("MEMLINT_OUTPUT"), &path) == 0,
	               "a file name with %p, %e and %% only");
	check_variable(doctor, "MEMLINT_INTERVAL", rt_parse_interval(value_of("MEMLINT_INTERVAL"), &ns) == 0,
	               "a time as 10ms, 5s or 2m, at least 1ms");
	check_variable(doctor, "MEMLINT_SIGNAL", rt_parse_signal(value_of("MEMLINT_SIGNAL"), &number) == 0,
	               "a signal's name as USR1, or its number");
	check_variable(doctor, "MEMLINT_GRAPH", rt_parse_graph(value_of("MEMLINT_GRAPH"), &graph) == 0,
	               "exit, signal, interval, or several of them with commas");
	check_variable(doctor, "MEMLINT_FOLLOW_FORK", rt_parse_flag(value_of("MEMLINT_FOLLOW_FORK"), &number) == 0,
	               "1 or 0");
	if (value_of("LD_PRELOAD")[0])
		say(doctor, NOTE, "environment", "LD_PRELOAD=%s: an allocator among these is the one that is measured",
		    value_of("LD_PRELOAD"));
}

/* Another memlint before ours on the loader's path is what a short -fplugin=memlint.so would load. */
static void check_library_path(struct doctor *doctor)
{
	const char *list = getenv("LD_LIBRARY_PATH");
	char directory[PATH_MAX], real[PATH_MAX];

	while (list && *list) {
		const size_t length = strcspn(list, ":;");

		snprintf(directory, sizeof directory, "%.*s", (int)length, list);
		if (length && exists(directory, "memlint.so") && realpath(directory, real) &&
		    strcmp(real, doctor->libdir) != 0)
			say(doctor, BAD, "environment",
			    "LD_LIBRARY_PATH has another memlint.so in %s: -fplugin=memlint.so takes that one",
			    directory);
		list += length + (list[length] != 0);
	}
}

/* Why an instrumented program might record nothing; true if a reason was said. */
static bool say_obstacle(struct doctor *doctor, const char *name, const struct program_file *file)
{
	if (file->abi && file->abi != MEMLINT_ABI)
		say(doctor, BAD, name, "built for ABI %u, this memlint has ABI %u: build it again", file->abi,
		    MEMLINT_ABI);
	else if (file->is_setuid)
		say(doctor, BAD, name, "set-user-ID or with capabilities: MEMLINT is ignored; run a copy without them");
	else if (file->is_static)
		say(doctor, BAD, name,
		    "statically linked: the runtime cannot be loaded into it; link it dynamically to record");
	else
		return false;
	return true;
}

static enum status check_program(struct doctor *doctor, const char *name)
{
	struct program_file file;
	char path[PATH_MAX];

	if (!program_find(name, path, sizeof path) && access(name, R_OK) == 0)
		snprintf(path, sizeof path, "%s", name);
	if (!program_inspect(path, &file))
		return diag_error("cannot read %s: %s", name, strerror(errno));
	if (file.is_script)
		say(doctor, NOTE, name, "a script for %s: look at the programs it starts", file.interpreter);
	else if (!file.is_elf)
		say(doctor, BAD, name, "not a program: no ELF file");
	else if (!file.is_64 || !file.is_x86_64)
		say(doctor, BAD, name, "not for x86-64, which is all that memlint serves");
	else if (!file.is_instrumented)
		say(doctor, BAD, name,
		    "not built with memlint: gcc -g -fplugin=memlint.so ... for each file whose lines are to be seen");
	else if (!say_obstacle(doctor, name, &file))
		say(doctor, GOOD, name, "built with memlint: %llu unit%s, %llu allocation site%s%s",
		    (unsigned long long)file.units, file.units == 1 ? "" : "s", (unsigned long long)file.sites,
		    file.sites == 1 ? "" : "s",
		    file.is_stripped ? "; stripped: frames beyond the allocating line have no names" : "");
	return STATUS_OK;
}

enum status memlint_doctor(struct cli *cli)
{
	enum color_choice color = COLOR_AUTO;
	struct doctor doctor = {0};
	enum status status = STATUS_OK;
	int id;

	while ((id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		if (!color_choice_parse(cli->value, &color))
			return cli_usage(cli, "--color: '%s' is none of auto, always, never", cli->value);
	}
	if (cli_want_operands(cli, 0, SIZE_MAX) != STATUS_OK)
		return STATUS_ERROR;
	doctor.terminal = terminal_of(stdout, color);
	printf("memlint %s, ABI %u, profile format %u\n\n", MEMLINT_VERSION, MEMLINT_ABI, MEMLINT_PROFILE_VERSION);
	find_plugin(&doctor);
	check_runtime(&doctor);
	check_compilers(&doctor);
	check_environment(&doctor);
	check_library_path(&doctor);
	for (size_t i = 0; i < cli->noperands; i++)
		if (check_program(&doctor, cli->operands[i]) != STATUS_OK)
			status = STATUS_ERROR;
	if (status == STATUS_OK && doctor.nbad)
		status = STATUS_FINDINGS;
	arena_clear(&doctor.arena);
	return cli_finish(status);
}
