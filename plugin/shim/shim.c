/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * memlint.so: the name users give to -fplugin. Built without GCC's headers, it serves every GCC: it looks at the
 * compiler's version and hands over to memlint-<major>.so beside it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

/* GCC's plugin interface (gcc-plugin.h), unchanged since GCC 4.5. */
struct plugin_gcc_version {
	const char *basever;
	const char *datestamp;
	const char *devphase;
	const char *revision;
	const char *configuration_arguments;
};
struct plugin_name_args;
typedef int plugin_init_t(struct plugin_name_args *arguments, struct plugin_gcc_version *version);

EXPORT int plugin_is_GPL_compatible;
EXPORT plugin_init_t plugin_init;

/* The folder that this file really lies in, with its last slash. */
static int own_folder(char folder[PATH_MAX])
{
	Dl_info self;
	char *slash;

	if (!dladdr(&plugin_is_GPL_compatible, &self) || !realpath(self.dli_fname, folder))
		return 0;
	slash = strrchr(folder, '/');
	if (!slash)
		return 0;
	slash[1] = '\0';
	return 1;
}

/* "11, 12" from the memlint-<major>.so in @folder. */
static void list_served(const char *folder, char *list, size_t capacity)
{
	struct dirent *entry;
	DIR *directory = opendir(folder);

	list[0] = '\0';
	while (directory && (entry = readdir(directory))) {
		unsigned major;
		int end = 0;
		size_t used = strlen(list);

		if (sscanf(entry->d_name, "memlint-%u.so%n", &major, &end) == 1 && end && !entry->d_name[end])
			snprintf(list + used, capacity - used, "%s%u", used ? ", " : "", major);
	}
	if (directory)
		closedir(directory);
}

int plugin_init(struct plugin_name_args *arguments, struct plugin_gcc_version *version)
{
	char folder[PATH_MAX], path[PATH_MAX + 32], served[256];
	plugin_init_t *real_init = NULL;
	void *plugin;

	if (!own_folder(folder)) {
		fprintf(stderr, "memlint: cannot find the folder that memlint.so lies in\n");
		return 1;
	}
	snprintf(path, sizeof(path), "%smemlint-%d.so", folder, atoi(version->basever));
	plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (plugin)
		*(void **)&real_init = dlsym(plugin, "plugin_init");
	if (real_init)
		return real_init(arguments, version);
	list_served(folder, served, sizeof(served));
	fprintf(stderr, "memlint: no plugin for GCC %s here (served: %s; install gcc-%d-plugin-dev and rebuild memlint): %s\n",
		version->basever, *served ? served : "none", atoi(version->basever), dlerror());
	return 1;
}
