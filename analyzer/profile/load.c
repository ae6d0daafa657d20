// SPDX-License-Identifier: MIT
/* Opens profiles for the tools. */
#include "analyzer/profile/load.h"

#include "analyzer/profile/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum { PROGRESS_AFTER = 64 << 20 /* bytes: less is read before anyone looks */, PROGRESS_EVERY_NS = 100000000 };

static int inflate_zstd(void *raw, size_t raw_size, const void *stored, size_t stored_size)
{
	/* The size in the frame is checked first, so that a lie costs nothing. */
	if (ZSTD_getFrameContentSize(stored, stored_size) != raw_size)
		return -1;
	return ZSTD_decompress(raw, raw_size, stored, stored_size) == raw_size ? 0 : -1;
}

static void show_progress(void *context, size_t done, size_t size)
{
	static struct timespec last;
	const char *path = context;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - last.tv_sec) * 1000000000 + now.tv_nsec - last.tv_nsec < PROGRESS_EVERY_NS && done < size)
		return;
	last = now;
	if (done < size)
		fprintf(stderr, "\r\033[Kreading %s: %zu %%", path, done * 100 / size);
	else
		fputs("\r\033[K", stderr);
}

static enum status check(const struct loaded_profile *loaded, int failed)
{
	const struct profile *profile = &loaded->profile;
	char text[256];

	profile_fault_text(profile, text, sizeof text);
	if (failed)
		return diag_error("%s: %s", loaded->path, text);
	if (!profile_nsnapshots(profile))
		return diag_error("%s: %s%sholds no snapshot: the program ended before one was written ('memlint run "
		                  "--interval 1s' takes some on the way)",
		                  loaded->path, text, text[0] ? ", " : "");
	if (profile->fault == PROFILE_TRUNCATED)
		diag_warn("%s: %s: the last record is cut short, what stands before it is shown", loaded->path, text);
	return STATUS_OK;
}

enum status loaded_profile_open(struct loaded_profile *loaded, const char *path, int progress)
{
	*loaded = (struct loaded_profile){.path = path};
	if (profile_read_file(path, &loaded->content) < 0) {
		pages_release(&loaded->content);
		return diag_error("%s", snapshot_error());
	}
	struct profile *profile = &loaded->profile;

	profile->data = loaded->content.data;
	profile->size = loaded->content.size;
	profile->inflate = inflate_zstd;
	if (progress && profile->size > PROGRESS_AFTER && isatty(STDERR_FILENO)) {
		profile->progress = show_progress;
		profile->context = (void *)(uintptr_t)path;
	}
	const enum status status = check(loaded, profile_read(profile) < 0);

	if (status != STATUS_OK)
		loaded_profile_close(loaded);
	return status;
}

void loaded_profile_close(struct loaded_profile *loaded)
{
	profile_release(&loaded->profile);
	pages_release(&loaded->content);
}

/* The index @selector means; n when there is none. */
static size_t find_snapshot(const struct profile *profile, const char *selector)
{
	const size_t n = profile_nsnapshots(profile);
	char *end;

	if (!selector)
		return n - 1;
	for (size_t i = n; i-- > 0;)
		if (profile_snapshots(profile)[i].name[0] && !strcmp(profile_snapshots(profile)[i].name, selector))
			return i;
	const long number = strtol(selector, &end, 10);

	if (end == selector || *end)
		return n;
	if (number > 0 && (unsigned long)number <= n)
		return (size_t)number - 1;
	if (number < 0 && -(unsigned long)number <= n)
		return n - (size_t)-number;
	return n;
}

bool loaded_profile_find(const struct loaded_profile *loaded, const char *selector, size_t *index)
{
	*index = find_snapshot(&loaded->profile, selector);
	if (*index < profile_nsnapshots(&loaded->profile))
		return true;
	diag_error("%s: no snapshot '%s': it holds %zu, numbered from 1 ('memlint timeline' lists them)", loaded->path,
	           selector, profile_nsnapshots(&loaded->profile));
	return false;
}

struct memlint_snapshot *loaded_profile_snapshot(struct loaded_profile *loaded, const char *selector)
{
	size_t index;

	if (!loaded_profile_find(loaded, selector, &index))
		return NULL;
	if (!loaded->symbolised) {
		loaded->symbolised = 1;
		symbolise(loaded->profile.tables);
	}
	struct memlint_snapshot *snapshot = profile_snapshot(&loaded->profile, index);

	if (!snapshot)
		diag_error("%s: snapshot %zu: %s", loaded->path, index + 1, snapshot_error());
	return snapshot;
}

const char *profile_reason_text(uint32_t reason)
{
	static const char *const texts[] = {
	        [PROFILE_AT_EXIT] = "at exit",     [PROFILE_BY_CALL] = "by call",
	        [PROFILE_BY_SIGNAL] = "by signal", [PROFILE_BY_INTERVAL] = "by interval",
	        [PROFILE_AT_FORK] = "at fork",     [PROFILE_AT_EXEC] = "at exec",
	        [PROFILE_AT_ABORT] = "at abort",   [PROFILE_AT_CRASH] = "at a crash",
	};

	return reason < sizeof texts / sizeof *texts && texts[reason] ? texts[reason] : "unknown";
}
