/* SPDX-License-Identifier: MIT */
/* Sources play into a mixer; a source tells its mixer when it runs dry. */
#include <stdio.h>
#include <stdlib.h>

struct mixer;

struct source {
	int samples;
	struct mixer *mixer; /* defect: strong-cycle */
	struct source *next;
};

struct mixer {
	int users;
	int dry;
	struct source *sources;
};

static void mixer_drop(struct mixer *m);

static void source_free(struct source *s)
{
	mixer_drop(s->mixer);
	free(s);
}

static void mixer_drop(struct mixer *m)
{
	struct source *s, *next;

	if (--m->users > 0)
		return;
	for (s = m->sources; s; s = next) {
		next = s->next;
		source_free(s);
	}
	free(m);
}

static void mixer_play(struct mixer *m, int samples)
{
	struct source *s = malloc(sizeof *s);

	if (!s)
		exit(1);
	s->samples = samples;
	s->mixer = m;
	m->users++;
	s->next = m->sources;
	m->sources = s;
}

static void source_pull(struct source *s, int n)
{
	s->samples -= n;
	if (s->samples <= 0)
		s->mixer->dry++;
}

int main(void)
{
	for (int run = 0; run < 2; run++) {
		struct mixer *m = calloc(1, sizeof *m);

		if (!m)
			return 1;
		m->users = 1;
		mixer_play(m, 100);
		mixer_play(m, 400);
		for (struct source *s = m->sources; s; s = s->next)
			source_pull(s, 150);
		printf("%d dry\n", m->dry);
		mixer_drop(m);
	}
	return 0;
}
