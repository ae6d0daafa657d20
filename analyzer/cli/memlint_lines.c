// SPDX-License-Identifier: MIT
/* memlint lines: the line by line table, for profiles that hold one. */
#include "analyzer/cli/memlint_view.h"

static const struct cli_option options[] = {
        {0, 0, NULL, NULL, NULL},
};

enum status memlint_lines(struct cli *cli)
{
	struct loaded_profile loaded;

	if (cli_next(cli, options) == CLI_DONE)
		return cli->status;
	if (cli_want_operands(cli, 1, 1) != STATUS_OK || loaded_profile_open(&loaded, cli->operands[0], 1) != STATUS_OK)
		return STATUS_ERROR;
	loaded_profile_close(&loaded);
	return diag_error("%s holds no line by line record; 'memlint stat --by lineno %s' shows each allocating line",
	                  cli->operands[0], cli->operands[0]);
}
