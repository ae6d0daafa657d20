/* SPDX-License-Identifier: MIT */
/* A file system's mounts and the volumes they show; both are counted, for they are handed out. */
/* Twin: the volume borrows its mount. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct volume;

struct mount {
	int refs;
	char path[32];
	struct volume *volume;
};

struct volume {
	int refs;
	long blocks;
	struct mount *mount;
};

static void volume_unref(struct volume *v);

static void mount_unref(struct mount *m)
{
	if (--m->refs > 0)
		return;
	if (m->volume)
		volume_unref(m->volume);
	free(m);
}

static void volume_unref(struct volume *v)
{
	if (--v->refs > 0)
		return;
	free(v);
}

static struct mount *mount_new(const char *path, long blocks)
{
	struct mount *m = calloc(1, sizeof *m);
	struct volume *v = calloc(1, sizeof *v);

	if (!m || !v)
		exit(1);
	m->refs = 1;
	snprintf(m->path, sizeof m->path, "%s", path);
	v->refs = 1;
	v->blocks = blocks;
	v->mount = m;
	m->volume = v;
	return m;
}

int main(void)
{
	static const char *const paths[] = {"/", "/home", "/srv"};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct mount *m = mount_new(paths[i], 1000 * (long)(i + 1));

		printf("%s: %ld blocks (%s)\n", m->path, m->volume->blocks, m->volume->mount->path);
		mount_unref(m);
	}
	return 0;
}
