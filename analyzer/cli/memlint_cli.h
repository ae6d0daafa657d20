/* SPDX-License-Identifier: MIT */
/*
 * What the commands of memlint share: their table and their options.
 *
 * A command is a function `enum status memlint_<name>(struct cli *)`, its options a table that --help is made of. Options
 * may stand anywhere before "--"; `--name value`, `--name=value`, `-n value` and `-nvalue` all work.
 */
#ifndef MEMLINT_CLI_H
#define MEMLINT_CLI_H

#include "analyzer/base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli_option {
	int id;               /* from 1; 0 ends a table */
	char letter;          /* 0 none */
	const char *name;     /* without the dashes */
	const char *argument; /* shown in help; NULL: takes none; "[=...]": may be attached, else value is NULL */
	const char *brief;
};

struct cli {
	const char *command;
	char **argv; /* what follows the command's name, NULL at its end */
	const struct cli_option *options;
	bool stops_at_operand; /* everything from the first operand on belongs to somebody else */

	const char *value;     /* of the option cli_next() returned */
	const char **operands; /* those met so far */
	size_t noperands;
	enum status status; /* when cli_next() returned CLI_DONE */
};

enum { CLI_END = 0, CLI_DONE = -1 };

/* The next option's id; CLI_END when all are read and the operands collected; CLI_DONE when the command is to return
 * cli->status at once: --help was printed, or an error said. */
int cli_next(struct cli *cli, const struct cli_option *options);
/* Says "memlint stat: ..." with a pointer to --help; STATUS_ERROR. */
enum status cli_usage(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An error unless there are @least to @most operands. */
enum status cli_want_operands(const struct cli *cli, size_t least, size_t most);

/* "64M", "1.5GiB", "4096", by 1024; false with a message naming @option for anything else. */
bool cli_size(const struct cli *cli, const char *option, uint64_t *bytes);
/* A decimal number up to @most. */
bool cli_number(const struct cli *cli, const char *option, uint64_t most, uint64_t *number);

/* Flushes stdout: STATUS_ERROR with a message when it could not be written, else @status. */
enum status cli_finish(enum status status);

#define COMMAND(name, operands, brief) enum status memlint_##name(struct cli *cli);
#include "analyzer/cli/memlint_commands.def"

#endif
