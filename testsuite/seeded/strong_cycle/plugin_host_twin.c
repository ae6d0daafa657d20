/* SPDX-License-Identifier: MIT */
/* A host loads plugins; a plugin keeps its host for the services it offers. Both count their holders. */
/* Twin: the plugin is handed its host with each call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct host;

struct plugin {
	unsigned holders;
	const char *name;
};

struct host {
	unsigned holders;
	int calls;
	struct plugin **plugins;
	size_t nplugins;
};

static void plugin_decref(struct plugin *p);

static void host_decref(struct host *h)
{
	if (--h->holders)
		return;
	for (size_t i = 0; i < h->nplugins; i++)
		plugin_decref(h->plugins[i]);
	free(h->plugins);
	free(h);
}

static void plugin_decref(struct plugin *p)
{
	if (--p->holders)
		return;
	free(p);
}

static struct plugin *host_load(struct host *h, const char *name)
{
	struct plugin *p = calloc(1, sizeof *p);
	struct plugin **more = realloc(h->plugins, (h->nplugins + 1) * sizeof *more);

	if (!p || !more)
		exit(1);
	p->holders = 1;
	p->name = name;
	h->plugins = more;
	h->plugins[h->nplugins++] = p;
	return p;
}

static void plugin_run(struct plugin *p, struct host *host)
{
	host->calls++;
	printf("%s ran\n", p->name);
}

int main(void)
{
	struct host *h = calloc(1, sizeof *h);

	if (!h)
		return 1;
	h->holders = 1;
	host_load(h, "spell");
	host_load(h, "print");
	for (size_t i = 0; i < h->nplugins; i++)
		plugin_run(h->plugins[i], h);
	printf("%d calls\n", h->calls);
	host_decref(h);
	return 0;
}
