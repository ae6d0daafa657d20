// SPDX-License-Identifier: MIT
/* memlint: dispatch to its commands. */
#include "analyzer/cli/memlint_cli.h"
#include "memlint/abi.h"
#include "memlint/memlint.h"
#include "runtime/profile_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *brief;
	enum status (*run)(struct cli *cli);
} commands[] = {
#define COMMAND(name, operands, brief) {#name, brief, memlint_##name},
#include "analyzer/cli/memlint_commands.def"
};

enum { NCOMMANDS = sizeof commands / sizeof *commands };

static enum status print_help(void)
{
	fputs("usage: memlint COMMAND [options] ...\n\n"
	      "Where the memory of a C or C++ program goes, by source line and type.\n\n"
	      "  gcc -g -O2 -fplugin=memlint.so app.c -o app    build with it\n"
	      "  memlint run ./app                              record and show\n"
	      "  memlint stat app.*.memlint --by type           look closer\n\n"
	      "commands:\n",
	      stdout);
	for (size_t i = 0; i < NCOMMANDS; i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].brief);
	fputs("\n'memlint COMMAND --help' explains a command, 'memlint --version' says what fits together.\n"
	      "Exit status: 0 done, 1 a limit is exceeded (check), 2 could not do the work; run: the program's.\n",
	      stdout);
	return cli_finish(STATUS_OK);
}

static enum status print_version(void)
{
	printf("memlint %s\nABI %u, profile format %u\ncompilers served: %s\n", MEMLINT_VERSION, MEMLINT_ABI,
	       MEMLINT_PROFILE_VERSION, MEMLINT_COMPILERS);
	return cli_finish(STATUS_OK);
}

static enum status dispatch(const char *name, char **argv)
{
	for (size_t i = 0; i < NCOMMANDS; i++) {
		struct cli cli = {.command = commands[i].name, .argv = argv};

		if (strcmp(commands[i].name, name) != 0)
			continue;
		const enum status status = commands[i].run(&cli);

		free(cli.operands);
		return status;
	}
	return diag_error("unknown command '%s'; 'memlint --help' lists them", name);
}

int main(int argc, char **argv)
{
	diag_set_program("memlint");
	if (argc < 2) {
		print_help();
		return STATUS_ERROR;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return (int)print_help();
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		return (int)print_version();
	if (!strcmp(argv[1], "help"))
		return (int)(argc > 2 ? dispatch(argv[2], (char *[]){(char[]){"--help"}, NULL}) : print_help());
	return (int)dispatch(argv[1], argv + 2);
}
