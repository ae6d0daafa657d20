// SPDX-License-Identifier: MIT
/* memlint merge: sums the last snapshots of several profiles into a new one. */
#include "analyzer/cli/memlint_view.h"
#include "analyzer/profile/merge.h"

enum { OUTPUT = 1 };

static const struct cli_option options[] = {
        {OUTPUT, 'o', "output", "FILE", "the sum (must be given)"},
        {0, 0, NULL, NULL, NULL},
};

static enum status add_file(struct merged *merged, const char *path)
{
	struct loaded_profile loaded;

	if (loaded_profile_open(&loaded, path, 1) != STATUS_OK)
		return STATUS_ERROR;
	/* Addresses stay as they are: whoever reads the sum looks them up. */
	loaded.symbolised = 1;
	struct memlint_snapshot *snapshot = loaded_profile_snapshot(&loaded, NULL);

	if (snapshot)
		merged_add(merged, snapshot);
	snapshot_free(snapshot);
	loaded_profile_close(&loaded);
	return snapshot ? STATUS_OK : STATUS_ERROR;
}

enum status memlint_merge(struct cli *cli)
{
	const char *output = NULL;
	enum status status = STATUS_OK;
	int id;

	while ((id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		output = cli->value;
	}
	if (cli_want_operands(cli, 1, SIZE_MAX) != STATUS_OK)
		return STATUS_ERROR;
	if (!output)
		return cli_usage(cli, "no output given: -o FILE");
	struct merged merged = merged_new();

	if (!merged.sum)
		diag_die("out of memory");
	for (size_t i = 0; i < cli->noperands && status == STATUS_OK; i++)
		status = add_file(&merged, cli->operands[i]);
	if (status == STATUS_OK && snapshot_failed(merged.sum))
		status = diag_error("out of memory");
	if (status == STATUS_OK && snapshot_dump(merged.sum, output) < 0)
		status = diag_error("%s", snapshot_error());
	snapshot_free(merged.sum);
	return status;
}
