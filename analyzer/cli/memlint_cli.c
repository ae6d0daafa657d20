// SPDX-License-Identifier: MIT
/* Options of commands, and their help. */
#include "analyzer/cli/memlint_cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *operands, *brief;
} commands[] = {
#define COMMAND(name, operands, brief) {#name, operands, brief},
#include "analyzer/cli/memlint_commands.def"
};

static bool is_optional(const struct cli_option *option)
{
	return option->argument && option->argument[0] == '[';
}

static void print_options(const struct cli_option *options)
{
	char left[64];

	for (; options->id; options++) {
		const char letter[] = {'-', options->letter, ',', ' ', 0};

		snprintf(left, sizeof left, "%s--%s%s%s", options->letter ? letter : "    ", options->name,
		         options->argument && !is_optional(options) ? " " : "",
		         options->argument ? options->argument : "");
		printf("  %-32s %s\n", left, options->brief);
	}
	printf("  %-32s %s\n", "-h, --help", "show this help");
}

static int help(struct cli *cli)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (!strcmp(commands[i].name, cli->command))
			printf("usage: memlint %s [options] %s\n\n%s\n\noptions:\n", cli->command, commands[i].operands,
			       commands[i].brief);
	print_options(cli->options);
	cli->status = cli_finish(STATUS_OK);
	return CLI_DONE;
}

enum status cli_usage(const struct cli *cli, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return diag_error("%s: %s; see 'memlint %s --help'", cli->command, text, cli->command);
}

static int bad(struct cli *cli, const char *what, const char *name, size_t length)
{
	cli->status = cli_usage(cli, "%s '%.*s'", what, (int)length, name);
	return CLI_DONE;
}

static void add_operand(struct cli *cli, const char *operand)
{
	const char **operands = realloc(cli->operands, (cli->noperands + 2) * sizeof *operands);

	if (!operands)
		diag_die("out of memory");
	operands[cli->noperands++] = operand;
	operands[cli->noperands] = NULL;
	cli->operands = operands;
}

static int take_value(struct cli *cli, const struct cli_option *option, const char *attached)
{
	cli->value = attached;
	if (!option->argument && attached) {
		cli->status = cli_usage(cli, "option '--%s' takes no value", option->name);
		return CLI_DONE;
	}
	if (option->argument && !attached && !is_optional(option)) {
		if (!*cli->argv) {
			cli->status = cli_usage(cli, "option '--%s' needs a value: %s", option->name, option->argument);
			return CLI_DONE;
		}
		cli->value = *cli->argv++;
	}
	return option->id;
}

static int long_option(struct cli *cli, const char *name)
{
	const size_t length = strcspn(name, "=");
	const char *attached = name[length] ? name + length + 1 : NULL;

	if (length == 4 && !memcmp(name, "help", 4))
		return help(cli);
	for (const struct cli_option *option = cli->options; option->id; option++)
		if (strlen(option->name) == length && !memcmp(option->name, name, length))
			return take_value(cli, option, attached);
	return bad(cli, "unknown option", name - 2, length + 2);
}

static int short_option(struct cli *cli, const char *text)
{
	if (text[1] == 'h' && !text[2])
		return help(cli);
	for (const struct cli_option *option = cli->options; option->id; option++)
		if (option->letter && option->letter == text[1] && (option->argument || !text[2]))
			return take_value(cli, option, text[2] ? text + 2 : NULL);
	return bad(cli, "unknown option", text, strlen(text));
}

int cli_next(struct cli *cli, const struct cli_option *options)
{
	cli->options = options;
	while (*cli->argv) {
		const char *text = *cli->argv;

		if (text[0] == '-' && text[1] && strcmp(text, "--") != 0) {
			cli->argv++;
			return text[1] == '-' ? long_option(cli, text + 2) : short_option(cli, text);
		}
		const bool rest = cli->stops_at_operand || !strcmp(text, "--");

		cli->argv += !strcmp(text, "--");
		do {
			if (*cli->argv)
				add_operand(cli, *cli->argv++);
		} while (rest && *cli->argv);
	}
	return CLI_END;
}

enum status cli_want_operands(const struct cli *cli, size_t least, size_t most)
{
	if (cli->noperands < least)
		return cli_usage(cli, least > 1 ? "too few files given" : "no file given");
	if (cli->noperands > most)
		return cli_usage(cli, "unexpected argument '%s'", cli->operands[most]);
	return STATUS_OK;
}

bool cli_size(const struct cli *cli, const char *option, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	char *end;

	errno = 0;
	double value = strtod(cli->value, &end);
	/* Digits and a point only: strtod() also takes signs, hexadecimal, exponents and names. */
	const bool is_number =
	        end != cli->value && (size_t)(end - cli->value) == strspn(cli->value, "0123456789.") && !errno;
	const char *unit = *end ? strchr(units, *end >= 'a' ? *end - 32 : *end) : NULL;

	if (unit) {
		for (const char *u = units; u <= unit; u++)
			value *= 1024;
		end++;
		end += *end == 'i';
	}
	end += *end == 'B' || *end == 'b';
	if (!is_number || *end || !(value < 9e18)) {
		cli_usage(cli, "%s: '%s' is not a size; write 4096, 64K, 1.5M or 2G", option, cli->value);
		return false;
	}
	*bytes = (uint64_t)value;
	return true;
}

bool cli_number(const struct cli *cli, const char *option, uint64_t most, uint64_t *number)
{
	char *end;

	errno = 0;
	const unsigned long long value = strtoull(cli->value, &end, 10);

	if (cli->value[0] < '0' || cli->value[0] > '9' || *end || errno || value > most) {
		cli_usage(cli, "%s: '%s' is not a number up to %llu", option, cli->value, (unsigned long long)most);
		return false;
	}
	*number = value;
	return true;
}

enum status cli_finish(enum status status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return diag_error("cannot write the output: %s", strerror(errno));
}
